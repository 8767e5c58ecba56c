"""The declared resources of a stage on moto, and the product's own session towards them."""

import threading

import moto.core.responses
from botocore.loaders import create_loader
from support.moto_backends import attributes, indexes, key_schema, secret_value

from chalicelib.aws import Aws
from chalicelib.settings import AwsSettings
from infra.declared.kinds import Bucket, Resources, Table
from infra.declared.resources import resources
from infra.declared.variables import predict_outputs, stage_variables

STAGE = "test"
ACCOUNT = "123456789012"  # moto's
REGION = "us-east-1"
RESOURCES = resources(stage=STAGE, account=ACCOUNT, region=REGION)
_MODELS = create_loader()  # read once a process: a test's fresh clients cost 10 ms, not 80


def environment(declared: Resources) -> dict[str, str]:
    """The environment that the functions get on a stage, as the deployment sets it."""
    outputs = predict_outputs(
        declared,
        account=ACCOUNT,
        region=REGION,
        queues_at=f"https://sqs.{REGION}.amazonaws.com",
    )
    pool_arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_test"
    return {
        "STAGE": declared.stage,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CORS_ORIGIN": "https://console.example.com",
        **stage_variables(declared, outputs, user_pool_arn=pool_arn),
    }


def cloud_at(endpoint_url: str | None) -> Aws:
    """The product's own session, towards moto or a server of the test's own."""
    credentials = ("test", "test") if endpoint_url else None
    cloud = Aws(AwsSettings(region=REGION, endpoint_url=endpoint_url, credentials=credentials))
    cloud.session.register_component("data_loader", _MODELS)
    return cloud


def create(cloud: Aws, declared: Resources) -> None:
    """Create every table, queue, topic, bucket, stream and secret, through the cloud's own API."""
    for table in declared.tables:
        _create_table(cloud, table)
    for queue in declared.queues:
        cloud.client("sqs").create_queue(QueueName=queue.name)
        cloud.client("sqs").create_queue(QueueName=queue.dead_letter_name)
    for failures in declared.failure_queues:
        cloud.client("sqs").create_queue(QueueName=failures.name)
    for topic in declared.topics:
        cloud.client("sns").create_topic(Name=topic.name)
    for bucket in declared.buckets:
        _create_bucket(cloud, bucket)
    for stream in declared.streams:
        cloud.client("kinesis").create_stream(StreamName=stream.name, ShardCount=stream.shards)
    for secret in declared.secrets:
        cloud.client("secretsmanager").create_secret(
            Name=secret.name, SecretString=secret_value(secret)
        )


def _create_table(cloud: Aws, table: Table) -> None:
    global_indexes = indexes(table)
    cloud.client("dynamodb").create_table(
        TableName=table.name,
        KeySchema=key_schema(table),
        AttributeDefinitions=attributes(table),
        BillingMode="PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": global_indexes} if global_indexes else {}),
    )


def _create_bucket(cloud: Aws, bucket: Bucket) -> None:
    client = cloud.client("s3")
    client.create_bucket(Bucket=bucket.name)
    if bucket.versioned:
        versions = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=versions)


def one_request_at_a_time() -> None:
    """Moto is not thread-safe: without this 400 concurrent increments give about 314."""
    lock = threading.RLock()
    dispatch = moto.core.responses.BaseResponse._dispatch

    def locked(self, *args, **kwargs):
        with lock:
            return dispatch(self, *args, **kwargs)

    moto.core.responses.BaseResponse._dispatch = locked
