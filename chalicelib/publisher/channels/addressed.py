"""What e-mail and SMS share: one call of an AWS service that sends to one recipient.

Neither service takes an idempotency key, and neither can be asked what became of a call.
"""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from chalicelib.aws.failures import read_response, reason
from chalicelib.errors import OutcomeUnknown, Refused, Unavailable
from chalicelib.publisher.channels import calls
from chalicelib.publisher.channels.base import Published, Rejection
from chalicelib.publisher.model import DeliveryErrorClass

QUOTA = "the sending quota of the account"
# By these the account as a whole is stopped or not set up: the channel waits for a person.
STOPPED = frozenset(
    {
        "AccessDeniedException",
        "AccountSuspendedException",
        "AuthorizationError",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "MailFromDomainNotVerifiedException",
        "SendingPausedException",
        "UnrecognizedClientException",
    }
)
# SES's words for its quota of 24 hours, whose code is that of its rate a second (Developer Guide,
# "Errors related to the sending quotas").
_LIMIT, _QUOTA = "LimitExceededException", "quota exceeded"


def send_once(send: Callable[[], str], request: str, setting: str) -> Published:
    """The result of one call that sends; `setting` is what a person mends when it is stopped.

    `request` names the call. Raises Rejection.
    """
    try:
        return Published(_send_noted(send, request))
    except Unavailable as error:
        raise _reject_for_now(error) from error
    except OutcomeUnknown as error:
        raise _reject(
            DeliveryErrorClass.UNKNOWN, "no_response", error, "Ask the recipient."
        ) from error
    except Refused as error:
        if error.reason in STOPPED:
            advice = f"Mend the account's sending status, its credentials or {setting}."
            raise _reject(DeliveryErrorClass.HOLD, error.reason, error, advice, setting) from error
        advice = "Change the message or its recipient."
        raise _reject(DeliveryErrorClass.PERMANENT, error.reason, error, advice) from error


def _send_noted(send: Callable[[], str], request: str) -> str:
    note = partial(calls.note, request, publishes=True)
    try:
        message_id = send()
    except (Unavailable, OutcomeUnknown, Refused) as error:
        note(*read_response(error.__cause__ or error))
        raise
    note(int(HTTPStatus.OK), message_id)
    return message_id


def _reject_for_now(error: Unavailable) -> Rejection:
    """A quota that is used up stops every message of the channel, a busy service this one."""
    if reason(error) == _LIMIT or _QUOTA in str(error.__cause__):
        advice = f"It is sent when the quota allows it; for more ask AWS to raise {QUOTA}."
        return _reject(DeliveryErrorClass.HOLD, "quota_exceeded", error, advice, QUOTA)
    return _reject(
        DeliveryErrorClass.TRANSIENT, "unavailable", error, "It is tried again by itself."
    )


def _reject(
    error_class: DeliveryErrorClass,
    code: str,
    error: Exception,
    advice: str,
    setting: str | None = None,
) -> Rejection:
    return Rejection(
        error_class=error_class, code=code, message=str(error), advice=advice, setting=setting
    )
