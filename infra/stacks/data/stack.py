"""The data stack: everything that `infra/declared/resources.py` declares for the stage."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.declared.functions import Function
from infra.declared.kinds import Resources
from infra.declared.stages import STATE_BUCKET, Stage
from infra.stacks.data.queues import SENDS, DeclaredQueue, failure_queue
from infra.stacks.data.secrets import generated_secret
from infra.stacks.data.streams_and_topics import declared_stream, declared_topic
from infra.stacks.data.tables import declared_table
from infra.stacks.shared.base import StageStack, removal
from infra.stacks.shared.buckets import log_bucket, private_bucket

ORDERS_TOPIC = "OrdersTopicArn"


class DataStack(StageStack):
    """Tables, queues, streams, topics, buckets and secrets; kept here by their outputs' names.

    `functions` say who may use which queue.
    """

    def __init__(
        self, scope: Construct, *, stage: Stage, declared: Resources, functions: Sequence[Function]
    ) -> None:
        super().__init__(scope, "data", stage=stage)
        self.access_logs = log_bucket(self, "AccessLogs")
        self.tables = self._tables(declared)
        self.queues = self._queues(declared, functions)
        self.buckets = self._buckets(declared)
        self.secrets = self._secrets(declared)
        self._events(declared)
        self._deploy_state()

    def _deploy_state(self) -> None:
        """Where a deploy leaves what Chalice made, so that the next one, elsewhere, finds it."""
        bucket = private_bucket(
            self,
            "DeployState",
            name=self.stage.bucket(STATE_BUCKET, cdk.Aws.ACCOUNT_ID),
            logs=self.access_logs,
            removal_policy=removal(self.stage),
            versioned=True,
        )
        self.output("DeployStateBucket", bucket.bucket_name)

    def _tables(self, declared: Resources) -> dict[str, dynamodb.Table]:
        inside, made = Construct(self, "Tables"), {}
        for table in declared.tables:
            made[table.output] = each = declared_table(
                inside, table=table, removal_policy=removal(self.stage)
            )
            self.output(table.output, each.table_name)
            if table.stream_view and each.table_stream_arn:
                self.output(table.stream_output, each.table_stream_arn)
        return made

    def _queues(
        self, declared: Resources, functions: Sequence[Function]
    ) -> dict[str, DeclaredQueue]:
        inside, made = Construct(self, "Queues"), {}
        for queue in declared.queues:
            made[queue.output] = each = DeclaredQueue(inside, queue=queue)
            self._open(each, queue.variable, functions)
            self.output(queue.output, each.queue.queue_url)
        for failures in declared.failure_queues:
            parked = failure_queue(inside, queue=failures)
            self.output(failures.output, parked.queue_url)
        return made

    def _open(self, made: DeclaredQueue, variable: str, functions: Sequence[Function]) -> None:
        """A queue that a function reads is open to that one and to those that send to it."""
        prefix = self.stage.function_prefix
        readers = [f for f in functions if f.source is not None and f.source.variable == variable]
        senders = [f for f in functions if f.calls_with(SENDS[0], variable)]
        if readers:
            made.open_to(
                senders=[each.role_name(prefix) for each in senders],
                receivers=[each.role_name(prefix) for each in readers],
            )

    def _buckets(self, declared: Resources) -> dict[str, s3.Bucket]:
        inside, made = Construct(self, "Buckets"), {}
        for bucket in declared.buckets:
            made[bucket.output] = each = private_bucket(
                inside,
                bucket.output,
                name=bucket.name,
                logs=self.access_logs,
                removal_policy=removal(self.stage),
                versioned=bucket.versioned,
                expires_after_days=bucket.expiry_days,
            )
            self.output(bucket.output, each.bucket_name)
        return made

    def _secrets(self, declared: Resources) -> dict[str, secretsmanager.Secret]:
        inside = Construct(self, "Secrets")
        return {
            secret.variable: generated_secret(
                inside, secret=secret, removal_policy=removal(self.stage)
            )
            for secret in declared.secrets
        }

    def _events(self, declared: Resources) -> None:
        inside = Construct(self, "Events")
        for stream in declared.streams:
            shards = declared_stream(inside, stream=stream, removal_policy=removal(self.stage))
            self.output(stream.output, shards.stream_name)
        for topic in declared.topics:
            email = self.stage.orders_email if topic.output == ORDERS_TOPIC else None
            made = declared_topic(inside, topic=topic, email=email)
            self.output(topic.output, made.topic_arn)
