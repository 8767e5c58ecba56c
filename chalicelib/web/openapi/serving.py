"""The document as an asset: with an entity tag, and 304 for who has it already."""

from typing import Any

from chalicelib import strict_json
from chalicelib.web import entity_tags
from chalicelib.web.headers import CACHE_CONTROL, ETAG
from chalicelib.web.payload import JSON
from chalicelib.web.responses import HttpResponse

REVALIDATE = "no-cache"  # kept, and asked for again each time: a deploy changes it


class Asset:
    """A document that is served as long as the process lives."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._body = strict_json.encode(document)
        self._tag = f'"{entity_tags.digest_of(self._body.encode())}"'

    def respond(self, if_none_match: str | None) -> HttpResponse:
        """The document; 304 without it for a client that has this very one (RFC 9110, 13.1.2)."""
        headers = {"Content-Type": JSON, CACHE_CONTROL: REVALIDATE, ETAG: self._tag}
        known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
        if known & {self._tag, "*"}:
            return HttpResponse(304, {**headers}, "")
        return HttpResponse(200, {**headers}, self._body)
