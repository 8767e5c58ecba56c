"""The queue of a rehearsal and its dead letters."""

import json
from dataclasses import dataclass
from typing import Any

from infra.rehearsal.deployment import Rehearsal

_COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
_RETURN_S = "6"  # far longer than a batch takes here
DELIVERIES = 2


@dataclass(frozen=True)
class SearchQueue:
    """The search queue as the deployed functions know it."""

    sqs: Any
    url: str
    dead_letters_url: str

    def waiting(self) -> int:
        """How many messages there are, in flight or not."""
        return self._count(self.url)

    def dead(self) -> int:
        """How many dead letters there are."""
        return self._count(self.dead_letters_url)

    def send(self, bodies: list[str]) -> None:
        """Send at most ten messages at once."""
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)

    def hurry(self) -> None:
        """Let a message come back soon, and be dead after its second delivery."""
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["RedrivePolicy"])
        policy = json.loads(found["Attributes"]["RedrivePolicy"])
        policy["maxReceiveCount"] = DELIVERIES
        attributes = {"VisibilityTimeout": _RETURN_S, "RedrivePolicy": json.dumps(policy)}
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes=attributes)

    def _count(self, url: str) -> int:
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)["Attributes"]
        return sum(int(found[name]) for name in _COUNTS)


def search_queue(rehearsal: Rehearsal) -> SearchQueue:
    """The queue of the rehearsal's stage."""
    url = rehearsal.provisioned.outputs["SearchQueueUrl"]
    name = url.rsplit("/", 1)[-1]
    declared = rehearsal.settings.resources("").queues
    dead = next(each.dead_letter_name for each in declared if each.name == name)
    return SearchQueue(rehearsal.client("sqs"), url, url.removesuffix(name) + dead)
