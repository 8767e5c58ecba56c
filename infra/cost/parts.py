"""What bills are made of: assumptions, and the lines that workloads have in common."""

from collections.abc import Iterable, Iterator

from infra.cost import prices
from infra.cost.bill import Line
from infra.declared.functions import FUNCTIONS, Function
from infra.declared.kinds import FailureQueue, Queue
from infra.declared.resources import resources
from infra.declared.stages import PROD

# Assumptions; the measured ones are of docs and benches, the others are round and on the dear side.
BILLED_MS = 30  # of one request: two calls to DynamoDB or SQS, and a share of the cold starts
LOG_BYTES = 1024  # of one invocation: an access log line or our own, and Lambda's own three
ANSWER_BYTES = 2048
TRACES_PER_S = 1  # X-Ray's default rule: one a second, and of the others SAMPLED
SAMPLED = 0.05
# Lambda asks an idle queue by five connections, each for 20 s at a time.
POLLERS, POLL_S = 5, 20
FIREWALLS = 2
ALARM_METRICS = {"traffic": 1, "function": 4, "stream": 1, "queue": 2, "failures": 1}
STORED_GB = 1.0

DECLARED = resources(stage=PROD.name, account="", region=PROD.region)


def function(handler: str | None) -> Function:
    """A function of the table by its handler."""
    return next(each for each in FUNCTIONS if each.handler == handler)


def queue(output: str) -> Queue:
    """A declared queue."""
    return next(each for each in DECLARED.queues if each.output == output)


def through_the_edge(workload: str, requests: float) -> Iterator[Line]:
    """A month's requests past CloudFront and the firewalls into the API and its function."""
    millions = requests / prices.MILLION
    yield from api_requests(workload, requests, function(None))
    yield Line(workload, "CloudFront", "requests (M)", millions, prices.CLOUDFRONT_REQUESTS_M)
    yield Line(workload, "WAF", "requests (M)", FIREWALLS * millions, prices.WAF_REQUESTS_M)
    yield log_lines(workload, requests)


def api_requests(workload: str, requests: float, behind: Function) -> Iterator[Line]:
    """API Gateway, the function behind it and its traces, for `requests` a month."""
    millions = requests / prices.MILLION
    traced = min(requests, prices.SECONDS_A_MONTH * TRACES_PER_S)
    traces = (traced + SAMPLED * (requests - traced)) / prices.MILLION
    out_gb = _gb(ANSWER_BYTES) * requests
    yield Line(workload, "API Gateway", "requests (M)", millions, prices.API_GATEWAY_REST_M)
    yield from invocations(workload, requests, behind, BILLED_MS)
    yield Line(workload, "X-Ray", "traces (M)", traces, prices.XRAY_TRACES_M)
    yield Line(workload, "CloudFront", "answers (GB)", out_gb, prices.CLOUDFRONT_OUT_GB)


def invocations(workload: str, count: float, of: Function, billed_ms: float) -> Iterator[Line]:
    """A function that runs `count` times a month."""
    gb_s = count * billed_ms / 1000 * of.memory_mb / 1024
    yield Line(workload, "Lambda", "requests (M)", count / prices.MILLION, prices.LAMBDA_REQUESTS_M)
    yield Line(workload, "Lambda", "GB-seconds", gb_s, prices.LAMBDA_ARM_GB_S)


def queue_calls(workload: str, messages: float) -> Line:
    """A queue that a function reads: send, receive and delete, and being asked while it is idle."""
    idle = POLLERS * prices.SECONDS_A_MONTH / POLL_S
    calls = (messages + max(idle, messages) + messages) / prices.MILLION
    return Line(workload, "SQS", "calls (M)", calls, prices.SQS_M)


def table_calls(workload: str, *, writes: float, reads: float) -> Iterator[Line]:
    """Write and read units of DynamoDB on demand, a month."""
    yield Line(workload, "DynamoDB", "writes (M)", writes / prices.MILLION, prices.DYNAMODB_WRITE_M)
    yield Line(workload, "DynamoDB", "reads (M)", reads / prices.MILLION, prices.DYNAMODB_READ_M)


def stored(workload: str) -> Line:
    """One table's items and its backup."""
    price = prices.DYNAMODB_STORAGE_GB + prices.DYNAMODB_PITR_GB
    return Line(workload, "DynamoDB", "storage and backup (GB)", STORED_GB, price)


def log_lines(workload: str, count: float) -> Line:
    """What `count` invocations log."""
    return Line(workload, "CloudWatch", "logs (GB)", _gb(LOG_BYTES) * count, prices.LOGS_GB)


def alarms(
    workload: str,
    functions: Iterable[Function],
    queues: Iterable[Queue] = (),
    failures: Iterable[FailureQueue] = (),
) -> Line:
    """The metrics behind the alarms of what belongs to a workload."""
    count = (
        sum(ALARM_METRICS["function"] + each.reads_stream for each in functions)
        + ALARM_METRICS["queue"] * len(list(queues))
        + ALARM_METRICS["failures"] * len(list(failures))
    )
    return Line(workload, "CloudWatch", "alarm metrics", count, prices.ALARM_METRIC)


def _gb(size_bytes: float) -> float:
    return size_bytes / prices.GB
