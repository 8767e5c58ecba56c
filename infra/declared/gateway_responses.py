"""The responses of API Gateway itself, in this product's words, as plain data.

They are part of the API's definition, which each deployment replaces as a whole (AWS's overwrite
mode): `infra.deploy.chalice_command` adds them to what Chalice generates, so the API is never
without them.

They are the API's, not a route's: what the gateway refuses on `/v1/logs` has this body too and not
OTLP's google.rpc.Status. Exporters go by the status: 429 and 503 are sent again, others dropped.
"""

from dataclasses import dataclass
from typing import Any

EXTENSION = "x-amazon-apigateway-gateway-responses"  # of an OpenAPI document
JSON = "application/json"
EXPOSED_HEADERS = "Retry-After,x-amzn-RequestId"
UNAUTHENTICATED = 401


@dataclass(frozen=True, kw_only=True)
class GatewayResponse:
    """One response type of API Gateway; without `message` it passes the gateway's own text on.

    `status` None keeps the gateway's own. `retry_after_s` becomes Retry-After.
    """

    kind: str
    code: str
    message: str | None = None
    status: int | None = None
    retry_after_s: int | None = None

    def template(self) -> str:
        """The stable body, as the mapping template that API Gateway fills in."""
        message = f'"{self.message}"' if self.message else "$context.error.messageString"
        return f'{{"message":{message},"code":"{self.code}","request_id":"$context.requestId"}}'

    def parameters(self, cors_origin: str) -> dict[str, str]:
        """Header mappings; literal values are in single quotes."""
        wanted = {
            "Access-Control-Allow-Origin": cors_origin,
            "Access-Control-Expose-Headers": EXPOSED_HEADERS,
            "Cache-Control": "no-store",
            "Vary": "Origin",
        }
        if self.retry_after_s is not None:
            wanted["Retry-After"] = str(self.retry_after_s)
        if self.status == UNAUTHENTICATED:
            wanted["WWW-Authenticate"] = "Bearer"
        return {f"gatewayresponse.header.{name}": f"'{text}'" for name, text in wanted.items()}

    def definition(self, cors_origin: str) -> dict[str, Any]:
        """As API Gateway's calls and its extension of OpenAPI both spell it."""
        status = {"statusCode": str(self.status)} if self.status else {}
        return {
            "responseParameters": self.parameters(cors_origin),
            "responseTemplates": {JSON: self.template()},
            **status,
        }


_SIGN_IN = "sign in and send the ID token, or with logs a tenant's key, as Authorization"
_UNKNOWN_CALLER = "who calls could not be found out, try again"

GATEWAY_RESPONSES = (
    GatewayResponse(kind="DEFAULT_4XX", code="invalid_input", retry_after_s=1),
    GatewayResponse(
        kind="DEFAULT_5XX",
        code="internal_error",
        message="something went wrong on our side",
        retry_after_s=1,
    ),
    # The gateway's word for a path or method that has no route.
    GatewayResponse(
        kind="MISSING_AUTHENTICATION_TOKEN",
        code="not_found",
        message="there is no such route",
        status=404,
    ),
    GatewayResponse(kind="UNAUTHORIZED", code="unauthenticated", message=_SIGN_IN, status=401),
    GatewayResponse(kind="EXPIRED_TOKEN", code="unauthenticated", message=_SIGN_IN, status=401),
    GatewayResponse(
        kind="ACCESS_DENIED", code="forbidden", message="this is not yours to do", status=403
    ),
    # The function that knows tenants' keys failed, or could not be called: senders try again.
    GatewayResponse(
        kind="AUTHORIZER_FAILURE",
        code="unavailable",
        message=_UNKNOWN_CALLER,
        status=503,
        retry_after_s=1,
    ),
    GatewayResponse(
        kind="AUTHORIZER_CONFIGURATION_ERROR",
        code="unavailable",
        message=_UNKNOWN_CALLER,
        status=503,
        retry_after_s=1,
    ),
    GatewayResponse(
        kind="INVALID_API_KEY",
        code="forbidden",
        message="a valid API key is needed: send X-Api-Key",
        status=403,
    ),
    GatewayResponse(
        kind="THROTTLED",
        code="too_many_requests",
        message="too many requests a second",
        status=429,
        retry_after_s=1,
    ),
    GatewayResponse(
        kind="QUOTA_EXCEEDED",
        code="too_many_requests",
        message="the key's quota of the day is used up",
        status=429,
        retry_after_s=3600,
    ),
    GatewayResponse(
        kind="REQUEST_TOO_LARGE", code="too_large", message="the body is too large", status=413
    ),
    GatewayResponse(
        kind="UNSUPPORTED_MEDIA_TYPE",
        code="unsupported_media_type",
        message="the Content-Type is not one that this route takes",
        status=415,
    ),
    GatewayResponse(
        kind="WAF_FILTERED", code="forbidden", message="the firewall refused this", status=403
    ),
    GatewayResponse(
        kind="INTEGRATION_FAILURE",
        code="unavailable",
        message="no answer could be had, try again",
        status=503,
        retry_after_s=1,
    ),
    GatewayResponse(
        kind="INTEGRATION_TIMEOUT",
        code="unavailable",
        message="no answer in time, try again",
        status=503,
        retry_after_s=1,
    ),
)


def define_all(cors_origin: str) -> dict[str, dict[str, Any]]:
    """The value of EXTENSION."""
    return {response.kind: response.definition(cors_origin) for response in GATEWAY_RESPONSES}
