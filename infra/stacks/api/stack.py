"""The api stack: usage plan, WAF and logs of the REST API made by Chalice."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.declared.kinds import UsagePlan
from infra.declared.stages import Stage
from infra.stacks.api.intake_api import IntakeApi
from infra.stacks.api.usage_plan import UsagePlanWithKey
from infra.stacks.shared.base import StageStack, accept
from infra.stacks.shared.logs import add_log_group
from infra.stacks.shared.web_acl import add_web_acl

LOGS_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class ApiStack(StageStack):
    """Usage plan and key, WAF, the access log group and, where wanted, the HTTP API for intake.

    The API's definition, gateway responses included, and its stage are Chalice's;
    `infra.deploy.finishing` sets the stage's throttle (`Stage.throttle`) and access log.
    `console_origin` is the one that browsers may call from.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        plan: UsagePlan,
        edge_key_name: str,
        console_origin: str,
    ) -> None:
        super().__init__(scope, "api", stage=stage)
        usage = UsagePlanWithKey(
            self,
            "Usage",
            plan=plan,
            plan_name=stage.physical(plan.name),
            key_name=stage.physical(plan.key_name),
            rest_api_id=stage.rest_api_id,
            api_stage=stage.name,
        )
        self._add_firewall(edge_key_name)
        logs = add_log_group(self, "AccessLogs", name=f"/aws/apigateway/{stage.function_prefix}")
        intake_url = _build_url(stage)
        if stage.has_http_intake:
            origin = console_origin
            intake_url = IntakeApi(self, "Intake", stage=stage, origin=origin, logs=logs).url
        self.add_output("ApiUrl", _build_url(stage))
        self.add_output("IntakeUrl", intake_url)
        # Seed 004's `api_endpoint`: CloudFormation allows no underscore, so the deploy renames it.
        self.add_output("ApiEndpoint", f"{intake_url}ingest")
        self.add_output("ApiKeyId", usage.key.ref)
        self.add_output("ApiAccessLogs", logs.log_group_arn)
        self.add_output("ApiLogsRole", self._add_logs_role().role_arn)

    def _add_firewall(self, edge_key_name: str) -> None:
        """The console's rules, for requests that bypass CloudFront."""
        acl = add_web_acl(
            self,
            "WebAcl",
            name=f"{self.stage.function_prefix}-api",
            waf_scope="REGIONAL",
            api_stage=self.stage.name,
            edge_key=cdk.SecretValue.secrets_manager(edge_key_name).unsafe_unwrap(),
        )
        wafv2.CfnWebACLAssociation(
            self, "Firewall", resource_arn=_build_stage_arn(self), web_acl_arn=acl.attr_arn
        )

    def _add_logs_role(self) -> iam.Role:
        """API Gateway's account-wide role for logs; the deploy sets it if the account has none."""
        role = iam.Role(
            self,
            "LogsRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(LOGS_POLICY)],
        )
        accept(
            role,
            {
                f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{LOGS_POLICY}]": (
                    "API Gateway looks for exactly this policy when the account's role is set."
                )
            },
        )
        # The account's setting still names the role after this stage is deleted.
        role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        return role


def _build_stage_arn(stack: StageStack) -> str:
    stage = stack.stage
    path = f"/restapis/{stage.rest_api_id}/stages/{stage.name}"
    return f"arn:{cdk.Aws.PARTITION}:apigateway:{stage.region}::{path}"


def _build_url(stage: Stage) -> str:
    return f"https://{stage.rest_api_id}.execute-api.{stage.region}.amazonaws.com/{stage.name}/"
