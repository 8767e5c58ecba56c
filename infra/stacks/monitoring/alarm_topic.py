"""A topic that alarms tell, and the e-mail address that it tells in turn."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


def alarm_topic(scope: Construct, unit: str, *, name: str, email: str | None) -> sns.Topic:
    """A TLS-only topic to which this account's alarms may publish.

    Not under a key of KMS: AWS's own key is closed to CloudWatch, and alarms name no person.
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
