"""A small application for rehearsals: it counts the deliveries of messages, and fails on POISON."""

from chalice.app import Chalice, SQSEvent

from chalicelib import batch, observability
from chalicelib.aws import API
from chalicelib.aws.queue import Queue, Received, SqsMapping
from chalicelib.settings import api_settings, queue_name
from chalicelib.wiring import Wiring

POISON = "poison"

settings = api_settings()
wiring = Wiring(settings)
observability.configure()

app = Chalice("rehearsal")


class Poisoned(Exception):
    """This message always fails."""


@app.on_sqs_message(
    queue=queue_name(settings.search_queue_url), batch_size=5, name="count_messages"
)
def count_messages(event: SQSEvent) -> batch.Response:
    """Count every delivery of a message under its body."""
    queue = Queue(wiring.aws.client("sqs"), settings.search_queue_url)
    mapping = SqsMapping(queue.delete_all, settings.partial_batch_responses)
    return batch.sqs(event, batch.handle_each(_count), mapping)


def _count(message: Received) -> None:
    wiring.state(API).count(message.body)
    if message.body == POISON:
        raise Poisoned
