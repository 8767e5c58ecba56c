"""Each declared resource on the emulator: made once, and corrected where it differs."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from infra.declared.kinds import (
    STREAM_KEY,
    Bucket,
    FailureQueue,
    Index,
    MailEvents,
    Queue,
    Secret,
    Stream,
    Table,
    Topic,
)


class OtherKeys(Exception):
    """A kept table has other keys than the declared one; DynamoDB cannot change them."""


def ensure_table(client: Any, table: Table) -> str | None:
    """The table with its indexes, stream and TTL; returns the ARN of its stream, if it has one.

    Raises OtherKeys when it exists with a different key schema.
    """
    found = _find_or_create(client, table)
    if found["KeySchema"] != _key_schema(table):
        raise OtherKeys(f"table {table.name} is kept with other keys than declared")
    _ensure_indexes(client, table, found)
    _ensure_stream(client, table, found)
    _ensure_ttl(client, table)
    if table.stream_view is None:
        return None
    return str(client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"])


def ensure_queue(client: Any, queue: Queue, endpoint_url: str) -> str:
    """The queue and its dead-letter queue; returns the queue's URL on this endpoint."""
    retention = {"MessageRetentionPeriod": str(queue.retention_s)}
    dead_letters = _queue_url(client, queue.dead_letter_name)
    client.set_queue_attributes(QueueUrl=dead_letters, Attributes=retention)
    asked = client.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])
    to = asked["Attributes"]["QueueArn"]
    redrive = {"deadLetterTargetArn": to, "maxReceiveCount": queue.max_receive_count}
    timeout = {"VisibilityTimeout": str(queue.visibility_timeout_s)}
    attributes = {**retention, **timeout, "RedrivePolicy": json.dumps(redrive)}
    url = _queue_url(client, queue.name)
    client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    # An emulator may name the host and port that it was first started with.
    return endpoint_url + urlsplit(url).path


def ensure_failure_queue(client: Any, queue: FailureQueue, endpoint_url: str) -> str:
    """The queue of what a stream's function failed on; returns its URL on this endpoint."""
    url = _queue_url(client, queue.name)
    retention = {"MessageRetentionPeriod": str(queue.retention_s)}
    client.set_queue_attributes(QueueUrl=url, Attributes=retention)
    return endpoint_url + urlsplit(url).path


def ensure_bucket(client: Any, bucket: Bucket, console_origin: str) -> str:
    """The bucket, with versions and CORS for the console where declared; returns its name."""
    present = {existing["Name"] for existing in client.list_buckets()["Buckets"]}
    if bucket.name not in present:
        client.create_bucket(Bucket=bucket.name)
    if bucket.versioned:
        versions = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=versions)
    if bucket.console_methods:
        rule = {
            "AllowedOrigins": [console_origin],
            "AllowedMethods": list(bucket.console_methods),
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag", "x-amz-version-id"],
        }
        client.put_bucket_cors(Bucket=bucket.name, CORSConfiguration={"CORSRules": [rule]})
    return bucket.name


def ensure_stream(client: Any, stream: Stream) -> str:
    """The data stream, encrypted; a kept one keeps its shards. Returns its name."""
    try:
        found = client.describe_stream_summary(StreamName=stream.name)["StreamDescriptionSummary"]
    except client.exceptions.ResourceNotFoundException:
        client.create_stream(StreamName=stream.name, ShardCount=stream.shards)
        found = client.describe_stream_summary(StreamName=stream.name)["StreamDescriptionSummary"]
    if found["RetentionPeriodHours"] < stream.retention_h:
        client.increase_stream_retention_period(
            StreamName=stream.name, RetentionPeriodHours=stream.retention_h
        )
    if found.get("EncryptionType", "NONE") == "NONE":
        client.start_stream_encryption(
            StreamName=stream.name, EncryptionType="KMS", KeyId=STREAM_KEY
        )
    return stream.name


def ensure_topic(client: Any, topic: Topic) -> str:
    """The topic; returns its ARN."""
    return str(client.create_topic(Name=topic.name)["TopicArn"])


def ensure_mail_events(client: Any, events: MailEvents, queue_arn: str) -> str:
    """The topic of e-mails' events, towards their queue; returns its ARN.

    Here the sandbox publishes to it, in place of SES and its configuration set.
    """
    topic = str(client.create_topic(Name=events.topic_name)["TopicArn"])
    client.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue_arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    return topic


def ensure_secret(client: Any, secret: Secret, value: str) -> None:
    """The secret; one that exists keeps its value."""
    try:
        client.describe_secret(SecretId=secret.name)
    except client.exceptions.ResourceNotFoundException:
        client.create_secret(Name=secret.name, SecretString=value)


def _find_or_create(client: Any, table: Table) -> Any:
    """The table's description."""
    try:
        return client.describe_table(TableName=table.name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        schema = _key_schema(table)
        return client.create_table(
            TableName=table.name,
            KeySchema=schema,
            AttributeDefinitions=_definitions(schema),
            BillingMode="PAY_PER_REQUEST",
        )["TableDescription"]


def _key_schema(keys: Table | Index) -> list[dict[str, str]]:
    schema = [{"AttributeName": keys.partition_key, "KeyType": "HASH"}]
    if keys.sort_key is not None:
        schema.append({"AttributeName": keys.sort_key, "KeyType": "RANGE"})
    return schema


def _definitions(schema: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": key["AttributeName"], "AttributeType": "S"} for key in schema]


def _ensure_indexes(client: Any, table: Table, found: Mapping[str, Any]) -> None:
    """One index an update, which is all that DynamoDB takes."""
    present = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])}
    for index in table.indexes:
        if index.name in present:
            continue
        schema, projection = _key_schema(index), {"ProjectionType": index.projection}
        create = {"IndexName": index.name, "KeySchema": schema, "Projection": projection}
        client.update_table(
            TableName=table.name,
            AttributeDefinitions=_definitions([*_key_schema(table), *schema]),
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )


def _ensure_stream(client: Any, table: Table, found: Mapping[str, Any]) -> None:
    enabled = found.get("StreamSpecification", {}).get("StreamEnabled", False)
    if table.stream_view is not None and not enabled:
        wanted = {"StreamEnabled": True, "StreamViewType": table.stream_view}
        client.update_table(TableName=table.name, StreamSpecification=wanted)


def _ensure_ttl(client: Any, table: Table) -> None:
    if table.ttl is None:
        return
    asked = client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    if asked.get("AttributeName") != table.ttl or asked["TimeToLiveStatus"] != "ENABLED":
        client.update_time_to_live(
            TableName=table.name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl},
        )


def _queue_url(client: Any, name: str) -> str:
    """The queue's URL. Asked for first: `create_queue` on another port would make a second one."""
    try:
        return str(client.get_queue_url(QueueName=name)["QueueUrl"])
    except client.exceptions.QueueDoesNotExist:
        return str(client.create_queue(QueueName=name)["QueueUrl"])
