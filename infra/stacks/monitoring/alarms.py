"""The CloudWatch alarms and their thresholds."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.declared.function_kinds import Function
from infra.declared.kinds import FailureQueue, Queue
from infra.stacks.monitoring.metrics import (
    FIVE_MINUTES,
    MINUTE,
    build_function_metric,
    build_queue_metric,
    build_topic_metric,
)

MAX_ERROR_PERCENT = 1
MAX_P95_MS = 10_000
MAX_QUEUE_AGE_S = 900
# Metrics of a queue that was idle for six hours come up to 15 minutes late, and they start a task.
MAX_WORKER_QUEUE_AGE_S = 1800
MAX_ITERATOR_AGE_MS = 60_000
ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD


class Alarms(Construct):
    """Alarms that notify one topic; missing data is not breaching: there may be no traffic."""

    def __init__(self, scope: Construct, unit: str, *, prefix: str, topic: sns.ITopic) -> None:
        super().__init__(scope, unit)
        self._prefix = prefix
        self._action = actions.SnsAction(topic)

    def add_traffic_alarm(self, count: cloudwatch.IMetric, *, threshold: float) -> None:
        """Seed 000, phase 3: more requests in a minute than `threshold`."""
        self.add_alarm("high-traffic", count, threshold, "More requests a minute than usual")

    def add_function_alarms(self, function: Function) -> None:
        """Seed 002: more than 1 % errors, p95 above 10 s, any throttle; and the iterator age."""
        name, label = function.name(self._prefix), function.label
        p95 = build_function_metric(name, "Duration", statistic="p95")
        throttles = build_function_metric(name, "Throttles")
        age = build_function_metric(name, "IteratorAge", statistic="Maximum")
        self.add_alarm(
            f"{label}-errors",
            _build_error_rate(name),
            MAX_ERROR_PERCENT,
            "More than 1 % of calls failed",
        )
        self.add_alarm(f"{label}-p95", p95, MAX_P95_MS, "One call of twenty takes longer than 10 s")
        self.add_alarm(f"{label}-throttles", throttles, 0, "Calls were throttled")
        if function.reads_stream:
            self.add_alarm(
                f"{label}-iterator-age", age, MAX_ITERATOR_AGE_MS, "The stream is a minute ahead"
            )

    def add_queue_alarms(self, queue: Queue, *, max_age_s: int = MAX_QUEUE_AGE_S) -> None:
        """Any dead-letter message, and messages older than `max_age_s`."""
        dead = build_queue_metric(
            queue.dead_letter_name, "ApproximateNumberOfMessagesVisible", period=MINUTE
        )
        age = build_queue_metric(queue.name, "ApproximateAgeOfOldestMessage")
        label = queue.output.removesuffix("Url")
        self.add_alarm(
            f"{label}-dead-letters", dead, 0, "There are dead letters: look, then redrive"
        )
        self.add_alarm(f"{label}-age", age, max_age_s, "Messages wait too long")

    def add_failure_queue_alarm(self, queue: FailureQueue) -> None:
        """Any message: the retries of a stream's batch are exhausted."""
        parked = build_queue_metric(queue.name, "ApproximateNumberOfMessagesVisible", period=MINUTE)
        label = queue.output.removesuffix("Url")
        self.add_alarm(
            f"{label}-not-empty", parked, 0, "A stream's function gave up: look, redrive"
        )

    def add_topic_alarm(self, topic: str) -> None:
        """Messages are published and none is delivered: who subscribed has to confirm it again.

        SNS has no metric of pending subscriptions.
        """
        undelivered = cloudwatch.MathExpression(
            expression="IF(FILL(published, 0) > 0 AND FILL(delivered, 0) == 0, 1, 0)",
            label="not delivered",
            period=FIVE_MINUTES,
            using_metrics={
                "published": build_topic_metric(topic, "NumberOfMessagesPublished"),
                "delivered": build_topic_metric(topic, "NumberOfNotificationsDelivered"),
            },
        )
        self.add_alarm(
            "orders-not-delivered", undelivered, 0, "Orders are announced and nobody is told"
        )

    def add_heartbeat_alarm(self, queue: str) -> None:
        """Messages are visible and nothing has polled the queue for 15 minutes.

        A running worker polls at least every 20 s; with an empty queue no worker needs to run.
        """
        waiting = build_queue_metric(
            queue, "ApproximateNumberOfMessagesVisible", statistic="Minimum"
        )
        silent = cloudwatch.MathExpression(
            expression="IF(waiting > 0 AND FILL(received, 0) + FILL(empty, 0) == 0, 1, 0)",
            label="no heartbeat",
            period=FIVE_MINUTES,
            using_metrics={
                "waiting": waiting,
                "received": build_queue_metric(queue, "NumberOfMessagesReceived", statistic="Sum"),
                "empty": build_queue_metric(queue, "NumberOfEmptyReceives", statistic="Sum"),
            },
        )
        self.add_alarm(
            "worker-heartbeat", silent, 0, "Messages wait and no worker polls", periods=3
        )

    def add_alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
    ) -> None:
        """Notify when `metric` is above `threshold` in so many periods, one after another."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._prefix}-{name}",
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=ABOVE,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)


def _build_error_rate(function: str) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression="IF(invocations > 0, 100 * errors / invocations, 0)",
        label="errors %",
        period=FIVE_MINUTES,
        using_metrics={
            "invocations": build_function_metric(function, "Invocations"),
            "errors": build_function_metric(function, "Errors"),
        },
    )
