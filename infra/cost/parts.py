"""Assumptions, and the bill lines that workloads have in common."""

from collections.abc import Iterable, Iterator

from infra.cost import prices
from infra.cost.bill import Levers, Line
from infra.declared.function_kinds import Function
from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import FailureQueue, Queue, Stream
from infra.declared.resources import resources
from infra.declared.stages import PROD

# Assumptions: some are measured (docs, benches), the others are rounded up.
BILLED_MS = 30  # of one request: two calls to DynamoDB or SQS, and a share of the cold starts
LOG_BYTES = 1024  # of one invocation: an access log line or our own, and Lambda's own three
QUIET_LOG_BYTES = 512  # of one without Lambda's own
ANSWER_BYTES = 2048
NETWORK_LOG_BYTES = 200  # that GuardDuty reads of an invocation
# Lambda polls an idle queue with five connections, by long polls of 20 s.
POLLERS, POLL_S = 5, 20
FIREWALLS = 2
ALARM_METRICS = {"traffic": 1, "function": 4, "stream": 1, "queue": 2, "failures": 1, "topic": 2}
ITEM_BYTES = 1024  # of what a user sends, with names and DynamoDB's own part
MONTHS_KEPT = 6  # the bill is that of the sixth month: what has no end is kept since the first
BATCH = 10
STREAM_POLLS_PER_S = 1  # that Lambda asks a shard, by its documentation
# In each of two tables operators look 20 times a day for some of 5,000 items of half a kilobyte.
LOOK_READS = 20 * 30 * 320

DECLARED = resources(stage=PROD.name, account="", region=PROD.region)


def find_function(handler: str | None) -> Function:
    """The declared function with this handler; None is the routes' function."""
    return next(function for function in FUNCTIONS if function.handler == handler)


def find_queue(output: str) -> Queue:
    """The declared queue with this output name."""
    return next(queue for queue in DECLARED.queues if queue.output == output)


def find_failures(handler: str) -> FailureQueue:
    """The declared failure queue of this handler."""
    return next(queue for queue in DECLARED.failure_queues if queue.handler == handler)


def bill_requests(
    workload: str, requests: float, levers: Levers, *, direct: bool
) -> Iterator[Line]:
    """A month's requests by CloudFront, or at the API's own address where they come `direct`."""
    if direct:
        levers = levers._replace(http_api=levers.http_programs)
        return bill_direct_requests(workload, requests, levers)
    return bill_edge_requests(workload, requests, levers)


def bill_edge_requests(workload: str, requests: float, levers: Levers) -> Iterator[Line]:
    """A month's requests through CloudFront, both web ACLs, the API and its function."""
    millions, out_gb = requests / prices.MILLION, to_gb(ANSWER_BYTES) * requests
    yield from _bill_own_requests(workload, requests, levers)
    yield Line(workload, "API Gateway", "requests (M)", millions, prices.API_GATEWAY_REST_M)
    yield Line(workload, "WAF", "requests (M)", millions, prices.WAF_REQUESTS_M)
    if not levers.flat_rate:
        yield Line(workload, "CloudFront", "requests (M)", millions, prices.CLOUDFRONT_REQUESTS_M)
        yield Line(workload, "CloudFront", "answers (GB)", out_gb, prices.CLOUDFRONT_OUT_GB)
        yield Line(workload, "WAF", "edge requests (M)", millions, prices.WAF_REQUESTS_M)


def bill_direct_requests(workload: str, requests: float, levers: Levers) -> Iterator[Line]:
    """A month's requests at the API's own address, which has one web ACL; an HTTP API has none."""
    millions, out_gb = requests / prices.MILLION, to_gb(ANSWER_BYTES) * requests
    yield from _bill_own_requests(workload, requests, levers)
    yield Line(workload, "API Gateway", "answers (GB)", out_gb, prices.OUT_GB)
    if levers.http_api:
        yield Line(
            workload, "API Gateway", "HTTP requests (M)", millions, prices.API_GATEWAY_HTTP_M
        )
        return
    yield Line(workload, "API Gateway", "requests (M)", millions, prices.API_GATEWAY_REST_M)
    yield Line(workload, "WAF", "requests (M)", millions, prices.WAF_REQUESTS_M)


def _bill_own_requests(workload: str, requests: float, levers: Levers) -> Iterator[Line]:
    """The function of the routes, its logs and its traces."""
    traces = requests * levers.traced_share / prices.MILLION
    yield from bill_invocations(workload, requests, find_function(None), BILLED_MS)
    yield Line(workload, "X-Ray", "traces (M)", traces, prices.XRAY_TRACES_M)
    yield from bill_logs(workload, requests, levers)


def compute_batch(messages: float, levers: Levers) -> float:
    """The mean size of a queue's batches: what comes to one of the pollers within the window."""
    waiting = messages / prices.SECONDS_A_MONTH * levers.queue_window_s / POLLERS
    return min(BATCH, 1 + waiting)


def compute_stream_batch(records: float, stream: Stream, lanes: int) -> float:
    """The mean size of a stream's batches: what comes between two polls, split by key."""
    waiting = records / prices.SECONDS_A_MONTH / STREAM_POLLS_PER_S
    return max(1, waiting / stream.shards / lanes)


def bill_invocations(workload: str, count: float, of: Function, billed_ms: float) -> Iterator[Line]:
    """A function that runs `count` times a month."""
    gb_s = count * billed_ms / 1000 * of.memory_mb / 1024
    yield Line(workload, "Lambda", "requests (M)", count / prices.MILLION, prices.LAMBDA_REQUESTS_M)
    yield Line(workload, "Lambda", "GB-seconds", gb_s, prices.LAMBDA_ARM_GB_S)


def bill_queue_calls(workload: str, messages: float, batch: float = 1) -> Line:
    """A queue that a function reads: sends, receives and deletes, and polls while it is idle."""
    idle = POLLERS * prices.SECONDS_A_MONTH / POLL_S
    calls = (messages + max(idle, messages / batch) + messages / batch) / prices.MILLION
    return Line(workload, "SQS", "calls (M)", calls, prices.SQS_M)


def bill_stream(workload: str, stream: Stream, records: float) -> Iterator[Line]:
    """A data stream's shards, and `records` a month of up to 25 KB."""
    hours = stream.shards * prices.HOURS_A_MONTH
    yield Line(workload, "Kinesis", "shard hours", hours, prices.KINESIS_SHARD_H)
    yield Line(workload, "Kinesis", "puts (M)", records / prices.MILLION, prices.KINESIS_PUT_M)


def bill_schedule(workload: str, of: Function, billed_ms: float, levers: Levers) -> Iterator[Line]:
    """A function that a clock invokes, whether there is traffic or not; its rule costs nothing.

    Raises ValueError for a function that none does.
    """
    if of.source is None or not of.source.is_schedule:
        raise ValueError(f"{of.label} has no schedule")
    ticks = prices.SECONDS_A_MONTH / 60 / of.source.every_min
    yield from bill_invocations(workload, ticks, of, billed_ms)
    yield from bill_logs(workload, ticks, levers)


def bill_logs(workload: str, count: float, levers: Levers) -> Iterator[Line]:
    """What CloudWatch keeps of `count` invocations, and what GuardDuty reads of their network."""
    log_bytes = QUIET_LOG_BYTES if levers.quiet_functions else LOG_BYTES
    yield Line(workload, "CloudWatch", "logs (GB)", to_gb(log_bytes) * count, prices.LOGS_GB)
    network_gb = to_gb(NETWORK_LOG_BYTES) * count
    yield Line(
        workload, "GuardDuty", "network logs (GB)", network_gb, prices.GUARDDUTY_NETWORK_LOGS_GB
    )


def bill_alarms(
    workload: str,
    functions: Iterable[Function],
    queues: Iterable[Queue] = (),
    failures: Iterable[FailureQueue] = (),
) -> Line:
    """The alarm metrics of a workload's functions and queues."""
    count = (
        sum(ALARM_METRICS["function"] + function.reads_stream for function in functions)
        + ALARM_METRICS["queue"] * len(list(queues))
        + ALARM_METRICS["failures"] * len(list(failures))
    )
    return Line(workload, "CloudWatch", "alarm metrics", count, prices.ALARM_METRIC)


def to_gb(size_bytes: float) -> float:
    """GB, as AWS counts them."""
    return size_bytes / prices.GB
