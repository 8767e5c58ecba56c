"""Matches paths to routes; a path without parameters takes one look-up."""

from collections.abc import Iterable

import msgspec

from chalicelib.errors import NotFound


class Match(msgspec.Struct, frozen=True):
    """A route's pattern, and the path's parameters as the client encoded them."""

    pattern: str
    parameters: dict[str, str] | None


class Routes:
    """Matches as API Gateway does: by whole segments, literal ones before parameters."""

    def __init__(self, patterns: Iterable[str]) -> None:
        listed = sorted(patterns)  # `{` sorts after letters, so literal routes come first
        self._literal = {pattern: Match(pattern, None) for pattern in listed if "{" not in pattern}
        self._patterns = [(pattern, pattern.split("/")) for pattern in listed if "{" in pattern]

    def match(self, path: str) -> Match:
        """The route of `path`, with or without a trailing slash.

        Raises NotFound.
        """
        if path.endswith("/") and path != "/":
            path = path[:-1]
        if found := self._literal.get(path):
            return found
        parts = path.split("/")
        for pattern, names in self._patterns:
            if len(parts) == len(names) and (found := _match_parts(pattern, names, parts)):
                return found
        raise NotFound("there is no such route")


def _match_parts(pattern: str, names: list[str], parts: list[str]) -> Match | None:
    parameters = {}
    for name, part in zip(names, parts, strict=True):
        if name.startswith("{") and part:
            parameters[name[1:-1]] = part
        elif name != part:
            return None
    return Match(pattern, parameters)
