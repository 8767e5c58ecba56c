"""The access stack: who may look into the tables without being an administrator."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.declared.access import (
    EVALUATOR,
    EVALUATOR_READS,
    TENANT_READER,
    TENANT_READER_OUTPUT,
    TENANT_READS,
    TENANT_TAG,
)
from infra.declared.stages import Stage
from infra.stacks.shared.base import StageStack

SESSION_H = 1


class AccessStack(StageStack):
    """Seed 004's evaluator, and the role by which the API reads one tenant's logs.

    `reader` is the name of the role behind the routes, which Chalice makes later.
    """

    def __init__(self, scope: Construct, *, stage: Stage, table_name: str, reader: str) -> None:
        super().__init__(scope, "access", stage=stage)
        self._table_arn = self.format_arn(
            service="dynamodb", resource="table", resource_name=table_name
        )
        self.output("EvaluatorRoleArn", self._evaluator(table_name).role_arn)
        self.output(TENANT_READER_OUTPUT, self._tenant_reader(table_name, reader).role_arn)

    def _evaluator(self, table_name: str) -> iam.Role:
        """In place of a user with lasting keys: it reads the one table, for an hour at a time."""
        given = self.stage.evaluator
        role = iam.Role(
            self,
            "Evaluator",
            role_name=self.stage.physical(EVALUATOR),
            description=f"Reads the table {table_name} and nothing else",
            assumed_by=iam.ArnPrincipal(given) if given else iam.AccountRootPrincipal(),
            max_session_duration=cdk.Duration.hours(SESSION_H),
        )
        reads = iam.PolicyStatement(actions=list(EVALUATOR_READS), resources=[self._table_arn])
        role.add_to_policy(reads)
        return role

    def _tenant_reader(self, table_name: str, reader: str) -> iam.Role:
        """A session carries its tenant as a tag, and IAM shows it that partition alone.

        Without a key in the request ForAllValues is true of nothing: hence the Null check.
        """
        role = iam.Role(
            self,
            "TenantReader",
            role_name=self.stage.physical(TENANT_READER),
            description=f"Reads the partition of {table_name} that a session is tagged with",
            assumed_by=self._only_with_a_tenant(reader),
            max_session_duration=cdk.Duration.hours(SESSION_H),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=list(TENANT_READS),
                resources=[self._table_arn],
                conditions={
                    "ForAllValues:StringEquals": {
                        "dynamodb:LeadingKeys": [f"${{aws:PrincipalTag/{TENANT_TAG}}}"]
                    },
                    "Null": {"dynamodb:LeadingKeys": "false"},
                },
            )
        )
        return role

    def _only_with_a_tenant(self, reader: str) -> iam.IPrincipal:
        """The role behind the routes, by name: IAM refuses a principal that is not there yet."""
        arn = self.format_arn(service="iam", region="", resource="role", resource_name=reader)
        return iam.SessionTagsPrincipal(
            iam.PrincipalWithConditions(
                iam.AccountRootPrincipal(),
                {
                    "ArnEquals": {"aws:PrincipalArn": arn},
                    "StringLike": {f"aws:RequestTag/{TENANT_TAG}": "?*"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": [TENANT_TAG]},
                },
            )
        )
