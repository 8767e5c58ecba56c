"""Declared streams and topics: encrypted, and for topics TLS only."""

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.declared.kinds import Stream, Topic

SNS_KEY = "alias/aws/sns"  # AWS's own: whoever may publish may use it, at no charge a month


def declared_stream(
    scope: Construct, *, stream: Stream, removal_policy: cdk.RemovalPolicy
) -> kinesis.Stream:
    """A stream of a fixed number of shards, encrypted under AWS's own key."""
    return kinesis.Stream(
        scope,
        stream.output,
        stream_name=stream.name,
        stream_mode=kinesis.StreamMode.PROVISIONED,
        shard_count=stream.shards,
        retention_period=cdk.Duration.hours(stream.retention_h),
        encryption=kinesis.StreamEncryption.MANAGED,
        removal_policy=removal_policy,
    )


def declared_topic(scope: Construct, *, topic: Topic, email: str | None = None) -> sns.Topic:
    """A standard topic that takes messages over TLS only, and whom it tells.

    AWS sends the address a mail first; nothing more comes until its link was opened.
    """
    key = kms.Alias.from_alias_name(scope, f"{topic.output}Key", SNS_KEY)
    made = sns.Topic(scope, topic.output, topic_name=topic.name, enforce_ssl=True, master_key=key)
    if email:
        made.add_subscription(subscriptions.EmailSubscription(email))
    return made
