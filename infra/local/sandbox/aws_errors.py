"""How AWS's REST-JSON services refuse, and what every signed call must have."""

import uuid

from infra.local.sandbox.calls import Call, Response, make_json

ALGORITHM = "AWS4-HMAC-SHA256"


def is_signed(call: Call) -> bool:
    """Whether a call is signed at all; no signature is checked, as by the emulator."""
    return call.headers.get("authorization", "").startswith(ALGORITHM)


def make_error(status: int, code: str, message: str) -> Response:
    """An error of a service that speaks REST-JSON."""
    headers = {"x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid.uuid4())}
    return make_json(status, {"message": message}, headers)


def make_expired(_: Call) -> Response:
    """The response to credentials that have expired."""
    message = "The security token included in the request is expired"
    return make_error(403, "ExpiredTokenException", message)


def make_unsigned(_: Call) -> Response:
    """The response to a call without a signature."""
    return make_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
