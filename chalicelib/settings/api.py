"""What the functions of `app.py` read, once, at import."""

from collections.abc import Mapping

import msgspec

from chalicelib.settings.environment import AwsSettings, Environment, process_environment
from chalicelib.settings.publisher import PublisherSettings, publisher_settings
from chalicelib.settings.watched import Watched, read_watched


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the functions; each workload with many has its own."""

    stage: str
    aws: AwsSettings
    records_table: str
    state_table: str
    orders_table: str
    orders_stream_arn: str
    logs_table: str
    webhooks_table: str
    search_queue_url: str
    orders_queue_url: str
    logs_queue_url: str
    jobs_queue_url: str
    webhooks_queue_url: str
    mail_events_queue_url: str
    webhook_loopback: bool
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
    notification_pause_s: float
    queue_window_s: int
    log_work_ms_per_char: float
    log_message_bytes: int
    publisher: PublisherSettings


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
        webhooks_table=env.require("WEBHOOKS_TABLE"),
        search_queue_url=env.queue_url("SEARCH_QUEUE_URL"),
        orders_queue_url=env.queue_url("ORDERS_QUEUE_URL"),
        logs_queue_url=env.queue_url("LOGS_QUEUE_URL"),
        jobs_queue_url=env.queue_url("JOBS_QUEUE_URL"),
        webhooks_queue_url=env.queue_url("WEBHOOKS_QUEUE_URL"),
        mail_events_queue_url=env.queue_url("MAIL_EVENTS_QUEUE_URL"),
        webhook_loopback=env.is_local and env.optional("WEBHOOK_LOOPBACK", "1") == "1",
        watched=read_watched(env),
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
        notification_pause_s=env.number("NOTIFICATION_PAUSE_S", 0, at_most=1),
        queue_window_s=int(env.number("QUEUE_WINDOW_S", 0, at_most=60)),
        log_work_ms_per_char=env.number("LOG_WORK_MS_PER_CHAR", 0),
        log_message_bytes=int(
            env.number("LOG_MESSAGE_BYTES", 256 * 1024, at_least=1024, at_most=1024 * 1024)
        ),
        publisher=publisher_settings(env),
    )


def queue_name(queue_url: str) -> str:
    """The name of a queue, as an event source wants it."""
    return queue_url.rpartition("/")[2]
