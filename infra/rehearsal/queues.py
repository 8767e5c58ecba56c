"""The search queue of a rehearsal and its dead-letter queue."""

import json
from dataclasses import dataclass
from typing import Any

from infra.rehearsal.deployment import Rehearsal

_COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
_VISIBILITY_TIMEOUT_S = "6"  # a batch takes much less here
DELIVERIES = 2


@dataclass(frozen=True)
class SearchQueue:
    """The search queue of the deployed functions."""

    sqs: Any
    url: str
    dead_letters_url: str

    def count_messages(self) -> int:
        """The number of messages, visible and in flight."""
        return self._count(self.url)

    def count_dead_letters(self) -> int:
        """The number of messages in the dead-letter queue."""
        return self._count(self.dead_letters_url)

    def send(self, bodies: list[str]) -> None:
        """Send at most ten messages in one batch."""
        entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
        self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)

    def shorten_retries(self) -> None:
        """Set a short visibility timeout, and dead-letter a message after DELIVERIES receives."""
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["RedrivePolicy"])
        policy = json.loads(found["Attributes"]["RedrivePolicy"])
        policy["maxReceiveCount"] = DELIVERIES
        attributes = {
            "VisibilityTimeout": _VISIBILITY_TIMEOUT_S,
            "RedrivePolicy": json.dumps(policy),
        }
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes=attributes)

    def _count(self, url: str) -> int:
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)["Attributes"]
        return sum(int(found[name]) for name in _COUNTS)


def find_search_queue(rehearsal: Rehearsal) -> SearchQueue:
    """The queue of the rehearsal's stage."""
    url = rehearsal.provisioned.outputs["SearchQueueUrl"]
    name = url.rsplit("/", 1)[-1]
    declared = rehearsal.stage.resources("").queues
    dead_letter_name = next(queue.dead_letter_name for queue in declared if queue.name == name)
    return SearchQueue(rehearsal.client("sqs"), url, url.removesuffix(name) + dead_letter_name)
