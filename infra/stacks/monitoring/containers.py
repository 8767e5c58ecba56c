"""Metrics and alarms of the containers, in the place of the functions'."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.stacks.monitoring.alarms import MAX_ERROR_PERCENT, MAX_P95_MS, Alarms
from infra.stacks.monitoring.metrics import FIVE_MINUTES, MINUTE
from infra.stacks.shared.watched import WatchedContainers

SILENT_PERIODS = 3


def build_balancer_metric(
    watched: WatchedContainers, metric: str, *, statistic: str = "Sum", **more: str
) -> cloudwatch.Metric:
    """A metric of the load balancer; `more` are further dimensions."""
    return cloudwatch.Metric(
        namespace="AWS/ApplicationELB",
        metric_name=metric,
        dimensions_map={"LoadBalancer": watched.balancer, **more},
        statistic=statistic,
        period=MINUTE if metric == "RequestCount" else FIVE_MINUTES,
        label=metric,
    )


def add_container_alarms(alarms: Alarms, watched: WatchedContainers) -> None:
    """Errors and p95 of the API as of a function, APIs that are not well, silent event sources."""
    p95 = build_balancer_metric(watched, "TargetResponseTime", statistic="p95")
    unwell = build_balancer_metric(
        watched, "UnHealthyHostCount", statistic="Minimum", TargetGroup=watched.targets
    )
    alarms.add_alarm(
        "containers-errors",
        _build_error_rate(watched),
        MAX_ERROR_PERCENT,
        "More than 1 % of calls failed",
    )
    alarms.add_alarm(
        "containers-p95", p95, MAX_P95_MS / 1000, "One call of twenty takes longer than 10 s"
    )
    alarms.add_alarm("containers-unwell", unwell, 0, "An API is not well for five minutes")
    alarms.add_alarm(
        "events-silent",
        _build_silence(watched),
        0,
        "No task of the event sources runs",
        periods=SILENT_PERIODS,
    )


def _build_error_rate(watched: WatchedContainers) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression="IF(calls > 0, 100 * (FILL(failed, 0) + FILL(refused, 0)) / calls, 0)",
        label="errors %",
        period=FIVE_MINUTES,
        using_metrics={
            "calls": build_balancer_metric(watched, "RequestCount"),
            "failed": build_balancer_metric(watched, "HTTPCode_Target_5XX_Count"),
            "refused": build_balancer_metric(watched, "HTTPCode_ELB_5XX_Count"),
        },
    )


def _build_silence(watched: WatchedContainers) -> cloudwatch.MathExpression:
    """1 while ECS has no figures of the service, which are those of its running tasks."""
    running = cloudwatch.Metric(
        namespace="AWS/ECS",
        metric_name="CPUUtilization",
        dimensions_map={
            "ClusterName": watched.cluster,
            "ServiceName": watched.events_service,
        },
        statistic="SampleCount",
        period=FIVE_MINUTES,
    )
    return cloudwatch.MathExpression(
        expression="IF(FILL(running, 0) == 0, 1, 0)",
        label="silent",
        period=cdk.Duration.minutes(5),
        using_metrics={"running": running},
    )
