"""Named errors; their text is fit for the client; `web.responses.STATUS` maps them to statuses."""


class OmniError(Exception):
    """A failure with a name that a caller can act on."""

    code = "error"


class InvalidInput(OmniError):
    """The request breaks a documented rule."""

    code = "invalid_input"


class Unauthenticated(OmniError):
    """No caller could be established."""

    code = "unauthenticated"


class Forbidden(OmniError):
    """The caller is known and may not do this."""

    code = "forbidden"


class OwnMessage(Forbidden):
    """Who wrote a message does not decide on it."""

    code = "own_message"


class NotFound(OmniError):
    """There is no such thing, or it is not the caller's to see."""

    code = "not_found"


class Conflict(OmniError):
    """The request contradicts what is stored."""

    code = "conflict"


class PreconditionFailed(OmniError):
    """`If-Match` names a version that is no longer the stored one (RFC 9110, 13.1.1)."""

    code = "precondition_failed"


class TooLarge(OmniError):
    """The body or the item exceeds a documented size."""

    code = "too_large"


class UnsupportedMediaType(OmniError):
    """The body's `Content-Type` or `Content-Encoding` is not one that the route takes."""

    code = "unsupported_media_type"


class TooManyRequests(OmniError):
    """The caller exceeds its rate or its quota; the message says whose and which."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(OmniError):
    """A dependency failed after its retries; nothing is acknowledged, and trying again is safe."""

    code = "unavailable"
    is_fault = (
        True  # False where only the time was up: the next try goes on, and no error is logged
    )

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(OmniError):
    """A service will never accept this; `reason` is its own code for it."""

    code = "refused"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class OutcomeUnknown(OmniError):
    """A call was sent that a service may have accepted or not: repeating it may do it twice."""

    code = "outcome_unknown"


class BatchFailed(OmniError):
    """Part of a batch failed and the event source must deliver that part again."""

    code = "batch_failed"


class MissingSetting(OmniError):
    """A stage other than `local` lacks a variable."""

    code = "missing_setting"
