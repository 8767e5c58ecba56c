"""How the gateway routes, answers for itself, and what it hands to the function."""

import gzip
import re
import threading

import pytest
from chalice import Chalice, IAMAuthorizer
from gateway_kit import API_KEY, ORIGIN, gateway, serving, small_app, token

from infra.local.gateway.events import TRACE_HEADER
from infra.local.gateway.per_thread import make_per_thread

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.fixture(scope="module")
def caller():
    with serving(gateway()) as found:
        yield found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("GET", "/things"),
        ("GET", "/things/a/b"),
        ("GET", "/things/"),
        ("GET", "//things/a"),
        ("GET", "/Things/a"),
        ("GET", "/%65vent"),
        ("GET", "/"),
        ("POST", "/event"),
        ("PATCH", "/things/a"),
        ("OPTIONS", "/nowhere"),
        ("BREW", "/event"),
    ],
)
def test_an_unknown_path_or_method_is_404(caller, method, path):
    status, body, headers = caller.send(method, path)
    assert (status, body["code"]) == (404, "not_found")
    assert set(body) == {"message", "code", "request_id"}
    assert re.fullmatch(UUID, body["request_id"])
    assert headers["x-amzn-requestid"] == body["request_id"]
    assert headers["access-control-allow-origin"] == ORIGIN


def test_a_head_request_is_404_without_a_body(caller):
    status, body, headers = caller.send("HEAD", "/event")
    assert (status, body) == (404, "")
    assert int(headers["content-length"]) > 0


def test_a_trailing_slash_is_the_same_route(caller):
    assert caller.get("/event/")[0] == 200


@pytest.mark.parametrize("path", ["/event", "/echo", "/things/a", "/mine", "/keyed", "/tenant"])
def test_a_preflight_needs_neither_token_nor_key(caller, path):
    status, body, headers = caller.send("OPTIONS", path)
    assert (status, body) == (200, "")
    assert headers["access-control-allow-origin"] == ORIGIN
    allowed = set(headers["access-control-allow-headers"].split(","))
    assert allowed >= {"Authorization", "X-Api-Key", "Content-Type", "Idempotency-Key", "If-Match"}
    assert "OPTIONS" in headers["access-control-allow-methods"]


def test_every_route_of_the_product_answers_a_preflight():
    from app import app

    kind = type(app)
    try:
        with serving(gateway(app)) as caller:
            for pattern, methods in app.routes.items():
                path = re.sub(r"{\w+}", "x", pattern)
                status, _, headers = caller.send("OPTIONS", path)
                assert status == 200
                assert headers["access-control-allow-origin"] == ORIGIN
                offered = set(headers["access-control-allow-methods"].split(","))
                assert offered == {*methods, "OPTIONS"}
                allowed = set(headers["access-control-allow-headers"].split(","))
                assert allowed >= {"Authorization", "X-Api-Key", "Idempotency-Key", "If-Match"}
    finally:
        app.__class__ = kind


def test_the_function_is_handed_what_api_gateway_hands_it(caller):
    event = caller.get("/event?a=1&a=2&b=%C3%A9&c", User_Agent="ua")[1]
    context = event["requestContext"]
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["é"], "c": [""]}
    assert (event["path"], event["resource"], event["httpMethod"]) == ("/event", "/event", "GET")
    assert event["headers"]["user-agent"] == "ua"
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "ua"}
    assert (context["stage"], context["path"]) == ("local", "/local/event")
    assert context["resourcePath"] == "/event"
    assert event["context_id"] == context["requestId"]
    assert event["pathParameters"] is None
    assert "authorizer" not in context


def test_a_write_to_an_open_route_passes_the_claims_of_a_valid_token_alone(caller):
    def post(authorization):
        headers = {"Content-Type": "application/json", **authorization}
        return caller.send("POST", "/caller", "{}", headers)

    for signed_in in (token(), f"Bearer {token()}"):
        assert post({"Authorization": signed_in})[1]["authorizer"]["claims"]["sub"] == "u-1"
    for nobody in ({}, {"Authorization": "Bearer omk_key"}, {"Authorization": "Basic YTpi"}):
        assert post(nobody)[:2] == (200, {"authorizer": None})
    assert post({"Authorization": token(exp=1)})[0] == 401
    assert caller.get("/event", Authorization=token(exp=1))[0] == 200


def test_without_a_query_the_parameters_are_none(caller):
    assert caller.get("/event")[1]["multiValueQueryStringParameters"] is None
    assert caller.get("/event?")[1]["multiValueQueryStringParameters"] is None


def test_each_request_has_an_id_of_its_own_and_answers_with_it(caller):
    first, second = caller.get("/event"), caller.get("/event")
    assert first[1]["requestContext"]["requestId"] == first[2]["x-amzn-requestid"]
    assert first[2]["x-amzn-requestid"] != second[2]["x-amzn-requestid"]


def test_a_trace_header_is_made_when_absent_or_malformed_and_kept_otherwise(caller):
    made = caller.get("/event")[1]["headers"][TRACE_HEADER]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", made)
    bad = caller.get("/event", X_Amzn_Trace_Id="Root=x")[1]["headers"][TRACE_HEADER]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", bad)
    mine = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1"
    assert caller.get("/event", X_Amzn_Trace_Id=mine)[1]["headers"][TRACE_HEADER] == mine


def test_a_path_parameter_stays_encoded_as_a_rest_api_leaves_it(caller):
    assert caller.get("/things/a%40b.c")[1] == {"name": "a%40b.c"}


def test_a_body_of_a_binary_type_arrives_whole(caller):
    sent = bytes(range(256))
    for content_type in ("application/zip", "text/plain"):
        found = caller.send("POST", "/size", sent, {"Content-Type": content_type})
        assert found[1] == {"bytes": 256}


def test_an_answer_without_content_has_no_body_and_no_length(caller):
    status, body, headers = caller.send("DELETE", "/things/a")
    assert (status, body) == (204, "")
    assert "content-length" not in headers


def test_an_answer_of_the_function_is_json_unless_it_says_otherwise(caller):
    assert caller.get("/things/a")[2]["content-type"] == "application/json"


def test_a_header_of_several_values_is_several_lines(caller):
    raw = caller.raw(b"GET /cookies HTTP/1.0\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 299 \r\n")
    assert b"X-A: a\r\nX-A: b\r\n" in raw


@pytest.mark.parametrize("kind", ["one", "several"])
def test_a_header_that_would_forge_another_is_a_500(caller, kind):
    status, body, headers = caller.get(f"/forged-header/{kind}")
    assert (status, body["code"]) == (500, "internal_error")
    assert "x-b" not in headers


def test_claims_reach_the_function(caller):
    assert caller.get("/mine", Authorization=token())[1]["cognito:groups"] == "operator,publisher"


def test_an_authorizer_of_the_app_lets_in_whom_it_allows(caller):
    assert caller.get("/tenant")[0] == 401
    refused = caller.get("/tenant", Authorization="bad")
    assert (refused[0], refused[1]["code"]) == (403, "forbidden")
    status, body, _ = caller.get("/tenant", Authorization="good")
    assert body.pop("integrationLatency") >= 0
    assert (status, body) == (200, {"tenant": "acme", "trusted": "true", "principalId": "t-1"})


def test_a_missing_token_is_a_401_and_a_refused_one_a_403_that_pages_can_read(caller):
    missing, refused = caller.get("/tenant"), caller.get("/tenant", Authorization="bad")
    empty = caller.get("/tenant", Authorization="")

    assert [item[0] for item in (missing, empty, refused)] == [401, 401, 403]
    assert missing[1]["code"] == empty[1]["code"] == "unauthenticated"
    assert missing[2]["www-authenticate"] == "Bearer"
    for _, body, headers in (missing, refused):
        assert headers["access-control-allow-origin"] == ORIGIN
        assert body["request_id"] == headers["x-amzn-requestid"]


def test_a_trailing_slash_does_not_change_whom_an_authorizer_lets_in(caller):
    assert caller.get("/only-here", Authorization="good")[0] == 200
    assert caller.get("/only-here/", Authorization="good")[0] == 200


def test_an_authorizer_that_fails_is_a_503_as_on_aws(caller):
    status, body, headers = caller.get("/tenant", Authorization="down")
    assert (status, body["code"], headers["retry-after"]) == (503, "unavailable", "1")


def test_a_preflight_needs_no_token_where_an_authorizer_guards(caller):
    status, _, headers = caller.send("OPTIONS", "/tenant")
    assert (status, headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "GET" in headers["access-control-allow-methods"]


def test_binary_bodies_arrive_whole_and_binary_answers_leave_as_bytes(caller):
    sent = bytes(range(256)) * 3
    raw = caller.raw(
        b"POST /reversed HTTP/1.0\r\nContent-Type: application/octet-stream\r\n"
        b"Accept: application/octet-stream\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(sent), sent)
    )
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"Content-Type: application/octet-stream" in head
    assert body == sent[::-1]


def test_a_binary_body_that_lambda_would_not_take_is_a_413(caller):
    headers = {"Content-Type": "application/octet-stream"}
    refused = caller.send("POST", "/reversed", b"x" * (5 * 1024 * 1024), headers)
    assert (refused[0], refused[1]["code"]) == (413, "too_large")


def test_a_packed_text_reaches_the_function_as_it_was_sent(caller):
    packed = gzip.compress(b"some lines")
    headers = {"Content-Type": "text/plain", "Content-Encoding": "gzip"}
    assert caller.send("POST", "/size", packed, headers)[1] == {"bytes": len(packed)}


def test_an_authorizer_that_cannot_be_checked_is_not_served_open():
    app = Chalice("open", configure_logs=False)
    app.route("/x", authorizer=IAMAuthorizer())(dict)
    with pytest.raises(TypeError, match="cannot check"):
        gateway(app)


def test_a_fault_of_the_gateway_is_a_500_in_the_stable_shape():
    class Broken:
        def claims(self, _):
            raise KeyError("secret detail")

    front = gateway(verifier=Broken())
    answer = front.handle_request("GET", "/mine", {}, None)
    assert answer["statusCode"] == 500
    assert "internal_error" in answer["body"]
    assert "secret" not in answer["body"]


def test_requests_at_the_same_time_do_not_see_each_other():
    """Chalice keeps the request and the context on the app, which all threads share."""
    app = small_app()
    both_inside = threading.Barrier(2)

    @app.route("/mixed/{name}")
    def mixed(name):
        both_inside.wait(10)
        own = app.current_request.uri_params["name"]
        same = app.current_request.lambda_context is app.lambda_context
        both_inside.wait(10)
        return {"own": own, "same": same and app.current_request.uri_params["name"] == name}

    found = {}
    with serving(gateway(app)) as caller:

        def ask(name):
            found[name] = caller.get(f"/mixed/{name}")[1]

        threads = [threading.Thread(target=ask, args=(name,)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {"a": {"own": "a", "same": True}, "b": {"own": "b", "same": True}}


def test_an_app_is_made_per_thread_once():
    app = small_app()
    make_per_thread(app)
    kind = type(app)
    make_per_thread(app)
    assert type(app) is kind
    assert app.current_request is None


def test_forty_callers_at_once_are_all_answered():
    with serving(gateway()) as caller:
        found = []

        def ask():
            found.append(caller.get("/keyed", Authorization=token(), X_Api_Key=API_KEY)[0])

        threads = [threading.Thread(target=ask) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found.count(200) >= 20
    assert set(found) == {200, 429}
