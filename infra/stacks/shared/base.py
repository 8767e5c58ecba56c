"""What every stack and construct here shares: naming, outputs, removal, accepted findings."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct, IConstruct

from infra.declared.stages import CLOUDFRONT_REGION, Stage

LOG_RETENTION_DAYS = 30


class StageStack(cdk.Stack):
    """A stack `omnidata-<stage>-<unit>` in the stage's region unless another is given.

    Its account is that of whoever deploys: no account id is written down anywhere.
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
            # Values that cross regions travel by parameters that CDK's own resources copy.
            cross_region_references=stage.region != CLOUDFRONT_REGION,
            termination_protection=stage.keeps_data,
        )
        self.stage = stage

    def output(self, name: str, value: str) -> None:
        """Export `value` under the design's name for it, for the deploy flow and for people."""
        export = f"{self.stage.function_prefix}-{name}"
        cdk.CfnOutput(self, name, value=value, export_name=export)


def removal(stage: Stage) -> cdk.RemovalPolicy:
    """What happens to data when its stack goes."""
    return cdk.RemovalPolicy.RETAIN if stage.keeps_data else cdk.RemovalPolicy.DESTROY


def accept(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Acknowledge cdk-nag's findings below `scope`, by rule, each with its reason."""
    rules = [cdk.Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items()]
    cdk.Validations.of(scope).acknowledge(*rules)


def as_found(arn: str) -> str:
    """`arn` as cdk-nag writes it into a finding's name."""
    return arn.replace(cdk.Aws.PARTITION, "<AWS::Partition>").replace(
        cdk.Aws.ACCOUNT_ID, "<AWS::AccountId>"
    )
