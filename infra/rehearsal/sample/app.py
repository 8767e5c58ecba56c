"""A small application for rehearsals: it counts the deliveries of messages, and fails on POISON."""

from chalice.app import Chalice, SQSEvent

from chalicelib import batch, observability, wiring
from chalicelib.aws.queue import Queue, Received
from chalicelib.aws.state import State
from chalicelib.aws.table import Table

POISON = "poison"

settings = wiring.settings()
observability.configure()

app = Chalice("rehearsal")


class Poisoned(Exception):
    """This message always fails."""


@app.on_sqs_message(
    queue=settings.search_queue_url.rsplit("/", 1)[-1], batch_size=5, name="count_messages"
)
def count_messages(event: SQSEvent) -> batch.Response:
    """Count every delivery of a message under its body."""
    queue = Queue(wiring.aws().client("sqs"), settings.search_queue_url)
    return batch.sqs(
        event,
        batch.each(_count),
        delete=queue.delete_all,
        reports_failures=settings.partial_batch_responses,
    )


def _count(message: Received) -> None:
    State(Table(wiring.aws().client("dynamodb"), settings.state_table)).count(message.body)
    if message.body == POISON:
        raise Poisoned
