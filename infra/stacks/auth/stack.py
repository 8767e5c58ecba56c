"""The auth stack: who may sign in, and how."""

import aws_cdk as cdk
from constructs import Construct

from infra.declared.kinds import UserPool
from infra.declared.stages import Stage
from infra.stacks.auth.identity_providers import add_identity_providers
from infra.stacks.auth.user_pool import SignIn
from infra.stacks.auth.web_client import add_web_client
from infra.stacks.shared.base import StageStack, removal


def sign_in_prefix(stage: Stage) -> str:
    """What the hosted pages' domain begins with; it has to be unique in its region."""
    return f"{stage.function_prefix}-{cdk.Aws.ACCOUNT_ID}"


def sign_in_origin(stage: Stage) -> str:
    """The hosted pages' origin; known ahead of the stack, since the console's CSP names it."""
    return f"https://{sign_in_prefix(stage)}.auth.{stage.region}.amazoncognito.com"


class AuthStack(StageStack):
    """Seed 000, phase 5. The authorizer `OmniCognito` is Chalice's: it needs the pool's ARN."""

    def __init__(
        self, scope: Construct, *, stage: Stage, declared: UserPool, console_url: str
    ) -> None:
        super().__init__(scope, "auth", stage=stage)
        sign_in = SignIn(
            self,
            "SignIn",
            pool=declared,
            name=stage.physical(declared.name),
            domain_prefix=sign_in_prefix(stage),
            removal_policy=removal(stage),
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
        self.output("UserPoolId", sign_in.pool.user_pool_id)
        self.output("UserPoolArn", sign_in.pool.user_pool_arn)
        self.output("UserPoolClientId", client.user_pool_client_id)
        self.output("SignInUrl", sign_in_origin(stage))
