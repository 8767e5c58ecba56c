"""Which media type a client asks for, by its header `Accept` (RFC 9110, 12.5.1); pure."""


def prefers(accept: str | None, kind: str, *, over: str) -> bool:
    """Whether a client would rather have `kind` than what it gets without asking."""
    return accept is not None and _quality(accept, kind) > _quality(accept, over)


def _quality(accept: str, kind: str) -> float:
    """The weight of a type by the range that names it most closely; 0 for one that is not named."""
    wanted = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    given = dict(_read(part) for part in accept.lower().split(","))
    return next((given[name] for name in wanted if name in given), 0.0)


def _read(part: str) -> tuple[str, float]:
    """A range with its weight; one that cannot be read counts for nothing."""
    name, *parameters = (text.strip() for text in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
