"""The stage of the REST API: what API Gateway answers itself, its limits, logs and traces."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.declared.gateway_responses import GATEWAY_RESPONSES, JSON
from infra.declared.stages import Throttle

# Ids, sizes and times; never an address, a token or a body.
ACCESS_LOG = {
    "at": "$context.requestTime",
    "request_id": "$context.requestId",
    "trace_id": "$context.xrayTraceId",
    "method": "$context.httpMethod",
    "path": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "backend_ms": "$context.integrationLatency",
    "refusal": "$context.error.responseType",
}
_ATTEMPTS = 12
_PAUSE_S = 5.0  # a new role is known everywhere within a minute

Sleep = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class ApiStage:
    """One deployed stage, and the outputs of the api stack that belong to it."""

    rest_api_id: str
    name: str
    throttle: Throttle
    cors_origin: str
    access_logs_arn: str
    logs_role_arn: str


def let_log(gateway: Any, stage: ApiStage, sleep: Sleep = time.sleep) -> bool:
    """Give API Gateway a role to log by, where the account has none; False where it has one.

    The role is the account's and region's: another one than ours is used by other APIs and is
    never replaced. Raises ClientError when AWS goes on refusing the role.
    """
    if gateway.get_account().get("cloudwatchRoleArn"):
        return False
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": stage.logs_role_arn}
    for attempt in range(_ATTEMPTS):
        try:
            gateway.update_account(patchOperations=[patch])
        except ClientError:
            if attempt + 1 == _ATTEMPTS:
                raise
            sleep(_PAUSE_S)
        else:
            break
    return True


def deploy(gateway: Any, stage: ApiStage) -> None:
    """Put the gateway's answers back, deploy the API, and set what the stage needs.

    `chalice deploy` replaces the definition and with it the answers that the api stack made;
    they count, like anything of an API, only from the next deployment on.
    """
    for response in GATEWAY_RESPONSES:
        status = {"statusCode": str(response.status)} if response.status else {}
        gateway.put_gateway_response(
            restApiId=stage.rest_api_id,
            responseType=response.kind,
            responseParameters=response.parameters(stage.cors_origin),
            responseTemplates={JSON: response.template()},
            **status,
        )
    which = {"restApiId": stage.rest_api_id, "stageName": stage.name}
    gateway.create_deployment(**which)
    gateway.update_stage(**which, patchOperations=_patches(stage))


def _patches(stage: ApiStage) -> list[dict[str, str]]:
    settings = {
        "/tracingEnabled": "true",
        "/*/*/throttling/rateLimit": str(stage.throttle.rate_limit),
        "/*/*/throttling/burstLimit": str(stage.throttle.burst_limit),
        "/accessLogSettings/destinationArn": stage.access_logs_arn.removesuffix(":*"),
        "/accessLogSettings/format": json.dumps(ACCESS_LOG),
    }
    return [{"op": "replace", "path": path, "value": value} for path, value in settings.items()]
