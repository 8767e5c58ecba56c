"""A check of a rehearsal: a message, from the request to the mail and the text message."""

import json
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any

from infra.rehearsal.assertions import expect, wait_until
from infra.rehearsal.deployment import Rehearsal
from infra.rehearsal.emulator import RECIPIENTS

# What the emulator shows of what it sent: its path, and the member with a list for each recipient.
_INBOXES = {"email": ("ses/messages", "messages"), "sms": ("sns/sms-messages", "sms_messages")}


def publishes_a_message(rehearsal: Rehearsal) -> None:
    """A message goes through the stream by e-mail and SMS, once each, and its status says so."""
    ses = rehearsal.client("ses")
    ses.verify_email_identity(EmailAddress=RECIPIENTS["MAIL_FROM"])
    signed_in = {"Authorization": rehearsal.fetch_token()}
    text = f"Certified: {uuid.uuid4().hex}"
    path = f"/api/v1/messages/{_post_twice(rehearsal, text, signed_in)}"

    def fetch_message() -> Any:
        return rehearsal.send("GET", path, **signed_in).body

    wait_until(lambda: bool(fetch_message()["status"] == "sent"), "the message")
    _check_deliveries(fetch_message(), rehearsal, text)
    ses.delete_identity(Identity=RECIPIENTS["MAIL_FROM"])


def _post_twice(rehearsal: Rehearsal, text: str, signed_in: Mapping[str, str]) -> str:
    """The id of the message: a retry makes no second one."""
    message = {"content": text, "channels": list(_INBOXES)}
    key = {"Idempotency_Key": uuid.uuid4().hex}
    first, again = (
        rehearsal.send("POST", "/api/v1/messages", message, **signed_in, **key) for _ in range(2)
    )
    expect("the message", (first.status, again.status), (201, 201))
    expect("the retry's message", again.body["id"], first.body["id"])
    return str(first.body["id"])


def _check_deliveries(found: Mapping[str, Any], rehearsal: Rehearsal, text: str) -> None:
    to = {delivery["channel"]: delivery["target"] for delivery in found["channels"]}
    wanted = {"email": RECIPIENTS["DEFAULT_EMAILS"], "sms": RECIPIENTS["DEFAULT_PHONES"]}
    expect("its recipients", to, wanted)
    for channel in _INBOXES:
        came = [mail for mail in _read_inbox(rehearsal, channel) if text in mail]
        expect(f"what came by {channel}", len(came), 1)


def _read_inbox(rehearsal: Rehearsal, channel: str) -> list[str]:
    """What the emulator sent, each as JSON."""
    path, member = _INBOXES[channel]
    url = f"{rehearsal.emulator.config.endpoint_url}/_ministack/{path}"
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 our own
        boxes = json.load(response)[member].values()
    return [json.dumps(mail) for box in boxes for mail in box]
