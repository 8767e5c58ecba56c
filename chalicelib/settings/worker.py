"""What the container reads at start."""

import os
from collections.abc import Mapping

import msgspec

from chalicelib.errors import MissingSetting
from chalicelib.settings.environment import AwsSettings, Environment


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the container. Times in seconds, sizes in bytes."""

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
        pollers=int(env.number("POLLERS", 6, at_least=1)),
        flush_records=int(env.number("FLUSH_RECORDS", 1_000, at_least=1)),
        flush_bytes=int(env.number("FLUSH_BYTES", 1024 * 1024, at_least=1)),
        flush_after_s=env.number("FLUSH_AFTER_S", 10 if env.is_local else 30),
        visibility_timeout_s=int(visibility_s),
        heartbeat_s=heartbeat_s,
        stop_budget_s=env.number("STOP_BUDGET_S", 6 if env.is_local else 25),
    )
