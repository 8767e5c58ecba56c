"""The topic that alarms publish to, and its e-mail subscription."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


def add_alarm_topic(scope: Construct, unit: str, *, name: str, email: str | None) -> sns.Topic:
    """Add a TLS-only topic that this account's alarms may publish to.

    Not encrypted by KMS: CloudWatch may not use the AWS managed key, and alarms name no person.
    """
    topic = sns.Topic(scope, unit, topic_name=name, display_name=name, enforce_ssl=True)
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
    )
    if email:
        topic.add_subscription(subscriptions.EmailSubscription(email))
    return topic
