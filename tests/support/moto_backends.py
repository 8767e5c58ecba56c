"""Declared resources put straight into moto's memory: through botocore they cost 0.2 s a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import moto.core.responses
import moto.core.serialize
import moto.core.utils
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

from infra.declared.kinds import Bucket, Index, Resources, Secret, Table


@contextmanager
def moto_alone() -> Iterator[None]:
    """An empty moto behind botocore. `mock_aws` would patch `requests` too: 15 ms a test."""
    _forget()
    botocore_stubber.enabled = True
    try:
        yield
    finally:
        botocore_stubber.enabled = False
        _forget()


def _forget() -> None:
    BackendDict.reset()
    reset_model_data()


def create_in_moto(declared: Resources, *, account: str, region: str) -> None:
    """Create every table, queue, topic, bucket, secret and stream of a stage."""
    for table in declared.tables:
        _create_table(get_backend("dynamodb")[account][region], table)
    queues = get_backend("sqs")[account][region]
    for queue in declared.queues:
        queues.create_queue(queue.name)
        queues.create_queue(queue.dead_letter_name)
    for failures in declared.failure_queues:
        queues.create_queue(failures.name)
    for topic in declared.topics:
        get_backend("sns")[account][region].create_topic(topic.name)
    for bucket in declared.buckets:
        _create_bucket(get_backend("s3")[account]["aws"], bucket, region)
    for secret in declared.secrets:
        backend = get_backend("secretsmanager")[account][region]
        _create_secret(backend, secret.name, secret_value(secret))
    for stream in declared.streams:
        get_backend("kinesis")[account][region].create_stream(stream.name, stream.shards)


def attributes(table: Table) -> list[dict[str, str]]:
    """The key attributes of a table and its indexes, all of them strings."""
    keyed = (table, *table.indexes)
    names = {name for keys in keyed for name in (keys.partition_key, keys.sort_key) if name}
    return [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)]


def key_schema(keys: Table | Index) -> list[dict[str, str]]:
    """The keys of a table or an index, as CreateTable takes them."""
    schema = [{"AttributeName": keys.partition_key, "KeyType": "HASH"}]
    return schema + (
        [{"AttributeName": keys.sort_key, "KeyType": "RANGE"}] if keys.sort_key else []
    )


def indexes(table: Table) -> list[dict[str, Any]]:
    """The global secondary indexes of a table, as CreateTable takes them."""
    return [
        {
            "IndexName": index.name,
            "KeySchema": key_schema(index),
            "Projection": {"ProjectionType": index.projection},
        }
        for index in table.indexes
    ]


def _create_table(backend: Any, table: Table) -> None:
    backend.create_table(
        table.name,
        schema=key_schema(table),
        throughput=None,
        attr=attributes(table),
        global_indexes=indexes(table),
        indexes=[],
        streams=None,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )


def _create_bucket(backend: Any, bucket: Bucket, region: str) -> None:
    backend.create_bucket(bucket.name, region)
    if bucket.versioned:
        backend.put_bucket_versioning(bucket.name, "Enabled")


def secret_value(secret: Secret) -> str:
    """What a declared secret holds in tests."""
    return "a-test-key" if secret.generated else secret.sandbox_value


def _create_secret(backend: Any, name: str, value: str) -> None:
    backend.create_secret(
        name=name,
        secret_string=value,
        secret_binary=None,
        description="",
        tags=[],
        kms_key_id=None,
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )


def one_request_at_a_time() -> None:
    """Moto is not thread-safe: without this 400 concurrent increments give about 314."""
    lock = threading.RLock()
    dispatch = moto.core.responses.BaseResponse._dispatch

    def locked(self, *args, **kwargs):
        with lock:
            return dispatch(self, *args, **kwargs)

    moto.core.responses.BaseResponse._dispatch = locked


def remember_names() -> None:
    """Let moto work out once what it spells out anew at every call: a sixth of a test's time."""
    moto.core.utils.camelcase_to_underscores = cache(moto.core.utils.camelcase_to_underscores)
    names_of = cache(moto.core.responses.method_names_from_class)
    moto.core.responses.method_names_from_class = names_of


def receive_at_once() -> None:
    """Let no receive wait for messages: nobody can send one while it holds the lock above.

    After `remember_names`, since it loads the queues' module.
    """
    backend: Any = get_backend("sqs").backend
    receive = backend.receive_message

    def receive_now(self, queue_name, count, wait_seconds_timeout, *args, **kwargs):
        return receive(self, queue_name, count, 0, *args, **kwargs)

    backend.receive_message = receive_now


def read_values_directly() -> None:
    """Let moto look up the one member of a DynamoDB value: it asks for ten by many names."""
    serializer = moto.core.serialize.ResponseSerializer
    get_value = serializer.get_value

    def get_directly(self, value, key, shape):
        if shape.parent.name == "AttributeValue":
            return value.get(key)
        return get_value(self, value, key, shape)

    serializer.get_value = get_directly
