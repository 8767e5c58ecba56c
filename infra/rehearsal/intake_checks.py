"""The HTTP API for intake on the emulator: who may, and that what is taken is in the queue."""

import secrets
import uuid
from typing import Any

from infra.declared.gateway_responses import UNAUTHENTICATED
from infra.declared.intake import INTAKE_ROUTES
from infra.deploy.flow import Flow
from infra.local.provision.sign_in import id_token
from infra.local.provision.users import Users, WantedUser
from infra.rehearsal.assertions import expect
from infra.rehearsal.deployed_api import DeployedApi, DeployedHttpApi
from infra.rehearsal.emulator import RunningEmulator

_OPERATOR = "operator@example.com"
_EXPORT = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "a"}}]}]}]}


def verify_intake(running: RunningEmulator, flow: Flow, rest: DeployedApi) -> None:
    """Raises CheckFailed unless the HTTP API takes what the REST API takes, from the same."""
    url = flow.project.outputs(flow.stage.name)["IntakeUrl"]
    gateway = running.cloud.client("apigatewayv2")
    (api,) = gateway.get_apis()["Items"]
    routes = {item["RouteKey"] for item in gateway.get_routes(ApiId=api["ApiId"])["Items"]}
    expect("routes of intake", routes, {route.key for route in INTAKE_ROUTES})
    expect("its address", url.partition(".")[0], f"https://{api['ApiId']}")
    intake = DeployedHttpApi(running.config.endpoint_url, api["ApiId"])
    for route in INTAKE_ROUTES:
        expect(f"{route.key} of nobody", intake.post(route.path, {}).status, UNAUTHENTICATED)
    token = _sign_in(running, flow)
    _place_order(intake, token)
    _send_logs(intake, _create_key(rest, token))


def _place_order(intake: DeployedHttpApi, token: str) -> None:
    accepted = intake.post("/orders", {"gift": "yes"}, token)
    expect("an order", (accepted.status, accepted.body["status"]), (202, "queued"))
    refused = intake.post("/orders", [], f"Bearer {token}")
    expect("no order", (refused.status, refused.body["code"]), (400, "invalid_input"))
    forged = f"{token.rpartition('.')[0]}.{'A' * 342}"
    expect("a forged token", intake.post("/orders", {}, forged).status, UNAUTHENTICATED)


def _send_logs(intake: DeployedHttpApi, key: str) -> None:
    accepted = intake.post("/ingest", {"text": "a"}, key)
    expect("a record", (accepted.status, accepted.body["accepted"]), (202, 1))
    foreign = intake.post("/ingest", {"text": "a"}, key, X_Tenant_ID="another")
    expect("another tenant", (foreign.status, foreign.body["code"]), (403, "forbidden"))
    expect("an unknown key", intake.post("/ingest", {"text": "a"}, "Bearer x").status, 403)
    expect("an export", intake.post("/v1/logs", _EXPORT, key).status, 200)


def _sign_in(running: RunningEmulator, flow: Flow) -> str:
    """An operator's ID token of the deployed pool."""
    cognito, outputs = running.cloud.client("cognito-idp"), flow.project.outputs(flow.stage.name)
    pool_id, password = outputs["UserPoolId"], f"Aa1!{secrets.token_urlsafe(16)}"
    pool = flow.stage.resources(flow.place.account).user_pool
    wanted = WantedUser(_OPERATOR, groups=("operator",))
    Users(cognito, pool_id, pool).ensure(wanted, invites=False)
    who: dict[str, Any] = {"UserPoolId": pool_id, "Username": _OPERATOR}
    cognito.admin_set_user_password(**who, Password=password, Permanent=True)
    return id_token(cognito, pool_id, outputs["UserPoolClientId"], _OPERATOR, password)


def _create_key(rest: DeployedApi, token: str) -> str:
    """A key of a new tenant, as `Authorization` of a sender."""
    tenant = f"t{uuid.uuid4().hex}"
    made = rest.send("POST", "/api/v1/tenants", {"tenant_id": tenant}, Authorization=token)
    expect("a tenant", made.status, 201)
    key = rest.send("POST", f"/api/v1/tenants/{tenant}/keys", Authorization=token)
    expect("its key", key.status, 201)
    return f"Bearer {key.body['key']}"
