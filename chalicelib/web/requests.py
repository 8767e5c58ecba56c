"""Parts of a request turned into what views take; every bad one is InvalidInput."""

import re
from typing import Any
from urllib.parse import unquote

import msgspec

from chalicelib import strict_json
from chalicelib.errors import InvalidInput
from chalicelib.web.openapi import is_struct

_TAG = re.compile(r'"([0-9]{1,18})"')  # a version fits 64 bits


def body(raw: bytes, kind: Any) -> Any:
    """The JSON object of a body as `kind`: a Struct, or as it is for a free-form `dict`."""
    value = strict_json.decode_object(raw)
    return converted(value, kind, strict=True) if is_struct(kind) else value


def converted(value: dict[str, Any], kind: Any, *, strict: bool) -> Any:
    """`value` as a Struct; not `strict` takes texts for numbers, as in a query string."""
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from error


def unquoted(value: str) -> str:
    """A path parameter, which API Gateway hands over as the client encoded it."""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidInput("the path is not UTF-8") from error


def version(tag: str) -> int | None:
    """The version that an `If-Match` names; None for `*`. Only one strong tag is taken."""
    if tag.strip() == "*":
        return None
    match = _TAG.fullmatch(tag.strip())
    if match is None:
        raise InvalidInput('If-Match must be one entity tag such as "3"')
    return int(match[1])
