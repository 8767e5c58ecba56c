"""The finishing step at the emulator: a month of logs, and a stage throttled, logged and traced."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from infra.declared.access_logs import ACCESS_LOG
from infra.declared.function_kinds import Function, Source
from infra.declared.gateway_responses import GATEWAY_RESPONSES
from infra.declared.stage_parts import Throttle
from infra.deploy import api_stage, finishing
from infra.deploy.api_stage import ApiStage
from infra.deploy.finishing import Deployment
from infra.rehearsal.emulator import run_emulator

LOGS_ROLE = "arn:aws:iam::123456789012:role/omnidata-dev-api-LogsRole"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with run_emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running.cloud.client


@pytest.fixture
def functions():
    name = f"omnidata-{uuid.uuid4().hex}"
    return {"api_handler": name, "store": f"{name}-store"}


@pytest.fixture
def stage(client):
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="omnidata")
    root = gateway.get_resources(restApiId=api["id"])["items"][0]
    which = {"restApiId": api["id"], "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**which, authorizationType="NONE")
    gateway.put_integration(**which, type="MOCK")
    gateway.create_deployment(restApiId=api["id"], stageName="dev")
    logs = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/omnidata-dev:*"
    return ApiStage(
        rest_api_id=api["id"],
        name="dev",
        throttle=Throttle(),
        cors_origin="https://console.example.com",
        access_logs_arn=logs,
        logs_role_arn=LOGS_ROLE,
    )


def finish(client, functions, stage):
    deployed = Deployment(functions=functions, api=stage)
    finishing.finish(client, deployed, (), {}, say=lambda text: None, sleep=lambda seconds: None)


def kept_days(client, functions):
    prefix = f"/aws/lambda/{functions['api_handler']}"
    groups = client("logs").describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    return {group["logGroupName"]: group["retentionInDays"] for group in groups}


def settings(client, stage):
    return client("apigateway").get_stage(restApiId=stage.rest_api_id, stageName="dev")


def test_the_logs_of_every_function_are_kept_for_a_month(client, functions, stage):
    finish(client, functions, stage)
    assert kept_days(client, functions) == {
        f"/aws/lambda/{functions['api_handler']}": 30,
        f"/aws/lambda/{functions['store']}": 30,
    }


def test_a_group_that_lambda_made_first_is_kept_for_a_month_too(client, functions, stage):
    client("logs").create_log_group(logGroupName=f"/aws/lambda/{functions['store']}")
    finish(client, functions, stage)
    assert kept_days(client, functions)[f"/aws/lambda/{functions['store']}"] == 30


def test_the_stage_is_throttled_as_in_seed_002_logged_and_traced(client, functions, stage):
    finish(client, functions, stage)
    found = settings(client, stage)
    every_method = found["methodSettings"]["*/*"]
    assert every_method["throttlingRateLimit"] == 1000
    assert every_method["throttlingBurstLimit"] == 2000
    assert found["tracingEnabled"] is True
    logs = found["accessLogSettings"]
    assert logs["destinationArn"].endswith(":log-group:/aws/apigateway/omnidata-dev")
    assert json.loads(logs["format"])["request_id"] == "$context.requestId"


def test_access_logs_hold_no_address_and_no_token():
    text = json.dumps(ACCESS_LOG)
    for told in ("sourceIp", "identity", "authorizer", "userAgent", "header"):
        assert told not in text


def test_every_answer_of_the_gateway_is_put_back(client, functions, stage):
    finish(client, functions, stage)
    gateway = client("apigateway")
    found = gateway.get_gateway_responses(restApiId=stage.rest_api_id)["items"]
    ours = {match["responseType"] for match in found if not match["defaultResponse"]}
    assert ours == {gateway_response.kind for gateway_response in GATEWAY_RESPONSES}
    unauthorized = next(match for match in found if match["responseType"] == "UNAUTHORIZED")
    origin = unauthorized["responseParameters"][
        "gatewayresponse.header.Access-Control-Allow-Origin"
    ]
    assert origin == "'https://console.example.com'"


def test_the_api_is_deployed_only_where_answers_were_put_back(client, functions, stage):
    gateway, first = client("apigateway"), settings(client, stage)["deploymentId"]
    finish(client, functions, stage)
    complete = settings(client, stage)["deploymentId"]
    assert complete != first
    finish(client, functions, stage)
    assert settings(client, stage)["deploymentId"] == complete
    gateway.delete_gateway_response(restApiId=stage.rest_api_id, responseType="THROTTLED")
    finish(client, functions, stage)
    assert settings(client, stage)["deploymentId"] != complete


def test_an_application_without_routes_gets_its_logs_alone(client, functions):
    before = client("apigateway").get_rest_apis()["items"]
    finish(client, functions, None)
    assert len(kept_days(client, functions)) == 2
    assert client("apigateway").get_rest_apis()["items"] == before


def test_a_destroyed_stage_leaves_no_logs_of_its_functions(client, functions, stage):
    finish(client, functions, stage)
    deployed = Deployment(functions=functions, api=None)
    for _ in range(2):  # the second time there is nothing left to delete
        finishing.delete_logs(client, deployed, say=lambda text: None)
    assert kept_days(client, functions) == {}


def test_a_tick_that_fails_is_not_retried(aws):
    name = "omnidata-dev-tick"
    tick = Function(
        handler="tick",
        memory_mb=256,
        timeout_s=60,
        source=Source(service="schedule", every_min=1),
    )
    lambdas, said = FakeLambda(), []
    events = aws.client("events")
    events.put_rule(Name=f"{name}-event", ScheduleExpression="rate(1 minute)")
    clients = {"lambda": lambdas, "logs": aws.client("logs"), "events": events}
    deployed = Deployment(functions={"tick": name}, api=None)
    for _ in range(2):
        finishing.finish(clients.__getitem__, deployed, [tick], {}, say=said.append)
    assert lambdas.runtimes == {name: "FunctionUpdate"}
    assert lambdas.configs == {name: {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}}
    assert said[-1] == "tick is invoked once for each tick of its schedule"


class FakeLambda:
    """What the functions' runtimes and asynchronous invocations are set to, by name."""

    def __init__(self):
        self.configs, self.runtimes = {}, {}

    def get_function_configuration(self, FunctionName):  # noqa: N803 AWS's spelling
        return {"FunctionName": FunctionName, "LoggingConfig": {"LogFormat": "Text"}}

    def put_runtime_management_config(self, FunctionName, UpdateRuntimeOn):  # noqa: N803 AWS's
        self.runtimes[FunctionName] = UpdateRuntimeOn

    def put_function_event_invoke_config(self, FunctionName, **config):  # noqa: N803 AWS's spelling
        self.configs[FunctionName] = config


class FakeAccount:
    """API Gateway's account; a new role is refused some times, until IAM knows it everywhere."""

    def __init__(self, role=None, refusals=0):
        self.role = role
        self.refusals = refusals

    def get_account(self):
        return {"cloudwatchRoleArn": self.role} if self.role else {}

    def update_account(self, patchOperations):  # noqa: N803 AWS's spelling
        if self.refusals:
            self.refusals -= 1
            error = {"Error": {"Code": "BadRequestException", "Message": "The role ARN ..."}}
            raise ClientError(error, "UpdateAccount")
        self.role = patchOperations[0]["value"]


def test_an_account_without_a_role_for_logs_gets_ours_once_iam_knows_it(stage):
    account, waits = FakeAccount(refusals=3), []
    assert api_stage.ensure_log_role(account, stage, waits.append) is True
    assert account.role == LOGS_ROLE
    assert len(waits) == 3


def test_the_accounts_own_role_is_never_overwritten(stage):
    account = FakeAccount(role="arn:aws:iam::123456789012:role/theirs")
    assert api_stage.ensure_log_role(account, stage) is False
    assert account.role == "arn:aws:iam::123456789012:role/theirs"


def test_a_role_that_stays_refused_is_an_error(stage):
    account = FakeAccount(refusals=1000)
    with pytest.raises(ClientError):
        api_stage.ensure_log_role(account, stage, lambda seconds: None)
