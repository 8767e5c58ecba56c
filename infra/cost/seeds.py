"""The seeds' cost claims, and their designs computed with the same prices and assumptions."""

from collections.abc import Iterator
from typing import NamedTuple

from infra.cost import ours, parts, prices, tables
from infra.cost.bill import Levers, Line, Traffic, Workload
from infra.declared.function_kinds import Function

SCHEDULER_RUNS = 60 * 24 * prices.DAYS_A_MONTH  # once a minute
MANGUM_MS = 120  # FastAPI behind Mangum, warm and with its share of cold starts
DELIVERY_MS = 1_500  # channels are called in sequence
FUNCTIONS, SECRETS, DASHBOARDS = 3, 4, 1
STREAM_WINDOW_S, STREAM_BATCH = 5, 100  # seed 002: one shard, a batch window of 5 seconds
QUEUE_CALLS = 3  # for a single message: send, receive, delete
TABLE = tables.TablePrices(backup_gb=0)  # on demand
SMALL_MS, SLEEP_MS = 100, 3_000
OBJECT_BYTES = 400  # of a search
TRACES_PER_S, SAMPLED = 1, 0.05  # X-Ray's default rule: one a second, and a share of the others


class CostRange(NamedTuple):
    """US$ a month, from `low` to `high`."""

    low: float
    high: float


class CostClaim(NamedTuple):
    """One row of seed 002's comparison, for at most `requests_per_day`."""

    level: str
    requests_per_day: int
    containers: CostRange
    serverless: CostRange
    savings_percent: int


CLAIMS = (
    CostClaim("Dev/Low (<1K req/day)", 1_000, CostRange(180, 200), CostRange(5, 15), 90),
    CostClaim("Medium (10K req/day)", 10_000, CostRange(200, 250), CostRange(20, 40), 80),
    CostClaim("High (100K req/day)", 100_000, CostRange(250, 350), CostRange(50, 80), 70),
)


def find_claim(traffic: Traffic) -> CostClaim | None:
    """The row for `traffic`; None beyond the last row."""
    return next(
        (claim for claim in CLAIMS if traffic.requests_per_day <= claim.requests_per_day), None
    )


def bill_records(traffic: Traffic) -> Iterator[Line]:
    """Seed 000's two functions, as written: default memory, a key, one message a search."""
    name, requests = "records", traffic.requests
    default = Function(handler=None, memory_mb=128, timeout_s=3)
    yield _bill_api(name, requests)
    yield from parts.bill_invocations(name, requests, default, parts.BILLED_MS)
    yield Line(name, "X-Ray", "traces (M)", _count_traces(requests) / 1e6, prices.XRAY_TRACES_M)
    yield from _bill_answers_and_logs(name, requests, requests)
    yield tables.bill_storage(name, TABLE, traffic.writes, copies=1)
    yield Line("records", "DynamoDB", "reads (M)", traffic.searches / 1e6, prices.DYNAMODB_READ_M)
    yield Line("records", "DynamoDB", "writes (M)", traffic.writes / 1e6, prices.DYNAMODB_WRITE_M)
    yield Line("records", "SQS", "sends (M)", traffic.searches / 1e6, prices.SQS_M)


def bill_worker(traffic: Traffic) -> Iterator[Line]:
    """Seed 000's container: always running, one message per call, one object per message."""
    hour = 0.25 * prices.FARGATE_X86_VCPU_H + 0.5 * prices.FARGATE_X86_GB_H
    yield Line("worker", "Fargate", "hours", prices.HOURS_A_MONTH, hour)
    yield Line("worker", "VPC", "public address hours", prices.HOURS_A_MONTH, prices.PUBLIC_IPV4_H)
    yield Line("worker", "SQS", "receives, deletes (M)", 2 * traffic.searches / 1e6, prices.SQS_M)
    yield Line("worker", "S3", "objects (M)", traffic.searches / 1e6, prices.S3_PUT_M)
    kept_gb = traffic.searches * parts.MONTHS_KEPT * OBJECT_BYTES / prices.GB
    yield Line("worker", "S3", "objects (GB)", kept_gb, prices.S3_STORAGE_GB)


def bill_serverless(traffic: Traffic) -> Iterator[Line]:
    """Seed 002's serverless design for its publisher, which receives all the traffic."""
    name, millions = "publisher", traffic.requests / prices.MILLION
    api_gb_s = traffic.requests * MANGUM_MS / 1000 * 0.5
    worker_gb_s = traffic.writes * DELIVERY_MS / 1000
    batches = traffic.writes / _compute_stream_batch(traffic.writes)
    scheduler_gb_s = SCHEDULER_RUNS * 0.2 * 0.25
    gb_s = api_gb_s + worker_gb_s + scheduler_gb_s
    calls = (traffic.requests + batches + SCHEDULER_RUNS) / prices.MILLION
    yield Line(name, "API Gateway", "requests (M)", millions, prices.API_GATEWAY_REST_M)
    yield Line(name, "Lambda", "requests (M)", calls, prices.LAMBDA_REQUESTS_M)
    yield Line(name, "Lambda", "GB-seconds", gb_s, prices.LAMBDA_ARM_GB_S)
    yield Line(name, "Kinesis", "shard hours", prices.HOURS_A_MONTH, prices.KINESIS_SHARD_H)
    yield Line(name, "Kinesis", "puts (M)", traffic.writes / 1e6, prices.KINESIS_PUT_M)
    reads = traffic.requests + SCHEDULER_RUNS
    yield Line(name, "DynamoDB", "reads (M)", reads / 1e6, prices.DYNAMODB_READ_M)
    yield Line(name, "DynamoDB", "writes (M)", 6 * traffic.writes / 1e6, prices.DYNAMODB_WRITE_M)
    yield Line(name, "X-Ray", "traces (M)", calls, prices.XRAY_TRACES_M)
    yield from parts.bill_logs(name, calls * prices.MILLION, Levers())
    yield tables.bill_storage(name, TABLE, 2 * traffic.writes, copies=2)
    yield Line(name, "CloudFront", "requests (M)", millions, prices.CLOUDFRONT_REQUESTS_M)
    yield Line(name, "WAF", "web ACL, rules", 1, prices.WAF_ACL + 3 * prices.WAF_RULE)
    yield Line(name, "WAF", "requests (M)", millions, prices.WAF_REQUESTS_M)
    yield Line(name, "CloudWatch", "dashboard", DASHBOARDS, prices.DASHBOARD)
    yield Line(name, "CloudWatch", "alarm metrics", 4 * FUNCTIONS, prices.ALARM_METRIC)
    yield Line(name, "Secrets Manager", "secrets", SECRETS, prices.SECRET)
    amplify = 20 * prices.AMPLIFY_BUILD_MINUTE + prices.AMPLIFY_OUT_GB
    yield Line(name, "Amplify", "20 minutes of builds, 1 GB out", 1, amplify)
    yield Line(name, "Cognito", "users", ours.USERS, prices.COGNITO_USER)
    for line in ours.bill_account(traffic):
        yield line._replace(workload=name)


def bill_containers(traffic: Traffic) -> Iterator[Line]:
    """Seed 002's container design: ALB, two API tasks, a worker, RDS and a NAT gateway."""
    name, tasks = "containers", 3
    hour = 0.5 * prices.FARGATE_X86_VCPU_H + 1 * prices.FARGATE_X86_GB_H
    yield Line(name, "Fargate", "task hours", tasks * prices.HOURS_A_MONTH, hour)
    yield Line(name, "ALB", "hours", prices.HOURS_A_MONTH, prices.ALB_H + prices.ALB_LCU_H)
    yield Line(name, "NAT gateway", "hours", prices.HOURS_A_MONTH, prices.NAT_GATEWAY_H)
    yield Line(name, "RDS", "hours", prices.HOURS_A_MONTH, prices.RDS_T4G_SMALL_H)
    yield Line(name, "RDS", "storage (GB)", 20, prices.RDS_STORAGE_GB)
    yield Line(name, "WAF", "web ACL, rules", 1, prices.WAF_ACL + 3 * prices.WAF_RULE)
    yield Line(name, "WAF", "requests (M)", traffic.requests / 1e6, prices.WAF_REQUESTS_M)
    yield Line(name, "CloudWatch", "dashboard", DASHBOARDS, prices.DASHBOARD)
    yield Line(name, "Secrets Manager", "secrets", SECRETS, prices.SECRET)
    for line in ours.bill_account(traffic):
        yield line._replace(workload=name)


def bill_orders(traffic: Traffic) -> Iterator[Line]:
    """Seed 003: the API sends to the queue directly; an e-mail for each order."""
    name, count = "orders", traffic.requests
    millions = count / prices.MILLION
    yield _bill_api(name, count)
    yield Line(name, "SQS", "calls (M)", QUEUE_CALLS * millions, prices.SQS_M)
    yield from _bill_functions(name, 2 * count, SMALL_MS)
    yield from _bill_answers_and_logs(name, count, 2 * count)
    yield tables.bill_storage(name, TABLE, count, copies=1)
    yield Line(name, "DynamoDB", "writes (M)", millions, prices.DYNAMODB_WRITE_M)
    yield Line(name, "SNS", "publishes (M)", millions, prices.SNS_PUBLISH_M)
    yield Line(name, "SNS", "e-mails (100,000)", count / 100_000, prices.SNS_EMAIL_100K)


def bill_logs(traffic: Traffic) -> Iterator[Line]:
    """Seed 004: an HTTP API, and a worker that sleeps 3 s over each record."""
    name, count = "tenant_logs", traffic.requests
    millions = count / prices.MILLION
    yield Line(name, "API Gateway", "HTTP requests (M)", millions, prices.API_GATEWAY_HTTP_M)
    yield Line(name, "SQS", "calls (M)", QUEUE_CALLS * millions, prices.SQS_M)
    yield from _bill_functions(name, count, SMALL_MS)
    yield from _bill_functions(name, count, SLEEP_MS)
    yield from _bill_answers_and_logs(name, count, 2 * count)
    yield tables.bill_storage(name, TABLE, count, copies=1)
    yield Line(name, "DynamoDB", "writes (M)", millions, prices.DYNAMODB_WRITE_M)


def _bill_api(name: str, requests: float) -> Line:
    millions = requests / prices.MILLION
    return Line(name, "API Gateway", "requests (M)", millions, prices.API_GATEWAY_REST_M)


def _bill_answers_and_logs(name: str, requests: float, invocations: float) -> Iterator[Line]:
    """What leaves the API, and what Lambda writes of each invocation, without guards."""
    out_gb = requests * parts.ANSWER_BYTES / prices.GB
    yield Line(name, "API Gateway", "answers (GB)", out_gb, prices.OUT_GB)
    logs_gb = invocations * parts.LOG_BYTES / prices.GB
    yield Line(name, "CloudWatch", "logs (GB)", logs_gb, prices.LOGS_GB)


def _compute_stream_batch(records: float) -> float:
    """The mean size of its stream's batches, by its window and Lambda's default size."""
    return min(STREAM_BATCH, 1 + records / prices.SECONDS_A_MONTH * STREAM_WINDOW_S)


def _count_traces(requests: float) -> float:
    """Traces a month by X-Ray's default rule."""
    traced = min(requests, prices.SECONDS_A_MONTH * TRACES_PER_S)
    return traced + SAMPLED * (requests - traced)


def _bill_functions(name: str, count: float, billed_ms: float) -> Iterator[Line]:
    """The seeds' functions: 128 MB on x86, one record per invocation."""
    gb_s = count * billed_ms / 1000 * 0.125
    yield Line(name, "Lambda", "requests (M)", count / prices.MILLION, prices.LAMBDA_REQUESTS_M)
    yield Line(name, "Lambda", "GB-seconds", gb_s, prices.LAMBDA_X86_GB_S)


SEEDS_000: tuple[Workload, ...] = (bill_records, bill_worker)
SEED_002: tuple[Workload, ...] = (bill_serverless,)
CONTAINERS: tuple[Workload, ...] = (bill_containers,)
SEED_003: tuple[Workload, ...] = (bill_orders,)
SEED_004: tuple[Workload, ...] = (bill_logs,)
ALL = (*SEEDS_000, *SEED_002, *SEED_003, *SEED_004)
