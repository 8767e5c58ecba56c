"""The declared resources of a stage on moto, and the product's own session towards them."""

from support.moto_backends import attributes, indexes, key_schema, secret_value
from support.shared_clients import SharedAws

from chalicelib.aws import Aws, Timeouts
from chalicelib.settings import AwsSettings
from infra.declared.kinds import Bucket, Resources, Table
from infra.declared.resources import resources
from infra.declared.variables import predict_outputs, stage_variables

STAGE = "test"
ACCOUNT = "123456789012"  # moto's
REGION = "us-east-1"
RESOURCES = resources(stage=STAGE, account=ACCOUNT, region=REGION)
PATIENT = Timeouts(connect_s=5, read_s=30, attempts=1)


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


def cloud_at(endpoint_url: str) -> Aws:
    """The product's own session, towards a server of the test's own."""
    return Aws(_settings_at(endpoint_url))


def shared_cloud(endpoint_url: str | None = None) -> SharedAws:
    """The product's own clients until the test ends, towards moto or the tests' emulator."""
    return SharedAws(_settings_at(endpoint_url))


def _settings_at(endpoint_url: str | None) -> AwsSettings:
    credentials = ("test", "test") if endpoint_url else None
    return AwsSettings(region=REGION, endpoint_url=endpoint_url, credentials=credentials)


def create(cloud: Aws, declared: Resources) -> None:
    """Create every table, queue, topic, bucket, stream and secret, through the cloud's own API.

    One patient attempt a call: an emulator's first one may take seconds on a busy machine, and a
    second attempt would find what the first one made.
    """
    sqs, secrets = cloud.client("sqs", PATIENT), cloud.client("secretsmanager", PATIENT)
    kinesis = cloud.client("kinesis", PATIENT)
    for table in declared.tables:
        _create_table(cloud, table)
    for queue in declared.queues:
        sqs.create_queue(QueueName=queue.name)
        sqs.create_queue(QueueName=queue.dead_letter_name)
    for failures in declared.failure_queues:
        sqs.create_queue(QueueName=failures.name)
    for topic in declared.topics:
        cloud.client("sns", PATIENT).create_topic(Name=topic.name)
    for bucket in declared.buckets:
        _create_bucket(cloud, bucket)
    for stream in declared.streams:
        kinesis.create_stream(StreamName=stream.name, ShardCount=stream.shards)
    for secret in declared.secrets:
        secrets.create_secret(Name=secret.name, SecretString=secret_value(secret))


def _create_table(cloud: Aws, table: Table) -> None:
    global_indexes = indexes(table)
    cloud.client("dynamodb", PATIENT).create_table(
        TableName=table.name,
        KeySchema=key_schema(table),
        AttributeDefinitions=attributes(table),
        BillingMode="PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": global_indexes} if global_indexes else {}),
    )


def _create_bucket(cloud: Aws, bucket: Bucket) -> None:
    client = cloud.client("s3", PATIENT)
    client.create_bucket(Bucket=bucket.name)
    if bucket.versioned:
        versions = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration=versions)
