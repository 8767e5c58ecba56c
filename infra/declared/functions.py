"""Every Lambda function of the product as plain data: one entry a function, in this one place.

Its size, what it calls, and what invokes it. Configuration, policies, event source mappings,
alarms, dashboard, rehearsal and cost follow from the table; tests compare it with `app.py` and
with the calls that are made.
"""

from infra.declared import rights
from infra.declared.function_kinds import QUEUE, SCHEDULE, Calls, Function, Source
from infra.declared.resources import (
    JOBS_TIMEOUT_S,
    LOGS_TIMEOUT_S,
    MAIL_EVENTS_TIMEOUT_S,
    ORDERS_TIMEOUT_S,
    WEBHOOKS_TIMEOUT_S,
)

DELIVER_TIMEOUT_S = 300

# Sized after seed 002.
FUNCTIONS = (
    Function(
        handler=None,
        memory_mb=512,
        timeout_s=30,
        calls=rights.API,
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
        calls=(
            Calls("ORDERS_TABLE", ("dynamodb:PartiQLInsert",)),
            rights.LAST_FAILURES,
            *rights.EMIT,
        ),
        source=Source(service=QUEUE, variable="ORDERS_QUEUE_URL", maximum_concurrency=10),
    ),
    Function(
        handler="announce_orders",
        memory_mb=256,
        timeout_s=30,
        calls=(
            Calls("ORDERS_TABLE", ("dynamodb:BatchGetItem", "dynamodb:UpdateItem")),
            Calls("ORDERS_TOPIC_ARN", ("sns:Publish",)),
            *rights.EMIT,
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
        source=Source(service=QUEUE, variable="LOGS_QUEUE_URL", maximum_concurrency=10),
    ),
    Function(
        handler="run_jobs",
        memory_mb=256,
        timeout_s=JOBS_TIMEOUT_S,
        calls=(
            Calls("STATE_TABLE", ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
            *rights.SENDS,
            *rights.DEAD_LETTERS,
            *rights.ANNOUNCE_PENDING,
        ),
        source=Source(service=QUEUE, variable="JOBS_QUEUE_URL", maximum_concurrency=2),
    ),
    Function(
        handler="deliver_messages",
        memory_mb=1024,
        timeout_s=DELIVER_TIMEOUT_S,
        reserved_concurrency=10,
        calls=rights.DELIVER,
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
            *rights.DELIVER,
            Calls("MESSAGES_TABLE", ("dynamodb:Query",), within="/index/GSI2"),
            # The messages of series: a transaction of puts.
            Calls("MESSAGES_TABLE", ("dynamodb:PutItem",)),
            Calls("MESSAGES_STREAM", ("kinesis:PutRecords",)),
        ),
        source=Source(service=SCHEDULE, every_min=1),
    ),
    Function(
        handler="deliver_webhooks",
        memory_mb=256,
        timeout_s=WEBHOOKS_TIMEOUT_S,
        calls=rights.DELIVER_WEBHOOKS,
        source=Source(service=QUEUE, variable="WEBHOOKS_QUEUE_URL", maximum_concurrency=5),
    ),
    Function(
        handler="process_mail_events",
        memory_mb=256,
        timeout_s=MAIL_EVENTS_TIMEOUT_S,
        calls=(Calls("MESSAGES_TABLE", ("dynamodb:PutItem",)), rights.LAST_FAILURES),
        source=Source(service=QUEUE, variable="MAIL_EVENTS_QUEUE_URL", maximum_concurrency=2),
    ),
)
