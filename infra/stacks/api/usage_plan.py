"""The usage plan and its key, attached to the stage that Chalice deployed."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from infra.declared.kinds import UsagePlan


class UsagePlanWithKey(Construct):
    """Seed 000, phase 3: a usage plan for the API's stage, with one API key."""

    def __init__(  # noqa: PLR0913 keyword-only: the names of plan, key and stage
        self,
        scope: Construct,
        unit: str,
        *,
        plan: UsagePlan,
        plan_name: str,
        key_name: str,
        rest_api_id: str,
        api_stage: str,
    ) -> None:
        super().__init__(scope, unit)
        usage_plan = apigateway.CfnUsagePlan(
            self,
            "Plan",
            usage_plan_name=plan_name,
            api_stages=[
                apigateway.CfnUsagePlan.ApiStageProperty(api_id=rest_api_id, stage=api_stage)
            ],
            throttle=apigateway.CfnUsagePlan.ThrottleSettingsProperty(
                rate_limit=plan.rate_limit, burst_limit=plan.burst_limit
            ),
            quota=apigateway.CfnUsagePlan.QuotaSettingsProperty(
                limit=plan.quota_per_day, period="DAY"
            ),
        )
        self.key = apigateway.CfnApiKey(self, "Key", name=key_name, enabled=True)
        apigateway.CfnUsagePlanKey(
            self, "Link", key_id=self.key.ref, key_type="API_KEY", usage_plan_id=usage_plan.ref
        )
