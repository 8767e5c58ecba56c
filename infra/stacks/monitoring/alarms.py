"""The alarms: what a person has to look at, and when."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.declared.functions import Function
from infra.declared.kinds import FailureQueue, Queue
from infra.stacks.monitoring.metrics import FIVE_MINUTES, MINUTE, function_metric, queue_metric

MAX_ERROR_PERCENT = 1
MAX_P95_MS = 10_000
MAX_QUEUE_AGE_S = 900  # the worker's five tries of two minutes and the start of a task fit in
MAX_ITERATOR_AGE_MS = 60_000
ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD


class Alarms(Construct):
    """Alarms that tell one topic; silence is not alarming, since traffic may be nil."""

    def __init__(self, scope: Construct, unit: str, *, prefix: str, topic: sns.ITopic) -> None:
        super().__init__(scope, unit)
        self._prefix = prefix
        self._action = actions.SnsAction(topic)

    def high_traffic(self, count: cloudwatch.IMetric, *, threshold: float) -> None:
        """Seed 000, phase 3: more requests in a minute than `threshold`."""
        self._alarm("high-traffic", count, threshold, "More requests a minute than usual")

    def function(self, function: Function) -> None:
        """Seed 002: more than 1 % errors, p95 above 10 s, any throttle; and a stream's lag."""
        name, label = function.name(self._prefix), function.label
        p95 = function_metric(name, "Duration", statistic="p95")
        throttles = function_metric(name, "Throttles")
        age = function_metric(name, "IteratorAge", statistic="Maximum")
        self._alarm(
            f"{label}-errors", _error_rate(name), MAX_ERROR_PERCENT, "More than 1 % of calls failed"
        )
        self._alarm(f"{label}-p95", p95, MAX_P95_MS, "One call of twenty takes longer than 10 s")
        self._alarm(f"{label}-throttles", throttles, 0, "Calls were throttled")
        if function.reads_stream:
            self._alarm(
                f"{label}-iterator-age", age, MAX_ITERATOR_AGE_MS, "The stream is a minute ahead"
            )

    def queue(self, queue: Queue) -> None:
        """Any dead letter, and messages that wait longer than a quarter of an hour."""
        dead = queue_metric(
            queue.dead_letter_name, "ApproximateNumberOfMessagesVisible", period=MINUTE
        )
        age = queue_metric(queue.name, "ApproximateAgeOfOldestMessage")
        label = queue.output.removesuffix("Url")
        self._alarm(f"{label}-dead-letters", dead, 0, "There are dead letters: look, then redrive")
        self._alarm(f"{label}-age", age, MAX_QUEUE_AGE_S, "Messages wait too long")

    def failure_queue(self, queue: FailureQueue) -> None:
        """Anything in it: a stream's function gave up."""
        parked = queue_metric(queue.name, "ApproximateNumberOfMessagesVisible", period=MINUTE)
        label = queue.output.removesuffix("Url")
        self._alarm(f"{label}-not-empty", parked, 0, "A stream's function gave up: look, redrive")

    def worker_heartbeat(self, queue: str) -> None:
        """Messages wait and nobody has asked for them for a quarter of an hour.

        A worker that lives polls at least every 20 s, with or without an answer; with an empty
        queue no worker need live.
        """
        waiting = queue_metric(queue, "ApproximateNumberOfMessagesVisible", statistic="Minimum")
        silent = cloudwatch.MathExpression(
            expression="IF(waiting > 0 AND FILL(received, 0) + FILL(empty, 0) == 0, 1, 0)",
            label="no heartbeat",
            period=FIVE_MINUTES,
            using_metrics={
                "waiting": waiting,
                "received": queue_metric(queue, "NumberOfMessagesReceived", statistic="Sum"),
                "empty": queue_metric(queue, "NumberOfEmptyReceives", statistic="Sum"),
            },
        )
        self._alarm("worker-heartbeat", silent, 0, "Messages wait and no worker polls", periods=3)

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
    ) -> None:
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


def _error_rate(function: str) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression="IF(invocations > 0, 100 * errors / invocations, 0)",
        label="errors %",
        period=FIVE_MINUTES,
        using_metrics={
            "invocations": function_metric(function, "Invocations"),
            "errors": function_metric(function, "Errors"),
        },
    )
