"""Entity tags of what is read (RFC 9110, 8.8.3): the same for the same state, whoever polls; pure.

A tag is a digest of the body. Where a result has a version, that comes first, `3-4d5f…`: `If-Match`
goes by the version alone, `If-None-Match` of a read by the whole tag, since the same version may be
shown otherwise (a message's deliveries go on, a record was deleted and added again).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.web.headers import ANY, TAG_DIGITS

# What tells of the reading and not of what was read: when, how long ago, how much was looked at,
# and of the whole result the ends of its range, of which absolute ones are in the URL.
OF_THE_READING = frozenset({"as_of", "lag_ms", "read"})
ENDS = frozenset({"from", "since", "to", "until"})
AGE = "age_s"
_MARKS = tuple(f'"{name}":' for name in OF_THE_READING | ENDS)

# DynamoDB gives the members of a map in any order.
_SORTED = msgspec.json.Encoder(decimal_format="number", order="sorted")

Tags = frozenset[str]


def make(value: Any, body: str, version: Any = None) -> str:
    """The tag of a result, without its quotes; `body` is the result as JSON."""
    digest = digest_of(_SORTED.encode(_steady(value, ENDS) if _tells_of_reading(body) else value))
    return digest if version is None else f"{version}-{digest}"


def digest_of(data: bytes, headers: Mapping[str, str] | None = None) -> str:
    """The tag of what is sent as it is."""
    said = data if not headers else data + msgspec.json.encode(sorted(headers.items()))
    return hashlib.sha256(said).hexdigest()[:TAG_DIGITS]


def version_of(tag: str) -> str:
    """The version that a tag begins with; the whole tag of a client that made it by itself."""
    version, dash, digest = tag.partition("-")
    return version if dash and len(digest) == TAG_DIGITS else tag


def is_known(tag: str, known: Tags | None) -> bool:
    """Whether the client that sent `known` in `If-None-Match` has what `tag` stands for."""
    return known is not None and not known.isdisjoint({tag, ANY})


def _tells_of_reading(body: str) -> bool:
    """Whether the slow way may be needed; a caller's own texts may look so too."""
    return f'{AGE}":' in body or any(mark in body for mark in _MARKS)


def _steady(value: Any, ends: frozenset[str] = frozenset()) -> Any:
    """The value without what tells of the reading; free-form objects keep all their names."""
    if isinstance(value, msgspec.Struct):
        named = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        left_out = OF_THE_READING | ends
        return {
            shown: _steady(member)
            for shown, name in named
            if shown not in left_out
            and not shown.endswith(AGE)
            and (member := getattr(value, name)) is not msgspec.UNSET
        }
    if isinstance(value, list | tuple):
        return [_steady(member) for member in value]
    if isinstance(value, dict):
        return {name: _steady(member) for name, member in value.items()}
    return value
