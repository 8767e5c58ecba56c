"""Every Lambda function of the product as plain data: one entry a function, in this one place.

Its size, what it calls, and what invokes it. Configuration, policies, event source mappings,
alarms, dashboard, rehearsal and cost follow from the table; tests compare it with `app.py` and
with the calls that are made.
"""

from dataclasses import dataclass

from infra.declared.access import TENANT_READER_OUTPUT
from infra.declared.kinds import dead_letter
from infra.declared.resources import (
    JOBS_TIMEOUT_S,
    LOCAL,
    LOGS_TIMEOUT_S,
    ORDERS_TIMEOUT_S,
    resources,
)

API_HANDLER = "api_handler"  # Chalice's name for the function behind the routes
QUEUE = "sqs"
STREAMS = ("kinesis", "dynamodb")
SCHEDULE = "schedule"
ANYTHING = "*"  # in place of a variable, for actions that take no resource
DAY_S = 24 * 3600


@dataclass(frozen=True)
class Calls:
    """The actions on one resource; `within` continues its ARN: objects, an index, `-dlq`.

    `variable` is a declared resource's, the output of an ARN that AWS chooses,
    such as `OrdersTableStreamArn`, or ANYTHING.
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


# Operators watch every queue of a stage; which stage does not matter for the variables.
_DECLARED = resources(stage=LOCAL, account="", region="")
_QUEUES = tuple(queue.variable for queue in _DECLARED.queues)
_LETTERS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
# Looking at dead letters and giving them back: operators do it, and their jobs.
_DEAD_LETTERS = (
    *(Calls(queue, _LETTERS, within=dead_letter("")) for queue in _QUEUES),
    *(Calls(failures.variable, _LETTERS) for failures in _DECLARED.failure_queues),
)
# What telling of orders that wait for it takes: after a failure operators do it, or their jobs.
_ANNOUNCE_PENDING = (
    Calls("ORDERS_TABLE", ("dynamodb:Query",), within="/index/by-announcement"),
    Calls("ORDERS_TABLE", ("dynamodb:BatchGetItem", "dynamodb:UpdateItem")),
    Calls("ORDERS_TOPIC_ARN", ("sns:Publish",)),
)

# Why a message failed, which a handler stores for its dead letter.
_LAST_FAILURES = Calls("STATE_TABLE", ("dynamodb:UpdateItem",))

# What a delivery takes; the tick delivers too, while the stream is down.
_DELIVER = (
    Calls("MESSAGES_TABLE", ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem")),
    Calls("STATE_TABLE", ("dynamodb:GetItem", "dynamodb:UpdateItem")),
    Calls("META_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls("LINKEDIN_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls("MEDIA_BUCKET", ("s3:GetObjectVersion",), within="/media/*"),
    # A phone number is no resource, and an identity is the account's own business.
    Calls(ANYTHING, ("ses:SendEmail", "sns:Publish")),
)
DELIVER_TIMEOUT_S = 300

# Sized after seed 002.
FUNCTIONS = (
    Function(
        handler=None,
        memory_mb=512,
        timeout_s=30,
        calls=(
            Calls(
                "RECORDS_TABLE",
                (
                    "dynamodb:DeleteItem",
                    "dynamodb:DescribeTable",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Scan",
                ),
            ),
            Calls(
                "STATE_TABLE",
                (
                    "dynamodb:BatchGetItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ),
            ),
            *(Calls(queue, ("sqs:GetQueueAttributes", "sqs:SendMessage")) for queue in _QUEUES),
            *_DEAD_LETTERS,
            Calls(ANYTHING, ("cloudwatch:GetMetricData",)),
            Calls("ANALYTICS_BUCKET", ("s3:ListBucket",)),
            Calls("ANALYTICS_BUCKET", ("s3:GetObject",), within="/searches/*"),
            Calls("CURSOR_SECRET", ("secretsmanager:GetSecretValue",)),
            Calls("ORDERS_TABLE", ("dynamodb:GetItem",)),
            Calls("ORDERS_TABLE", ("dynamodb:Query",), within="/index/by-day"),
            Calls("ORDERS_TOPIC_ARN", ("sns:ListSubscriptionsByTopic",)),
            *_ANNOUNCE_PENDING,
            Calls("CLAIMS_BUCKET", ("s3:PutObject",), within="/claims/*"),
            Calls(
                "MESSAGES_TABLE",
                (
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ),
            ),
            Calls("MESSAGES_TABLE", ("dynamodb:Query",), within="/index/GSI1"),
            Calls("MESSAGES_STREAM", ("kinesis:PutRecords",)),
            Calls("META_SECRET", ("secretsmanager:GetSecretValue",)),
            Calls("LINKEDIN_SECRET", ("secretsmanager:GetSecretValue",)),
            # Without it, what nobody uploaded yet is a 403.
            Calls("MEDIA_BUCKET", ("s3:ListBucket",)),
            Calls(
                "MEDIA_BUCKET",
                ("s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
                within="/media/*",
            ),
            # It reads logs by the sessions of their tenants alone.
            Calls(TENANT_READER_OUTPUT, ("sts:AssumeRole", "sts:TagSession")),
        ),
    ),
    Function(
        handler="tenant_key",
        memory_mb=256,
        timeout_s=10,
        calls=(Calls("STATE_TABLE", ("dynamodb:GetItem",)),),
    ),
    Function(
        handler="store_orders",
        memory_mb=256,
        timeout_s=ORDERS_TIMEOUT_S,
        calls=(Calls("ORDERS_TABLE", ("dynamodb:PartiQLInsert",)), _LAST_FAILURES),
        source=Source(service=QUEUE, variable="ORDERS_QUEUE_URL"),
    ),
    Function(
        handler="announce_orders",
        memory_mb=256,
        timeout_s=30,
        calls=(
            Calls("ORDERS_TABLE", ("dynamodb:BatchGetItem", "dynamodb:UpdateItem")),
            Calls("ORDERS_TOPIC_ARN", ("sns:Publish",)),
        ),
        source=Source(
            service="dynamodb",
            variable="OrdersTableStreamArn",
            retries=10,
            events=("INSERT",),
            failures="ANNOUNCE_FAILURES_URL",
        ),
    ),
    Function(
        handler="process_logs",
        memory_mb=512,
        timeout_s=LOGS_TIMEOUT_S,
        calls=(
            Calls(
                "LOGS_TABLE",
                (
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:PartiQLInsert",
                ),
            ),
            Calls(
                "STATE_TABLE",
                (
                    "dynamodb:BatchGetItem",
                    "dynamodb:PartiQLInsert",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ),
            ),
            Calls("CLAIMS_BUCKET", ("s3:ListBucket",)),
            Calls("CLAIMS_BUCKET", ("s3:DeleteObject", "s3:GetObject"), within="/claims/*"),
        ),
        source=Source(service=QUEUE, variable="LOGS_QUEUE_URL"),
    ),
    Function(
        handler="run_jobs",
        memory_mb=256,
        timeout_s=JOBS_TIMEOUT_S,
        calls=(
            Calls("STATE_TABLE", ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
            *(Calls(queue, ("sqs:GetQueueAttributes", "sqs:SendMessage")) for queue in _QUEUES),
            *_DEAD_LETTERS,
            *_ANNOUNCE_PENDING,
        ),
        source=Source(service=QUEUE, variable="JOBS_QUEUE_URL"),
    ),
    Function(
        handler="deliver_messages",
        memory_mb=1024,
        timeout_s=DELIVER_TIMEOUT_S,
        reserved_concurrency=10,
        calls=_DELIVER,
        source=Source(
            service="kinesis",
            variable="MESSAGES_STREAM",
            retries=3,
            parallelization=10,  # by shard, so that one shard fills the reserved concurrency
            failures="DELIVER_FAILURES_URL",
        ),
    ),
    Function(
        handler="publish_due",
        memory_mb=256,
        timeout_s=60,
        calls=(
            *_DELIVER,
            Calls("MESSAGES_TABLE", ("dynamodb:Query",), within="/index/GSI2"),
            Calls("MESSAGES_STREAM", ("kinesis:PutRecords",)),
        ),
        source=Source(service=SCHEDULE, every_min=1),
    ),
)
