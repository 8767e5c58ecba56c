"""Makes what `infra/resources.py` declares on the emulator, again and again without harm."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.aws import Aws, Timeouts
from infra.local import keepsakes, storage
from infra.local.api_keys import ensure_api_key
from infra.local.config import ACCOUNT, REGION, STAGE, LocalConfig
from infra.local.environment import aws_settings
from infra.local.sign_in import DEMO_USER, ensure_sign_in
from infra.resources import Resources, resources

# One attempt: what a lost answer created would be in the second one's way.
PROVISION = Timeouts(connect_s=1, read_s=10, attempts=1)


@dataclass(frozen=True)
class Provisioned:
    """The outputs by their CDK names, and the environment variables by which parts know them."""

    outputs: dict[str, str]
    variables: dict[str, str]


def local_resources() -> Resources:
    """What is declared for this stage."""
    return resources(stage=STAGE, account=ACCOUNT, region=REGION)


def provision(config: LocalConfig, declared: Resources | None = None) -> Provisioned:
    """Make what is missing and correct what differs; answers the names of everything.

    Raises botocore's own errors when the emulator does not do as told, and
    `storage.OtherKeys` for a table that was declared with other keys before.
    """
    wanted = declared or local_resources()
    client = partial(Aws(aws_settings(config.endpoint_url)).client, timeouts=PROVISION)
    kept = keepsakes.Keepsakes(config.state_dir / "generated.json")
    names = _storage(client, config, wanted, kept)
    sign_in = _sign_in(client, config, wanted, kept)
    outputs = {
        "ApiUrl": config.console_url,
        "ConsoleUrl": config.console_url,
        "AwsEndpointUrl": config.endpoint_url,
        **{each.output: names[each.variable] for each in _with_output(wanted)},
        **sign_in.outputs,
    }
    return Provisioned(outputs, names | sign_in.variables)


def _storage(
    client: Any, config: LocalConfig, wanted: Resources, kept: keepsakes.Keepsakes
) -> dict[str, str]:
    """What is declared, by the variables that carry its name, address or ARN."""
    names: dict[str, str] = {}
    for table in wanted.tables:
        storage.ensure_table(client("dynamodb"), table)
        names[table.variable] = table.name
    for queue in wanted.queues:
        names[queue.variable] = storage.ensure_queue(client("sqs"), queue, config.endpoint_url)
    for bucket in wanted.buckets:
        storage.ensure_bucket(client("s3"), bucket)
        names[bucket.variable] = bucket.name
    for stream in wanted.streams:
        storage.ensure_stream(client("kinesis"), stream)
        names[stream.variable] = stream.name
    for topic in wanted.topics:
        names[topic.variable] = storage.ensure_topic(client("sns"), topic)
    for secret in wanted.secrets:
        value = kept.get(secret.name, keepsakes.secret_text)
        storage.ensure_secret(client("secretsmanager"), secret, value)
        names[secret.variable] = secret.name
    return names


def _sign_in(
    client: Any, config: LocalConfig, wanted: Resources, kept: keepsakes.Keepsakes
) -> Provisioned:
    password = kept.get("demo-password", keepsakes.password)
    sign_in = ensure_sign_in(client("cognito-idp"), config, wanted.user_pool, password)
    key = kept.get("api-key", keepsakes.api_key)
    outputs = {
        "UserPoolId": sign_in.pool_id,
        "UserPoolClientId": sign_in.client_id,
        "ApiKey": ensure_api_key(client("apigateway"), wanted.usage_plan, key),
        "DemoUser": DEMO_USER,
        "DemoPassword": password,
    }
    return Provisioned(outputs, {"USER_POOL_ARN": sign_in.pool_arn})


def _with_output(wanted: Resources) -> list[Any]:
    return [*wanted.tables, *wanted.queues, *wanted.buckets, *wanted.streams, *wanted.topics]
