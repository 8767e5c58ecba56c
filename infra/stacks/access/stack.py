"""The access stack: roles that read the logs table without administrator rights."""

from collections.abc import Sequence

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
from infra.declared.kinds import Table
from infra.declared.stages import Stage
from infra.stacks.shared.base import StageStack

SESSION_H = 1


class AccessStack(StageStack):
    """Seed 004's evaluator role, and the role that the API assumes to read one tenant's logs.

    `table` holds the logs. `readers` are the names of the API's roles; Chalice creates that of
    the function later.
    """

    def __init__(
        self, scope: Construct, *, stage: Stage, table: Table, readers: Sequence[str]
    ) -> None:
        super().__init__(scope, "access", stage=stage)
        table_name = table.name
        self._table_arn = self.format_arn(
            service="dynamodb", resource="table", resource_name=table_name
        )
        self._index_arns = [f"{self._table_arn}/index/{index.name}" for index in table.indexes]
        self.add_output("EvaluatorRoleArn", self._add_evaluator_role(table_name).role_arn)
        self.add_output(
            TENANT_READER_OUTPUT, self._add_tenant_reader_role(table_name, readers).role_arn
        )

    def _add_evaluator_role(self, table_name: str) -> iam.Role:
        """Seed 004 has a user with access keys; a role with sessions of one hour replaces it."""
        role = iam.Role(
            self,
            "Evaluator",
            role_name=self.stage.physical(EVALUATOR),
            description=f"Reads the table {table_name} and nothing else",
            assumed_by=self._build_evaluator_principal(),
            max_session_duration=cdk.Duration.hours(SESSION_H),
        )
        reads = iam.PolicyStatement(actions=list(EVALUATOR_READS), resources=[self._table_arn])
        role.add_to_policy(reads)
        return role

    def _build_evaluator_principal(self) -> iam.IPrincipal:
        """EVALUATOR_ARN, or anyone the account lets, on prod with a second factor."""
        if self.stage.evaluator:
            return iam.ArnPrincipal(self.stage.evaluator)
        if not self.stage.requires_mfa:
            return iam.AccountRootPrincipal()
        return iam.PrincipalWithConditions(
            iam.AccountRootPrincipal(), {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        )

    def _add_tenant_reader_role(self, table_name: str, readers: Sequence[str]) -> iam.Role:
        """A session is tagged with its tenant; IAM limits it to that partition key.

        The key is that of the table or of the index that is queried: the tenant in both.
        `ForAllValues` is also true when the request has no key, so `Null` requires one.
        """
        role = iam.Role(
            self,
            "TenantReader",
            role_name=self.stage.physical(TENANT_READER),
            description=f"Reads the partition of {table_name} that a session is tagged with",
            assumed_by=self._build_tenant_principal(readers),
            max_session_duration=cdk.Duration.hours(SESSION_H),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=list(TENANT_READS),
                resources=[self._table_arn, *self._index_arns],
                conditions={
                    "ForAllValues:StringEquals": {
                        "dynamodb:LeadingKeys": [f"${{aws:PrincipalTag/{TENANT_TAG}}}"]
                    },
                    "Null": {"dynamodb:LeadingKeys": "false"},
                },
            )
        )
        return role

    def _build_tenant_principal(self, readers: Sequence[str]) -> iam.IPrincipal:
        """The API's roles by ARN condition: IAM rejects a principal that does not exist."""
        arns = [
            self.format_arn(service="iam", region="", resource="role", resource_name=reader)
            for reader in readers
        ]
        return iam.SessionTagsPrincipal(
            iam.PrincipalWithConditions(
                iam.AccountRootPrincipal(),
                {
                    "ArnEquals": {"aws:PrincipalArn": arns if len(arns) > 1 else arns[0]},
                    "StringLike": {f"aws:RequestTag/{TENANT_TAG}": "?*"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": [TENANT_TAG]},
                },
            )
        )
