"""Turns botocore's failures into the domain's: a dependency's trouble becomes `Unavailable`."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from chalicelib.errors import TooLarge, Unavailable

CONDITION_FAILED = "ConditionalCheckFailedException"
TRANSACTION_CANCELLED = "TransactionCanceledException"
# The service refused it before it did anything.
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
TRANSIENT = THROTTLED | {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "ModelErrorException",  # Bedrock's, as are the next two
    "ModelNotReadyException",
    "ModelTimeoutException",
    "RequestTimeout",
    "ServiceUnavailable",
    "TransactionConflictException",
    "TransactionInProgressException",
}

# Raised when a request may have gone out.
_UNANSWERED = (HTTPClientError, IncompleteReadError, ResponseParserError, SSLError)

# All that a call through this package may raise, a missing right or resource included: for the
# worker, which outlives them, since ending would spend a receive of every message it holds.
AWS_ERRORS = (Unavailable, ClientError)


def error_code(error: ClientError) -> str:
    """The service's own code of a failed call."""
    return str(error.response.get("Error", {}).get("Code", ""))


def reason(error: Exception) -> str:
    """Why a call failed, in one word for a log line: the service's code, else what was raised."""
    cause = error.__cause__ if isinstance(error, Unavailable) and error.__cause__ else error
    return error_code(cause) if isinstance(cause, ClientError) else type(cause).__name__


def read_response(error: BaseException) -> tuple[int | None, str | None, str | None]:
    """The status of a failed call and the service's id of it, or a third: the kind of fault."""
    if not isinstance(error, ClientError):
        return None, None, type(error).__name__
    found = error.response.get("ResponseMetadata", {})
    return found.get("HTTPStatusCode"), found.get("RequestId"), None


def is_transient(error: ClientError) -> bool:
    """Whether the same call may succeed later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error_code(error) in TRANSIENT or int(status) >= HTTPStatus.INTERNAL_SERVER_ERROR


def is_outcome_unknown(error: Exception) -> bool:
    """Whether the service may have done what a failed call asked for, by its last attempt.

    Known to be undone is what never reached the service (no connection, no credentials) and what
    it refused: throttling and every 4xx. After a request went out, a read timeout, a connection
    that was closed or broke, an unreadable response or a 5xx tells nothing.
    """
    cause = error.__cause__ if isinstance(error, Unavailable) and error.__cause__ else error
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        refused = error_code(cause) in THROTTLED
        return int(status) >= HTTPStatus.INTERNAL_SERVER_ERROR and not refused
    return isinstance(cause, _UNANSWERED)


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """Raise `Unavailable` for throttling, 5xx and network trouble, `TooLarge` for big items.

    Anything else is a defect of ours and passes unchanged, to end as a logged 500.
    """
    try:
        yield
    except ClientError as error:
        if is_transient(error) or is_contended(error):
            raise Unavailable(f"{what} is not available; try again") from error
        if "size has exceeded" in str(error) or "size limit" in str(error):
            raise TooLarge("the item exceeds 400 KB") from error
        raise
    except BotoCoreError as error:
        raise Unavailable(f"{what} is not available{_place(error)}; try again") from error
    except ResponseParserError as error:  # no BotoCoreError, though botocore's
        raise Unavailable(f"{what} gave an unreadable response; try again") from error


def is_contended(error: ClientError) -> bool:
    """Whether a transaction was cancelled for another one on its items, or for throttling."""
    if error_code(error) != TRANSACTION_CANCELLED:
        return False
    codes = set(cancellation_codes(error)) - {"None"}
    return bool(codes) and "ConditionalCheckFailed" not in codes


def cancellation_codes(error: ClientError) -> list[str]:
    """Per action of a cancelled transaction why it failed, in the order of the actions."""
    reasons: Any = error.response.get("CancellationReasons", [])
    return [reason.get("Code", "None") for reason in reasons]


def _place(error: BotoCoreError) -> str:
    """` at <address>` of an emulator, which may not run or have another port; empty for AWS's own.

    AWS is always called by https, an emulator on this machine by http.
    """
    url = urlsplit(str(error.kwargs.get("endpoint_url", "")))
    return f" at {url.scheme}://{url.netloc}" if url.scheme == "http" else ""
