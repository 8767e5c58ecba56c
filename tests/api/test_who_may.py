"""Who may do what: signed-in people, creators, operators, and everyone else."""

import pytest

from app import app

RECORD = "/api/v1/records/a"
SIGNED_IN = [
    ("POST", "/stream", {"user_id": "a"}),
    ("GET", "/get-user?user_id=a", None),
    ("GET", "/api/v1/records", None),
    ("GET", RECORD, None),
    ("PUT", RECORD, {"x": 1}),
    ("DELETE", RECORD, None),
    ("GET", "/api/v1/analytics/searches", None),
]


def test_the_list_below_names_every_route_but_health():
    named = {
        (method, path.partition("?")[0].replace("/a", "/{user_id}", 0))
        for method, path, _ in SIGNED_IN
    }
    named = {
        (method, "/api/v1/records/{user_id}" if path == RECORD else path) for method, path in named
    }
    routes = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert named == routes - {("GET", "/health")}


@pytest.mark.parametrize(("method", "path", "body"), SIGNED_IN)
def test_without_a_token_nothing_is_done(callers, method, path, body):
    callers.user().send("POST", "/stream", {"user_id": "a"})
    status, problem = callers.nobody().send(method, path, body)
    assert (status, problem["code"]) == (401, "unauthenticated")
    assert callers.user().send("GET", RECORD)[1]["version"] == 1


@pytest.mark.parametrize(("method", "path", "body"), SIGNED_IN)
def test_an_access_token_is_no_id_token(callers, method, path, body):
    assert callers.user(token_use="access").send(method, path, body)[0] == 401


def test_sign_in_is_checked_before_the_body_and_the_query(callers):
    nobody = callers.nobody()
    assert nobody.send("POST", "/stream", b"{")[0] == 401
    assert nobody.send("GET", "/get-user")[0] == 401
    assert nobody.send("GET", "/api/v1/records/%ff")[0] == 401


@pytest.mark.parametrize(("method", "body"), [("PUT", {"x": 1}), ("DELETE", None)])
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


def test_listing_belongs_to_operators(callers):
    status, problem = callers.user().send("GET", "/api/v1/records")
    assert (status, problem["code"]) == (403, "forbidden")
    assert callers.operator().send("GET", "/api/v1/records") == (
        200,
        {"records": [], "next_cursor": None},
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
        for each in methods.values()
        if each.api_key_required
    }
    assert keyed == {"/get-user"}
