"""This product's workloads, listed in WORKLOADS; quantities come from the declaration."""

import math
from collections.abc import Iterator

from infra.cost import parts, prices, tables
from infra.cost.bill import Line, Traffic, Workload
from infra.cost.console import bill_console
from infra.cost.pipelines import bill_operations, bill_orders, bill_tenant_logs, bill_webhooks
from infra.cost.publisher import bill_publisher, bill_recipients
from infra.declared.stages import PROD

# Assumptions, in addition to those in `parts`.
WAKE_S = 180  # a message keeps the worker running so long: start, flush and the idle minute
PULSE_S = 15  # the worker's heartbeat record
FLUSH_S = 30
POLLS_PER_S = 6 / 20  # six pollers' long polls of 20 s
BATCH = 10
EVENT_BYTES = 40  # of an archived search, compressed
IMAGE_GB = 0.6
USERS = 10
CONSOLE_GB = 1.0
ALARM_METRICS = {"worker": 3, "scaling": 4}
FIREWALL_RULES = 4  # the seed's three and that on bodies; log intake's is in tenant_logs
MANAGEMENT_EVENTS_M = 0.1
SECURITY_CHECKS, CONFIG_ITEMS = 3_000, 300


def bill_records(traffic: Traffic) -> Iterator[Line]:
    """`POST /stream` and `GET /get-user`: API, function, table, and a message for each search."""
    levers = traffic.levers
    yield from parts.bill_requests(
        "records", traffic.requests, levers, direct=levers.direct_programs
    )
    # A consistent read a search; a write is a transaction of record and idempotency marker.
    reads = traffic.searches + parts.LOOK_READS
    writes = traffic.writes * 4 + tables.count_activity_writes(traffic.writes)
    at = tables.find_prices(levers, is_endless=True)
    yield from tables.bill_calls("records", at, writes=writes, reads=reads)
    yield tables.bill_storage("records", at, traffic.writes, copies=1)
    sent = traffic.searches / prices.MILLION
    yield Line("records", "SQS", "sends (M)", sent, prices.SQS_M)


def _bill_archive(written_parts: float, searches: float) -> Iterator[Line]:
    kept_gb = searches * parts.MONTHS_KEPT * EVENT_BYTES / prices.GB
    yield Line("worker", "S3", "parts (M)", written_parts / prices.MILLION, prices.S3_PUT_M)
    yield Line("worker", "S3", "archive (GB)", kept_gb, prices.S3_STORAGE_GB)


def bill_worker(traffic: Traffic) -> Iterator[Line]:
    """The archive worker: on Spot, running only while there are messages."""
    awake_h = prices.HOURS_A_MONTH * compute_awake_share(traffic)
    awake_s = awake_h * 3600
    vcpu, memory_gb = PROD.worker.cpu / 1024, PROD.worker.memory_mib / 1024
    hour = vcpu * prices.FARGATE_ARM_VCPU_H + memory_gb * prices.FARGATE_ARM_GB_H
    yield Line("worker", "Fargate", "Spot hours", awake_h, hour * prices.FARGATE_SPOT_SHARE)
    yield Line("worker", "VPC", "public address hours", awake_h, prices.PUBLIC_IPV4_H)
    calls = max(awake_s * POLLS_PER_S, traffic.searches / BATCH) + traffic.searches / BATCH
    yield Line("worker", "SQS", "receives, deletes (M)", calls / prices.MILLION, prices.SQS_M)
    yield from _bill_archive(min(awake_s / FLUSH_S, traffic.searches), traffic.searches)
    pulses = awake_s / PULSE_S / prices.MILLION
    yield Line("worker", "DynamoDB", "heartbeats (M)", pulses, prices.DYNAMODB_WRITE_M)
    yield Line("worker", "ECR", "images (GB)", IMAGE_GB, prices.ECR_STORAGE_GB)
    scaling = ALARM_METRICS["scaling"] + ALARM_METRICS["worker"]
    yield Line("worker", "CloudWatch", "alarm metrics", scaling, prices.ALARM_METRIC)


def bill_platform(traffic: Traffic) -> Iterator[Line]:
    """Costs that do not depend on traffic: web ACLs, sign-in, secrets, alarms, the dashboard.

    But for CloudFront's plan at a flat rate, which has its web ACL and what goes out.
    """
    firewalls = parts.FIREWALLS
    if traffic.levers.flat_rate:
        firewalls -= 1
        yield Line("platform", "CloudFront", "flat rate", 1, find_flat_rate(traffic))
    else:
        yield Line("platform", "CloudFront", "console (GB)", CONSOLE_GB, prices.CLOUDFRONT_OUT_GB)
    yield Line("platform", "WAF", "web ACLs", firewalls, prices.WAF_ACL)
    yield Line("platform", "WAF", "rules", firewalls * FIREWALL_RULES, prices.WAF_RULE)
    yield Line("platform", "CloudWatch", "dashboard", 1, prices.DASHBOARD)
    yield parts.bill_alarms(
        "platform", [parts.find_function(None)], [parts.find_queue("SearchQueueUrl")]
    )
    alarms = parts.ALARM_METRICS["traffic"]
    yield Line("platform", "CloudWatch", "alarm metrics", alarms, prices.ALARM_METRIC)
    secrets = len(parts.DECLARED.secrets) + 1  # and the edge's key
    yield Line("platform", "Secrets Manager", "secrets", secrets, prices.SECRET)
    yield Line("platform", "Cognito", "users", USERS, prices.COGNITO_USER)


def find_flat_rate(traffic: Traffic) -> float:
    """US$ a month of the plan for what comes by CloudFront; endless where none has so many."""
    by_edge = 2 * (not traffic.levers.direct_programs) + (not traffic.levers.direct_orders)
    millions = by_edge * traffic.requests / prices.MILLION
    return next((price for most, price in prices.CLOUDFRONT_PLANS if millions <= most), math.inf)


def bill_account(_: Traffic) -> Iterator[Line]:
    """GuardDuty and Security Hub, once per account, however many stages it holds.

    What GuardDuty reads of functions and files is in their workloads.
    """
    yield Line("account", "GuardDuty", "events (M)", MANAGEMENT_EVENTS_M, prices.GUARDDUTY_EVENTS_M)
    yield Line("account", "Security Hub", "checks", SECURITY_CHECKS, prices.SECURITY_HUB_CHECK)
    yield Line("account", "Config", "items", CONFIG_ITEMS, prices.CONFIG_ITEM)


# For the comparison with seed 002, which has one workload: the same of ours and the shared parts.
ONE_WORKLOAD: tuple[Workload, ...] = (bill_publisher, bill_platform, bill_account)
WORKLOADS: tuple[Workload, ...] = (
    bill_records,
    bill_worker,
    bill_orders,
    bill_tenant_logs,
    bill_publisher,
    bill_recipients,
    bill_webhooks,
    bill_operations,
    bill_console,
    bill_platform,
    bill_account,
)
# Beside the seeds, whose claims are without what mails and text messages cost.
COMPARED = tuple(workload for workload in WORKLOADS if workload is not bill_recipients)


def compute_awake_share(traffic: Traffic) -> float:
    """The share of time with a message in the last WAKE_S, for Poisson arrivals."""
    per_s = traffic.searches / prices.SECONDS_A_MONTH
    return 1 - math.exp(-per_s * WAKE_S)
