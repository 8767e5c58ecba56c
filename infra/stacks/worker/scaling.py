"""The worker's scaling: no task without messages, more tasks for a longer queue."""

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs

MESSAGES_PER_TASK = 10_000  # one small task handles more in a minute


def scale_on_depth(service: ecs.FargateService, *, queue: sqs.IQueue, max_tasks: int) -> None:
    """Scale between 0 and `max_tasks` by visible and in-flight messages.

    In-flight messages count: a worker that handles the last ones must not be stopped.
    """
    target = service.auto_scale_task_count(min_capacity=0, max_capacity=max_tasks)
    target.scale_on_metric(
        "Depth",
        metric=_build_depth_metric(queue),
        scaling_steps=_build_scaling_steps(max_tasks),
        adjustment_type=autoscaling.AdjustmentType.EXACT_CAPACITY,
        evaluation_periods=1,
        cooldown=cdk.Duration.minutes(1),
    )


def _build_depth_metric(queue: sqs.IQueue) -> cloudwatch.MathExpression:
    minute = cdk.Duration.minutes(1)
    return cloudwatch.MathExpression(
        expression="waiting + in_flight",
        label="messages in the queue",
        period=minute,
        using_metrics={
            "waiting": queue.metric_approximate_number_of_messages_visible(period=minute),
            "in_flight": queue.metric_approximate_number_of_messages_not_visible(period=minute),
        },
    )


def _build_scaling_steps(max_tasks: int) -> list[autoscaling.ScalingInterval]:
    """No task at 0 messages, one task from 1, then one more for every MESSAGES_PER_TASK.

    The scale-in alarm (at most 0) and the scale-out alarm (at least 1) do not overlap.
    """
    lower = [1, *(MESSAGES_PER_TASK * tasks for tasks in range(1, max_tasks))]
    return [
        autoscaling.ScalingInterval(upper=0, change=0),
        *(
            autoscaling.ScalingInterval(lower=messages, change=tasks)
            for tasks, messages in enumerate(lower, start=1)
        ),
    ]
