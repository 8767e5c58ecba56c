"""SNS's Publish of an SMS to a phone number, in the query protocol."""

import re
import uuid
from xml.sax.saxutils import escape

from infra.local.sandbox import aws_errors
from infra.local.sandbox.calls import Call, Check, Draft, Failures, Response, Route, require_all
from infra.local.sandbox.outbox import Outbox

CHANNEL = "sms"
MAX_CHARS = 1_600
XMLNS = "http://sns.amazonaws.com/doc/2010-03-31/"
_XML = {"Content-Type": "text/xml"}
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}")
_PRICE = re.compile(r"\d+(\.\d+)?")
_ATTRIBUTES = {
    "AWS.SNS.SMS.SMSType": re.compile("Transactional|Promotional"),
    "AWS.SNS.SMS.SenderID": _SENDER_ID,
    "AWS.SNS.SMS.MaxPrice": _PRICE,
}
CHECK = "CheckIfPhoneNumberIsOptedOut"
OPTED_OUT = "0199"  # what numbers end in whose owners have opted out
Form = dict[str, str]


def make_error(status: int, code: str, message: str) -> Response:
    """An error of the query protocol."""
    kind = "Receiver" if status >= 500 else "Sender"  # noqa: PLR2004 HTTP's own border
    return _make_xml(
        status,
        f'<ErrorResponse xmlns="{XMLNS}"><Error><Type>{kind}</Type><Code>{code}</Code>'
        f"<Message>{escape(message)}</Message></Error>"
        f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>",
    )


def read_attributes(form: Form) -> dict[str, str]:
    """The message attributes by name; the protocol numbers them."""
    names = {
        key.rpartition(".")[0]: value
        for key, value in form.items()
        if re.fullmatch(r"MessageAttributes\.entry\.\d+\.Name", key)
    }
    return {name: form.get(f"{entry}.Value.StringValue", "") for entry, name in names.items()}


def _refuse(parameter: str, reason: str) -> Response:
    return make_error(400, "InvalidParameter", f"Invalid parameter: {parameter} Reason: {reason}")


def _has_opted_out(number: str) -> bool:
    return number.endswith(OPTED_OUT)


def _find_bad_attribute(form: Form) -> str:
    """The first attribute whose value SNS does not take; empty if there is none."""
    attributes = read_attributes(form)
    bad = (
        name
        for name, rule in _ATTRIBUTES.items()
        if name in attributes and rule.fullmatch(attributes[name]) is None
    )
    return next(bad, "")


CHECKS: tuple[Check[Form], ...] = (
    Check(
        lambda form: form.get("Action") not in ("Publish", CHECK),
        lambda form: make_error(
            400, "InvalidAction", f"The sandbox has no action {form.get('Action')}"
        ),
    ),
    Check(
        lambda form: "TopicArn" in form or "TargetArn" in form,
        lambda _: _refuse("TopicArn", "the sandbox takes SMS to a PhoneNumber only"),
    ),
    Check(
        lambda form: _E164.fullmatch(form.get("PhoneNumber", "")) is None,
        lambda form: _refuse(
            "PhoneNumber", f"{form.get('PhoneNumber', '')} is not valid to publish to"
        ),
    ),
    Check(
        lambda form: not form.get("Message"),
        lambda _: make_error(400, "InvalidParameter", "Invalid parameter: Empty message"),
    ),
    Check(
        lambda form: len(form["Message"]) > MAX_CHARS,
        lambda _: _refuse("Message", f"an SMS has at most {MAX_CHARS} characters"),
    ),
    Check(
        lambda form: _has_opted_out(form["PhoneNumber"]),
        lambda _: make_error(400, "OptedOut", "The phone number has opted out."),
    ),
    Check(
        lambda form: bool(_find_bad_attribute(form)),
        lambda form: make_error(
            400,
            "InvalidParameterValue",
            f"Invalid parameter: {_find_bad_attribute(form)} has an invalid value",
        ),
    ),
)
SIGNED: tuple[Check[Call], ...] = (
    Check(
        lambda call: not aws_errors.is_signed(call),
        lambda _: make_error(403, "MissingAuthenticationToken", "Missing Authentication Token"),
    ),
)
FAILURES = Failures(
    rate_limit=lambda _call, _retry_after_s: make_error(429, "Throttled", "Rate exceeded"),
    error_500=lambda _: make_error(500, "InternalError", "Internal failure"),
    refused=lambda _: _refuse("PhoneNumber", "it is not valid to publish to"),
    expired_token=lambda _: make_error(
        403, "ExpiredToken", "The security token included in the request is expired"
    ),
)


class Sns:
    """The SMS of one sandbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def list_routes(self) -> tuple[Route, ...]:
        """Publish, and the question before it, which no fault strikes."""
        route = Route("POST", "/", CHANNEL, self._publish, FAILURES, _read_draft, _is_publish)
        return (route,)

    def _publish(self, call: Call) -> Response:
        require_all(SIGNED, call)
        form = call.read_form()
        if form.get("Action") == CHECK:
            return _make_check(form)
        require_all(CHECKS, form)
        message_id = str(uuid.uuid4())
        self._outbox.accept(_make_draft(form), message_id)
        return _make_xml(
            200,
            f'<PublishResponse xmlns="{XMLNS}"><PublishResult><MessageId>{message_id}</MessageId>'
            f"</PublishResult><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId>"
            "</ResponseMetadata></PublishResponse>",
        )


def _make_check(form: Form) -> Response:
    found = str(_has_opted_out(form.get("phoneNumber", ""))).lower()
    return _make_xml(
        200,
        f'<{CHECK}Response xmlns="{XMLNS}"><{CHECK}Result><isOptedOut>{found}</isOptedOut>'
        f"</{CHECK}Result><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId>"
        f"</ResponseMetadata></{CHECK}Response>",
    )


def _make_xml(status: int, body: str) -> Response:
    return Response(status, body.encode(), _XML)


def _read_draft(call: Call) -> Draft | None:
    """What is published; None for a question."""
    return _make_draft(call.read_form()) if _is_publish(call) else None


def _is_publish(call: Call) -> bool:
    return call.read_form().get("Action") != CHECK


def _make_draft(form: Form) -> Draft:
    number = form.get("PhoneNumber", "")
    return Draft(
        channel=CHANNEL,
        account=number,
        text=form.get("Message", ""),
        details={"to": number, **read_attributes(form)},
    )
