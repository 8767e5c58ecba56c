import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from chalicelib.webhooks import signing

BODY = b'{"type":"message.sent","data":{"text":"Gr\xc3\xbc\xc3\x9fe"}}'
SECRET, OTHER = signing.make_secret(b"k" * 32), signing.make_secret(b"o" * 32)


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_specifications_own_library_takes_the_signature():
    headers = signing.build_headers([SECRET], "msg_1", now(), BODY)

    assert Webhook(SECRET).verify(BODY, headers)["type"] == "message.sent"


def test_its_example_has_its_signature():
    """Of the specification's README."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime(2021, 2, 25, 7, 20, 14, tzinfo=UTC)
    signed = signing.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", int(at.timestamp()), b"{}")

    assert signed == Webhook(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, "{}")


def test_two_secrets_are_two_signatures_and_either_is_enough():
    headers = signing.build_headers([SECRET, OTHER], "msg_1", now(), BODY)

    assert [part[:3] for part in headers["webhook-signature"].split(" ")] == ["v1,", "v1,"]
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_what_was_changed_on_the_way_is_not_verified(changed):
    headers, body = signing.build_headers([SECRET], "msg_1", now(), BODY), BODY
    if changed == "body":
        body = BODY + b" "
    else:
        headers[changed] = str(now() - 1) if changed == "webhook-timestamp" else "msg_2"

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)


def test_a_secret_has_the_bytes_that_it_was_made_of():
    secret = signing.make_secret(b"k" * signing.SECRET_BYTES)

    assert secret.startswith("whsec_")
    assert base64.b64decode(secret.removeprefix("whsec_")) == b"k" * 32
