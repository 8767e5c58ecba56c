"""The gateway of the API's container: as API Gateway, for clients behind a load balancer."""

from app import app, wiring
from chalicelib.aws import API
from chalicelib.aws.table import Table
from infra.containers.config import ApiConfig
from infra.containers.health import ApiHealth
from infra.containers.plan_usage import PlanKeys, PlanUsage
from infra.declared.kinds import UsagePlan
from infra.local.gateway.gateway import Gateway
from infra.local.gateway.pages import issuer
from infra.local.gateway.tokens import Keys, Verifier
from infra.local.preload import preload


def build_gateway(config: ApiConfig, health: ApiHealth) -> Gateway:
    """The gateway for the app, with the user pool and the usage plan of its stage."""
    preload()
    settings, aws = wiring.settings, wiring.aws
    region, pool = parse_user_pool(settings.user_pool_arn)
    keys = PlanKeys(aws.client("apigateway", API), config.usage_plan)
    return Gateway(
        app,
        verifier=Verifier(
            Keys(find_keys_url(region, pool, settings.aws.endpoint_url)),
            issuer=issuer(region, pool),
            audience=config.user_pool_client_id,
        ),
        usage=PlanUsage(
            keys.read, UsagePlan(), Table(aws.client("dynamodb", API), settings.state_table)
        ),
        stage=settings.stage,
        health=health,
        is_local=False,
    )


def parse_user_pool(arn: str) -> tuple[str, str]:
    """Region and id of a user pool."""
    return arn.split(":")[3], arn.rpartition("/")[2]


def find_keys_url(region: str, pool: str, endpoint_url: str | None) -> str:
    """Where the pool publishes its signing keys."""
    base = issuer(region, pool) if endpoint_url is None else f"{endpoint_url.rstrip('/')}/{pool}"
    return f"{base}/.well-known/jwks.json"
