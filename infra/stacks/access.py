"""The access stack: who may look into the tables without being an administrator."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.stacks.base import StageStack
from infra.stages import Stage

SESSION_H = 1
READS = ("dynamodb:Scan", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:DescribeTable")


class AccessStack(StageStack):
    """Seed 004's evaluator as a role in place of a user with lasting keys.

    It reads the one table, for an hour at a time, and writes nothing anywhere.
    """

    def __init__(self, scope: Construct, *, stage: Stage, table_name: str) -> None:
        super().__init__(scope, "access", stage=stage)
        who = iam.ArnPrincipal(stage.evaluator) if stage.evaluator else iam.AccountRootPrincipal()
        role = iam.Role(
            self,
            "Evaluator",
            role_name=stage.physical("OmniEvaluator"),
            description=f"Reads the table {table_name} and nothing else",
            assumed_by=who,
            max_session_duration=cdk.Duration.hours(SESSION_H),
        )
        table_arn = self.format_arn(service="dynamodb", resource="table", resource_name=table_name)
        role.add_to_policy(iam.PolicyStatement(actions=list(READS), resources=[table_arn]))
        self.output("EvaluatorRoleArn", role.role_arn)
