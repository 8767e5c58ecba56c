"""Every table, queue, bucket and secret of a stage, declared once as plain data.

The local provisioner, the tests and the AWS stacks all read this, so they cannot drift. A
resource's `output` is its name in the outputs file; `variable` is the environment variable by
which the functions and the worker are told its name (None where they need none).
"""

from dataclasses import dataclass, field

LOCAL = "local"
PLAIN_STAGES = (LOCAL, "prod")  # the seeds' own names; any other stage carries its suffix


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index, with every attribute projected; keys are strings."""

    name: str
    partition_key: str
    sort_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A DynamoDB table on demand; keys are strings.

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


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A standard queue with its dead-letter queue."""

    output: str
    variable: str
    name: str
    visibility_timeout_s: int
    max_receive_count: int = 5
    retention_s: int = 14 * 24 * 3600

    @property
    def dead_letter_name(self) -> str:
        """The dead-letter queue keeps what was received `max_receive_count` times in vain."""
        return f"{self.name}-dlq"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A private bucket."""

    output: str
    variable: str
    name: str
    versioned: bool = False


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A Kinesis data stream."""

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
class Secret:
    """A generated secret; its value is made where it is provisioned and never declared."""

    variable: str
    name: str


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
    streams: tuple[Stream, ...] = ()
    topics: tuple[Topic, ...] = ()
    usage_plan: UsagePlan = field(default_factory=UsagePlan)
    user_pool: UserPool = field(default_factory=UserPool)


def suffix(stage: str) -> str:
    """What physical names end in on `stage`: nothing where they are the seeds' own."""
    return "" if stage in PLAIN_STAGES else f"-{stage}"


def resources(*, stage: str, account: str, region: str) -> Resources:
    """The resources of `stage`; buckets, whose names are global, add account and region."""
    end = suffix(stage)
    return Resources(
        stage=stage,
        tables=(
            Table(
                output="RecordsTable",
                variable="RECORDS_TABLE",
                name=f"OmniData{end}",
                partition_key="user_id",
            ),
            Table(
                output="StateTable",
                variable="STATE_TABLE",
                name=f"OmniState{end}",
                partition_key="pk",
                sort_key="sk",
                ttl="expires_at",
            ),
        ),
        queues=(
            Queue(
                output="SearchQueueUrl",
                variable="SEARCH_QUEUE_URL",
                name=f"OmniQueue{end}",
                visibility_timeout_s=120,
            ),
        ),
        buckets=(
            Bucket(
                output="AnalyticsBucket",
                variable="ANALYTICS_BUCKET",
                name=f"omni-analytics-data{end}-{account}-{region}",
            ),
        ),
        secrets=(Secret(variable="CURSOR_SECRET", name=f"omnidata{end}/cursor-key"),),
    )
