"""Ours with INFRA_TYPE=containers: what functions and their API cost goes, tasks and balancer come.

All else is shared. Queues are counted as Lambda polls them, which is more than the containers do.
"""

import math
from collections.abc import Iterable, Iterator

from infra.cost import ours, parts, prices
from infra.cost.bill import Bill, Line, Traffic, compute_bill
from infra.declared.functions import FUNCTIONS
from infra.declared.stages import PROD

NAME = "containers"
# Assumptions, in addition to those in `parts`.
REQUEST_CPU_MS, BATCH_CPU_MS = 15, 20  # of one vCPU
BUSY = 0.6  # the share of its CPU at which a service grows
IMAGE_GB = 0.3
ALARM_METRICS = 6
RENEWED_S = 5  # a stream's lease and heartbeat
STREAM_READS_PER_S = 2
LCU_REQUESTS_PER_S = 25  # as if each request were a new connection
LEVELS = (1_000, 10_000, 100_000)
_GONE = ("Lambda", "X-Ray", "API Gateway")
_STREAMS = tuple(
    function for function in FUNCTIONS if function.source and function.source.is_stream
)


def compute_containers_bill(traffic: Traffic) -> Bill:
    """The bill of all workloads, served by containers."""
    whole = compute_bill(ours.WORKLOADS, traffic)
    kept = tuple(line for line in whole.lines if not _is_gone(line))
    return Bill((*kept, *_bill_by_edge(whole), *_bill_own(whole)))


def _is_gone(line: Line) -> bool:
    """The functions', their API's, and the calls that its web ACL looks at."""
    return line.service in _GONE or (line.service, line.what) == ("WAF", "requests (M)")


def _bill_by_edge(whole: Bill) -> Iterator[Line]:
    """What came at the API's own address comes by CloudFront, the only way to the containers."""
    direct = {
        line.workload: line.quantity
        for line in whole.lines
        if (line.service, line.what) == ("API Gateway", "answers (GB)")
    }
    for name, out_gb in direct.items():
        millions = out_gb / parts.to_gb(parts.ANSWER_BYTES) / prices.MILLION
        yield Line(name, "CloudFront", "requests (M)", millions, prices.CLOUDFRONT_REQUESTS_M)
        yield Line(name, "CloudFront", "answers (GB)", out_gb, prices.CLOUDFRONT_OUT_GB)
        yield Line(name, "WAF", "edge requests (M)", millions, prices.WAF_REQUESTS_M)


def _bill_own(whole: Bill) -> Iterator[Line]:
    requests = _sum_millions(whole.lines, "API Gateway", ("requests (M)", "HTTP requests (M)"))
    batches = max(0.0, _sum_millions(whole.lines, "Lambda", ("requests (M)",)) - requests)
    per_s = requests * prices.MILLION / prices.SECONDS_A_MONTH
    apis = max(PROD.containers.min_apis, _count_tasks(requests, REQUEST_CPU_MS))
    tasks = apis + max(1, _count_tasks(batches, BATCH_CPU_MS))
    yield from _bill_tasks(tasks * prices.HOURS_A_MONTH)
    yield Line(NAME, "ALB", "hours", prices.HOURS_A_MONTH, prices.ALB_H)
    units = max(1.0, per_s / LCU_REQUESTS_PER_S) * prices.HOURS_A_MONTH
    yield Line(NAME, "ALB", "capacity unit hours", units, prices.ALB_LCU_H)
    yield from _bill_streams(batches)
    yield Line(NAME, "ECR", "images (GB)", IMAGE_GB, prices.ECR_STORAGE_GB)
    yield Line(NAME, "CloudWatch", "alarm metrics", ALARM_METRICS, prices.ALARM_METRIC)


def _bill_tasks(hours: float) -> Iterator[Line]:
    vcpu, memory_gb = PROD.containers.cpu / 1024, PROD.containers.memory_mib / 1024
    hour = vcpu * prices.FARGATE_ARM_VCPU_H + memory_gb * prices.FARGATE_ARM_GB_H
    yield Line(NAME, "Fargate", "task hours", hours, hour)
    yield Line(NAME, "VPC", "public address hours", hours, prices.PUBLIC_IPV4_H)


def _bill_streams(batches: float) -> Iterator[Line]:
    """Leases, heartbeats and checkpoints; a table's stream, which Lambda reads for nothing."""
    beats = 2 * len(_STREAMS) * prices.SECONDS_A_MONTH / RENEWED_S / prices.MILLION
    yield Line(NAME, "DynamoDB", "leases (M)", beats + batches, prices.DYNAMODB_WRITE_M)
    reads = STREAM_READS_PER_S * prices.SECONDS_A_MONTH / prices.MILLION
    yield Line(NAME, "DynamoDB", "stream reads (M)", reads, prices.DYNAMODB_STREAM_READS_M)


def _count_tasks(millions: float, cpu_ms: float) -> int:
    """The tasks that so many requests a month keep busy."""
    used = millions * prices.MILLION / prices.SECONDS_A_MONTH * cpu_ms / 1000
    return math.ceil(used / (PROD.containers.cpu / 1024 * BUSY))


def _sum_millions(lines: Iterable[Line], service: str, names: tuple[str, ...]) -> float:
    return sum(line.quantity for line in lines if line.service == service and line.what in names)


def format_comparison() -> Iterator[str]:
    """A table in Markdown: both kinds at LEVELS, in US$ a month."""
    yield "| Requests a day to each workload | `serverless` | `containers` |"
    yield "|---|---|---|"
    for requests in LEVELS:
        traffic = Traffic(requests)
        functions = compute_bill(ours.WORKLOADS, traffic).total
        boxes = compute_containers_bill(traffic).total
        yield f"| {requests:,} | {functions:.0f} | {boxes:.0f} |"
