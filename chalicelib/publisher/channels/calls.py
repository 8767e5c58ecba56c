"""The call that decided the attempt under way: the publish call, else the last one; by thread.

Kept beside the adapters, so that none of them has to hand it on, also through an exception.
"""

from contextvars import ContextVar

from chalicelib.publisher.model import PlatformCall

_NOTHING: tuple[PlatformCall | None, bool] = (None, False)
_decisive: ContextVar[tuple[PlatformCall | None, bool]] = ContextVar("decisive", default=_NOTHING)


def forget() -> None:
    """Begin anew."""
    _decisive.set(_NOTHING)


def note(
    request: str,
    *,
    publishes: bool,
    status: int | None = None,
    fault: str | None = None,
    request_id: str | None = None,
) -> None:
    """Keep a call, of which nothing may be secret; what is only asked after publishing is not."""
    if publishes or not _decisive.get()[1]:
        call = PlatformCall(
            request=request[:120],
            status=status,
            fault=fault and fault[:60],
            request_id=request_id and request_id[:120],
        )
        _decisive.set((call, publishes))


def find() -> PlatformCall | None:
    """The call; None when nothing was asked."""
    return _decisive.get()[0]
