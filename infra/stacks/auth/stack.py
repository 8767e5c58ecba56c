"""The auth stack: who may sign in, and how."""

import aws_cdk as cdk
from constructs import Construct

from infra.declared.kinds import UserPool
from infra.declared.stages import Stage
from infra.stacks.auth.identity_providers import add_identity_providers
from infra.stacks.auth.user_pool import UserPoolWithDomain
from infra.stacks.auth.web_client import add_web_client
from infra.stacks.shared.base import StageStack, choose_removal_policy


def build_sign_in_prefix(stage: Stage) -> str:
    """Domain prefix of the hosted sign-in pages; it must be unique in its region."""
    return f"{stage.function_prefix}-{cdk.Aws.ACCOUNT_ID}"


def build_sign_in_origin(stage: Stage) -> str:
    """Origin of the hosted sign-in pages, built by name: the console's CSP needs it first."""
    return f"https://{build_sign_in_prefix(stage)}.auth.{stage.region}.amazoncognito.com"


class AuthStack(StageStack):
    """Seed 000, phase 5. Chalice creates the authorizer `OmniCognito` from the pool's ARN."""

    def __init__(
        self, scope: Construct, *, stage: Stage, declared: UserPool, console_url: str
    ) -> None:
        super().__init__(scope, "auth", stage=stage)
        sign_in = UserPoolWithDomain(
            self,
            "SignIn",
            pool=declared,
            name=stage.physical(declared.name),
            domain_prefix=build_sign_in_prefix(stage),
            removal_policy=choose_removal_policy(stage),
            protected=stage.protects_data,
            requires_mfa=stage.requires_mfa,
        )
        providers = add_identity_providers(
            self, pool=sign_in.pool, providers=stage.identity_providers
        )
        client = add_web_client(
            sign_in.pool,
            name=stage.physical(declared.client_name),
            console_url=console_url,
            from_localhost=stage.sign_in_from_localhost,
            providers=providers,
        )
        self.add_output("UserPoolId", sign_in.pool.user_pool_id)
        self.add_output("UserPoolArn", sign_in.pool.user_pool_arn)
        self.add_output("UserPoolClientId", client.user_pool_client_id)
        self.add_output("SignInUrl", build_sign_in_origin(stage))
