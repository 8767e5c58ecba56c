"""What goes to a person is sent at most once, and its sender knows what became of it."""

import threading
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.exceptions import ParamValidationError
from moto.backends import get_backend
from support.clouds import ACCOUNT, REGION, cloud_at
from support.failpoints import (
    access_denied,
    answered,
    closed_port,
    connect_timed_out,
    failpoint,
    garbled,
    refused,
    server_error,
    timed_out,
    timed_out_after_commit,
    unavailable,
)

from chalicelib.aws.mail import Email, Mailer
from chalicelib.aws.session import SEND
from chalicelib.aws.sms import Sms
from chalicelib.errors import OutcomeUnknown, Refused, Unavailable

SENDER = "OmniData <messages@example.com>"
EMAIL = Email(
    recipient="ada@example.com",
    subject="Hello ü",
    text="First line\nsecond",
    headers={"List-Unsubscribe": "<https://example.com/u>"},
    tags={"message": "m-1"},
)


def idle_client(aws, service):
    """The client of the next call."""
    with aws.lend_client(service, SEND) as client:
        return client


@pytest.fixture
def mailer(aws):
    aws.client("sesv2").create_email_identity(EmailIdentity="messages@example.com")
    return Mailer(aws, SENDER)


@pytest.fixture
def ses(aws):
    return idle_client(aws, "sesv2")


def sent():
    return get_backend("sesv2")[ACCOUNT][REGION].core_backend.sent_messages


def test_an_email_has_sender_recipient_subject_and_text(mailer):
    assert mailer.send(EMAIL)
    (message,) = sent()
    assert message.source == SENDER
    assert message.destinations["ToAddresses"] == ["ada@example.com"]
    assert (message.subject, message.body) == ("Hello ü", "First line\nsecond")


def test_headers_and_tags_go_with_it(mailer, ses):
    asked = []
    ses.meta.events.register(
        "provide-client-params.sesv2", lambda params, **_: asked.append(params)
    )
    mailer.send(EMAIL)
    assert asked[0]["Content"]["Simple"]["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": "<https://example.com/u>"}
    ]
    assert asked[0]["EmailTags"] == [{"Name": "message", "Value": "m-1"}]


@pytest.mark.parametrize("fault", [refused, connect_timed_out])
def test_a_failure_to_connect_is_tried_once_more(mailer, ses, fault):
    with failpoint(ses, "SendEmail", fault) as point:
        mailer.send(EMAIL)
    assert point.attempts == 2
    assert len(sent()) == 1


def test_without_a_connection_it_is_unavailable_and_not_sent(mailer, ses):
    with failpoint(ses, "SendEmail", refused, refused) as point, pytest.raises(Unavailable):
        mailer.send(EMAIL)
    assert point.attempts == 2


@pytest.mark.parametrize("fault", [timed_out, timed_out_after_commit, server_error, unavailable])
def test_after_the_call_was_sent_it_is_never_sent_again(mailer, ses, fault):
    with failpoint(ses, "SendEmail", fault) as point, pytest.raises(OutcomeUnknown):
        mailer.send(EMAIL)
    assert point.attempts == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "TooManyRequestsException"), (400, "LimitExceededException"), (429, "Another")],
)
def test_a_clear_no_for_now_can_be_tried_again(mailer, ses, status, code):
    with failpoint(ses, "SendEmail", answered(status, code)), pytest.raises(Unavailable):
        mailer.send(EMAIL)


def test_a_clear_no_for_good_is_refused_with_the_services_reason(mailer, ses):
    rejected = answered(400, "MessageRejected")
    with failpoint(ses, "SendEmail", rejected), pytest.raises(Refused) as refusal:
        mailer.send(EMAIL)
    assert refusal.value.reason == "MessageRejected"
    with failpoint(ses, "SendEmail", access_denied), pytest.raises(Refused) as refusal:
        mailer.send(EMAIL)
    assert refusal.value.reason == "AccessDeniedException"


def test_a_call_of_the_wrong_types_is_a_defect(aws):
    with pytest.raises(ParamValidationError):
        Sms(aws).send("+15555550100", None)


def test_a_text_message_goes_to_a_number_with_its_attributes(aws):
    client = idle_client(aws, "sns")
    asked = []
    client.meta.events.register(
        "provide-client-params.sns", lambda params, **_: asked.append(params)
    )
    attributes = {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.MaxPrice": Decimal("0.50")}
    message_id = Sms(aws).send("+15555550100", "Hello", attributes)
    assert get_backend("sns")[ACCOUNT][REGION].sms_messages == {
        message_id: ("+15555550100", "Hello")
    }
    assert asked[0]["MessageAttributes"] == {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": "0.50"},
    }


@pytest.mark.parametrize("fault", [timed_out, server_error, garbled])
def test_a_text_message_with_a_lost_response_is_never_sent_again(aws, fault):
    client = idle_client(aws, "sns")
    with failpoint(client, "Publish", fault) as point, pytest.raises(OutcomeUnknown):
        Sms(aws).send("+15555550100", "Hello")
    assert point.attempts == 1


@contextmanager
def service(answer):
    """An HTTP server for SES; gives its URL and the client ports of the calls that came."""
    ports = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            ports.append(self.client_address[1])
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", ports
    finally:
        server.shutdown()
        server.server_close()


def accept(handler):
    body = b'{"MessageId": "m-1"}'
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def hang_up(handler):
    handler.close_connection = True


def test_each_call_has_a_connection_of_its_own():
    with service(accept) as (url, ports):
        mailer = Mailer(cloud_at(url), SENDER)
        assert [mailer.send(EMAIL) for _ in range(3)] == ["m-1"] * 3
    assert len(set(ports)) == 3


def test_calls_at_once_have_clients_of_their_own_which_are_used_again(aws):
    with aws.lend_client("sns", SEND) as one, aws.lend_client("sns", SEND) as other:
        assert one is not other
    with aws.lend_client("sns", SEND) as again, aws.lend_client("sns", SEND) as too:
        assert {again, too} == {one, other}


def test_a_connection_that_closes_without_a_response_means_one_call_of_unknown_outcome():
    with service(hang_up) as (url, ports):
        with pytest.raises(OutcomeUnknown):
            Mailer(cloud_at(url), SENDER).send(EMAIL)
        assert len(ports) == 1


def test_a_closed_port_is_unavailable():
    with closed_port() as url, pytest.raises(Unavailable):
        Mailer(cloud_at(url), SENDER).send(EMAIL)
