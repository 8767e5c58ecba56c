"""How LinkedIn's API says what is wrong."""

from infra.local.sandbox.calls import Call, Failures, Response, make_json

_BAD_REQUEST = "com.linkedin.content.common.exception.BadRequestResponseException"


def make_error(
    status: int,
    code: str,
    message: str,
    service_code: int | None = None,
) -> Response:
    """An error as the API words it."""
    error = {"status": status, "code": code, "message": message}
    service = {} if service_code is None else {"serviceErrorCode": service_code}
    return make_json(status, {**error, **service})


def make_input_error(status: int, message: str, code: str, description: str) -> Response:
    """An error of a post's content, which names the rule in `errorDetails`."""
    inputs = [{"description": description, "input": {}, "code": code}]
    error = {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": f"{_BAD_REQUEST}: {message}",
        "errorDetails": {"inputErrors": inputs},
        "status": status,
    }
    return make_json(status, error)


def make_duplicate(urn: str) -> Response:
    """The response to a post whose content is that of `urn`."""
    message = f"Content is a duplicate of {urn}"
    return make_input_error(422, message, "DUPLICATE_POST", "Duplicate post is detected")


def make_expired(_: Call) -> Response:
    """The response to a token that has expired."""
    message = "The token used in the request has expired"
    return make_error(401, "EXPIRED_ACCESS_TOKEN", message, 65602)


def _limit_rate(_call: Call, _retry_after_s: int) -> Response:
    """LinkedIn does not say how long to wait."""
    message = "Resource level throttle limit for calls to this resource is reached."
    return make_error(429, "TOO_MANY_REQUESTS", message, 101)


FAILURES = Failures(
    rate_limit=_limit_rate,
    error_500=lambda _: make_error(500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
    refused=lambda _: make_error(422, "UNPROCESSABLE_ENTITY", "The post's content is refused."),
    expired_token=make_expired,
)
