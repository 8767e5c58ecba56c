"""Calls that send something to a person: repeated they would send it twice.

botocore sends an e-mail twice when the response to its first attempt is lost. So such a call has
one attempt, on a connection that no call has used before: an idle one may be closed by the other
side at the moment of the call. Only a failure to connect is tried again.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from chalicelib.aws.failures import error_code, is_outcome_unknown, is_transient
from chalicelib.aws.session import SEND, Aws
from chalicelib.errors import OutcomeUnknown, Refused, Unavailable

CONNECTS = 2  # attempts to connect
# Raised before a byte of the call was sent.
_NOT_SENT = (ConnectTimeoutError, EndpointConnectionError)
_DEFECTS = (NoCredentialsError, ParamValidationError)  # of ours; nothing was sent either


def one_shot_client(aws: Aws, service: str) -> Any:
    """A client for `call_once`: one attempt, and a new connection for each call."""
    client = aws.client(service, SEND)
    name = client.meta.service_model.service_id.hyphenize()
    # With a unique id a second registration replaces the first.
    client.meta.events.register(
        f"before-send.{name}", _close_after_response, unique_id="one-connection-a-call"
    )
    return client


def call_once(what: str, call: Callable[[], Any]) -> Any:
    """The response of one call, which is not repeated once it may have been sent.

    Raises Unavailable when it was certainly not accepted and may be tried again, Refused when it
    never will be, and OutcomeUnknown otherwise.
    """
    try:
        return _connect_and_call(call)
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        if is_outcome_unknown(error):
            raise OutcomeUnknown(f"{what} did not say whether it accepted this") from error
        if isinstance(error, _DEFECTS):
            raise
        if not isinstance(error, ClientError):
            raise Unavailable(f"{what} cannot be reached; try again") from error
        raise _translate(what, error) from error


def _connect_and_call(call: Callable[[], Any]) -> Any:
    for _ in range(CONNECTS - 1):
        try:
            return call()
        except _NOT_SENT:
            continue
    return call()


def _translate(what: str, error: ClientError) -> Exception:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if is_transient(error) or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Unavailable(f"{what} takes no more at the moment; try again")
    return Refused(f"{what} refused this: {error_code(error)}", reason=error_code(error))


def _close_after_response(request: Any, **_: Any) -> None:
    # After the signature, which does not cover it: it is between this client and the next hop.
    request.headers["Connection"] = "close"
