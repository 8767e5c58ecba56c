"""Creates the declared resources on the emulator; running it again changes nothing."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chalicelib.aws import Aws, Timeouts
from chalicelib.settings import queue_name
from infra.declared.kinds import Resources, Secret, Table, UsagePlan
from infra.declared.resources import resources
from infra.declared.variables import stage_variables
from infra.local.config import ACCOUNT, DEMO_USER, REGION, STAGE, LocalConfig
from infra.local.environment import aws_settings
from infra.local.provision import declared_resources as declared
from infra.local.provision import generated_values
from infra.local.provision.api_keys import ensure_api_key
from infra.local.provision.demo_tenant import ensure_demo_tenant
from infra.local.provision.log_counts import ensure_count_begin
from infra.local.provision.mailbox import ensure_mailbox, mailbox_url
from infra.local.provision.sign_in import ensure_sign_in

# One attempt: what a call with a lost response created would be in the second one's way.
PROVISION = Timeouts(connect_s=1, read_s=10, attempts=1)
ORDERS_TOPIC = "OrdersTopicArn"
INGEST = "ingest"  # seed 004's `api_endpoint` is the address of this route


@dataclass(frozen=True)
class Provisioned:
    """The outputs by their CDK names, and the environment variables by which parts know them."""

    outputs: dict[str, str]
    variables: dict[str, str]


def local_resources() -> Resources:
    """What is declared for this stage."""
    return resources(stage=STAGE, account=ACCOUNT, region=REGION)


def local_plan(config: LocalConfig, declared: Resources) -> UsagePlan:
    """The declared usage plan with this machine's quota."""
    return replace(declared.usage_plan, quota_per_day=config.searches_per_day)


def provision(config: LocalConfig, declared: Resources | None = None) -> Provisioned:
    """Make what is missing and correct what differs; returns the names of everything.

    Raises botocore's own errors when the emulator does not do as told, and
    `declared.OtherKeys` for a table that was declared with other keys before.
    """
    wanted = declared or local_resources()
    client = partial(Aws(aws_settings(config.endpoint_url)).client, timeouts=PROVISION)
    kept = generated_values.GeneratedValues(config.generated_file)
    made = _storage(client, config, wanted, kept)
    sign_in = _sign_in(client, config, wanted, kept)
    here = _only_here(client, config, wanted, made) if wanted.stage == STAGE else {}
    outputs = {
        "ApiUrl": config.console_url,
        "ConsoleUrl": config.console_url,
        "AwsEndpointUrl": config.endpoint_url,
        **made,
        **here,
        **sign_in.outputs,
    }
    variables = stage_variables(wanted, outputs, user_pool_arn=sign_in.variables["USER_POOL_ARN"])
    return Provisioned(outputs, variables)


def _storage(
    client: Any, config: LocalConfig, wanted: Resources, kept: generated_values.GeneratedValues
) -> dict[str, str]:
    """Create what is declared; return names, addresses and ARNs by their outputs."""
    sqs, endpoint_url = client("sqs"), config.endpoint_url
    console_origin = config.console_url.rstrip("/")
    _create_secrets(client("secretsmanager"), wanted.secrets, kept)
    return {
        **_create_tables(client("dynamodb"), wanted.tables),
        **{q.output: declared.ensure_queue(sqs, q, endpoint_url) for q in wanted.queues},
        **{
            failures.output: declared.ensure_failure_queue(sqs, failures, endpoint_url)
            for failures in wanted.failure_queues
        },
        **{
            bucket.output: declared.ensure_bucket(client("s3"), bucket, console_origin)
            for bucket in wanted.buckets
        },
        **{
            stream.output: declared.ensure_stream(client("kinesis"), stream)
            for stream in wanted.streams
        },
        **{topic.output: declared.ensure_topic(client("sns"), topic) for topic in wanted.topics},
    }


def _create_tables(client: Any, tables: tuple[Table, ...]) -> dict[str, str]:
    outputs = {table.output: table.name for table in tables}
    for table in tables:
        stream_arn = declared.ensure_table(client, table)
        if stream_arn is not None:
            outputs[table.stream_output] = stream_arn
    return outputs


def _create_secrets(
    client: Any, secrets: tuple[Secret, ...], kept: generated_values.GeneratedValues
) -> None:
    for secret in secrets:
        value = secret.sandbox_value
        if secret.generated:
            value = kept.get(secret.name, generated_values.secret_text)
        declared.ensure_secret(client, secret, value)


def _only_here(
    client: Any, config: LocalConfig, wanted: Resources, made: dict[str, str]
) -> dict[str, str]:
    """What a rehearsal of another stage has no use for, such as the mailbox and the demo tenant."""
    events = wanted.mail_events
    queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_name(made[events.queue_output])}"
    ensure_mailbox(client("sqs"), client("sns"), made[ORDERS_TOPIC])
    ensure_demo_tenant(client("dynamodb"), made["StateTable"])
    ensure_count_begin(client("dynamodb"), made["LogsTable"], made["StateTable"])
    return {
        events.topic_output: declared.ensure_mail_events(client("sns"), events, queue_arn),
        "MailboxUrl": mailbox_url(config),
        "api_endpoint": f"{config.console_url}{INGEST}",
    }


def _sign_in(
    client: Any, config: LocalConfig, wanted: Resources, kept: generated_values.GeneratedValues
) -> Provisioned:
    password = kept.get(generated_values.DEMO_PASSWORD, generated_values.password)
    sign_in = ensure_sign_in(client("cognito-idp"), config, wanted.user_pool, password)
    key = kept.get("api-key", generated_values.api_key)
    plan = local_plan(config, wanted) if wanted.stage == STAGE else wanted.usage_plan
    outputs = {
        "UserPoolId": sign_in.pool_id,
        "UserPoolClientId": sign_in.client_id,
        "ApiKey": ensure_api_key(client("apigateway"), plan, key),
        "DemoUser": DEMO_USER,
        "DemoPassword": password,
    }
    return Provisioned(outputs, {"USER_POOL_ARN": sign_in.pool_arn})
