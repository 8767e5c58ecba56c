"""What all tests share; the stage's variables stand before `app` is imported, which reads them."""

import os
import threading
from collections.abc import Iterator

import moto.core.responses
import pytest
from moto import mock_aws

from chalicelib.aws import Aws
from chalicelib.settings import AwsSettings
from infra.resources import Resources, resources

STAGE = "test"
ACCOUNT = "123456789012"  # moto's
REGION = "us-east-1"
RESOURCES = resources(stage=STAGE, account=ACCOUNT, region=REGION)


def stage_variables(declared: Resources) -> dict[str, str]:
    """The environment that the functions get on a stage, as the deployment sets it."""
    queue_url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
    return {
        "STAGE": declared.stage,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "USER_POOL_ARN": f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_test",
        "CORS_ORIGIN": "https://console.example.com",
        **{each.variable: each.name for each in (*declared.tables, *declared.buckets)},
        **{each.variable: f"{queue_url}/{each.name}" for each in declared.queues},
        **{each.variable: each.name for each in declared.secrets},
    }


os.environ.update(stage_variables(RESOURCES))
os.environ.pop("AWS_ENDPOINT_URL", None)


def _one_request_at_a_time() -> None:
    """Moto is not thread-safe: without this 400 concurrent increments give about 314."""
    lock = threading.RLock()
    dispatch = moto.core.responses.BaseResponse._dispatch

    def locked(self, *args, **kwargs):
        with lock:
            return dispatch(self, *args, **kwargs)

    moto.core.responses.BaseResponse._dispatch = locked


_one_request_at_a_time()


@pytest.fixture
def aws() -> Iterator[Aws]:
    """The declared resources on moto, through the product's own session."""
    with mock_aws():
        cloud = Aws(AwsSettings(region=REGION, endpoint_url=None, credentials=None))
        create(cloud, RESOURCES)
        yield cloud


def create(cloud: Aws, declared: Resources) -> None:
    """Make every table, queue, bucket and secret of a stage."""
    for table in declared.tables:
        keys = [(table.partition_key, "HASH")]
        keys += [(table.sort_key, "RANGE")] if table.sort_key else []
        cloud.client("dynamodb").create_table(
            TableName=table.name,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    for queue in declared.queues:
        cloud.client("sqs").create_queue(QueueName=queue.name)
    for bucket in declared.buckets:
        cloud.client("s3").create_bucket(Bucket=bucket.name)
    for secret in declared.secrets:
        cloud.client("secretsmanager").create_secret(Name=secret.name, SecretString="a-test-key")
