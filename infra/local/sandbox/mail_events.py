"""What becomes of e-mails by their recipients, as SES tells it by a configuration set.

As SES's mailbox simulator, by the part before the `@` and a `+label`: `bounce@` and `complaint@`
of any domain; `softbounce@` has a full mailbox. Everybody else takes the e-mail, and nothing is
told.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import Aws, Timeouts
from chalicelib.observability import logger
from infra.declared.resources import resources
from infra.local.config import ACCOUNT, REGION, STAGE, LocalConfig
from infra.local.environment import aws_settings

Tell = Callable[[Mapping[str, Any]], None]
TIMEOUTS = Timeouts(connect_s=1, read_s=2, attempts=2)
TIME = "2026-01-01T00:00:00.000Z"  # of the receiver's report, which nobody reads

_log = logger(__name__)


def build_event(address: str, message_id: str, tags: Mapping[str, str]) -> dict[str, Any] | None:
    """The event of an e-mail to `address`; None if there is none."""
    local_part = address.partition("@")[0].partition("+")[0].lower()
    recipients = [{"emailAddress": address}]
    found: dict[str, dict[str, Any]] = {
        "bounce": _build_bounce("Permanent", "NoEmail", recipients),
        "softbounce": _build_bounce("Transient", "MailboxFull", recipients),
        "complaint": {
            "eventType": "Complaint",
            "complaint": {
                "feedbackId": str(uuid.uuid4()),
                "complainedRecipients": recipients,
                "complaintFeedbackType": "abuse",
                "timestamp": TIME,
            },
        },
    }
    event = found.get(local_part)
    if event is None:
        return None
    mail = {
        "messageId": message_id,
        "destination": [address],
        "tags": {name: [value] for name, value in tags.items()},
    }
    return {**event, "mail": mail}


def _build_bounce(kind: str, subtype: str, recipients: list[dict[str, str]]) -> dict[str, Any]:
    bounce = {
        "feedbackId": str(uuid.uuid4()),
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": recipients,
        "timestamp": TIME,
    }
    return {"eventType": "Bounce", "bounce": bounce}


def publish_to_topic(config: LocalConfig) -> Tell:
    """What publishes events to the topic of the configuration set, on the emulator."""
    aws = Aws(aws_settings(config.endpoint_url))
    name = resources(stage=STAGE, account=ACCOUNT, region=REGION).mail_events.topic_name
    topic_arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"

    def tell(event: Mapping[str, Any]) -> None:
        try:
            client = aws.client("sns", TIMEOUTS)
            client.publish(TopicArn=topic_arn, Message=json.dumps(event))
        except (BotoCoreError, ClientError):  # the e-mail was accepted all the same
            _log.exception("an event of an e-mail was not published")

    return tell
