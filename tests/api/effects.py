"""What requests leave behind: counted at botocore, whatever the service."""

from collections.abc import Collection
from typing import Any

SENT = {
    "SendMessage",
    "SendMessageBatch",
    "PutObject",
    "Publish",
    "PublishBatch",
    "PutRecords",
    "SendEmail",
}
WRITES = SENT | {
    "PutItem",
    "DeleteItem",
    "UpdateItem",
    "TransactWriteItems",
    "BatchWriteItem",
    "BatchExecuteStatement",
    "DeleteMessageBatch",
}
SERVICES = ("dynamodb", "sqs", "s3", "sns", "kinesis", "sesv2")


class Effects:
    """Counts the calls that wrote or sent something; `counted` are the operations."""

    def __init__(self, aws: Any, counted: Collection[str] = WRITES) -> None:
        self.count = 0
        self._counted = counted
        made = [client.meta.events for client in aws._clients.values()]
        for events in [*made, aws.session.get_component("event_emitter")]:
            for service in SERVICES:
                events.register(f"after-call.{service}", self._count)

    def _count(self, http_response: Any, model: Any, **_: Any) -> None:
        self.count += model.name in self._counted and http_response.status_code == 200
