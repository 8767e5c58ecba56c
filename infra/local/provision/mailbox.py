"""The demo user's mailbox: a queue that gets what the topic mails, since nothing mails here."""

import json
from typing import Any
from urllib.parse import urlsplit

from infra.local.config import DEMO_USER, LocalConfig

QUEUE = "omnidata-mailbox"
RETENTION_S = 14 * 24 * 3600
PATH = "/_local/mailbox"  # no stage of API Gateway and no page of the console begins so


def mailbox_url(config: LocalConfig) -> str:
    """The mailbox's page."""
    return f"{config.console_url.rstrip('/')}{PATH}"


def ensure_mailbox(sqs: Any, sns: Any, topic_arn: str) -> None:
    """Subscribe the demo user to the topic by e-mail, and the queue that is the mailbox.

    The queue gets SNS's whole envelope, for only there does the subject come along.
    """
    queue_arn = _ensure_queue(sqs, topic_arn)
    for protocol, endpoint in (("email", DEMO_USER), ("sqs", queue_arn)):
        sns.subscribe(TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint)


def mailbox_queue(sqs: Any, endpoint_url: str) -> str:
    """The queue's URL on this endpoint.

    Raises botocore's own error while there is none.
    """
    return endpoint_url + urlsplit(str(sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"])).path


def _ensure_queue(sqs: Any, topic_arn: str) -> str:
    try:
        url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = str(asked["Attributes"]["QueueArn"])
    attributes = {
        "MessageRetentionPeriod": str(RETENTION_S),
        "Policy": json.dumps(_policy(arn, topic_arn)),
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return arn


def _policy(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    """The topic alone may send; emulators that enforce rights ask for it, as AWS does."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
