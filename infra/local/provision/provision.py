"""Creates the declared resources on the emulator; running it again changes nothing."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.aws import Aws, Timeouts
from infra.declared.kinds import Resources, Secret, Table
from infra.declared.resources import resources
from infra.local.config import ACCOUNT, REGION, STAGE, LocalConfig
from infra.local.environment import aws_settings
from infra.local.provision import declared_resources as declared
from infra.local.provision import generated_values
from infra.local.provision.api_keys import ensure_api_key
from infra.local.provision.mailbox import ensure_mailbox, mailbox_url
from infra.local.provision.sign_in import DEMO_USER, ensure_sign_in

# One attempt: what a lost answer created would be in the second one's way.
PROVISION = Timeouts(connect_s=1, read_s=10, attempts=1)
ORDERS_TOPIC = "ORDERS_TOPIC_ARN"
INGEST = "ingest"  # seed 004's `api_endpoint` is the address of this route


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
    `declared.OtherKeys` for a table that was declared with other keys before.
    """
    wanted = declared or local_resources()
    client = partial(Aws(aws_settings(config.endpoint_url)).client, timeouts=PROVISION)
    kept = generated_values.Keepsakes(config.state_dir / "generated.json")
    names = _storage(client, config, wanted, kept)
    sign_in = _sign_in(client, config, wanted, kept)
    here = _only_here(client, config, names) if wanted.stage == STAGE else {}
    outputs = {
        "ApiUrl": config.console_url,
        "ConsoleUrl": config.console_url,
        "AwsEndpointUrl": config.endpoint_url,
        **{each.output: names[each.variable] for each in _with_output(wanted)},
        **{
            each.stream_output: names[each.stream_variable]
            for each in wanted.tables
            if each.stream_view
        },
        **here,
        **sign_in.outputs,
    }
    return Provisioned(outputs, names | sign_in.variables)


def _storage(
    client: Any, config: LocalConfig, wanted: Resources, kept: generated_values.Keepsakes
) -> dict[str, str]:
    """What is declared, by the variables that carry its name, address or ARN."""
    return {
        **_tables(client("dynamodb"), wanted.tables),
        **_queues(client("sqs"), wanted, config.endpoint_url),
        **{each.variable: declared.ensure_bucket(client("s3"), each) for each in wanted.buckets},
        **{
            each.variable: declared.ensure_stream(client("kinesis"), each)
            for each in wanted.streams
        },
        **{each.variable: declared.ensure_topic(client("sns"), each) for each in wanted.topics},
        **_secrets(client("secretsmanager"), wanted.secrets, kept),
    }


def _tables(client: Any, tables: tuple[Table, ...]) -> dict[str, str]:
    names = {each.variable: each.name for each in tables}
    for table in tables:
        stream_arn = declared.ensure_table(client, table)
        if stream_arn is not None:
            names[table.stream_variable] = stream_arn
    return names


def _queues(client: Any, wanted: Resources, endpoint_url: str) -> dict[str, str]:
    names = {
        each.variable: declared.ensure_queue(client, each, endpoint_url) for each in wanted.queues
    }
    for failures in wanted.failure_queues:
        names[failures.variable] = declared.ensure_failure_queue(client, failures, endpoint_url)
    return names


def _secrets(
    client: Any, secrets: tuple[Secret, ...], kept: generated_values.Keepsakes
) -> dict[str, str]:
    for secret in secrets:
        declared.ensure_secret(client, secret, kept.get(secret.name, generated_values.secret_text))
    return {each.variable: each.name for each in secrets}


def _only_here(client: Any, config: LocalConfig, names: dict[str, str]) -> dict[str, str]:
    """What a rehearsal of another stage has no use for: the mailbox, and where to send logs."""
    ensure_mailbox(client("sqs"), client("sns"), names[ORDERS_TOPIC])
    return {
        "MailboxUrl": mailbox_url(config),
        "api_endpoint": f"{config.console_url}{INGEST}",
    }


def _sign_in(
    client: Any, config: LocalConfig, wanted: Resources, kept: generated_values.Keepsakes
) -> Provisioned:
    password = kept.get("demo-password", generated_values.password)
    sign_in = ensure_sign_in(client("cognito-idp"), config, wanted.user_pool, password)
    key = kept.get("api-key", generated_values.api_key)
    outputs = {
        "UserPoolId": sign_in.pool_id,
        "UserPoolClientId": sign_in.client_id,
        "ApiKey": ensure_api_key(client("apigateway"), wanted.usage_plan, key),
        "DemoUser": DEMO_USER,
        "DemoPassword": password,
    }
    return Provisioned(outputs, {"USER_POOL_ARN": sign_in.pool_arn})


def _with_output(wanted: Resources) -> list[Any]:
    return [
        *wanted.tables,
        *wanted.queues,
        *wanted.failure_queues,
        *wanted.buckets,
        *wanted.streams,
        *wanted.topics,
    ]
