"""The headers that routes read and send, each with what it may hold; pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.ids import TenantId

IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH = "Idempotency-Key", "If-Match", "If-None-Match"
TENANT_ID, TENANT_STRICT = "X-Tenant-ID", "X-Tenant-Strict"
ETAG, RETRY_AFTER, REQUEST_ID = "ETag", "Retry-After", "x-amzn-RequestId"
CACHE_CONTROL, LOCATION = "Cache-Control", "Location"
AUTHENTICATE, NEXT_CURSOR, LINK = "WWW-Authenticate", "X-Next-Cursor", "Link"
COMPLETE = "X-Complete"

# A version, which fits 64 bits, where there is one; then a digest.
TAG_DIGITS = 16
TAG_PATTERN = rf'^"([0-9]{{1,18}}-)?[0-9a-f]{{{TAG_DIGITS}}}"(?!\n)$'
# A list of entity tags (RFC 9110, 8.8.3 and 13.1.1).
TAGS_PATTERN = r'\s*(?:W/)?"[!#-~]*"(?:\s*,\s*(?:W/)?"[!#-~]*")*\s*'
KEY_PATTERN = r"[!#-\[\]-~]{1,255}"
ANY = "*"
# Kept by the client alone, which asks each time whether it still holds; else by nobody.
REVALIDATE, NEVER_STORE = "private, no-cache", "no-store"
SHARED = "public, max-age=300"  # of pages that anybody may see: kept by any cache, for a while

_Tags = Annotated[
    str,
    Meta(
        description=(
            "Entity tags, or `*` for any. Writes go by the version that a tag begins with; it may "
            'be sent alone, such as `"3"`.'
        ),
        # One pattern: generated clients take no header that may be one of several types.
        extra_json_schema={"pattern": rf"^(?:\*|{TAGS_PATTERN})(?!\n)$"},
    ),
]

READ: Mapping[str, Any] = MappingProxyType(
    {
        IDEMPOTENCY_KEY: Annotated[
            str,
            Meta(
                description="Up to 255 characters, bare or quoted.",
                extra_json_schema={"pattern": f'^("{KEY_PATTERN}"|{KEY_PATTERN})(?!\n)$'},
            ),
        ],
        IF_MATCH: _Tags,
        IF_NONE_MATCH: _Tags,
        TENANT_ID: TenantId,
        TENANT_STRICT: Annotated[str, Meta(description="`true`; anything else is false.")],
    }
)
SENT: Mapping[str, Any] = MappingProxyType(
    {
        ETAG: Annotated[
            str,
            Meta(
                description=(
                    "The state of what is sent, which begins with its version where it has one. "
                    "What tells of the reading (`as_of`, `read`, ages, ends of a relative range) "
                    "does not change it."
                ),
                extra_json_schema={"pattern": TAG_PATTERN},
            ),
        ],
        CACHE_CONTROL: Annotated[
            str,
            Meta(
                description="Caches beside the client's own keep only what anybody may see.",
                extra_json_schema={"enum": [REVALIDATE, NEVER_STORE, SHARED]},
            ),
        ],
        LOCATION: Annotated[str, Meta(description="Where it is, by a link that expires.")],
        RETRY_AFTER: Annotated[int, Meta(description="Seconds.", ge=0)],
        REQUEST_ID: Annotated[str, Meta(description="The request's id, as in the logs.")],
        AUTHENTICATE: Annotated[
            str, Meta(description="API Gateway renames it where a function sends it.")
        ],
        NEXT_CURSOR: Annotated[str, Meta(description="Leads on, for as long as there is more.")],
        COMPLETE: Annotated[
            str,
            Meta(
                description="Of a table: `false` where a part of what it is made from is left out.",
                extra_json_schema={"enum": ["true", "false"]},
            ),
        ],
        LINK: Annotated[
            str,
            Meta(
                description="The address of the next part, with the same query (RFC 8288).",
                examples=['<?since=1h&cursor=wnKccB7a>; rel="next"'],
            ),
        ],
    }
)
# Where they are documented, the others are always sent.
NOT_ALWAYS = (AUTHENTICATE, COMPLETE, LINK, NEXT_CURSOR)
