"""The dashboard: one row a function, then the streams' readers, then the queues."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.stacks.monitoring.metrics import function_metric, queue_metric

# Seed 002's five; the statistic by which each is read.
FUNCTION_METRICS: Mapping[str, str] = {
    "Invocations": "Sum",
    "Duration": "p95",
    "Errors": "Sum",
    "Throttles": "Sum",
    "ConcurrentExecutions": "Maximum",
}
QUEUE_METRICS = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
COLUMNS = 24


def dashboard(  # noqa: PLR0913 keyword-only: what it shows
    scope: Construct,
    unit: str,
    *,
    name: str,
    functions: Sequence[str],
    streams: Sequence[str],
    queues: Sequence[str],
    api: Sequence[cloudwatch.IMetric],
) -> cloudwatch.Dashboard:
    """Functions and queues are given by their physical names; `streams` are functions too."""
    board = cloudwatch.Dashboard(scope, unit, dashboard_name=name)
    board.add_widgets(cloudwatch.GraphWidget(title="API requests", left=list(api), width=COLUMNS))
    for function in functions:
        board.add_widgets(*(_function_graph(function, metric) for metric in FUNCTION_METRICS))
    for reader in streams:
        age = function_metric(reader, "IteratorAge", statistic="Maximum")
        title = f"{reader} IteratorAge"
        board.add_widgets(cloudwatch.GraphWidget(title=title, left=[age], width=COLUMNS))
    for queue in queues:
        board.add_widgets(*(_queue_graph(queue, metric) for metric in QUEUE_METRICS))
    return board


def _function_graph(function: str, metric: str) -> cloudwatch.GraphWidget:
    shown = function_metric(function, metric, statistic=FUNCTION_METRICS[metric])
    width = COLUMNS // len(FUNCTION_METRICS)
    return cloudwatch.GraphWidget(title=f"{function} {metric}", left=[shown], width=width)


def _queue_graph(queue: str, metric: str) -> cloudwatch.GraphWidget:
    width = COLUMNS // len(QUEUE_METRICS)
    return cloudwatch.GraphWidget(
        title=f"{queue} {metric}", left=[queue_metric(queue, metric)], width=width
    )
