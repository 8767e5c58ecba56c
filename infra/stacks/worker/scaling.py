"""The worker's scaling: no task without messages, more of them the longer the queue."""

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs

MESSAGES_PER_TASK = 10_000  # a minute's work of one small task, with room to spare


def scale_on_depth(service: ecs.FargateService, *, queue: sqs.IQueue, max_tasks: int) -> None:
    """Between 0 and `max_tasks`, by messages waiting and in flight.

    Those in flight count too: a worker that holds the last messages must not be stopped for it.
    """
    target = service.auto_scale_task_count(min_capacity=0, max_capacity=max_tasks)
    target.scale_on_metric(
        "Depth",
        metric=_depth(queue),
        scaling_steps=_steps(max_tasks),
        adjustment_type=autoscaling.AdjustmentType.EXACT_CAPACITY,
        evaluation_periods=1,
        cooldown=cdk.Duration.minutes(1),
    )


def _depth(queue: sqs.IQueue) -> cloudwatch.MathExpression:
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


def _steps(max_tasks: int) -> list[autoscaling.ScalingInterval]:
    """0 messages: no task; from 1: one; then one more for every MESSAGES_PER_TASK.

    The two alarms meet nowhere: at most 0 stops the tasks, at least 1 starts one.
    """
    lower = [1, *(MESSAGES_PER_TASK * tasks for tasks in range(1, max_tasks))]
    return [
        autoscaling.ScalingInterval(upper=0, change=0),
        *(
            autoscaling.ScalingInterval(lower=messages, change=tasks)
            for tasks, messages in enumerate(lower, start=1)
        ),
    ]
