"""A stage's resources by the environment that its functions get, as the deployment sets it."""

from infra.declared.kinds import Resources
from infra.declared.resources import resources

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
    return {
        "STAGE": stage,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "USER_POOL_ARN": _arn("cognito-idp", f"userpool/{REGION}_bench"),
        "CORS_ORIGIN": "https://console.example.com",
        **{each.variable: each.name for each in (*made.tables, *made.buckets, *made.secrets)},
        **{
            each.variable: f"{endpoint_url}/{ACCOUNT}/{each.name}"
            for each in (*made.queues, *made.failure_queues)
        },
        **{
            each.stream_variable: _arn("dynamodb", f"table/{each.name}/stream/bench")
            for each in made.tables
            if each.stream_view
        },
        **{each.variable: _arn("sns", each.name) for each in made.topics},
    }


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"
