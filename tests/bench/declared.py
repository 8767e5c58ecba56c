"""A stage's resources by the environment that its functions get, as the deployment sets it."""

from infra.declared.kinds import Resources
from infra.declared.resources import resources
from infra.declared.variables import predict_outputs, stage_variables

ACCOUNT = "123456789012"
REGION = "us-east-1"


def resources_of(stage: str) -> Resources:
    """What is declared of a stage."""
    return resources(stage=stage, account=ACCOUNT, region=REGION)


def variables(
    stage: str, endpoint_url: str = f"https://sqs.{REGION}.amazonaws.com"
) -> dict[str, str]:
    """What a function of `stage` reads at import; queues are at `endpoint_url`."""
    made = resources_of(stage)
    outputs = predict_outputs(made, account=ACCOUNT, region=REGION, queues_at=endpoint_url)
    pool_arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_bench"
    return {
        "STAGE": stage,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CORS_ORIGIN": "https://console.example.com",
        **stage_variables(made, outputs, user_pool_arn=pool_arn),
    }
