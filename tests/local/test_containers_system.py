"""What the image runs, from its own files and with its own packages, against the emulator."""

import json
import signal
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from container_kit import Container, Image
from gateway_kit import CLIENT, ISSUER, jwks_server, public_jwk, token
from sandbox_kit import Sandbox
from support.local_system import aws_of, local, running_emulator
from support.waiting import until
from test_token_attacks import forgeries

from infra.declared.containers import API_COMMAND, EVENTS_COMMAND, EVENTS_HEALTH_COMMAND
from infra.declared.functions import FUNCTIONS
from infra.declared.stages import DEV, LOCAL_ACCOUNT
from infra.declared.variables import predict_outputs, stage_variables
from infra.deploy.container_rights import list_api_rights, list_event_rights
from infra.deploy.policies import Place, resource_arns
from infra.local.environment import CREDENTIALS
from infra.local.provision.provision import provision
from infra.local.provision.sign_in import id_token

FORGERIES = forgeries()
DECLARED = DEV.resources(LOCAL_ACCOUNT)
# An API whose AWS is not there: enough for what it refuses by itself.
NOWHERE = {
    **stage_variables(
        DECLARED,
        predict_outputs(DECLARED, account=LOCAL_ACCOUNT, region=DEV.region),
        user_pool_arn="",
    ),
    "STAGE": "dev",
    "AWS_REGION": DEV.region,
    "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
    "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
    "CORS_ORIGIN": "https://console.example.com",
    "USAGE_PLAN": "plan",
}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return Image.build(tmp_path_factory.mktemp("image"))


@dataclass
class World:
    """The emulator with stage dev, and the containers that run beside it."""

    image: Image
    variables: dict[str, str]
    outputs: dict[str, str]
    aws: Any
    sandbox: Sandbox
    started: list[Container] = field(default_factory=list)

    def start(self, command: tuple[str, ...], **variables: str) -> Container:
        made = Container(self.image, command, {**self.variables, **variables})
        self.started.append(made)
        return made

    def start_api(self, **variables: str) -> Container:
        return self.start(API_COMMAND, **variables).wait_until_healthy()

    def start_events(self) -> Container:
        health_file = str(self.image.site / uuid.uuid4().hex)
        return self.start(EVENTS_COMMAND, HEALTH_FILE=health_file, LONG_POLL_S="1")

    def token(self) -> str:
        client = self.aws.client("cognito-idp")
        outputs = self.outputs
        user = (outputs["DemoUser"], outputs["DemoPassword"])
        return id_token(client, outputs["UserPoolId"], outputs["UserPoolClientId"], *user)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, image: Image) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    config = local(folder)
    sandbox = Sandbox(folder / "sandbox")
    with running_emulator(config, guarded=False):
        made = provision(config, DECLARED)
        aws = aws_of(config)
        plan = next(iter(aws.client("apigateway").get_usage_plans()["items"]))
        variables = {
            **NOWHERE,
            **made.variables,
            "AWS_ENDPOINT_URL": config.endpoint_url,
            "USER_POOL_CLIENT_ID": made.outputs["UserPoolClientId"],
            "USAGE_PLAN": plan["name"],
            "SES_ENDPOINT_URL": sandbox.url,
            "MAIL_FROM": "omnidata@example.com",
            "DEFAULT_EMAILS": "team@example.com",
        }
        whole = World(image, variables, made.outputs, aws, sandbox)
        try:
            yield whole
        finally:
            for container in whole.started:
                container.end()
            sandbox.stop()


@pytest.fixture(scope="module")
def api(world):
    return world.start_api()


@pytest.fixture(scope="module")
def events(world):
    return world.start_events().wait_for("the event sources are polled")


@pytest.fixture(scope="module")
def signed_in(world):
    return {"Authorization": world.token()}


def place_order(api: Container, signed_in: dict[str, str]) -> str:
    status, order = api.request("POST", "/orders", {"customer": "Ada"}, **signed_in)
    assert status == 202, order
    return str(order["orderID"])


def has_status(
    api: Container, path: str, signed_in: dict[str, str], wanted: str
) -> Callable[[], bool]:
    return lambda: api.request("GET", path, **signed_in)[1].get("status") == wanted


def test_a_record_is_stored_and_found_with_the_plans_key(world, api, signed_in):
    user = f"u-{uuid.uuid4().hex[:8]}"
    assert api.request("POST", "/stream", {"user_id": user, "name": "Ada"})[0] == 401
    assert api.request("POST", "/stream", {"user_id": user, "name": "Ada"}, **signed_in)[0] == 200

    path = f"/get-user?user_id={user}"
    assert api.request("GET", path, **signed_in)[0] == 403
    assert api.request("GET", path, X_Api_Key="another", **signed_in)[0] == 403
    status, found = api.request("GET", path, X_Api_Key=world.outputs["ApiKey"], **signed_in)
    assert (status, found["name"]) == (200, "Ada")


def test_an_order_is_notified(api, events, signed_in):
    order_id = place_order(api, signed_in)
    until(has_status(api, f"/orders/{order_id}", signed_in, "notified"), 20, "a notified order")


def test_a_log_of_a_tenant_is_found_and_a_foreign_key_is_refused(api, events, signed_in):
    tenant = {"tenant_id": "acme", "settings": {}}
    assert api.request("POST", "/api/v1/tenants", tenant, **signed_in)[0] == 201
    key = api.request("POST", "/api/v1/tenants/acme/keys", **signed_in)[1]["key"]
    record = {"text": "told by a container"}
    assert api.request("POST", "/ingest", record)[0] == 401
    assert api.request("POST", "/ingest", record, Authorization="Bearer omk_unknown")[0] == 403
    assert api.request("POST", "/ingest", record, Authorization=f"Bearer {key}")[0] == 202

    def is_found() -> bool:
        return "told by a container" in json.dumps(
            api.request("GET", "/api/v1/logs", **signed_in)[1]
        )

    until(is_found, 20, "the log record")


def test_a_message_that_is_due_is_sent_by_the_tick_of_two_processes_once(
    world, api, events, signed_in
):
    other = world.start_events().wait_for("the event sources are polled")
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
    new = {
        "content": "From a container",
        "channels": ["email"],
        "scheduled_at": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    status, message = api.request("POST", "/api/v1/messages", new, **signed_in)
    assert status == 201, message

    def is_sent() -> bool:
        for each in (events, other):
            each.signal(signal.SIGUSR1)
        path = f"/api/v1/messages/{message['id']}"
        return bool(api.request("GET", path, **signed_in)[1]["status"] == "sent")

    try:
        until(is_sent, 20, "a sent message")
    finally:
        assert other.stop() == 0
    posts = world.sandbox.call("GET", "/posts.json")[1]
    assert len([post for post in posts if "From a container" in post["text"]]) == 1


def test_one_process_alone_reads_a_stream_and_the_next_takes_over(world, api, events, signed_in):
    """The one that stops gives its leases up, so that nothing waits for half a minute."""
    reads = "a stream is read by this process"
    until(lambda: events.log.count(reads) >= 2, 20, "both leases")
    second = world.start_events().wait_for("the event sources are polled")
    order_ids = [place_order(api, signed_in) for _ in range(10)]
    assert events.stop() == 0
    order_ids += [place_order(api, signed_in) for _ in range(10)]
    try:
        for order_id in order_ids:
            until(has_status(api, f"/orders/{order_id}", signed_in, "notified"), 20, order_id)
        assert second.log.count(reads) == 2
        health = {"HEALTH_FILE": second.variables["HEALTH_FILE"]}
        assert world.image.run(list(EVENTS_HEALTH_COMMAND), health) == 0
    finally:
        assert second.stop() == 0
    gone = {"HEALTH_FILE": str(world.image.site / "none")}
    assert world.image.run(list(EVENTS_HEALTH_COMMAND), gone) == 1


def test_a_stopping_api_says_so_finishes_what_it_has_and_another_goes_on(world, api, signed_in):
    second = world.start_api(DRAIN_S="2")
    assert world.image.run(world.image.check, {"PORT": str(second.port)}) == 0
    user = f"u-{uuid.uuid4().hex[:8]}"
    body = json.dumps({"user_id": user, "name": "Half"}).encode()
    head = (
        f"POST /stream HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\n"
        f"Authorization: {signed_in['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", second.port), timeout=10) as connection:
        connection.sendall(head.encode() + body[:10])
        second.signal(signal.SIGTERM)
        until(lambda: second.request("GET", "/health")[0] == 503, 5, "an API that drains")
        connection.sendall(body[10:])
        answer = connection.recv(65_536).decode()
    assert answer.startswith("HTTP/1.1 200")
    assert "connection: close" in answer.lower()
    assert second.process.wait(10) == 0

    key = {"X_Api_Key": world.outputs["ApiKey"]}
    status, found = api.request("GET", f"/get-user?user_id={user}", **key, **signed_in)
    assert (status, found["name"]) == (200, "Half")


def test_the_access_token_and_the_token_of_another_client_are_refused(world, api):
    client, outputs = world.aws.client("cognito-idp"), world.outputs
    user = (outputs["DemoUser"], outputs["DemoPassword"])
    tokens = client.admin_initiate_auth(
        UserPoolId=outputs["UserPoolId"],
        ClientId=outputs["UserPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user[0], "PASSWORD": user[1]},
    )["AuthenticationResult"]
    other = client.create_user_pool_client(
        UserPoolId=outputs["UserPoolId"],
        ClientName="another",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    foreign = id_token(client, outputs["UserPoolId"], other, *user)

    statuses = [
        api.request("GET", "/api/v1/me", Authorization=each)[0]
        for each in (tokens["IdToken"], tokens["AccessToken"], foreign)
    ]
    assert statuses == [200, 401, 401]


# IAM's names, where they are not those of the API.
ACTIONS = {
    ("dynamodbstreams", "DescribeStream"): "dynamodb:DescribeStream",
    ("dynamodbstreams", "GetRecords"): "dynamodb:GetRecords",
    ("dynamodbstreams", "GetShardIterator"): "dynamodb:GetShardIterator",
    ("sqs", "DeleteMessageBatch"): "sqs:DeleteMessage",
    ("sqs", "SendMessageBatch"): "sqs:SendMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "sqs:ChangeMessageVisibility",
    ("sns", "PublishBatch"): "sns:Publish",
    ("ses", "SendRawEmail"): "ses:SendEmail",
    ("sesv2", "SendEmail"): "ses:SendEmail",
    ("apigateway", "GetUsagePlans"): "apigateway:GET",
    ("apigateway", "GetUsagePlanKeys"): "apigateway:GET",
    ("apigateway", "GetApiKey"): "apigateway:GET",
}
# An item of a batch of PartiQL, or of a transaction, needs the right of its own statement.
BY_ITEM = {"BatchExecuteStatement", "ExecuteStatement", "TransactWriteItems"}


def test_every_call_that_was_made_is_a_right_of_the_task(world, api, signed_in):
    """It looks at what the tests before made the tasks do, and at an order's way at least."""
    own = world.start_events().wait_for("the event sources are polled")
    test_an_order_is_notified(api, own, signed_in)
    assert own.stop() == 0
    place = Place(LOCAL_ACCOUNT, DEV.region)
    outputs = {"OrdersTableStreamArn": "arn:stream", "TenantReaderRoleArn": "arn:reader"}
    named = {
        "place": place,
        "arns": resource_arns(DECLARED, place, outputs),
        "model_id": "",
    }
    for kind, rights in (("api", list_api_rights), ("events", list_event_rights)):
        allowed = {
            action for statement in rights(FUNCTIONS, **named) for action in statement["Action"]
        }
        made = {
            ACTIONS.get(call, ":".join(call))
            for container in world.started
            if container.kind == kind
            for call in container.calls
            if call[1] not in BY_ITEM
        }
        assert made, kind
        assert made <= allowed, kind


@pytest.fixture(scope="module")
def guarded(image) -> Iterator[Container]:
    """An API whose user pool is the tests' own, which signs what they want."""
    with jwks_server({"keys": [public_jwk()]}) as url:
        pool = ISSUER.rpartition("/")[2]
        arn = f"arn:aws:cognito-idp:us-east-1:{LOCAL_ACCOUNT}:userpool/{pool}"
        made = Container(
            image,
            API_COMMAND,
            NOWHERE
            | {
                "AWS_ENDPOINT_URL": url.partition("/pool/")[0],
                "USER_POOL_ARN": arn,
                "USER_POOL_CLIENT_ID": CLIENT,
            },
        )
        try:
            yield made.wait_until_healthy()
        finally:
            made.end()


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused_by_the_container_itself(guarded, name):
    try:
        status, answer = guarded.request("GET", "/api/v1/me", Authorization=FORGERIES[name])
    except ValueError:
        pytest.skip("the client cannot send it")
    assert (status, answer["code"]) == (401, "unauthenticated")


def test_a_good_token_passes_there(guarded):
    assert guarded.request("GET", "/api/v1/me", Authorization=token())[0] == 200
    assert guarded.request("GET", "/api/v1/me", Authorization=f"Bearer {token()}")[0] == 200


def test_pages_of_other_origins_are_left_to_cors_as_by_api_gateway(guarded):
    origin = {"Origin": "https://elsewhere.example.com"}
    assert guarded.request("POST", "/orders", {"customer": "x"}, **origin)[0] == 401


@pytest.mark.parametrize("command", [API_COMMAND, EVENTS_COMMAND])
def test_a_missing_setting_is_one_line_and_an_exit_code(image, command):
    made = Container(image, command, {"STAGE": "dev"})
    try:
        assert made.process.wait(20) == 2
        assert made.log.count("\n") == 1
        assert "stage 'dev' needs the environment variable" in made.log
    finally:
        made.end()


def test_the_image_runs_what_the_declaration_says():
    text = Path("infra/containers/Dockerfile").read_text()
    assert f"CMD {json.dumps(list(API_COMMAND))}\n" in text
    assert "USER 10001" in text
