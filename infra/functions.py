"""Every Lambda function of the product as plain data: one entry a function, in this one place.

Its size, what it calls, and what invokes it. Configuration, policies, event source mappings,
alarms, dashboard, rehearsal and cost follow from the table; tests compare it with `app.py` and
with the calls that are made.
"""

from dataclasses import dataclass

API_HANDLER = "api_handler"  # Chalice's name for the function behind the routes
QUEUE = "sqs"
STREAMS = ("kinesis", "dynamodb")


@dataclass(frozen=True)
class Calls:
    """The actions on one resource; `within` continues its ARN: objects of a bucket, an index.

    `variable` is a resource's in `infra/resources.py`, or the output of an ARN that AWS chooses,
    such as `OrdersTableStreamArn`.
    """

    variable: str
    actions: tuple[str, ...]
    within: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What invokes a function with batches; `variable` as in Calls.

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
class Function:
    """One function; `handler` is the event handler's name, None for the API's routes.

    Its rights follow from `calls` and `source`.
    """

    handler: str | None
    memory_mb: int
    timeout_s: int
    reserved_concurrency: int | None = None
    calls: tuple[Calls, ...] = ()
    source: Source | None = None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.handler or "api"

    @property
    def chalice_name(self) -> str:
        """The name by which Chalice's files know it."""
        return self.handler or API_HANDLER

    @property
    def reads_stream(self) -> bool:
        """Whether its source is a stream, so that its iterator age is watched."""
        return self.source is not None and self.source.is_stream

    def name(self, prefix: str) -> str:
        """Its name on AWS as Chalice makes it; `prefix` is the stage's `function_prefix`."""
        return prefix if self.handler is None else f"{prefix}-{self.handler}"


# Sized after seed 002.
FUNCTIONS = (
    Function(
        handler=None,
        memory_mb=512,
        timeout_s=30,
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
)
