"""What a request asks of the stored version, by entity tags (RFC 9110, 13.1); pure."""

import re
from collections.abc import Mapping

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.web.entity_tags import Tags, version_of
from chalicelib.web.headers import ANY, IF_MATCH, IF_NONE_MATCH, TAGS_PATTERN

_TAG = re.compile(r'(?P<weak>W/)?"(?P<opaque>[!#-~]*)"')
_LIST = re.compile(TAGS_PATTERN)


class Precondition(msgspec.Struct, frozen=True):
    """Entity tags without their quotes, `*` for any; None where the header is not sent.

    `match` has only the strong ones: `If-Match` compares strongly, so a weak tag never matches.
    """

    match: Tags | None = None
    none_match: Tags | None = None

    @property
    def is_given(self) -> bool:
        """Whether anything is asked at all."""
        return self.match is not None or self.none_match is not None

    def holds(self, version: int) -> bool:
        """Whether a stored version is one that the request asks for."""
        stored = {ANY, str(version)}
        if self.match is not None and not stored & {version_of(tag) for tag in self.match}:
            return False
        return self.none_match is None or not stored & {version_of(tag) for tag in self.none_match}


def read_precondition(headers: Mapping[str, str], read: tuple[str, ...]) -> Precondition:
    """The precondition of a request; only the headers in `read` are looked at.

    Raises InvalidInput for what is no list of entity tags.
    """
    given = {name: headers.get(name.lower()) for name in read}
    return Precondition(
        match=_read_tags(given.get(IF_MATCH), IF_MATCH, weak=False),
        none_match=_read_tags(given.get(IF_NONE_MATCH), IF_NONE_MATCH, weak=True),
    )


def _read_tags(text: str | None, name: str, *, weak: bool) -> Tags | None:
    if text is None:
        return None
    if text.strip() == ANY:
        return frozenset({ANY})
    if _LIST.fullmatch(text) is None:
        raise InvalidInput(f'{name} must be entity tags such as "3", or *')
    # A quoted asterisk is a tag like any other, but none of ours.
    return frozenset(
        tag["opaque"]
        for tag in _TAG.finditer(text)
        if (weak or not tag["weak"]) and tag["opaque"] != ANY
    )
