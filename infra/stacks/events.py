"""Declared streams and topics: encrypted, and for topics TLS only."""

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.resources import Stream, Topic


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


def declared_topic(scope: Construct, *, topic: Topic) -> sns.Topic:
    """A topic that takes messages over TLS only."""
    return sns.Topic(scope, topic.output, topic_name=topic.name, enforce_ssl=True)
