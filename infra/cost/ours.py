"""This product's workloads: one entry each in WORKLOADS, sized by what is declared."""

import math
from collections.abc import Iterator

from infra.cost import prices
from infra.cost.bill import Line, Traffic, Workload
from infra.functions import FUNCTIONS, Function
from infra.resources import resources
from infra.stages import PROD

# Assumptions; the measured ones are of docs and benches, the others are round and on the dear side.
BILLED_MS = 30  # of one request: two calls to DynamoDB or SQS, and a share of the cold starts
LOG_BYTES = 1024  # of one request: an access log line and Lambda's own three
ANSWER_BYTES = 2048
TRACES_PER_S = 1  # X-Ray's default rule: one a second, and of the others SAMPLED
SAMPLED = 0.05
WAKE_S = 180  # what one message keeps the worker awake for: start, flush, and the idle minute
PULSE_S = 15  # the worker's heartbeat record
FLUSH_S = 30
POLLS_PER_S = 4 / 20  # four pollers' long polls of 20 s
BATCH = 10
IMAGE_GB = 0.6
STORED_GB = 1.0
USERS = 10
CONSOLE_GB = 1.0
ALARM_METRICS = {"traffic": 1, "function": 4, "stream": 1, "queue": 2, "worker": 3, "scaling": 4}
FIREWALLS, FIREWALL_RULES = 2, 3
MANAGEMENT_EVENTS_M = 0.1
SECURITY_CHECKS, CONFIG_ITEMS = 3_000, 300

DECLARED = resources(stage=PROD.name, account="", region=PROD.region)


def records(traffic: Traffic) -> Iterator[Line]:
    """`POST /stream` and `GET /get-user`: API, function, table, and a message for each search."""
    millions = traffic.requests / prices.MILLION
    yield from api_requests("records", traffic.requests, _api_function())
    # A consistent read a search; a write is a transaction of record and idempotency marker.
    reads, writes = traffic.searches, traffic.writes * 4
    yield Line("records", "DynamoDB", "reads (M)", reads / prices.MILLION, prices.DYNAMODB_READ_M)
    yield Line(
        "records", "DynamoDB", "writes (M)", writes / prices.MILLION, prices.DYNAMODB_WRITE_M
    )
    stored = prices.DYNAMODB_STORAGE_GB + prices.DYNAMODB_PITR_GB
    yield Line("records", "DynamoDB", "storage and backup (GB)", STORED_GB, stored)
    sent = traffic.searches / prices.MILLION
    yield Line("records", "SQS", "sends (M)", sent, prices.SQS_M)
    yield Line(
        "records", "CloudWatch", "logs (GB)", _gb(LOG_BYTES) * traffic.requests, prices.LOGS_GB
    )
    yield Line("records", "CloudFront", "requests (M)", millions, prices.CLOUDFRONT_REQUESTS_M)
    yield Line("records", "WAF", "requests (M)", FIREWALLS * millions, prices.WAF_REQUESTS_M)


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
    parts = min(awake_s / FLUSH_S, traffic.searches)
    yield Line("worker", "S3", "parts (M)", parts / prices.MILLION, prices.S3_PUT_M)
    yield Line("worker", "S3", "archive (GB)", STORED_GB, prices.S3_STORAGE_GB)
    pulses = awake_s / PULSE_S / prices.MILLION
    yield Line("worker", "DynamoDB", "heartbeats (M)", pulses, prices.DYNAMODB_WRITE_M)
    yield Line("worker", "ECR", "images (GB)", IMAGE_GB, prices.ECR_STORAGE_GB)
    scaling = ALARM_METRICS["scaling"] + ALARM_METRICS["worker"]
    yield Line("worker", "CloudWatch", "alarm metrics", scaling, prices.ALARM_METRIC)


def platform(_: Traffic) -> Iterator[Line]:
    """What stands whatever the traffic: firewalls, sign-in, secrets, alarms, the dashboard."""
    yield Line("platform", "WAF", "web ACLs", FIREWALLS, prices.WAF_ACL)
    yield Line("platform", "WAF", "rules", FIREWALLS * FIREWALL_RULES, prices.WAF_RULE)
    yield Line("platform", "CloudWatch", "dashboard", 1, prices.DASHBOARD)
    yield Line("platform", "CloudWatch", "alarm metrics", alarm_metrics(), prices.ALARM_METRIC)
    secrets = len(DECLARED.secrets) + 1  # and the edge's key
    yield Line("platform", "Secrets Manager", "secrets", secrets, prices.SECRET)
    yield Line("platform", "Cognito", "users", USERS, prices.COGNITO_USER)
    yield Line("platform", "CloudFront", "console (GB)", CONSOLE_GB, prices.CLOUDFRONT_OUT_GB)


def account(_: Traffic) -> Iterator[Line]:
    """GuardDuty and Security Hub, once per account, however many stages it holds."""
    yield Line("account", "GuardDuty", "events (M)", MANAGEMENT_EVENTS_M, prices.GUARDDUTY_EVENTS_M)
    yield Line("account", "Security Hub", "checks", SECURITY_CHECKS, prices.SECURITY_HUB_CHECK)
    yield Line("account", "Config", "items", CONFIG_ITEMS, prices.CONFIG_ITEM)


WORKLOADS: tuple[Workload, ...] = (records, worker, platform, account)


def api_requests(workload: str, requests: float, function: Function) -> Iterator[Line]:
    """API Gateway, the function behind it and its traces, for `requests` a month."""
    millions = requests / prices.MILLION
    gb_s = requests * BILLED_MS / 1000 * function.memory_mb / 1024
    traced = min(requests, prices.SECONDS_A_MONTH * TRACES_PER_S)
    traces = (traced + SAMPLED * (requests - traced)) / prices.MILLION
    out_gb = _gb(ANSWER_BYTES) * requests
    yield Line(workload, "API Gateway", "requests (M)", millions, prices.API_GATEWAY_REST_M)
    yield Line(workload, "Lambda", "requests (M)", millions, prices.LAMBDA_REQUESTS_M)
    yield Line(workload, "Lambda", "GB-seconds", gb_s, prices.LAMBDA_ARM_GB_S)
    yield Line(workload, "X-Ray", "traces (M)", traces, prices.XRAY_TRACES_M)
    yield Line(workload, "CloudFront", "answers (GB)", out_gb, prices.CLOUDFRONT_OUT_GB)


def awake_share(traffic: Traffic) -> float:
    """The share of time in which a message came within the last WAKE_S; arrivals are random."""
    per_s = traffic.searches / prices.SECONDS_A_MONTH
    return 1 - math.exp(-per_s * WAKE_S)


def alarm_metrics() -> int:
    """Metrics behind the alarms of the monitoring stack, but for the worker's."""
    streams = sum(each.reads_stream for each in FUNCTIONS)
    return (
        ALARM_METRICS["traffic"]
        + ALARM_METRICS["function"] * len(FUNCTIONS)
        + ALARM_METRICS["stream"] * streams
        + ALARM_METRICS["queue"] * len(DECLARED.queues)
    )


def _api_function() -> Function:
    return next(each for each in FUNCTIONS if each.handler is None)


def _gb(size_bytes: float) -> float:
    return size_bytes / prices.GB
