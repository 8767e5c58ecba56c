"""Calls that send something to a person: repeated they would send it twice.

botocore sends an e-mail twice when the response to its first attempt is lost. So such a call has
one attempt, on a connection that no call has used before: the other side may close an idle one at
the moment of the call. Only a failure to connect is tried again.
"""

from collections.abc import Callable
from functools import partial
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


def call_once(aws: Aws, service: str, what: str, call: Callable[[Any], Any]) -> Any:
    """The response of `call(client)`, which is not repeated once it may have been sent.

    Raises Unavailable when it was certainly not accepted and may be tried again, Refused when it
    never will be, and OutcomeUnknown otherwise.
    """
    try:
        with aws.lend_client(service, SEND) as client:
            return _connect_and_call(partial(call, client))
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
