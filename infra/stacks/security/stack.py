"""The security stack: GuardDuty and Security Hub for the account, in this region.

Security Hub evaluates what AWS Config records: an account without a recorder gets one once, on
Security Hub's pages in the AWS console.
"""

import aws_cdk as cdk
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_securityhub as securityhub
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.shared.base import StageStack

BEST_PRACTICES = "aws-foundational-security-best-practices/v/1.0.0"
FEATURES = ("S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS")


class SecurityStack(StageStack):
    """Seed 002's security layer without the WAF, which the edge and api stacks create."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "security", stage=stage)
        guardduty.CfnDetector(
            self,
            "GuardDuty",
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            features=[
                guardduty.CfnDetector.CFNFeatureConfigurationProperty(name=name, status="ENABLED")
                for name in FEATURES
            ],
        )
        hub = securityhub.CfnHub(
            self, "SecurityHub", enable_default_standards=False, auto_enable_controls=True
        )
        standard = securityhub.CfnStandard(
            self,
            "BestPractices",
            standards_arn=(
                f"arn:{cdk.Aws.PARTITION}:securityhub:{stage.region}::standards/{BEST_PRACTICES}"
            ),
        )
        standard.add_resource_dependency(hub)
