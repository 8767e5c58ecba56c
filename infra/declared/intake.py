"""The HTTP API for intake, which a stage may have beside its REST API, as plain data.

It invokes the same function by payload format 1.0, so a route behaves as it does in the REST API.
What the REST API alone has: docs/senders.md.
"""

from typing import NamedTuple

PEOPLE, SENDERS = "JWT", "CUSTOM"  # API Gateway's words for its authorizers: by token, by function
AUTHORIZER = "tenant_key"  # the function that finds a tenant by its key
AUTHORIZER_TTL_S = 60
FORMAT = "1.0"  # Chalice reads `requestContext.resourcePath`, which format 2.0 lacks
DEFAULT_STAGE = "$default"  # no stage in the path
PREFLIGHT_AGE_S = 600
ALLOWED_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Amz-Date",
    "X-Amz-Security-Token",
    "X-Api-Key",
    "X-Tenant-ID",
    "X-Tenant-Strict",
)
EXPOSED_HEADERS = ("ETag", "Link", "Retry-After", "X-Complete", "X-Next-Cursor", "x-amzn-RequestId")


class IntakeRoute(NamedTuple):
    """A route of the REST API that the HTTP API has too; `authorization` is PEOPLE or SENDERS."""

    method: str
    path: str
    authorization: str

    @property
    def key(self) -> str:
        """API Gateway's name of it."""
        return f"{self.method} {self.path}"


INTAKE_ROUTES = (
    IntakeRoute("POST", "/orders", PEOPLE),
    IntakeRoute("POST", "/ingest", SENDERS),
    IntakeRoute("POST", "/v1/logs", SENDERS),
)
