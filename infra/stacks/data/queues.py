"""Declared queues as SQS resources: standard, encrypted, TLS only, with their dead letters."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.declared.kinds import FailureQueue, Queue
from infra.stacks.shared.base import accept

SENDS = ("sqs:SendMessage",)
RECEIVES = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


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

    def open_to(self, *, senders: Sequence[str], receivers: Sequence[str]) -> None:
        """Close the queue to all but the roles with these names; seed 003, task 3.

        By denial: within an account a role's own policy is enough without the queue's. By name:
        Chalice makes the roles after the queue, and SQS refuses a principal that is not there.
        """
        self._deny_others("OnlySenders", SENDS, senders)
        self._deny_others("OnlyReceivers", RECEIVES, receivers)

    def _deny_others(self, sid: str, actions: Sequence[str], roles: Sequence[str]) -> None:
        arns = [
            cdk.Stack.of(self).format_arn(
                service="iam", region="", resource="role", resource_name=name
            )
            for name in roles
        ]
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=list(actions),
                resources=[self.queue.queue_arn],
                conditions={"ArnNotEquals": {"aws:PrincipalArn": arns}},
            )
        )


def failure_queue(scope: Construct, *, queue: FailureQueue) -> sqs.Queue:
    """Where a stream's mapping leaves what its function gave up; people look into it."""
    made = sqs.Queue(
        scope,
        queue.output,
        queue_name=queue.name,
        retention_period=cdk.Duration.seconds(queue.retention_s),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    accept(
        made,
        {"AwsSolutions-SQS3": "It holds dead letters itself, and no function reads it."},
    )
    return made


def _arn(scope: Construct, name: str) -> str:
    """The ARN by name: the two queues point at each other, so one has to be named ahead."""
    return cdk.Stack.of(scope).format_arn(service="sqs", resource=name)
