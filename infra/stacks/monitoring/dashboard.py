"""The dashboard: a row for each function, then stream consumers, then queues."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.stacks.monitoring.metrics import build_function_metric, build_queue_metric

# Seed 002's five metrics and the statistic shown.
FUNCTION_METRICS: Mapping[str, str] = {
    "Invocations": "Sum",
    "Duration": "p95",
    "Errors": "Sum",
    "Throttles": "Sum",
    "ConcurrentExecutions": "Maximum",
}
QUEUE_METRICS = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
COLUMNS = 24


def add_dashboard(  # noqa: PLR0913 keyword-only: what it shows
    scope: Construct,
    unit: str,
    *,
    name: str,
    functions: Sequence[str],
    streams: Sequence[str],
    queues: Sequence[str],
    api: Sequence[cloudwatch.IMetric],
) -> cloudwatch.Dashboard:
    """Add the dashboard. Names are physical; `streams` are the functions that read a stream."""
    dashboard = cloudwatch.Dashboard(scope, unit, dashboard_name=name)
    dashboard.add_widgets(
        cloudwatch.GraphWidget(title="API requests", left=list(api), width=COLUMNS)
    )
    for function in functions:
        dashboard.add_widgets(
            *(_build_function_graph(function, metric) for metric in FUNCTION_METRICS)
        )
    for reader in streams:
        age = build_function_metric(reader, "IteratorAge", statistic="Maximum")
        title = f"{reader} IteratorAge"
        dashboard.add_widgets(cloudwatch.GraphWidget(title=title, left=[age], width=COLUMNS))
    for queue in queues:
        dashboard.add_widgets(*(_build_queue_graph(queue, metric) for metric in QUEUE_METRICS))
    return dashboard


def _build_function_graph(function: str, metric: str) -> cloudwatch.GraphWidget:
    shown = build_function_metric(function, metric, statistic=FUNCTION_METRICS[metric])
    width = COLUMNS // len(FUNCTION_METRICS)
    return cloudwatch.GraphWidget(title=f"{function} {metric}", left=[shown], width=width)


def _build_queue_graph(queue: str, metric: str) -> cloudwatch.GraphWidget:
    width = COLUMNS // len(QUEUE_METRICS)
    return cloudwatch.GraphWidget(
        title=f"{queue} {metric}", left=[build_queue_metric(queue, metric)], width=width
    )
