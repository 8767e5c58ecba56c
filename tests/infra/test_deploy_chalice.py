"""Plain `chalice deploy` at the emulator, by Chalice's own command line, through the shim."""

import json
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from support.clouds import RESOURCES, environment

from infra.declared.functions import FUNCTIONS
from infra.declared.gateway_responses import GATEWAY_RESPONSES
from infra.declared.stages import DEV
from infra.deploy import chalice_cli
from infra.deploy.chalice_cli import ChaliceFailed
from infra.deploy.finishing import build_log_group_name
from infra.deploy.policies import Place
from infra.deploy.wheels import HOST
from infra.rehearsal.deployed_api import DeployedApi
from infra.rehearsal.emulator import run_emulator
from infra.rehearsal.inventory import take_inventory


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with run_emulator(tmp_path_factory.mktemp("chalice")) as emulator:
        yield emulator


def configured(running, project, stage=DEV):
    place = running.cloud.find_place()
    project.keep(stage, place, running.provision(stage).outputs)
    project.generate(stage.name)
    return project


def methods(running, rest_api_id):
    gateway = running.cloud.client("apigateway")
    found = gateway.get_resources(restApiId=rest_api_id, embed=["methods"], limit=500)["items"]
    return {(match["path"], name) for match in found for name in match.get("resourceMethods", {})}


def list_defined(running, rest_api_id):
    """The gateway responses that differ from AWS's defaults."""
    gateway = running.cloud.client("apigateway")
    found = gateway.get_gateway_responses(restApiId=rest_api_id)["items"]
    return {answer["responseType"] for answer in found if not answer["defaultResponse"]}


def create_boundary(running):
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam = running.cloud.client("iam")
    return iam.create_policy(PolicyName="Boundary", PolicyDocument=document)["Policy"]["Arn"]


def find_boundary(running, role):
    found = running.cloud.client("iam").get_role(RoleName=role)["Role"]
    return found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")


@contextmanager
def watched_answers(running, rest_api_id):
    """What the gateway itself responds at the live stage, again and again: status, code, CORS."""
    api, seen, is_over = DeployedApi(running.config.endpoint_url, rest_api_id, "dev"), [], Event()

    def watch():
        while not is_over.wait(0.1):
            answer = api.send("GET", "/no-such-route")
            origin = answer.headers.get("Access-Control-Allow-Origin")
            seen.append((answer.status, answer.body.get("code"), origin))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        is_over.set()
        watcher.join()


def mapped(running):
    """Batch size and concurrency by the handler that a mapping invokes."""
    found = running.cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return {
        match["FunctionArn"].rpartition("omnidata-dev-")[2]: (
            match["BatchSize"],
            match.get("ScalingConfig"),
        )
        for match in found
    }


@pytest.mark.timeout(600)  # three runs of Chalice over every function, on a machine that is busy
def test_deployed_deployed_again_and_deleted(running):
    from app import app

    project = configured(running, running.copy_project())
    before = take_inventory(running)
    boundary = create_boundary(running)
    chalice_cli.deploy(running.cloud, project, "dev", HOST, boundary)
    first = take_inventory(running)
    rest_api_id = project.read_deployed("dev")["rest_api"]["rest_api_id"]
    api = running.cloud.client("apigateway").get_rest_api(restApiId=rest_api_id)
    assert api["minimumCompressionSize"] == 1024
    prefix = DEV.function_prefix
    assert first["functions"] == sorted(function.name(prefix) for function in FUNCTIONS)
    # The queues' policies and the tenant reader's trust name them before they are there.
    roles = set(first["roles"]) - set(before["roles"])
    assert roles == {function.role_name(prefix) for function in FUNCTIONS}
    assert {find_boundary(running, role) for role in roles} == {boundary}
    assert mapped(running) == {
        "announce_orders": (25, None),
        "deliver_messages": (10, None),
        "process_logs": (10, {"MaximumConcurrency": 10}),
        "deliver_webhooks": (10, {"MaximumConcurrency": 5}),
        "process_mail_events": (10, {"MaximumConcurrency": 2}),
        "run_jobs": (1, {"MaximumConcurrency": 2}),
        "store_orders": (10, {"MaximumConcurrency": 10}),
    }
    assert first["apis"] == [rest_api_id]
    routes = {(path, name) for path, found in app.routes.items() for name in found}
    options = {(path, "OPTIONS") for path in app.routes}
    assert methods(running, rest_api_id) == routes | options

    assert list_defined(running, rest_api_id) == {answer.kind for answer in GATEWAY_RESPONSES}
    with watched_answers(running, rest_api_id) as seen:
        chalice_cli.deploy(running.cloud, project, "dev", HOST)
    assert len(seen) > 10
    assert set(seen) == {(404, "not_found", "https://console.example.com")}
    assert take_inventory(running) == first
    assert methods(running, rest_api_id) == routes | options

    chalice_cli.delete(running.cloud, project, "dev")
    after = take_inventory(running)
    # Those of event handlers, which Chalice makes itself; `finishing.delete_logs` deletes them.
    groups = after.pop("log groups")
    assert groups == sorted(
        build_log_group_name(function.name(prefix)) for function in FUNCTIONS if function.handler
    )
    assert after == {kind: names for kind, names in before.items() if kind != "log groups"}


def test_a_stage_without_its_stacks_is_not_deployed(running, monkeypatch, capfd):
    """The functions refuse to start, and name the first variable that they miss."""
    for name in environment(RESOURCES):
        monkeypatch.delenv(name)
    project = running.copy_sample()
    project.generate()
    with pytest.raises(ChaliceFailed):
        chalice_cli.run(running.cloud, project, "deploy", "--stage", "dev")
    assert "RECORDS_TABLE" in capfd.readouterr().err


def test_the_deploying_account_is_that_of_the_credentials(running):
    assert running.cloud.find_place() == Place("000000000000", "us-east-1", "aws")


def test_a_commands_environment_has_nothing_of_the_callers_account(running, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    environment = running.cloud.build_environment()
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment
    assert environment["AWS_ENDPOINT_URL"] == running.cloud.endpoint_url
