"""What a Lambda function is, as plain data: its size, what it calls, what invokes it."""

from dataclasses import dataclass

API_HANDLER = "api_handler"  # Chalice's name for the function behind the routes
QUEUE = "sqs"
STREAMS = ("kinesis", "dynamodb")
SCHEDULE = "schedule"
# In place of a variable: for actions that take no resource, and for text messages, whose phone
# numbers are none.
ANYTHING, PHONE_NUMBERS = "*", "phone numbers"
LANGUAGE_MODEL = "language model"  # that of the stage's settings, if it uses one
DAY_S = 24 * 3600


@dataclass(frozen=True)
class Calls:
    """The actions on one resource; `within` continues its ARN: objects, an index, `-dlq`.

    `variable` is a declared resource's, the output of an ARN that AWS chooses,
    such as `OrdersTableStreamArn`, ANYTHING, PHONE_NUMBERS or LANGUAGE_MODEL.
    """

    variable: str
    actions: tuple[str, ...]
    within: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What invokes a function, mostly with batches; `variable` as in Calls.

    A stream's batch is halved down to the record that fails; that one is tried `retries` times
    more, while it is younger than `record_age_s`, and then its position goes to the queue
    `failures`. A queue has its own dead letters.
    `events` are those of a table's stream that count, such as INSERT; none means all. One shard's
    records are handled in up to `parallelization` batches at once, in order by partition key.
    A queue's `maximum_concurrency` is that of the handler's decorator in `app.py`.

    A SCHEDULE has no variable and no batches: it invokes the function every `every_min` minutes,
    once, and again no sooner for having failed.
    """

    service: str
    variable: str = ""
    every_min: int = 0
    retries: int = 3  # seed 002
    record_age_s: int = DAY_S  # a table stream's own retention
    events: tuple[str, ...] = ()
    failures: str | None = None
    parallelization: int = 1
    maximum_concurrency: int | None = None

    @property
    def is_schedule(self) -> bool:
        """Whether a clock invokes the function, and no event source mapping."""
        return self.service == SCHEDULE

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

    def role_name(self, prefix: str) -> str:
        """Its role's name on AWS as Chalice makes it, known before the role is there."""
        return f"{prefix}-{self.chalice_name}"

    def calls_with(self, action: str, variable: str) -> bool:
        """Whether its handler may use `action` on the resource itself."""
        return any(
            (calls.variable, calls.within) == (variable, "") and action in calls.actions
            for calls in self.calls
        )
