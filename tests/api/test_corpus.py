"""The corpus against every body route: a documented refusal, nothing written, nothing leaked."""

import json
from decimal import Decimal

import pytest
from corpus import ACCEPTED, CASES, GROUPS, OK, WRONG_TYPE, order_status, struct_status
from effects import SENT, Effects
from log_corpus import EXPORTS, INGESTS, RECORDS
from support.clouds import RESOURCES
from tenant_kit import made_tenant

from app import app
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table

RECORD_ROUTES = {("POST", "/stream"), ("PUT", "/api/v1/records/{user_id}")}
pytestmark = pytest.mark.thorough

OTHER_ROUTES = {
    ("PATCH", "/api/v1/records/{user_id}"),
    ("POST", "/api/v1/records:import"),
    ("POST", "/api/v1/messages:import"),
    ("POST", "/orders"),
    ("POST", "/ingest"),
    ("POST", "/v1/logs"),
    ("POST", "/unsubscribe/{token}"),
}
STRUCT_ROUTES = [
    ("POST", "/api/v1/webhooks"),
    ("POST", "/api/v1/suppressions"),
    ("PATCH", "/api/v1/webhooks/{webhook_id}"),
    ("POST", "/api/v1/dead-letters/{queue}/redrive"),
    ("POST", "/api/v1/dead-letters/{queue}/delete"),
    ("POST", "/api/v1/dead-letters/{queue}/jobs"),
    ("POST", "/api/v1/tenants"),
    ("PUT", "/api/v1/tenants/{tenant_id}"),
    ("POST", "/api/v1/tenants/{tenant_id}/keys/{key_id}/rotate"),
    ("POST", "/api/v1/messages"),
    ("POST", "/api/v1/messages/validate"),
    ("POST", "/api/v1/messages:cancel"),
    ("POST", "/api/v1/messages:retry"),
    ("PATCH", "/api/v1/messages/{message_id}"),
    ("POST", "/api/v1/messages/{message_id}/reschedule"),
    ("POST", "/api/v1/messages/{message_id}/resolve"),
    ("POST", "/api/v1/messages/{message_id}/approve"),
    ("POST", "/api/v1/messages/{message_id}/send-back"),
    ("POST", "/api/v1/media"),
    ("POST", "/api/v1/series"),
    ("PATCH", "/api/v1/series/{series_id}"),
    ("PATCH", "/api/v1/series/{series_id}/occurrences/{at}"),
    ("POST", "/api/v1/templates"),
    ("PUT", "/api/v1/templates/{template_id}"),
    ("POST", "/api/v1/certifications"),
    ("PUT", "/api/v1/certifications/{certification_id}"),
    ("POST", "/api/v1/certifications/{certification_id}/announce"),
]
STRICT = {
    "queue": "orders",
    "tenant_id": "acme",
    "key_id": "k",
    "message_id": "m",
    "certification_id": "c",
    "series_id": "s",
    "template_id": "t",
    "at": "20290101T090000",
    "webhook_id": "h",
}
# What brings records; other exports are good and empty.
WITH_RECORDS = {
    "an export",
    "a record with nothing in it",
    "some bad records",
    "a record with a bad time",
    "a number for a body",
    "snake case",
    "gzip",
}
URLS = {
    declared_queue.variable: f"https://sqs.us-east-1.amazonaws.com/123456789012/{declared_queue.name}"
    for declared_queue in RESOURCES.queues
}


def exact(raw):
    return json.loads(raw, parse_float=Decimal)


def contents(aws):
    items = Table(aws.client("dynamodb"), "OmniData-test").scan(10).items
    return [{name: value for name, value in item.items() if name != "_omni"} for item in items]


def queued(aws, variable):
    """What was queued since the last look."""
    queue = Queue(aws.client("sqs"), URLS[variable])
    found = []
    while some := queue.receive(wait_s=0, visibility_timeout_s=60):
        queue.delete_all([item.receipt_handle for item in some])
        found += [exact(item.body) for item in some]
    return found


def test_the_corpus_meets_every_route_that_takes_a_body():
    documented = {
        (method.upper(), path)
        for path, item in app.openapi("1")["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    }
    assert documented == RECORD_ROUTES | OTHER_ROUTES | set(STRUCT_ROUTES)


@pytest.mark.parametrize("cases", [CASES, INGESTS, EXPORTS], ids=["cases", "ingests", "exports"])
def test_every_case_has_a_name_of_its_own(cases):
    assert len({case.name for case in cases}) == len(cases)


# --- Records -------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_a_create_answers_as_documented_and_writes_nothing_on_a_refusal(
    callers, aws, logged, group
):
    user = callers.user()
    for case in GROUPS[group]:
        status, _ = user.send("POST", "/stream", case.body, **case.headers)
        assert status == case.status, case.name
        assert len(contents(aws)) == (1 if status == OK else 0), case.name
        if status == OK:
            user.send("GET", "/get-user?user_id=a")
            assert exact(user.raw) == exact(case.body), case.name
            assert user.send("DELETE", "/api/v1/records/a")[0] == 204
    assert logged.getvalue() == ""


@pytest.mark.parametrize("group", GROUPS)
def test_a_replacement_answers_as_documented_and_changes_nothing_on_a_refusal(
    callers, aws, logged, group
):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    for case in GROUPS[group]:
        assert user.send("PUT", "/api/v1/records/a", {"before": case.name})[0] == OK
        status, _ = user.send("PUT", "/api/v1/records/a", case.body, **case.headers)
        assert status == (case.put or case.status), case.name
        if status == OK:
            user.send("GET", "/get-user?user_id=a")
            assert exact(user.raw) == {"user_id": "a", **exact(case.body)}, case.name
        else:
            assert contents(aws) == [{"user_id": "a", "before": case.name}]
    assert logged.getvalue() == ""


# --- Bodies with declared fields -----------------------------------------------------------------


# One parser is behind all of them: each route gets every fifth case, and each case some routes.
TURNS = 5


@pytest.mark.parametrize(
    ("turn", "route"), [(number % TURNS, route) for number, route in enumerate(STRUCT_ROUTES)]
)
def test_a_body_with_declared_fields_takes_no_other(aws, callers, logged, turn, route):
    method, path = route
    someone = callers.user("op-1", **{"cognito:groups": "operator,publisher"})
    effects = Effects(aws)
    for case in CASES[turn::TURNS]:
        status, _ = someone.send(method, path.format(**STRICT), case.body, **case.headers)
        assert status == struct_status(case), case.name
    assert logged.getvalue() == ""
    assert effects.count == 0


@pytest.mark.parametrize("group", GROUPS)
def test_a_patch_answers_as_documented_and_changes_nothing_on_a_refusal(
    callers, aws, logged, group
):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    for case in GROUPS[group]:
        assert user.send("PUT", "/api/v1/records/a", {"before": case.name})[0] == OK
        status, _ = user.send("PATCH", "/api/v1/records/a", case.body, **case.headers)
        # Of what a replacement may not be, a patch may be packed, or remove what is too large.
        assert status in {case.put or case.status, OK}, case.name
        if status != OK:
            assert contents(aws) == [{"user_id": "a", "before": case.name}]
    assert logged.getvalue() == ""


@pytest.mark.parametrize("group", GROUPS)
def test_an_import_answers_each_case_and_writes_nothing_on_a_refusal(callers, aws, logged, group):
    operator = callers.operator()
    for case in GROUPS[group]:
        headers = {**case.headers, "Content_Type": "application/x-ndjson"}
        status, result = operator.send("POST", "/api/v1/records:import", case.body, **headers)
        assert status in (200, 400, 413, 415), case.name
        written = contents(aws)
        assert len(written) == (result["added"] if status == OK else 0), case.name
        for record in written:
            assert operator.send("DELETE", f"/api/v1/records/{record['user_id']}")[0] == 204
    assert logged.getvalue() == ""


# --- Orders --------------------------------------------------------------------------------------


def test_an_order_is_queued_as_posted_or_refused_and_not_queued(aws, callers, logged):
    user = callers.user()
    for case in CASES:
        status, _ = user.send("POST", "/orders", case.body, **case.headers)
        assert status == order_status(case), case.name
        found = [message["order"] for message in queued(aws, "ORDERS_QUEUE_URL")]
        assert found == ([exact(case.body)] if status == ACCEPTED else []), case.name
    assert logged.getvalue() == ""


# --- Logs ----------------------------------------------------------------------------------------


@pytest.fixture
def sender(callers):
    return callers.sender(made_tenant(callers.operator(), "acme", rate_per_s=1000))


@pytest.fixture
def effects(aws, sender):
    return Effects(aws, SENT)  # a refused record still counts against its tenant's quota


def records(aws):
    return [record for message in queued(aws, "LOGS_QUEUE_URL") for record in message["records"]]


@pytest.mark.parametrize("cases", [RECORDS, INGESTS], ids=["records", "requests"])
def test_logs_are_queued_or_refused_and_then_leave_nothing(aws, sender, effects, logged, cases):
    for case in cases:
        before = effects.count
        status, body = sender.send("POST", "/ingest", case.body, **case.headers)
        assert status == case.status, case.name
        if status == ACCEPTED:
            assert (effects.count > before) == (body["accepted"] > 0), case.name
            assert len(records(aws)) == body["accepted"], case.name
        else:
            assert effects.count == before, case.name
    assert logged.getvalue() == ""


def test_a_bad_line_spoils_no_other(aws, sender, logged):
    for case in (record for record in RECORDS if b"\n" not in record.body):
        lines = b'{"text":"first"}\n%s\n{"text":"last"}' % case.body
        status, body = sender.send("POST", "/ingest", lines, Content_Type="application/x-ndjson")
        good = case.status == ACCEPTED
        expected = ["accepted", "accepted" if good else "rejected", "accepted"]
        assert (status, [result["status"] for result in body["results"]]) == (ACCEPTED, expected), (
            case
        )
        texts = [record["text"] for record in records(aws)]
        assert [texts[0], texts[-1], len(texts)] == ["first", "last", 3 if good else 2], case.name
    assert logged.getvalue() == ""


def test_an_export_is_answered_in_its_own_words(aws, sender, effects, logged):
    for case in EXPORTS:
        before = effects.count
        status, body = sender.send("POST", "/v1/logs", case.body, **case.headers)
        assert status == case.status, case.name
        if "protobuf" in case.headers.get("Content_Type", ""):
            assert sender.headers["Content-Type"] == "application/x-protobuf", case.name
        elif status not in (
            OK,
            WRONG_TYPE,
        ):  # a type that is none of OTLP's has no words of its own
            assert set(body) == {"code", "message"}, case.name
        assert (effects.count > before) == (case.name in WITH_RECORDS), case.name
    assert logged.getvalue() == ""


def test_whatever_json_an_export_is_nothing_breaks(sender, logged):
    for case in CASES:
        status, _ = sender.send("POST", "/v1/logs", case.body, **case.headers)
        assert status in (200, 400, 413, 415), case.name
    assert logged.getvalue() == ""
