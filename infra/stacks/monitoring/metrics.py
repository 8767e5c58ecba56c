"""CloudWatch metrics of functions, queues and the API, by their physical names."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

MINUTE = cdk.Duration.minutes(1)
FIVE_MINUTES = cdk.Duration.minutes(5)


def build_function_metric(
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


def build_queue_metric(
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


def build_topic_metric(topic: str, metric: str) -> cloudwatch.Metric:
    """A sum of AWS/SNS; `topic` is the physical name."""
    return cloudwatch.Metric(
        namespace="AWS/SNS",
        metric_name=metric,
        dimensions_map={"TopicName": topic},
        statistic="Sum",
        period=FIVE_MINUTES,
        label=metric,
    )


def build_api_metric(
    api: str, stage: str, metric: str, *, statistic: str = "Sum", period: cdk.Duration = MINUTE
) -> cloudwatch.Metric:
    """A metric of AWS/ApiGateway for one stage; the API has the same name in every stage."""
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=metric,
        dimensions_map={"ApiName": api, "Stage": stage},
        statistic=statistic,
        period=period,
        label=metric,
    )
