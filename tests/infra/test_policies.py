"""Each function may do what it does, and nothing else: its calls are recorded on moto."""

import json
from datetime import UTC, datetime

import pytest
from clouds import ACCOUNT, REGION, RESOURCES
from failpoints import access_denied, failpoint
from iam_evaluator import Need, allows, needs

from chalicelib import wiring
from chalicelib.analytics import part
from chalicelib.analytics.model import SearchEvent
from chalicelib.aws import ARCHIVE, FAST
from infra.deploy import policies
from infra.deploy.policies import STAR_REASONS, Place, policy, resource_arns
from infra.functions import API_HANDLER, FUNCTIONS, Calls, Function, Source

PLACE = Place(ACCOUNT, REGION)
ARNS = resource_arns(RESOURCES, PLACE)
BY_LAMBDA = ("Logs", "Traces", "Source")  # statements that Lambda itself uses, by their ids
RECORD = "/api/v1/records/{user_id}"
ROUTES = [
    ("GET", "/health"),
    ("POST", "/stream"),
    ("GET", "/get-user"),
    ("GET", "/api/v1/records"),
    ("GET", RECORD),
    ("PUT", RECORD),
    ("DELETE", RECORD),
    ("GET", "/api/v1/analytics/searches"),
]


HANDLERS = {each.chalice_name: each for each in FUNCTIONS}


def made(function, arns=ARNS):
    return policy(function, name=f"omnidata-test-{function.label}", place=PLACE, arns=arns)


def policy_of(name):
    return made(HANDLERS[name])


def handler(**what):
    return Function(handler="later", memory_mb=256, timeout_s=30, **what)


class Recorder:
    """The calls of every client of one cloud."""

    def __init__(self, aws):
        self.needs = set()
        for client in aws._clients.values():
            client.meta.events.register("provide-client-params", self._record)
        aws.session.register("provide-client-params", self._record)

    def _record(self, params, model, **_):
        service = model.service_model.service_name
        self.needs |= set(needs(service, model.name, params))


def call_every_route(aws, callers):
    """Every route with every branch that calls AWS in its own way."""
    user, operator = callers.user(), callers.operator()
    callers.nobody().send("GET", "/health")
    user.send("POST", "/stream", {"user_id": "a"})
    for _ in range(2):  # the marker is written, and then found without the record
        user.send("POST", "/stream", {"user_id": "b"}, Idempotency_Key="k-1")
        user.send("DELETE", "/api/v1/records/b")
    user.send("POST", "/stream", {"user_id": "b"})
    user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k-2")  # marked later
    user.send("GET", "/get-user?user_id=a")
    with failpoint(aws.client("sqs", FAST), "SendMessage", access_denied):  # its loss is counted
        user.send("GET", "/get-user?user_id=a")
    _, page = operator.send("GET", "/api/v1/records?limit=1")
    operator.send("GET", f"/api/v1/records?limit=1&cursor={page['next_cursor']}")
    user.send("GET", "/api/v1/records/a")
    user.send("PUT", "/api/v1/records/a", {"n": 1})
    user.send("DELETE", "/api/v1/records/a")
    user.send("GET", "/api/v1/analytics/searches")


@pytest.fixture
def recorded(aws, callers):
    now = datetime.now(UTC)
    event = SearchEvent(event_id="e", user="a", action="search", at=now)
    bucket = RESOURCES.buckets[0].name
    aws.client("s3", ARCHIVE).put_object(
        Bucket=bucket, Key=part.key(now, "x"), Body=part.packed([event])
    )
    for built in (wiring._state, wiring._secrets):  # clients of an earlier test's are not recorded
        built.cache_clear()
    recorder = Recorder(aws)
    call_every_route(aws, callers)
    return {API_HANDLER: recorder.needs}


def test_every_call_of_every_handler_is_allowed(recorded):
    refused = {
        name: [need for need in found if not allows(policy_of(name), need)]
        for name, found in recorded.items()
    }
    assert refused == {name: [] for name in HANDLERS}


def test_no_handler_has_a_right_that_it_never_uses(recorded):
    for name, found in recorded.items():
        used = {(need.action, need.resource) for need in found}
        for statement in policy_of(name)["Statement"]:
            if statement["Sid"].startswith(BY_LAMBDA):
                continue
            for action in statement["Action"]:
                alone = {"Statement": [{**statement, "Action": [action]}]}
                assert any(allows(alone, Need(*each)) for each in used), (name, action)


def test_the_recorded_routes_are_all_routes():
    from app import app

    routes = [(method, path) for path, found in app.routes.items() for method in found]
    assert sorted(routes) == sorted(ROUTES)


def test_the_evaluator_refuses_other_actions_tables_and_keys():
    api = policy_of(API_HANDLER)
    table, bucket = ARNS["RECORDS_TABLE"], ARNS["ANALYTICS_BUCKET"]
    assert allows(api, Need("dynamodb:GetItem", table))
    assert not allows(api, Need("dynamodb:DeleteTable", table))
    assert not allows(api, Need("dynamodb:GetItem", f"{table}-other"))
    assert not allows(api, Need("s3:GetObject", f"{bucket}/elsewhere/x"))
    assert not allows(api, Need("s3:PutObject", f"{bucket}/searches/x"))


def test_each_function_and_event_handler_has_its_row_in_the_table():
    from app import app

    handlers = {each.name for each in (*app.event_sources, *app.pure_lambda_functions)}
    authorizers = {each.name for each in app.builtin_auth_handlers}
    assert handlers | authorizers | {API_HANDLER} == set(HANDLERS)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_star_stands_only_where_an_action_takes_no_resource(name):
    for statement in policy_of(name)["Statement"]:
        assert not any("*" in action for action in statement["Action"])
        if statement["Resource"] == "*":
            assert set(statement["Action"]) <= set(STAR_REASONS)


def test_a_star_without_a_reason_is_no_policy():
    with pytest.raises(LookupError, match="dynamodb:Scan"):
        policies._star("Scans", ("dynamodb:Scan",))


def test_a_queue_handler_may_poll_its_queue_and_no_other():
    reader = made(handler(source=Source(service="sqs", variable="SEARCH_QUEUE_URL")))
    queue = ARNS["SEARCH_QUEUE_URL"]
    for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        assert allows(reader, Need(f"sqs:{action}", queue))
    assert not allows(reader, Need("sqs:ReceiveMessage", f"{queue}-dlq"))
    assert not allows(reader, Need("sqs:SendMessage", queue))


def test_a_stream_handler_may_read_its_stream_and_park_its_failures():
    stream = PLACE.arn("dynamodb", "table/orders/stream/2026-01-01T00:00:00.000")
    source = Source(service="dynamodb", variable="STREAM", failures="SEARCH_QUEUE_URL")
    reader = made(handler(source=source), ARNS | {"STREAM": stream})
    assert allows(reader, Need("dynamodb:GetRecords", stream))
    assert allows(reader, Need("sqs:SendMessage", ARNS["SEARCH_QUEUE_URL"]))
    assert not allows(reader, Need("dynamodb:GetRecords", f"{stream}-other"))
    assert not allows(reader, Need("dynamodb:GetItem", ARNS["RECORDS_TABLE"]))


def test_a_row_for_a_resource_that_is_not_declared_is_an_error():
    reader = handler(calls=(Calls("NO_SUCH_TABLE", ("dynamodb:GetItem",)),))
    with pytest.raises(KeyError, match="NO_SUCH_TABLE"):
        made(reader)


def test_a_policy_fits_into_what_a_role_may_hold():
    for name in HANDLERS:
        assert len(json.dumps(policy_of(name), separators=(",", ":"))) < 10_240
