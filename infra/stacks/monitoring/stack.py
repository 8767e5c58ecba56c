"""The monitoring stack: a dashboard, the alarms, and whom they tell."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.declared.functions import Function
from infra.declared.kinds import FailureQueue, Queue
from infra.declared.stages import APP, Stage
from infra.stacks.monitoring.alarm_topic import alarm_topic
from infra.stacks.monitoring.alarms import Alarms
from infra.stacks.monitoring.dashboard import dashboard
from infra.stacks.monitoring.metrics import api_metric
from infra.stacks.shared.base import StageStack


class MonitoringStack(StageStack):
    """`worker_queue` is the physical name of the queue that the container empties."""

    def __init__(  # noqa: PLR0913 keyword-only: what is watched
        self,
        scope: Construct,
        *,
        stage: Stage,
        functions: Sequence[Function],
        queues: Sequence[Queue],
        failure_queues: Sequence[FailureQueue],
        worker_queue: str,
    ) -> None:
        super().__init__(scope, "monitoring", stage=stage)
        count = api_metric(APP, stage.name, "Count")
        self._traffic_alarm(count)
        alarms = Alarms(
            self, "Alarms", prefix=stage.function_prefix, topic=self._topic("OmniAlerts")
        )
        for function in functions:
            alarms.function(function)
        for queue in queues:
            alarms.queue(queue)
        for failures in failure_queues:
            alarms.failure_queue(failures)
        alarms.worker_heartbeat(worker_queue)
        dashboard(
            self,
            "Dashboard",
            name=stage.function_prefix,
            functions=[each.name(stage.function_prefix) for each in functions],
            streams=[each.name(stage.function_prefix) for each in functions if each.reads_stream],
            queues=[
                *(name for each in queues for name in (each.name, each.dead_letter_name)),
                *(each.name for each in failure_queues),
            ],
            api=[count, *(api_metric(APP, stage.name, each) for each in ("4XXError", "5XXError"))],
        )

    def _traffic_alarm(self, count: cloudwatch.IMetric) -> None:
        threshold = cdk.CfnParameter(
            self,
            "HighTrafficThreshold",
            type="Number",
            default=self.stage.high_traffic_per_minute,
            min_value=0,
            description="Requests a minute above which HighTrafficAlert tells",
        )
        topic = self._topic("HighTrafficAlert")
        alarms = Alarms(self, "Traffic", prefix=self.stage.function_prefix, topic=topic)
        alarms.high_traffic(count, threshold=threshold.value_as_number)

    def _topic(self, name: str) -> sns.Topic:
        physical = self.stage.physical(name)
        topic = alarm_topic(self, name, name=physical, email=self.stage.alert_email)
        self.output(f"{name}Arn", topic.topic_arn)
        return topic
