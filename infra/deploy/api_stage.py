"""The stage of the REST API: throttle, access logs and traces."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.declared.access_logs import ACCESS_LOG
from infra.declared.gateway_responses import define_all
from infra.declared.stage_parts import Throttle

_ATTEMPTS = 12
_PAUSE_S = 5.0  # IAM propagates a new role within a minute

Sleep = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class ApiStage:
    """A deployed stage, with the outputs of the api stack."""

    rest_api_id: str
    name: str
    throttle: Throttle
    cors_origin: str
    access_logs_arn: str
    logs_role_arn: str


def ensure_log_role(gateway: Any, stage: ApiStage, sleep: Sleep = time.sleep) -> bool:
    """Set API Gateway's role for logs if the account has none; return False if it has one.

    The setting is per account and region: another role is used by other APIs and is never
    replaced. Raises ClientError if AWS still rejects the role after a minute.
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


def finish(gateway: Any, stage: ApiStage) -> None:
    """Set the stage's options, and deploy the API again if gateway responses were put back."""
    api_stage = {"restApiId": stage.rest_api_id, "stageName": stage.name}
    if _put_missing_responses(gateway, stage):
        gateway.create_deployment(**api_stage)
    gateway.update_stage(**api_stage, patchOperations=_build_patches(stage))


def _put_missing_responses(gateway: Any, stage: ApiStage) -> int:
    """Put back what a plain `chalice deploy` replaced; return how many were missing."""
    listed = gateway.get_gateway_responses(restApiId=stage.rest_api_id)["items"]
    found = {response["responseType"]: response for response in listed}
    missing = {
        kind: wanted
        for kind, wanted in define_all(stage.cors_origin).items()
        if not wanted.items() <= found.get(kind, {}).items()
    }
    for kind, wanted in missing.items():
        gateway.put_gateway_response(restApiId=stage.rest_api_id, responseType=kind, **wanted)
    return len(missing)


def _build_patches(stage: ApiStage) -> list[dict[str, str]]:
    settings = {
        "/tracingEnabled": "true",
        "/*/*/throttling/rateLimit": str(stage.throttle.rate_limit),
        "/*/*/throttling/burstLimit": str(stage.throttle.burst_limit),
        "/accessLogSettings/destinationArn": stage.access_logs_arn.removesuffix(":*"),
        "/accessLogSettings/format": json.dumps(ACCESS_LOG),
    }
    return [{"op": "replace", "path": path, "value": value} for path, value in settings.items()]
