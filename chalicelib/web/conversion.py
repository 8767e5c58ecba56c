"""Values as Structs; an error says what would have been right. Every bad one is InvalidInput."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

import msgspec

from chalicelib.errors import InvalidInput

_BAD_ENUM = re.compile(r"Invalid enum value .* - at `\$(?P<path>.*)`", re.DOTALL)
_STEP = re.compile(r"\.(?P<field>[^.\[]+)|\[[^\]]*\]")


def convert(value: dict[str, Any], kind: Any, *, strict: bool) -> Any:
    """`value` as a Struct; not `strict` takes texts for numbers, as in a query string."""
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidInput(_explain(str(error), kind)) from error


def convert_query(given: Mapping[str, str], kind: Any) -> Any:
    """Query parameters as a Struct; None for a route without any.

    A field that is a dict, such as `attr`, holds the parameters that begin with its name and a
    dot, by the rest of their names. Raises InvalidInput, also for a parameter that is no field.
    """
    fields = [] if kind is None else msgspec.structs.fields(kind)
    names = [field.encode_name for field in fields]
    groups = {field.encode_name for field in fields if is_group(field.type)}
    shown = {name: f"{name}.<key>" if name in groups else name for name in names}
    values: dict[str, Any] = {}
    for name, value in given.items():
        group, _, member = name.partition(".")
        if group in groups and member:
            values.setdefault(group, {})[member] = value
        elif name in shown and name not in groups:
            values[name] = value
        else:
            raise InvalidInput(_unknown(name, shown))
    if kind is None:
        return None
    converted = convert(values, kind, strict=False)
    for field in fields:  # msgspec takes the text for None where a field has no text of its own
        if field.encode_name in values and getattr(converted, field.name) is None:
            raise InvalidInput(f"{field.encode_name} cannot be null; leave it out")
    return converted


def is_group(kind: Any) -> bool:
    """Whether a field of a query holds several parameters."""
    return get_origin(get_args(kind)[0] if get_origin(kind) is Annotated else kind) is dict


def _unknown(name: str, known: Mapping[str, str]) -> str:
    nearest = difflib.get_close_matches(name.partition(".")[0].lower(), known, n=1)
    if nearest:
        return f"unknown parameter '{name}'; did you mean '{known[nearest[0]]}'?"
    taken = f"takes {', '.join(known.values())}" if known else "takes none"
    return f"unknown parameter '{name}'; this route {taken}"


def _explain(message: str, kind: Any) -> str:
    """The message, with the values that are allowed where one is not of an enumeration."""
    bad = _BAD_ENUM.fullmatch(message)
    if bad is None:
        return message
    allowed = ", ".join(map(str, _list_allowed(kind, bad["path"])))
    return f"{bad['path'].removeprefix('.')} must be one of {allowed}"


def _list_allowed(kind: Any, path: str) -> list[Any]:
    """The values of the enumerations at a path such as `.lines[0].unit`."""
    from msgspec import inspect  # noqa: PLC0415 only errors need it

    types = [*_alternatives(inspect.type_info(kind))]
    for step in _STEP.finditer(path):
        types = [inner for outer in types for inner in _inside(outer, step["field"])]
    values: list[Any] = []
    for found in types:
        if isinstance(found, inspect.EnumType):
            values += [member.value for member in found.cls]
        elif isinstance(found, inspect.LiteralType):
            values += found.values
    return values


def _alternatives(found: Any) -> Iterator[Any]:
    """The types of a union, each without its constraints' wrapping."""
    from msgspec import inspect  # noqa: PLC0415 as above

    if isinstance(found, inspect.UnionType):
        for member in found.types:
            yield from _alternatives(member)
    elif isinstance(found, inspect.Metadata):
        yield from _alternatives(found.type)
    else:
        yield found


def _inside(outer: Any, field: str | None) -> Iterator[Any]:
    """The types of a Struct's field, or of the members of an array or object."""
    for member in getattr(outer, "fields", ()):
        if field == member.encode_name:
            yield from _alternatives(member.type)
    if field is None:
        for name in ("item_type", "value_type"):
            if hasattr(outer, name):
                yield from _alternatives(getattr(outer, name))
