"""The monitoring stack: a dashboard, alarms, and the topics that they notify."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from aws_cdk import aws_xray as xray
from constructs import Construct

from infra.declared.function_kinds import Function
from infra.declared.kinds import FailureQueue, Queue
from infra.declared.stages import APP, Stage
from infra.stacks.monitoring.alarm_topic import add_alarm_topic
from infra.stacks.monitoring.alarms import MAX_QUEUE_AGE_S, MAX_WORKER_QUEUE_AGE_S, Alarms
from infra.stacks.monitoring.containers import add_container_alarms, build_balancer_metric
from infra.stacks.monitoring.dashboard import add_dashboard
from infra.stacks.monitoring.metrics import build_api_metric
from infra.stacks.shared.base import StageStack
from infra.stacks.shared.watched import WatchedContainers

ERROR_METRICS = ("4XXError", "5XXError")


class MonitoringStack(StageStack):
    """`worker_queue`, which the worker reads, and `orders_topic` are physical names."""

    def __init__(  # noqa: PLR0913 keyword-only: what is watched
        self,
        scope: Construct,
        *,
        stage: Stage,
        functions: Sequence[Function],
        queues: Sequence[Queue],
        failure_queues: Sequence[FailureQueue],
        worker_queue: str,
        orders_topic: str,
        containers: WatchedContainers | None = None,
    ) -> None:
        super().__init__(scope, "monitoring", stage=stage)
        count = build_api_metric(APP, stage.name, "Count")
        self._add_traffic_alarm(
            count if containers is None else build_balancer_metric(containers, "RequestCount")
        )
        alarms = self._add_alarms(functions, queues, failure_queues, worker_queue)
        alarms.add_heartbeat_alarm(worker_queue)
        alarms.add_topic_alarm(orders_topic)
        if containers is not None:
            add_container_alarms(alarms, containers)
        self._add_sampling()
        add_dashboard(
            self,
            "Dashboard",
            name=stage.function_prefix,
            functions=[function.name(stage.function_prefix) for function in functions],
            streams=[
                function.name(stage.function_prefix)
                for function in functions
                if function.reads_stream
            ],
            queues=[
                *(name for queue in queues for name in (queue.name, queue.dead_letter_name)),
                *(queue.name for queue in failure_queues),
            ],
            api=[count, *(build_api_metric(APP, stage.name, name) for name in ERROR_METRICS)],
        )

    def _add_alarms(
        self,
        functions: Sequence[Function],
        queues: Sequence[Queue],
        failure_queues: Sequence[FailureQueue],
        worker_queue: str,
    ) -> Alarms:
        topic = self._add_topic("OmniAlerts")
        alarms = Alarms(self, "Alarms", prefix=self.stage.function_prefix, topic=topic)
        for function in functions:
            alarms.add_function_alarms(function)
        for queue in queues:
            is_worker = queue.name == worker_queue
            alarms.add_queue_alarms(
                queue, max_age_s=MAX_WORKER_QUEUE_AGE_S if is_worker else MAX_QUEUE_AGE_S
            )
        for failure_queue in failure_queues:
            alarms.add_failure_queue_alarm(failure_queue)
        return alarms

    def _add_sampling(self) -> None:
        """Trace a share of the requests; by default X-Ray traces the first of every second."""
        traces = self.stage.traces
        xray.CfnSamplingRule(
            self,
            "Sampling",
            sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
                rule_name=self.stage.function_prefix,
                version=1,
                priority=traces.priority,
                fixed_rate=traces.share,
                reservoir_size=0,
                # The API is `omnidata/prod` there, its functions are `omnidata-prod-…`.
                service_name=f"{APP}?{self.stage.name}*",
                service_type="*",
                host="*",
                http_method="*",
                url_path="*",
                resource_arn="*",
            ),
        )

    def _add_traffic_alarm(self, count: cloudwatch.IMetric) -> None:
        threshold = cdk.CfnParameter(
            self,
            "HighTrafficThreshold",
            type="Number",
            default=self.stage.high_traffic_per_minute,
            min_value=0,
            description="Requests a minute above which HighTrafficAlert tells",
        )
        topic = self._add_topic("HighTrafficAlert")
        alarms = Alarms(self, "Traffic", prefix=self.stage.function_prefix, topic=topic)
        alarms.add_traffic_alarm(count, threshold=threshold.value_as_number)

    def _add_topic(self, name: str) -> sns.Topic:
        physical = self.stage.physical(name)
        topic = add_alarm_topic(self, name, name=physical, email=self.stage.alert_email)
        self.add_output(f"{name}Arn", topic.topic_arn)
        return topic
