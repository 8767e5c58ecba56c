"""Frozen settings, one class a process; the only reader of `os.environ`."""

import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from chalicelib.errors import MissingSetting

LOCAL_STAGE = "local"
DEFAULT_REGION = "us-east-1"
NO_SECRET = "{}"  # noqa: S105 the text of a secret until a person has given it another
# What `make venv` generates for stage `local`; no other stage reads it.
GENERATED = Path(__file__).parents[1] / ".chalice" / "config.json"


class AwsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where AWS is. `endpoint_url` is None on AWS itself; credentials are set on `local` alone."""

    region: str
    endpoint_url: str | None
    credentials: tuple[str, str] | None


class QueueUrls(msgspec.Struct, frozen=True):
    """A queue that operators watch."""

    url: str
    dead_letters_url: str
    function: str
    max_receives: int


class StreamSource(msgspec.Struct, frozen=True):
    """A stream that operators watch: by its handler, the Lambda function, and its failures."""

    handler: str
    function: str
    failures_url: str


class Watched(msgspec.Struct, frozen=True):
    """What operators watch, by the labels that they use."""

    queues: dict[str, QueueUrls]
    streams: dict[str, StreamSource]


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the functions of `app.py` read, once, at import."""

    stage: str
    aws: AwsSettings
    records_table: str
    state_table: str
    orders_table: str
    orders_stream_arn: str
    logs_table: str
    search_queue_url: str
    orders_queue_url: str
    logs_queue_url: str
    jobs_queue_url: str
    watched: Watched
    orders_topic_arn: str
    analytics_bucket: str
    claims_bucket: str
    tenant_reader_role_arn: str
    user_pool_arn: str
    cursor_secret: str
    cors_origin: str
    tracing: str
    partial_batch_responses: bool
    open_intake: bool
    digest_orders: int
    digest_window_s: int
    log_work_ms_per_char: float
    log_message_bytes: int


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the container reads at start. Times in seconds, sizes in bytes."""

    stage: str
    aws: AwsSettings
    search_queue_url: str
    analytics_bucket: str
    state_table: str
    worker_id: str
    health_file: str
    tracing: str
    pollers: int
    flush_records: int
    flush_bytes: int
    flush_after_s: float
    visibility_timeout_s: int
    heartbeat_s: float
    stop_budget_s: float


class Environment:
    """Looks variables up: a stage other than `local` has no defaults for its resources."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.stage = self.optional("STAGE", LOCAL_STAGE)
        self.is_local = self.stage == LOCAL_STAGE

    def optional(self, name: str, default: str) -> str:
        """The variable, or `default` when it is missing or empty."""
        return self._variables.get(name) or default

    def require(self, *names: str) -> str:
        """The first of `names` that is set.

        Raises MissingSetting, which names the variable.
        """
        for name in names:
            if value := self._variables.get(name):
                return value
        spellings = " or ".join(names)
        raise MissingSetting(f"stage {self.stage!r} needs the environment variable {spellings}")

    def queue_url(self, *names: str) -> str:
        """The URL of a queue; stage `local` may give its path alone, on whatever port AWS is.

        Raises MissingSetting.
        """
        return self._complete(self.require(*names))

    def read_watched(self) -> Watched:
        """What operators watch.

        Raises MissingSetting, also for what is not the JSON of Watched.
        """
        try:
            watched = msgspec.json.decode(self.require("WATCHED"), type=Watched)
        except msgspec.MsgspecError as error:
            raise MissingSetting(f"WATCHED must be generated: {error}") from error
        return Watched(
            queues={
                label: msgspec.structs.replace(
                    queue,
                    url=self._complete(queue.url),
                    dead_letters_url=self._complete(queue.dead_letters_url),
                )
                for label, queue in watched.queues.items()
            },
            streams={
                label: msgspec.structs.replace(
                    stream, failures_url=self._complete(stream.failures_url)
                )
                for label, stream in watched.streams.items()
            },
        )

    def _complete(self, queue_url: str) -> str:
        return self.endpoint() + queue_url if queue_url.startswith("/") else queue_url

    def number(
        self, name: str, default: float, *, at_least: float = 0, at_most: float = math.inf
    ) -> float:
        """The variable as a number.

        Raises MissingSetting when it is no number, or a smaller or greater one.
        """
        value = self.optional(name, str(default))
        try:
            number = float(value)
        except ValueError as error:
            raise MissingSetting(f"{name} must be a number, not {value!r}") from error
        if not at_least <= number <= at_most or math.isinf(number):
            most = "" if math.isinf(at_most) else f" and at most {at_most}"
            raise MissingSetting(f"{name} must be at least {at_least}{most}, not {value!r}")
        return number

    def aws(self) -> AwsSettings:
        """The AWS coordinates of this process."""
        region = self.optional("AWS_REGION", self.optional("AWS_DEFAULT_REGION", DEFAULT_REGION))
        if not self.is_local:
            return AwsSettings(
                region=region,
                endpoint_url=self._variables.get("AWS_ENDPOINT_URL") or None,
                credentials=None,
            )
        return AwsSettings(
            region=region,
            endpoint_url=self.endpoint(),
            credentials=(
                self.optional("AWS_ACCESS_KEY_ID", "test"),
                self.optional("AWS_SECRET_ACCESS_KEY", "test"),
            ),
        )

    def endpoint(self) -> str:
        """The emulator's URL on stage `local`."""
        return self.optional(
            "AWS_ENDPOINT_URL", f"http://127.0.0.1:{self.optional('AWS_PORT', '4566')}"
        )


def process_environment() -> Mapping[str, str]:
    """The environment; on stage `local`, what it lacks comes from the generated file.

    So a bare `import app` works on a laptop. `make run` and Lambda set every variable.
    """
    if os.environ.get("STAGE", LOCAL_STAGE) != LOCAL_STAGE or not GENERATED.exists():
        return os.environ
    stages = json.loads(GENERATED.read_text())["stages"]
    return {**stages[LOCAL_STAGE]["environment_variables"], **os.environ}


def api_settings(variables: Mapping[str, str] | None = None) -> ApiSettings:
    """Settings of the functions.

    Raises MissingSetting at import when a variable is missing.
    """
    env = Environment(process_environment() if variables is None else variables)
    return ApiSettings(
        stage=env.stage,
        aws=env.aws(),
        records_table=env.require("RECORDS_TABLE"),
        state_table=env.require("STATE_TABLE"),
        orders_table=env.require("ORDERS_TABLE"),
        orders_stream_arn=env.require("ORDERS_TABLE_STREAM_ARN"),
        logs_table=env.require("LOGS_TABLE"),
        search_queue_url=env.queue_url("SEARCH_QUEUE_URL"),
        orders_queue_url=env.queue_url("ORDERS_QUEUE_URL"),
        logs_queue_url=env.queue_url("LOGS_QUEUE_URL"),
        jobs_queue_url=env.queue_url("JOBS_QUEUE_URL"),
        watched=env.read_watched(),
        orders_topic_arn=env.require("ORDERS_TOPIC_ARN"),
        analytics_bucket=env.require("ANALYTICS_BUCKET"),
        claims_bucket=env.require("CLAIMS_BUCKET"),
        tenant_reader_role_arn=env.optional("TENANT_READER_ROLE_ARN", ""),
        user_pool_arn=env.require("USER_POOL_ARN"),
        cursor_secret=env.require("CURSOR_SECRET"),
        cors_origin=env.require("CORS_ORIGIN"),
        tracing=env.optional("TRACING", "active"),
        partial_batch_responses=env.optional("PARTIAL_BATCH_RESPONSES", "0") == "1",
        open_intake=env.optional("OPEN_INTAKE", "1" if env.is_local else "0") == "1",
        digest_orders=int(env.number("DIGEST_ORDERS", 1, at_least=1, at_most=100)),
        digest_window_s=int(env.number("DIGEST_WINDOW_S", 0, at_most=300)),
        log_work_ms_per_char=env.number("LOG_WORK_MS_PER_CHAR", 0),
        log_message_bytes=int(
            env.number("LOG_MESSAGE_BYTES", 256 * 1024, at_least=1024, at_most=1024 * 1024)
        ),
    )


def worker_settings(variables: Mapping[str, str] | None = None) -> WorkerSettings:
    """Settings of the container; both spellings of seed 000's variables are taken.

    On `local` the times are shorter: a laptop pays nothing for calls, its stop is hurried, and
    after a kill the messages come back sooner.

    Raises MissingSetting: the queue, the bucket and the table have no default.
    """
    env = Environment(os.environ if variables is None else variables)
    visibility_s = env.number("VISIBILITY_TIMEOUT_S", 30 if env.is_local else 120, at_least=1)
    heartbeat_s = env.number("HEARTBEAT_S", visibility_s / 3, at_least=0.1)
    if heartbeat_s > visibility_s / 2:
        raise MissingSetting("HEARTBEAT_S must be at most half of VISIBILITY_TIMEOUT_S")
    return WorkerSettings(
        stage=env.stage,
        aws=env.aws(),
        search_queue_url=env.queue_url("SEARCH_QUEUE_URL", "SQS_QUEUE_URL", "SQS_URL"),
        analytics_bucket=env.require("ANALYTICS_BUCKET", "S3_BUCKET_NAME", "BUCKET_NAME"),
        state_table=env.require("STATE_TABLE"),
        worker_id=env.optional("WORKER_ID", env.optional("HOSTNAME", "worker")),
        health_file=env.optional("HEALTH_FILE", "/tmp/omni-worker.health"),  # noqa: S108 the container's own /tmp
        tracing=env.optional("TRACING", "active"),
        pollers=int(env.number("POLLERS", 4, at_least=1)),
        flush_records=int(env.number("FLUSH_RECORDS", 1_000, at_least=1)),
        flush_bytes=int(env.number("FLUSH_BYTES", 1024 * 1024, at_least=1)),
        flush_after_s=env.number("FLUSH_AFTER_S", 10 if env.is_local else 30),
        visibility_timeout_s=int(visibility_s),
        heartbeat_s=heartbeat_s,
        stop_budget_s=env.number("STOP_BUDGET_S", 6 if env.is_local else 25),
    )


def queue_name(queue_url: str) -> str:
    """The name of a queue, as an event source wants it."""
    return queue_url.rpartition("/")[2]


def trace_header(read: Callable[[str], str | None] = os.environ.get) -> str | None:
    """The X-Ray header of this invocation; Lambda sets it anew before each one."""
    return read("_X_AMZN_TRACE_ID") or None
