"""Who may do what: signed-in people, creators, operators, and everyone else."""

import itertools
import re
from datetime import timedelta

import pytest
from publisher_kit import RECURS, TEMPLATE

from app import app
from chalicelib import times
from chalicelib.analytics import part
from chalicelib.analytics.model import ArchivedSearch
from chalicelib.aws import ARCHIVE
from chalicelib.aws.bucket import Bucket

RECORD, SEARCHES = "/api/v1/records/a", "/api/v1/analytics/searches"
LETTERS = "/api/v1/dead-letters/orders"
CERTIFICATE = {"name": "x", "issuer": "y", "issued_on": "2026-01-31"}
OPERATORS = [
    ("GET", "/api/v1/records", None),
    ("POST", "/api/v1/records:import", b'{"user_id": "a"}'),
    ("GET", "/api/v1/records:export", None),
    ("GET", "/api/v1/pipeline", None),
    ("GET", "/api/v1/dead-letters", None),
    ("GET", LETTERS, None),
    ("GET", f"{LETTERS}/a", None),
    ("POST", f"{LETTERS}/redrive", {"ids": ["a"]}),
    ("POST", f"{LETTERS}/delete", {"ids": ["a"]}),
    ("POST", f"{LETTERS}/jobs", {}),
    ("GET", "/api/v1/jobs", None),
    ("GET", "/api/v1/jobs/a", None),
    ("POST", "/api/v1/jobs/a/stop", None),
    ("POST", "/api/v1/jobs/a/resume", None),
    ("GET", "/orders", None),
    ("GET", "/api/v1/orders/subscriptions", None),
    ("GET", "/api/v1/audit", None),
    ("POST", "/api/v1/tenants", {"tenant_id": "a"}),
    ("GET", "/api/v1/tenants", None),
    ("GET", "/api/v1/tenants/a", None),
    ("GET", "/api/v1/tenants/a/usage", None),
    ("PUT", "/api/v1/tenants/a", {}),
    ("POST", "/api/v1/tenants/a/keys", None),
    ("POST", "/api/v1/tenants/a/keys/b/rotate", {}),
    ("DELETE", "/api/v1/tenants/a/keys/b", None),
    ("DELETE", "/api/v1/suppressions/x@example.com", None),
]
PUBLISHERS = [
    ("POST", "/api/v1/messages", {"content": "x", "channels": ["sms"]}),
    ("POST", "/api/v1/messages/validate", {"content": "x", "channels": ["sms"]}),
    ("POST", "/api/v1/messages:import", b'{"content": "x", "channels": ["sms"]}'),
    ("GET", "/api/v1/messages:export", None),
    ("POST", "/api/v1/messages:cancel", {"status": "scheduled"}),
    ("POST", "/api/v1/messages:retry", {"channel": "sms"}),
    ("POST", "/api/v1/calendar-link", None),
    ("GET", "/api/v1/calendar-link", None),
    ("DELETE", "/api/v1/calendar-link", None),
    ("GET", "/api/v1/messages", None),
    ("GET", "/api/v1/messages/a", None),
    ("PATCH", "/api/v1/messages/a", {"content": "x"}),
    ("POST", "/api/v1/messages/a/reschedule", {"scheduled_at": "2030-01-01T00:00:00Z"}),
    ("POST", "/api/v1/messages/a/cancel", None),
    ("POST", "/api/v1/messages/a/retry", None),
    ("POST", "/api/v1/messages/a/approve", {"rev": 1}),
    ("POST", "/api/v1/messages/a/send-back", {"rev": 1, "comment": "x"}),
    ("POST", "/api/v1/messages/a/resolve", {"channel": "sms", "outcome": "live"}),
    ("GET", "/api/v1/channels", None),
    ("POST", "/api/v1/media", {"content_type": "image/png", "size_bytes": 1}),
    ("POST", "/api/v1/media/a/confirm", None),
    ("GET", "/api/v1/media/a", None),
    ("POST", "/api/v1/series", {"content": "x", "channels": ["sms"], **RECURS}),
    ("GET", "/api/v1/series", None),
    ("GET", "/api/v1/series/a", None),
    ("PATCH", "/api/v1/series/a", {"content": "x"}),
    ("DELETE", "/api/v1/series/a", None),
    ("PATCH", "/api/v1/series/a/occurrences/b", {"content": "x"}),
    ("DELETE", "/api/v1/series/a/occurrences/b", None),
    ("GET", "/api/v1/occurrences", None),
    ("POST", "/api/v1/certifications", CERTIFICATE),
    ("GET", "/api/v1/certifications", None),
    ("GET", "/api/v1/certifications/a", None),
    ("PUT", "/api/v1/certifications/a", CERTIFICATE),
    ("DELETE", "/api/v1/certifications/a", None),
    ("POST", "/api/v1/certifications/a/announce", {"channels": ["sms"]}),
]
WEBHOOK_OWNERS = [
    ("POST", "/api/v1/webhooks", {"url": "https://a.example/", "events": ["message.sent"]}),
    ("GET", "/api/v1/webhooks", None),
    ("GET", "/api/v1/webhooks/a", None),
    ("PATCH", "/api/v1/webhooks/a", {"paused": True}),
    ("DELETE", "/api/v1/webhooks/a", None),
    ("POST", "/api/v1/webhooks/a/rotate", None),
    ("POST", "/api/v1/webhooks/a/test", None),
    ("GET", "/api/v1/webhooks/a/deliveries", None),
    ("POST", "/api/v1/templates", TEMPLATE),
    ("GET", "/api/v1/templates", None),
    ("GET", "/api/v1/templates/a", None),
    ("PUT", "/api/v1/templates/a", TEMPLATE),
    ("DELETE", "/api/v1/templates/a", None),
    ("GET", "/api/v1/suppressions", None),
    ("POST", "/api/v1/suppressions", {"address": "x@example.com"}),
]
SIGNED_IN = [
    ("POST", "/stream", {"user_id": "a"}),
    ("GET", "/get-user?user_id=a", None),
    ("GET", RECORD, None),
    ("PUT", RECORD, {"x": 1}),
    ("PATCH", RECORD, {"x": 1}),
    ("DELETE", RECORD, None),
    ("GET", "/api/v1/analytics/searches", None),
    ("POST", "/orders", {"x": 1}),
    ("GET", "/orders/a", None),
    ("GET", "/api/v1/me", None),
    ("GET", "/api/v1/overview", None),
    ("GET", "/api/v1/lookup?id=a", None),
    ("GET", "/api/v1/logs", None),
    ("GET", "/api/v1/logs/export", None),
    ("GET", "/api/v1/logs/histogram", None),
    ("GET", "/api/v1/logs/facets", None),
    *OPERATORS,
    *PUBLISHERS,
    *WEBHOOK_OWNERS,
]
SENDERS = [("POST", "/ingest"), ("POST", "/v1/logs")]
# Whoever has the link of an e-mail, or the address of a public page; HEAD is the GET's.
RECIPIENTS = [
    ("GET", "/unsubscribe/a"),
    ("POST", "/unsubscribe/a"),
    ("GET", "/calendar/a"),
    ("GET", "/certificates/a"),
    ("GET", "/certificates/a/badge"),
]
ROUTES = {
    re.compile(re.sub(r"{\w+}", "[^/]+", path)): path
    for path in sorted(app.routes, key=lambda path: path.count("{"))
}


def route(path):
    return next(found for pattern, found in ROUTES.items() if pattern.fullmatch(path))


def test_the_lists_above_name_every_route_but_health():
    named = {(method, route(path.partition("?")[0])) for method, path, _ in SIGNED_IN}
    named |= {(method, route(path)) for method, path in RECIPIENTS}
    routes = {(method, path) for path, methods in app.routes.items() for method in methods}
    heads = {("HEAD", "/unsubscribe/{token}"), ("HEAD", "/certificates/{certification_id}")}
    assert named | set(SENDERS) == routes - {("GET", "/health")} - heads


@pytest.mark.parametrize(("method", "path", "body"), SIGNED_IN)
def test_without_a_token_nothing_is_done(callers, method, path, body):
    callers.user().send("POST", "/stream", {"user_id": "a"})
    status, problem = callers.nobody().send(method, path, body)
    assert (status, problem["code"]) == (401, "unauthenticated")
    assert callers.user().send("GET", RECORD)[1]["version"] == 1


def test_an_access_token_is_no_id_token(callers):
    bearer = callers.user(token_use="access", **{"cognito:groups": "operator"})
    for method, path, body in SIGNED_IN:
        assert bearer.send(method, path, body)[0] == 401, path


def test_operators_routes_let_no_one_else_in_and_tell_them_nothing(callers):
    people = (
        callers.user(**{"custom:tenant_id": "acme"}),
        callers.user(**{"cognito:groups": "publisher"}),
    )
    for person, (method, path, body) in itertools.product(people, OPERATORS):
        status, problem = person.send(method, path, body)
        assert (status, problem["code"]) == (403, "forbidden"), path
        assert problem["message"] == "only operators may do this"


def test_publishers_routes_let_no_one_else_in_and_tell_them_nothing(callers):
    people = (callers.user(**{"custom:tenant_id": "acme"}), callers.operator())
    for person, (method, path, body) in itertools.product(people, PUBLISHERS):
        status, problem = person.send(method, path, body)
        assert (status, problem["code"]) == (403, "forbidden"), path
        assert problem["message"] == "only publishers may do this"


def test_webhooks_routes_let_neither_group_out_and_tell_others_nothing(callers):
    stranger = callers.user(**{"custom:tenant_id": "acme"})
    for method, path, body in WEBHOOK_OWNERS:
        status, problem = stranger.send(method, path, body)
        assert (status, problem["code"]) == (403, "forbidden"), path
        assert problem["message"] == "only publishers and operators may do this"
        for group in ("operator", "publisher"):
            member = callers.user(**{"cognito:groups": group})
            assert member.send(method, path, body)[0] != 403, path


@pytest.mark.parametrize(("method", "path"), SENDERS)
def test_a_senders_route_needs_a_tenants_key(method, path):
    """By its registration: what answers without a key is API Gateway, not this product."""
    assert app.routes[path][method].authorizer.name == "tenant_key"


def test_sign_in_is_checked_before_the_body_and_the_query(callers):
    nobody = callers.nobody()
    assert nobody.send("POST", "/stream", b"{")[0] == 401
    assert nobody.send("GET", "/get-user")[0] == 401
    assert nobody.send("GET", "/api/v1/records/%ff")[0] == 401


@pytest.mark.parametrize(
    ("method", "body"), [("PUT", {"x": 1}), ("PATCH", {"x": 1}), ("DELETE", None)]
)
def test_a_record_belongs_to_its_creator_and_operators(callers, method, body):
    callers.user("u-1").send("POST", "/stream", {"user_id": "a"})
    for stranger in (
        callers.user("u-2"),
        callers.user("a"),
        callers.user("u-2", **{"cognito:groups": "publisher"}),
    ):
        status, problem = stranger.send(method, RECORD, body)
        assert (status, problem["code"]) == (403, "forbidden")
    assert callers.user("u-2").send("GET", RECORD)[1]["version"] == 1
    assert callers.operator().send(method, RECORD, body)[0] in (200, 204)


def test_a_replacement_by_an_operator_leaves_the_record_its_creators(callers):
    callers.user("u-1").send("POST", "/stream", {"user_id": "a"})
    assert callers.operator().send("PUT", RECORD, {"x": 1})[1]["created_by"] == "u-1"
    assert callers.user("u-1").send("PUT", RECORD, {"x": 2})[0] == 200


def test_any_signed_in_user_may_look_a_record_up(callers):
    callers.user("u-1").send("POST", "/stream", {"user_id": "a", "x": 1})
    assert callers.user("u-2").send("GET", "/get-user?user_id=a")[1] == {"user_id": "a", "x": 1}
    assert callers.user("u-2").send("GET", RECORD)[0] == 200


def test_who_created_a_record_is_shown_to_that_person_and_to_operators(callers):
    callers.user("u-1").send("POST", "/stream", {"user_id": "a", "x": 1})
    for other in (callers.user("u-2"), callers.user("a", **{"cognito:groups": "publisher"})):
        _, shown = other.send("GET", RECORD)
        assert (shown["created_by"], shown["content"]) == (None, {"user_id": "a", "x": 1})
        assert b"u-1" not in other.raw
    for knows in (callers.user("u-1"), callers.operator()):
        assert knows.send("GET", RECORD)[1]["created_by"] == "u-1"
    # What was shown without its creator is still the creator's to change.
    assert callers.user("u-1").send("PUT", RECORD, {"x": 2})[1]["created_by"] == "u-1"


@pytest.fixture
def archive(aws):
    """What the worker would have archived: two searches of ada's, one of bob's and a seed's."""
    at = times.now() - timedelta(minutes=5)
    searches = [
        ("e-1", "bob", "ada"),
        ("e-2", "eve", "ada"),
        ("e-3", "ada", "bob"),
        ("e-4", "x", None),
    ]
    events = [
        ArchivedSearch(
            event_id=event, user=user, action="search", at=at, searched_by=by, found=True
        )
        for event, user, by in searches
    ]
    client = aws.client("s3", ARCHIVE)
    bucket = Bucket(client, client.list_buckets()["Buckets"][0]["Name"])
    bucket.put(part.key(at, "x"), part.compress(events), part.CONTENT_TYPE)


def test_others_searches_are_for_operators(callers, archive):
    _, report = callers.operator().send("GET", SEARCHES)
    assert (report["scope"], report["total"], report["read"]["rows"]) == ("all", 4, 4)
    assert {entry["user"] for entry in report["top_users"]} == {"ada", "bob", "eve", "x"}
    for caller, total in (("ada", 2), ("bob", 1), ("carl", 0)):
        user = callers.user(caller)
        _, report = user.send("GET", SEARCHES)
        assert (report["scope"], report["total"], report["found"]) == ("own", total, total)
        assert sum(point["searches"] for point in report["series"]) == total
        assert (report["top_users"], report["read"], report["complete"]) == ([], None, True)
        assert not any(name in user.raw for name in (b"ada", b"bob", b"eve"))


def test_no_response_to_others_names_who_did_something(callers, archive):
    """On every route that any signed-in person may read, with ids and an address to look for."""
    ada = callers.user("ada-id", email="ada@example.com", **{"custom:tenant_id": "acme"})
    ada.send("POST", "/stream", {"user_id": "a"})
    _, order = ada.send("POST", "/orders", {"x": 1})
    paths = ["/get-user?user_id=a", RECORD, SEARCHES, "/api/v1/logs", "/api/v1/logs/export"]
    other = callers.user("u-2", **{"custom:tenant_id": "acme"})
    for path in [*paths, f"/orders/{order['orderID']}"]:
        other.send("GET", path)
        assert b"ada" not in other.raw, path
    for method in ("PUT", "DELETE"):
        other.send(method, RECORD, {"x": 1} if method == "PUT" else None)
        assert b"ada" not in other.raw, method


def test_listing_belongs_to_operators(callers):
    status, problem = callers.user().send("GET", "/api/v1/records")
    assert (status, problem["code"]) == (403, "forbidden")
    assert callers.operator().send("GET", "/api/v1/records") == (
        200,
        {
            "records": [],
            "next_cursor": None,
            "about_total": 0,
            "read": {"scanned": 0, "matched": 0, "complete": True},
        },
    )


@pytest.mark.parametrize(
    "groups", ["operator", "publisher,operator", "[publisher operator]", ["operator"]]
)
def test_the_group_counts_in_every_shape_it_comes_in(callers, groups):
    operator = callers.user("op-1", **{"cognito:groups": groups})
    assert operator.send("GET", "/api/v1/records")[0] == 200


@pytest.mark.parametrize(
    "claims",
    [{"groups": "operator"}, {"cognito:groups": "operators"}, {"custom:groups": "operator"}],
)
def test_no_other_claim_makes_an_operator(callers, claims):
    assert callers.user(**claims).send("GET", "/api/v1/records")[0] == 403


def test_headers_do_not_make_anyone_someone_else(callers):
    callers.user("u-1").send("POST", "/stream", {"user_id": "a"})
    status, _ = callers.user("u-2").send(
        "PUT", RECORD, {"x": 1}, X_User="u-1", X_Tenant_ID="acme", X_Amzn_Oidc_Identity="u-1"
    )
    assert status == 403


def test_the_search_route_alone_needs_an_api_key():
    keyed = {
        path
        for path, methods in app.routes.items()
        for method in methods.values()
        if method.api_key_required
    }
    assert keyed == {"/get-user"}
