"""Streams and topics from the declaration: encrypted; topics accept TLS only."""

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.declared.kinds import Stream, Topic

SNS_KEY = "alias/aws/sns"  # AWS managed key: publishers may use it, and it has no monthly charge


def add_stream(
    scope: Construct, *, stream: Stream, removal_policy: cdk.RemovalPolicy
) -> kinesis.Stream:
    """Add a stream with a fixed number of shards, encrypted with the AWS managed key."""
    return kinesis.Stream(
        scope,
        stream.output,
        stream_name=stream.name,
        stream_mode=kinesis.StreamMode.PROVISIONED,
        shard_count=stream.shards,
        retention_period=cdk.Duration.hours(stream.retention_h),
        encryption=kinesis.StreamEncryption.MANAGED,  # by STREAM_KEY
        removal_policy=removal_policy,
    )


def add_topic(scope: Construct, *, topic: Topic, email: str | None = None) -> sns.Topic:
    """Add a standard topic and, with `email`, a subscription.

    SNS delivers to the address only after its owner has confirmed the subscription.
    """
    key = kms.Alias.from_alias_name(scope, f"{topic.output}Key", SNS_KEY)
    standard_topic = sns.Topic(
        scope, topic.output, topic_name=topic.name, enforce_ssl=True, master_key=key
    )
    if email:
        standard_topic.add_subscription(subscriptions.EmailSubscription(email))
    return standard_topic
