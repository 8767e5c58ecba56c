"""The kinds of resources that a stage may have, as plain data.

A resource's `output` is its name in the outputs file; `variable` is the environment variable by
which the functions and the worker are told its name.
"""

from dataclasses import dataclass, field
from typing import Literal

from chalicelib.settings import NO_SECRET

STREAM_KEY = "alias/aws/kinesis"  # AWS managed: it has no monthly charge, nor a policy of its own


def dead_letter(queue: str) -> str:
    """The dead-letter queue of a queue, by its name, URL or ARN."""
    return f"{queue}-dlq"


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index; keys are strings.

    `projection` is what its items hold: every attribute, or the keys of table and index.
    """

    name: str
    partition_key: str
    sort_key: str | None = None
    projection: Literal["ALL", "KEYS_ONLY"] = "ALL"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A DynamoDB table; keys are strings.

    `stream_view` is what its stream carries of a change: `NEW_IMAGE` and the like.
    """

    output: str
    variable: str
    name: str
    partition_key: str
    sort_key: str | None = None
    ttl: str | None = None
    indexes: tuple[Index, ...] = ()
    stream_view: str | None = None

    @property
    def stream_output(self) -> str:
        """The output that names the ARN of its stream, which AWS chooses."""
        return f"{self.output}StreamArn"

    @property
    def stream_variable(self) -> str:
        """The variable by which the functions are told that ARN."""
        return f"{self.variable}_STREAM_ARN"


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A standard queue with its dead-letter queue; operators know it by `label`."""

    label: str
    output: str
    variable: str
    name: str
    visibility_timeout_s: int
    max_receive_count: int = 5
    retention_s: int = 14 * 24 * 3600

    @property
    def dead_letter_name(self) -> str:
        """The dead-letter queue: it gets what failed after `max_receive_count` receives."""
        return dead_letter(self.name)


@dataclass(frozen=True, kw_only=True)
class FailureQueue:
    """The failure destination of the stream that `handler` reads; operators know it by `label`.

    It holds dead letters itself, so it has no dead-letter queue of its own.
    """

    label: str
    handler: str
    output: str
    variable: str
    name: str
    retention_s: int = 14 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A private bucket; its objects are deleted after `expiry_days`, where set.

    With `console_methods`, such as POST, pages of the stage's console may use presigned forms and
    URLs: CORS allows that origin these methods, and the pages' security policy the bucket.
    """

    output: str
    variable: str
    name: str
    versioned: bool = False
    expiry_days: int | None = None
    console_methods: tuple[Literal["GET", "POST", "PUT"], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A Kinesis data stream, encrypted with STREAM_KEY."""

    output: str
    variable: str
    name: str
    shards: int = 1
    retention_h: int = 24


@dataclass(frozen=True, kw_only=True)
class Topic:
    """An SNS topic; its output and its variable are the ARN."""

    output: str
    variable: str
    name: str


@dataclass(frozen=True, kw_only=True)
class MailEvents:
    """An SES configuration set, whose events go to a topic and from there to a queue.

    Functions are told the set's `name` by `variable`, the queue's output is `queue_output`. The
    topic `topic_name` is SES's alone: `topic_output` names its ARN for people.
    """

    variable: str
    name: str
    topic_name: str
    topic_output: str
    queue_output: str
    events: tuple[str, ...] = ("BOUNCE", "COMPLAINT")


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret; its value is made where it is provisioned and never declared.

    Unless it is `generated`, a person gives the value on AWS, where it holds NO_SECRET until then
    and no deployment overwrites it. On stage local it is `sandbox_value`, which opens nothing.
    """

    variable: str
    name: str
    generated: bool = True
    sandbox_value: str = NO_SECRET


@dataclass(frozen=True, kw_only=True)
class UsagePlan:
    """Seed 000, phase 3: the plan of the API key; rate in requests/s, quota in requests/day."""

    name: str = "BasicPlan"
    key_name: str = "OmniKey"
    rate_limit: float = 10
    burst_limit: int = 20
    quota_per_day: int = 500


@dataclass(frozen=True, kw_only=True)
class UserPool:
    """Seed 000, phase 5: sign-in by e-mail; `custom:tenant_id` binds a user to a tenant."""

    name: str = "OmniUsers"
    client_name: str = "OmniWebClient"
    groups: tuple[str, ...] = ("operator", "publisher")
    tenant_attribute: str = "tenant_id"
    password_min_length: int = 12


@dataclass(frozen=True, kw_only=True)
class Resources:
    """All that one stage needs."""

    stage: str
    tables: tuple[Table, ...]
    queues: tuple[Queue, ...]
    buckets: tuple[Bucket, ...]
    secrets: tuple[Secret, ...]
    mail_events: MailEvents
    streams: tuple[Stream, ...] = ()
    topics: tuple[Topic, ...] = ()
    failure_queues: tuple[FailureQueue, ...] = ()
    usage_plan: UsagePlan = field(default_factory=UsagePlan)
    user_pool: UserPool = field(default_factory=UserPool)

    @property
    def with_outputs(self) -> tuple[Table | Queue | FailureQueue | Bucket | Stream | Topic, ...]:
        """Every resource that the functions are told by an output."""
        return (
            *self.tables,
            *self.queues,
            *self.failure_queues,
            *self.buckets,
            *self.streams,
            *self.topics,
        )
