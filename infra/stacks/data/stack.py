"""The data stack: the resources that `infra/declared/resources.py` declares for the stage."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.declared.function_kinds import Function
from infra.declared.kinds import Bucket, Resources
from infra.declared.stages import STATE_BUCKET, Stage
from infra.stacks.data.mail_events import add_mail_events
from infra.stacks.data.queues import SEND_ACTIONS, QueueWithDeadLetters, add_failure_queue
from infra.stacks.data.secrets import add_secret
from infra.stacks.data.streams_and_topics import add_stream, add_topic
from infra.stacks.data.tables import add_table
from infra.stacks.shared.base import StageStack, choose_removal_policy
from infra.stacks.shared.buckets import add_log_bucket, add_private_bucket

ORDERS_TOPIC = "OrdersTopicArn"
CORS_AGE_S = 3600


class DataStack(StageStack):
    """Tables, queues, buckets and secrets by output or variable name, streams and topics.

    `functions` decide which roles may use which queue; the pages of `console_origin` may use the
    buckets whose declaration says so.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        declared: Resources,
        functions: Sequence[Function],
        console_origin: str,
    ) -> None:
        super().__init__(scope, "data", stage=stage)
        self.access_logs = add_log_bucket(self, "AccessLogs")
        self.tables = self._add_tables(declared)
        self.queues = self._add_queues(declared, functions)
        self.buckets = self._add_buckets(declared, console_origin)
        self.secrets = self._add_secrets(declared)
        self._add_streams_and_topics(declared)
        self._add_mail_events(declared)
        self._add_deploy_state_bucket()

    def _add_deploy_state_bucket(self) -> None:
        """The bucket that stores Chalice's deployment record, for a deploy from another machine."""
        bucket = add_private_bucket(
            self,
            "DeployState",
            name=self.stage.bucket(STATE_BUCKET, cdk.Aws.ACCOUNT_ID),
            logs=self.access_logs,
            removal_policy=choose_removal_policy(self.stage),
            versioned=True,
        )
        self.add_output("DeployStateBucket", bucket.bucket_name)

    def _add_tables(self, declared: Resources) -> dict[str, dynamodb.Table]:
        parent, tables = Construct(self, "Tables"), {}
        for declaration in declared.tables:
            table = add_table(parent, table=declaration, stage=self.stage)
            tables[declaration.output] = table
            self.add_output(declaration.output, table.table_name)
            if declaration.stream_view and table.table_stream_arn:
                self.add_output(declaration.stream_output, table.table_stream_arn)
        return tables

    def _add_queues(
        self, declared: Resources, functions: Sequence[Function]
    ) -> dict[str, QueueWithDeadLetters]:
        parent, queues = Construct(self, "Queues"), {}
        for declaration in declared.queues:
            pair = QueueWithDeadLetters(parent, queue=declaration)
            queues[declaration.output] = pair
            self._restrict_queue(pair, declaration.variable, functions)
            self.add_output(declaration.output, pair.queue.queue_url)
        for failures in declared.failure_queues:
            failure_queue = add_failure_queue(parent, queue=failures)
            self.add_output(failures.output, failure_queue.queue_url)
        return queues

    def _restrict_queue(
        self, pair: QueueWithDeadLetters, variable: str, functions: Sequence[Function]
    ) -> None:
        """Restrict a queue that a function reads to that function and to those that send to it."""
        prefix = self.stage.function_prefix
        readers = [
            function
            for function in functions
            if function.source is not None and function.source.variable == variable
        ]
        senders = [
            function for function in functions if function.calls_with(SEND_ACTIONS[0], variable)
        ]
        if readers:
            pair.restrict_to(
                senders=[sender.role_name(prefix) for sender in senders],
                receivers=[reader.role_name(prefix) for reader in readers],
            )

    def _add_buckets(self, declared: Resources, console_origin: str) -> dict[str, s3.Bucket]:
        parent, buckets = Construct(self, "Buckets"), {}
        for declaration in declared.buckets:
            bucket = add_private_bucket(
                parent,
                declaration.output,
                name=declaration.name,
                logs=self.access_logs,
                removal_policy=choose_removal_policy(self.stage),
                versioned=declaration.versioned,
                expires_after_days=declaration.expiry_days,
                cors=_build_cors(declaration, console_origin),
            )
            buckets[declaration.output] = bucket
            self.add_output(declaration.output, bucket.bucket_name)
        return buckets

    def _add_secrets(self, declared: Resources) -> dict[str, secretsmanager.Secret]:
        parent = Construct(self, "Secrets")
        return {
            secret.variable: add_secret(
                parent, secret=secret, removal_policy=choose_removal_policy(self.stage)
            )
            for secret in declared.secrets
        }

    def _add_streams_and_topics(self, declared: Resources) -> None:
        parent = Construct(self, "Events")
        for declaration in declared.streams:
            stream = add_stream(
                parent, stream=declaration, removal_policy=choose_removal_policy(self.stage)
            )
            self.add_output(declaration.output, stream.stream_name)
        for declared_topic in declared.topics:
            email = self.stage.orders_email if declared_topic.output == ORDERS_TOPIC else None
            topic = add_topic(parent, topic=declared_topic, email=email)
            self.add_output(declared_topic.output, topic.topic_arn)

    def _add_mail_events(self, declared: Resources) -> None:
        events = declared.mail_events
        queue = self.queues[events.queue_output].queue
        topic = add_mail_events(Construct(self, "MailEvents"), events=events, queue=queue)
        self.add_output(events.topic_output, topic.topic_arn)


def _build_cors(bucket: Bucket, console_origin: str) -> list[s3.CorsRule]:
    if not bucket.console_methods:
        return []
    return [
        s3.CorsRule(
            allowed_methods=[s3.HttpMethods[method] for method in bucket.console_methods],
            allowed_origins=[console_origin],
            allowed_headers=["*"],  # the signature says which of them count
            exposed_headers=["ETag", "x-amz-version-id"],
            max_age=CORS_AGE_S,
        )
    ]
