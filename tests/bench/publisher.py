"""Deliveries and ticks of the publisher.

Deliveries: the function behind the stream, a batch of ten records after another, against one
delivery after another by a plain sequence of the same calls on boto3. DynamoDB, SES and Secrets
Manager answer below botocore, the page by HTTP, each at once or after 50 ms. The local event
sources read a stream of one shard and one of ten by ten lanes, each a process on AWS.
Ticks: the function of the schedule on the emulator, among 1,000 to 50,000 scheduled messages of
which 100 are due to two channels; then what each message costs that is due, or that the stream
dropped. Interleaved, medians. Series: how long it takes to make the messages of 1,000 that are due.
Import: a table of 5,000 messages, against one message after another.
"""

from tests.bench import (
    publisher_delivery,
    publisher_due,
    publisher_import,
    publisher_series,
    publisher_stream,
)
from tests.bench.table import Row


def run() -> list[Row]:
    """The rows of all parts."""
    return [
        *publisher_delivery.run(),
        *publisher_stream.run(),
        *publisher_due.run(),
        *publisher_series.run(),
        *publisher_import.run(),
    ]
