"""The containers' environment: the functions' own variables, and what only a container needs."""

import aws_cdk as cdk

from infra.declared.access import TENANT_READER, TENANT_READER_OUTPUT
from infra.declared.kinds import Resources
from infra.declared.stages import Stage
from infra.declared.variables import predict_outputs, stage_variables
from infra.deploy.project import Project


def import_output(stage: Stage, name: str) -> str:
    """An output of another stack by its export, which is there without containers too."""
    return cdk.Fn.import_value(f"{stage.function_prefix}-{name}")


def build_outputs(stage: Stage, declared: Resources) -> dict[str, str]:
    """The outputs that variables and rights are made of: names are known, ARNs are imported."""
    queues_at = f"https://sqs.{stage.region}.{cdk.Aws.URL_SUFFIX}"
    predicted = predict_outputs(
        declared, account=cdk.Aws.ACCOUNT_ID, region=stage.region, queues_at=queues_at
    )
    streams = {
        table.stream_output: import_output(stage, table.stream_output)
        for table in declared.tables
        if table.stream_view
    }
    role = f"role/{stage.physical(TENANT_READER)}"
    reader = f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:{role}"
    return {**predicted, **streams, TENANT_READER_OUTPUT: reader}


def build_variables(
    stage: Stage, declared: Resources, outputs: dict[str, str], *, console_origin: str
) -> dict[str, str]:
    """The variables of both containers."""
    pool_arn = import_output(stage, "UserPoolArn")
    return {
        **Project().template_variables(stage.name),
        **stage_variables(declared, outputs, user_pool_arn=pool_arn),
        "STAGE": stage.name,
        "AWS_REGION": stage.region,
        "CORS_ORIGIN": console_origin,
    }
