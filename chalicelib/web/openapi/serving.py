"""The document as an asset: with an entity tag, and 304 for who has it already."""

import hashlib
from typing import Any

from chalicelib import strict_json
from chalicelib.web.headers import ETAG
from chalicelib.web.payload import JSON
from chalicelib.web.responses import HttpResponse

CACHE_CONTROL = "no-cache"  # kept, and asked for again each time: a deploy changes it


class Asset:
    """A document that is served as long as the process lives."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._body = strict_json.encode(document)
        self._tag = f'"{hashlib.sha256(self._body.encode()).hexdigest()[:32]}"'

    def respond(self, if_none_match: str | None) -> HttpResponse:
        """The document; 304 without it for a client that has this very one (RFC 9110, 13.1.2)."""
        headers = {"Content-Type": JSON, "Cache-Control": CACHE_CONTROL, ETAG: self._tag}
        known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
        if known & {self._tag, "*"}:
            return HttpResponse(304, {**headers}, "")
        return HttpResponse(200, {**headers}, self._body)
