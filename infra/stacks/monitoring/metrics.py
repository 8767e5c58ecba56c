"""CloudWatch's metrics of functions, queues and the API, by the names that Chalice gives."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

MINUTE = cdk.Duration.minutes(1)
FIVE_MINUTES = cdk.Duration.minutes(5)


def function_metric(
    function: str, metric: str, *, statistic: str = "Sum", period: cdk.Duration = FIVE_MINUTES
) -> cloudwatch.Metric:
    """A metric of AWS/Lambda; `function` is the physical name."""
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name=metric,
        dimensions_map={"FunctionName": function},
        statistic=statistic,
        period=period,
        label=metric,
    )


def queue_metric(
    queue: str, metric: str, *, statistic: str = "Maximum", period: cdk.Duration = FIVE_MINUTES
) -> cloudwatch.Metric:
    """A metric of AWS/SQS; `queue` is the physical name."""
    return cloudwatch.Metric(
        namespace="AWS/SQS",
        metric_name=metric,
        dimensions_map={"QueueName": queue},
        statistic=statistic,
        period=period,
        label=metric,
    )


def api_metric(
    api: str, stage: str, metric: str, *, statistic: str = "Sum", period: cdk.Duration = MINUTE
) -> cloudwatch.Metric:
    """A metric of one stage of the REST API; its name alone is the same on every stage."""
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=metric,
        dimensions_map={"ApiName": api, "Stage": stage},
        statistic=statistic,
        period=period,
        label=metric,
    )
