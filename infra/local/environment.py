"""The environment of the parts: all of it is ours, nothing of the caller's AWS account."""

import os
from collections.abc import Mapping, MutableMapping

from chalicelib.settings import AwsSettings
from infra.declared.resources import resources
from infra.local.config import ACCOUNT, CREDENTIALS, HOST, MIB, REGION, STAGE, LocalConfig

WORKER_STOP_BUDGET_S = 6  # of the ten seconds that the whole system has to stop


# What `make run` needs of AWS. Lambda is left out on purpose: the emulator would run functions as
# processes of this machine.
EMULATED = (
    "apigateway",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "dynamodbstreams",
    "kinesis",
    "s3",
    "secretsmanager",
    "ses",
    "sns",
    "sqs",
    "sts",
)
# In place of the caller's AWS configuration.
OURS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
    "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
    "NO_PROXY": f"{HOST},localhost",
    "no_proxy": f"{HOST},localhost",
}
# What ministack serves, and that it keeps its state.
SWITCHES = {
    "GUARDED": "1",
    "SERVICES": ",".join(EMULATED),
    "LAMBDA_STRICT": "1",
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    "LOG_LEVEL": "WARNING",
    "PERSIST_STATE": "1",
    "S3_PERSIST": "1",
}
# For rehearsals and tests with an emulator of their own: every service, and administration.
UNGUARDED = {"GUARDED": "0", "SERVICES": "", "LAMBDA_STRICT": "0"}


def isolate(env: MutableMapping[str, str] | None = None) -> None:
    """Forget the caller's AWS profile, keys and proxy: the whole system is on loopback.

    A profile that does not exist, say, would fail every client, and a proxy would be asked for
    127.0.0.1.
    """
    environment = os.environ if env is None else env
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update(OURS)


def aws_settings(endpoint_url: str) -> AwsSettings:
    """The emulator as the clients of `chalicelib.aws` take it."""
    return AwsSettings(region=REGION, endpoint_url=endpoint_url, credentials=CREDENTIALS)


def part_variables(config: LocalConfig, provisioned: Mapping[str, str]) -> dict[str, str]:
    """Variables of every part of the product; `provisioned` names the resources."""
    return {
        "STAGE": STAGE,
        "AWS_ENDPOINT_URL": config.endpoint_url,
        "PORT": str(config.port),
        "AWS_PORT": str(config.aws_port),
        "STATE_DIR": str(config.state_dir),
        "MIN_FREE_MB": str(config.min_free_bytes // MIB),
        "SEARCHES_PER_DAY": str(config.searches_per_day),
        "CORS_ORIGIN": config.console_url.rstrip("/"),
        "PARTIAL_BATCH_RESPONSES": "1",
        "PYTHONUNBUFFERED": "1",
        **provisioned,
    }


def sandbox_variables(url: str) -> dict[str, str]:
    """Where the publishing channels are: all of them at the sandbox, which has its port anew."""
    names = (
        "META_BASE_URL",
        "LINKEDIN_BASE_URL",
        "SES_ENDPOINT_URL",
        "SMS_ENDPOINT_URL",
        "BEDROCK_ENDPOINT_URL",
    )
    return dict.fromkeys(names, url)


def worker_variables(config: LocalConfig) -> dict[str, str]:
    """Further variables of the worker."""
    return {
        "STOP_BUDGET_S": str(WORKER_STOP_BUDGET_S),
        "HEALTH_FILE": str(config.worker_health_file),
        "WORKER_ID": "local",
    }


def _find_media_bucket() -> str:
    declared = resources(stage=STAGE, account=ACCOUNT, region=REGION)
    return next(bucket.name for bucket in declared.buckets if bucket.console_methods)


def emulator_variables(config: LocalConfig) -> dict[str, str]:
    """Variables of ministack: loopback only, no other listeners, state that is kept.

    Only the services that the product uses are served, behind the guard (`emulator/guard.py`).
    The missing socket keeps it off the Docker daemon, whose containers it would tidy up.
    """
    home = config.emulator_dir
    return SWITCHES | {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(config.aws_port),
        "CONSOLE_PORT": str(config.port),
        "MEDIA_BUCKET": _find_media_bucket(),
        "GENERATED_FILE": str(config.generated_file),
        "STATE_DIR": str(config.emulator_state_dir),
        "S3_DATA_DIR": str(home / "s3"),
        "DOCKER_HOST": f"unix://{home}/no-docker.sock",
    }
