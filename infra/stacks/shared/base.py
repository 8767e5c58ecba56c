"""What all stacks share: names, outputs, removal policies, accepted cdk-nag findings."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from infra.declared.stages import CLOUDFRONT_REGION, Stage

LOG_RETENTION_DAYS = 30


class StageStack(cdk.Stack):
    """A stack `omnidata-<stage>-<unit>`, by default in the stage's region.

    Its account is that of the deployer's credentials; no file contains an account id. Every role in
    it has the stage's permissions boundary.
    """

    def __init__(
        self, scope: Construct, unit: str, *, stage: Stage, region: str | None = None
    ) -> None:
        name = f"{stage.function_prefix}-{unit}"
        super().__init__(
            scope,
            name,
            env=cdk.Environment(region=region or stage.region),
            description=f"OmniData, stage {stage.name}: {unit}",
            # The CDK copies values between regions by SSM parameters.
            cross_region_references=stage.region != CLOUDFRONT_REGION,
            termination_protection=stage.keeps_data,
        )
        self.stage = stage
        if stage.permissions_boundary is not None:
            boundary = iam.ManagedPolicy.from_managed_policy_arn(
                self, "Boundary", stage.permissions_boundary
            )
            iam.PermissionsBoundary.of(self).apply(boundary)

    def add_output(self, name: str, value: str) -> None:
        """Add and export an output; the deploy reads it by `name`."""
        export = f"{self.stage.function_prefix}-{name}"
        cdk.CfnOutput(self, name, value=value, export_name=export)


def choose_removal_policy(stage: Stage) -> cdk.RemovalPolicy:
    """RETAIN_ON_UPDATE_OR_DELETE for stages that keep their data, else DESTROY.

    Plain RETAIN would also keep what a first create rolls back, and the next create would find the
    names taken.
    """
    keep = cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    return keep if stage.keeps_data else cdk.RemovalPolicy.DESTROY


def accept(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Acknowledge cdk-nag's findings below `scope`, by rule, each with its reason."""
    rules = [cdk.Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items()]
    cdk.Validations.of(scope).acknowledge(*rules)


def format_as_in_findings(arn: str) -> str:
    """`arn` as cdk-nag writes it in the id of a finding."""
    return arn.replace(cdk.Aws.PARTITION, "<AWS::Partition>").replace(
        cdk.Aws.ACCOUNT_ID, "<AWS::AccountId>"
    )
