"""SQS queues from the declaration: standard, encrypted, TLS only, with dead-letter queues."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.declared.kinds import FailureQueue, Queue
from infra.stacks.shared.base import accept

SEND_ACTIONS = ("sqs:SendMessage",)
RECEIVE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


class QueueWithDeadLetters(Construct):
    """A queue and its dead-letter queue, for messages that fail `max_receive_count` receives."""

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
                source_queues=[
                    sqs.Queue.from_queue_arn(self, "Source", _build_arn(self, queue.name))
                ],
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

    def restrict_to(self, *, senders: Sequence[str], receivers: Sequence[str]) -> None:
        """Deny the queue to all but the roles with these names; seed 003, task 3.

        A Deny, since within an account an identity policy grants access by itself. By ARN
        condition, since Chalice creates the roles later and SQS rejects unknown principals.
        """
        self._deny_others("OnlySenders", SEND_ACTIONS, senders)
        self._deny_others("OnlyReceivers", RECEIVE_ACTIONS, receivers)

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
                # A service has no such ARN; none may use the queue without a statement of its own.
                conditions={
                    "ArnNotEquals": {"aws:PrincipalArn": arns},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            )
        )


def add_failure_queue(scope: Construct, *, queue: FailureQueue) -> sqs.Queue:
    """On-failure destination of a stream's event source mapping; operators read it."""
    failure_queue = sqs.Queue(
        scope,
        queue.output,
        queue_name=queue.name,
        retention_period=cdk.Duration.seconds(queue.retention_s),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    accept(
        failure_queue,
        {"AwsSolutions-SQS3": "It is a failure destination itself, and no function reads it."},
    )
    return failure_queue


def _build_arn(scope: Construct, name: str) -> str:
    """Build a queue's ARN from its name: the two queues refer to each other."""
    return cdk.Stack.of(scope).format_arn(service="sqs", resource=name)
