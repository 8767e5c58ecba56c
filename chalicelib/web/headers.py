"""The headers that routes read and send, each with what it may hold; pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.ids import TenantId

IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH = "Idempotency-Key", "If-Match", "If-None-Match"
TENANT_ID, TENANT_STRICT = "X-Tenant-ID", "X-Tenant-Strict"
ETAG, RETRY_AFTER, REQUEST_ID = "ETag", "Retry-After", "x-amzn-RequestId"
AUTHENTICATE, NEXT_CURSOR, LINK = "WWW-Authenticate", "X-Next-Cursor", "Link"

# A version fits 64 bits.
TAG_PATTERN = r'^"([0-9]{1,18})"(?!\n)$'
# A list of entity tags (RFC 9110, 8.8.3 and 13.1.1).
TAGS_PATTERN = r'\s*(?:W/)?"[!#-~]*"(?:\s*,\s*(?:W/)?"[!#-~]*")*\s*'
KEY_PATTERN = r"[!#-\[\]-~]{1,255}"
ANY = "*"

_Tags = Annotated[
    str,
    Meta(
        description="Entity tags, or `*` for any version.",
        extra_json_schema={"anyOf": [{"enum": [ANY]}, {"pattern": f"^{TAGS_PATTERN}(?!\\n)$"}]},
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
                description="The version of what is sent.",
                extra_json_schema={"pattern": TAG_PATTERN},
            ),
        ],
        RETRY_AFTER: Annotated[int, Meta(description="Seconds.", ge=0)],
        REQUEST_ID: Annotated[str, Meta(description="The request's id, as in the logs.")],
        AUTHENTICATE: Annotated[
            str, Meta(description="API Gateway renames it where a function sends it.")
        ],
        NEXT_CURSOR: Annotated[str, Meta(description="Leads on, for as long as there is more.")],
        LINK: Annotated[
            str,
            Meta(
                description="The address of the next part, with the same query (RFC 8288).",
                examples=['<?since=1h&cursor=wnKccB7a>; rel="next"'],
            ),
        ],
    }
)
NOT_ALWAYS = (
    AUTHENTICATE,
    NEXT_CURSOR,
    LINK,
)  # where they are documented, the others are always sent
