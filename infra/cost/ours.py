"""This product's workloads: one entry each in WORKLOADS, sized by what is declared."""

import math
from collections.abc import Iterator

from infra.cost import parts, prices
from infra.cost.bill import Line, Traffic, Workload
from infra.cost.pipelines import operations, orders, tenant_logs
from infra.declared.stages import PROD

# Assumptions beside those in `parts`.
WAKE_S = 180  # what one message keeps the worker awake for: start, flush, and the idle minute
PULSE_S = 15  # the worker's heartbeat record
FLUSH_S = 30
POLLS_PER_S = 4 / 20  # four pollers' long polls of 20 s
BATCH = 10
IMAGE_GB = 0.6
USERS = 10
CONSOLE_GB = 1.0
ALARM_METRICS = {"worker": 3, "scaling": 4}
FIREWALL_RULES = 3  # the seed's; what logs need beside them is theirs to pay
MANAGEMENT_EVENTS_M = 0.1
SECURITY_CHECKS, CONFIG_ITEMS = 3_000, 300


def records(traffic: Traffic) -> Iterator[Line]:
    """`POST /stream` and `GET /get-user`: API, function, table, and a message for each search."""
    yield from parts.through_the_edge("records", traffic.requests)
    # A consistent read a search; a write is a transaction of record and idempotency marker.
    yield from parts.table_calls("records", writes=traffic.writes * 4, reads=traffic.searches)
    yield parts.stored("records")
    sent = traffic.searches / prices.MILLION
    yield Line("records", "SQS", "sends (M)", sent, prices.SQS_M)


def worker(traffic: Traffic) -> Iterator[Line]:
    """The archive worker: on Spot, and awake only while there are messages."""
    awake_h = prices.HOURS_A_MONTH * awake_share(traffic)
    awake_s = awake_h * 3600
    vcpu, memory_gb = PROD.worker.cpu / 1024, PROD.worker.memory_mib / 1024
    hour = vcpu * prices.FARGATE_ARM_VCPU_H + memory_gb * prices.FARGATE_ARM_GB_H
    yield Line("worker", "Fargate", "Spot hours", awake_h, hour * prices.FARGATE_SPOT_SHARE)
    yield Line("worker", "VPC", "public address hours", awake_h, prices.PUBLIC_IPV4_H)
    calls = max(awake_s * POLLS_PER_S, traffic.searches / BATCH) + traffic.searches / BATCH
    yield Line("worker", "SQS", "receives, deletes (M)", calls / prices.MILLION, prices.SQS_M)
    written = min(awake_s / FLUSH_S, traffic.searches)
    yield Line("worker", "S3", "parts (M)", written / prices.MILLION, prices.S3_PUT_M)
    yield Line("worker", "S3", "archive (GB)", parts.STORED_GB, prices.S3_STORAGE_GB)
    pulses = awake_s / PULSE_S / prices.MILLION
    yield Line("worker", "DynamoDB", "heartbeats (M)", pulses, prices.DYNAMODB_WRITE_M)
    yield Line("worker", "ECR", "images (GB)", IMAGE_GB, prices.ECR_STORAGE_GB)
    scaling = ALARM_METRICS["scaling"] + ALARM_METRICS["worker"]
    yield Line("worker", "CloudWatch", "alarm metrics", scaling, prices.ALARM_METRIC)


def platform(_: Traffic) -> Iterator[Line]:
    """What stands whatever the traffic: firewalls, sign-in, secrets, alarms, the dashboard."""
    yield Line("platform", "WAF", "web ACLs", parts.FIREWALLS, prices.WAF_ACL)
    yield Line("platform", "WAF", "rules", parts.FIREWALLS * FIREWALL_RULES, prices.WAF_RULE)
    yield Line("platform", "CloudWatch", "dashboard", 1, prices.DASHBOARD)
    yield parts.alarms("platform", [parts.function(None)], [parts.queue("SearchQueueUrl")])
    traffic = parts.ALARM_METRICS["traffic"]
    yield Line("platform", "CloudWatch", "alarm metrics", traffic, prices.ALARM_METRIC)
    secrets = len(parts.DECLARED.secrets) + 1  # and the edge's key
    yield Line("platform", "Secrets Manager", "secrets", secrets, prices.SECRET)
    yield Line("platform", "Cognito", "users", USERS, prices.COGNITO_USER)
    yield Line("platform", "CloudFront", "console (GB)", CONSOLE_GB, prices.CLOUDFRONT_OUT_GB)


def account(_: Traffic) -> Iterator[Line]:
    """GuardDuty and Security Hub, once per account, however many stages it holds."""
    yield Line("account", "GuardDuty", "events (M)", MANAGEMENT_EVENTS_M, prices.GUARDDUTY_EVENTS_M)
    yield Line("account", "Security Hub", "checks", SECURITY_CHECKS, prices.SECURITY_HUB_CHECK)
    yield Line("account", "Config", "items", CONFIG_ITEMS, prices.CONFIG_ITEM)


# What is compared with seed 002, which has one workload: one of ours, and what all stand upon.
ONE_WORKLOAD: tuple[Workload, ...] = (records, worker, platform, account)
WORKLOADS: tuple[Workload, ...] = (
    records,
    worker,
    orders,
    tenant_logs,
    operations,
    platform,
    account,
)


def awake_share(traffic: Traffic) -> float:
    """The share of time in which a message came within the last WAKE_S; arrivals are random."""
    per_s = traffic.searches / prices.SECONDS_A_MONTH
    return 1 - math.exp(-per_s * WAKE_S)
