"""What each handler calls, on which resource, and what invokes it: one entry a handler.

Its size stands in `infra/functions.py`; `variable` is a resource's in `infra/resources.py`, or
the output of an ARN that AWS chooses, such as `OrdersTableStreamArn`. The policies are generated
from this table, and a test compares it with the calls that are made.
"""

from collections.abc import Mapping
from dataclasses import dataclass

API_HANDLER = "api_handler"  # Chalice's name for the function behind the routes
QUEUE = "sqs"
STREAMS = ("kinesis", "dynamodb")


@dataclass(frozen=True)
class Calls:
    """The actions on one resource; `within` continues its ARN: objects of a bucket, an index."""

    variable: str
    actions: tuple[str, ...]
    within: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What invokes a handler with batches.

    A stream's batch is tried `retries` times more, then halved down to the record that fails,
    whose position goes to the queue `failures`; a queue has its own dead letters.
    """

    service: str
    variable: str
    retries: int = 3  # seed 002
    failures: str | None = None

    @property
    def is_stream(self) -> bool:
        """Whether it is read by shards, so that a bad record holds up those behind it."""
        return self.service in STREAMS


@dataclass(frozen=True, kw_only=True)
class Handler:
    """The rights of one handler follow from this."""

    calls: tuple[Calls, ...]
    source: Source | None = None


HANDLERS: Mapping[str, Handler] = {
    API_HANDLER: Handler(
        calls=(
            Calls(
                "RECORDS_TABLE",
                ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"),
            ),
            Calls("STATE_TABLE", ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
            Calls("SEARCH_QUEUE_URL", ("sqs:SendMessage",)),
            Calls("ANALYTICS_BUCKET", ("s3:ListBucket",)),
            Calls("ANALYTICS_BUCKET", ("s3:GetObject",), within="/searches/*"),
            Calls("CURSOR_SECRET", ("secretsmanager:GetSecretValue",)),
        ),
    ),
}
