"""Frozen settings, one class a process; the only reader of `os.environ`."""

import math
import os
from collections.abc import Callable, Mapping

import msgspec

from chalicelib.errors import MissingSetting

LOCAL_STAGE = "local"
LOCAL_ACCOUNT = "000000000000"  # the account of the embedded emulator
DEFAULT_REGION = "us-east-1"


class AwsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where AWS is. `endpoint_url` is None on AWS itself; credentials are set on `local` alone."""

    region: str
    endpoint_url: str | None
    credentials: tuple[str, str] | None


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the functions of `app.py` read, once, at import."""

    stage: str
    aws: AwsSettings
    records_table: str
    state_table: str
    search_queue_url: str
    analytics_bucket: str
    user_pool_arn: str
    cursor_secret: str
    cors_origin: str
    tracing: str
    partial_batch_responses: bool


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

    def required(self, *names: str, local: str | None = None) -> str:
        """The first of `names` that is set; on stage `local` the given default.

        Raises MissingSetting, which names the variable.
        """
        for name in names:
            if value := self._variables.get(name):
                return value
        if self.is_local and local is not None:
            return local
        spellings = " or ".join(names)
        raise MissingSetting(f"stage {self.stage!r} needs the environment variable {spellings}")

    def number(self, name: str, default: float, *, at_least: float = 0) -> float:
        """The variable as a number.

        Raises MissingSetting when it is no number, or a smaller one.
        """
        value = self.optional(name, str(default))
        try:
            number = float(value)
        except ValueError as error:
            raise MissingSetting(f"{name} must be a number, not {value!r}") from error
        if not at_least <= number < math.inf:
            raise MissingSetting(f"{name} must be at least {at_least}, not {value!r}")
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


def api_settings(variables: Mapping[str, str] | None = None) -> ApiSettings:
    """Settings of the functions.

    Raises MissingSetting at import on any stage but `local` when a variable is missing.
    """
    env = Environment(os.environ if variables is None else variables)
    aws = env.aws()
    return ApiSettings(
        stage=env.stage,
        aws=aws,
        records_table=env.required("RECORDS_TABLE", local="OmniData"),
        state_table=env.required("STATE_TABLE", local="OmniState"),
        search_queue_url=env.required("SEARCH_QUEUE_URL", local=_local_queue(env)),
        analytics_bucket=env.required("ANALYTICS_BUCKET", local=_local_bucket(aws)),
        user_pool_arn=env.required("USER_POOL_ARN", local=_local_user_pool(aws)),
        cursor_secret=env.required("CURSOR_SECRET", local="omnidata/cursor-key"),
        cors_origin=env.required("CORS_ORIGIN", local="*"),
        tracing=env.optional("TRACING", "active"),
        partial_batch_responses=env.optional("PARTIAL_BATCH_RESPONSES", "0") == "1",
    )


def worker_settings(variables: Mapping[str, str] | None = None) -> WorkerSettings:
    """Settings of the container; both spellings of seed 000's variables are taken.

    On `local` the times are shorter: a laptop pays nothing for calls, its stop is hurried, and
    after a kill the messages come back sooner.

    Raises MissingSetting: the queue and the bucket have no default, not even on `local`.
    """
    env = Environment(os.environ if variables is None else variables)
    visibility_s = env.number("VISIBILITY_TIMEOUT_S", 30 if env.is_local else 120, at_least=1)
    heartbeat_s = env.number("HEARTBEAT_S", visibility_s / 3, at_least=0.1)
    if heartbeat_s > visibility_s / 2:
        raise MissingSetting("HEARTBEAT_S must be at most half of VISIBILITY_TIMEOUT_S")
    return WorkerSettings(
        stage=env.stage,
        aws=env.aws(),
        search_queue_url=env.required("SEARCH_QUEUE_URL", "SQS_QUEUE_URL", "SQS_URL"),
        analytics_bucket=env.required("ANALYTICS_BUCKET", "S3_BUCKET_NAME", "BUCKET_NAME"),
        state_table=env.required("STATE_TABLE", local="OmniState"),
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


def trace_header(read: Callable[[str], str | None] = os.environ.get) -> str | None:
    """The X-Ray header of this invocation; Lambda sets it anew before each one."""
    return read("_X_AMZN_TRACE_ID") or None


def _local_queue(env: Environment) -> str:
    return f"{env.endpoint()}/{LOCAL_ACCOUNT}/OmniQueue"


def _local_bucket(aws: AwsSettings) -> str:
    return f"omni-analytics-data-{LOCAL_ACCOUNT}-{aws.region}"


def _local_user_pool(aws: AwsSettings) -> str:
    return f"arn:aws:cognito-idp:{aws.region}:{LOCAL_ACCOUNT}:userpool/{aws.region}_local"
