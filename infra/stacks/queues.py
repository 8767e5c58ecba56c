"""A declared queue as SQS resources: standard, encrypted, TLS only, with its dead letters."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.resources import Queue


class DeclaredQueue(Construct):
    """The queue, and the queue of what was received `max_receive_count` times in vain."""

    def __init__(self, scope: Construct, *, queue: Queue) -> None:
        super().__init__(scope, queue.output)
        retention = cdk.Duration.seconds(queue.retention_s)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=queue.dead_letter_name,
            retention_period=retention,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            # No other queue may name it as its own dead-letter queue.
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.BY_QUEUE,
                source_queues=[sqs.Queue.from_queue_arn(self, "Source", _arn(self, queue.name))],
            ),
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=queue.name,
            visibility_timeout=cdk.Duration.seconds(queue.visibility_timeout_s),
            retention_period=retention,
            receive_message_wait_time=cdk.Duration.seconds(20),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=queue.max_receive_count
            ),
        )


def _arn(scope: Construct, name: str) -> str:
    """The ARN by name: the two queues point at each other, so one has to be named ahead."""
    return cdk.Stack.of(scope).format_arn(service="sqs", resource=name)
