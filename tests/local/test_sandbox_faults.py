"""Faults that the sandbox is told to have, and who may tell it."""

import http.client
import json

import pytest
from botocore.exceptions import ClientError
from sandbox_kit import LINKEDIN, TOKEN, image_host, jpeg

from infra.local.config import HOST

FEED, AS_FORM = "/v26.0/101/feed", f"access_token={TOKEN}&message="


def post(sandbox, text="a"):
    """Status, body and headers of a post to a page."""
    return sandbox.call("POST", FEED, f"{AS_FORM}{text}")


def statuses(sandbox, count):
    return [post(sandbox, str(number))[0] for number in range(count)]


def send_mail(sandbox):
    return sandbox.client("sesv2").send_email(
        FromEmailAddress="news@example.com",
        Destination={"ToAddresses": ["ada@example.com"]},
        Content={"Simple": {"Subject": {"Data": "a"}, "Body": {"Text": {"Data": "a"}}}},
    )


def send_sms(sandbox):
    return sandbox.client("sns").publish(PhoneNumber="+15555550100", Message="a")


def converse(sandbox):
    messages = [{"role": "user", "content": [{"text": "a"}]}]
    return sandbox.client("bedrock-runtime").converse(modelId="m", messages=messages)


def test_graph_says_when_a_limit_ends(sandbox):
    sandbox.fail("facebook", rate_limit={"retry_after_s": 61})
    status, body, headers = post(sandbox)
    assert (status, body["error"]["code"]) == (400, 80001)
    [usage] = json.loads(headers["x-business-use-case-usage"])["101"]
    assert (usage["type"], usage["estimated_time_to_regain_access"]) == ("pages", 2)
    assert [post["accepted"] for post in sandbox.posts()] == [False]


def test_instagram_has_faults_of_its_own(sandbox):
    sandbox.fail("instagram", rate_limit={})
    assert post(sandbox)[0] == 200
    status, body = sandbox.graph("GET", "/7", fields="status_code")
    assert (status, body["error"]["code"]) == (400, 80002)


def test_linkedin_limits_without_saying_for_how_long(sandbox):
    sandbox.fail("linkedin", rate_limit={"retry_after_s": 5})
    status, body, headers = sandbox.post_linkedin("a")
    assert (status, body["code"]) == (429, "TOO_MANY_REQUESTS")
    assert "retry-after" not in headers


@pytest.mark.parametrize(
    ("channel", "send", "fault", "error"),
    [
        ("email", send_mail, "rate_limit", (429, "TooManyRequestsException")),
        ("email", send_mail, "error_500", (500, "InternalFailure")),
        ("email", send_mail, "refused", (400, "MessageRejected")),
        ("email", send_mail, "expired_token", (403, "ExpiredTokenException")),
        ("sms", send_sms, "rate_limit", (429, "Throttled")),
        ("sms", send_sms, "error_500", (500, "InternalError")),
        ("sms", send_sms, "refused", (400, "InvalidParameter")),
        ("sms", send_sms, "expired_token", (403, "ExpiredToken")),
        ("bedrock", converse, "rate_limit", (429, "ThrottlingException")),
        ("bedrock", converse, "error_500", (500, "InternalServerException")),
        ("bedrock", converse, "refused", (400, "ValidationException")),
        ("bedrock", converse, "expired_token", (403, "ExpiredTokenException")),
    ],
)
def test_aws_services_fail_in_their_own_words(sandbox, channel, send, fault, error):
    sandbox.fail(channel, **{fault: {}})
    with pytest.raises(ClientError) as raised:
        send(sandbox)
    response = raised.value.response
    found = (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"])
    assert found == error


def test_graph_fails_and_lets_tokens_expire(sandbox):
    sandbox.fail("facebook", error_500={"times": 1})
    status, body, _ = post(sandbox)
    assert (status, body["error"]["code"], body["error"]["is_transient"]) == (500, 2, True)
    sandbox.fail("facebook", expired_token={})
    status, body, _ = post(sandbox)
    assert (status, body["error"]["code"], body["error"]["error_subcode"]) == (400, 190, 463)


def test_linkedin_fails_and_lets_tokens_expire(sandbox):
    sandbox.fail("linkedin", error_500={"times": 1}, expired_token={})
    assert sandbox.post_linkedin("a")[0] == 401  # the token is looked at first
    sandbox.fail("linkedin", error_500={})
    assert sandbox.post_linkedin("a")[0] == 500


def test_meta_and_linkedin_refuse_for_good(sandbox):
    sandbox.fail("facebook", refused={"times": 1})
    status, body, _ = post(sandbox)
    assert (status, body["error"]["code"]) == (400, 368)
    sandbox.fail("linkedin", refused={})
    status, body, _ = sandbox.post_linkedin("a")
    assert (status, body["code"]) == (422, "UNPROCESSABLE_ENTITY")


def test_a_slow_answer_comes_after_its_seconds(sandbox):
    sandbox.fail("facebook", slow={"s": 1.5, "times": 1})
    assert statuses(sandbox, 2) == [200, 200]
    assert sandbox.paused == [1.5]


def test_a_lost_response_is_of_a_post_that_was_accepted(sandbox):
    sandbox.fail("facebook", lost_response={"times": 1})
    with pytest.raises(http.client.RemoteDisconnected):
        post(sandbox)
    [kept] = sandbox.posts()
    assert (kept["text"], kept["accepted"]) == ("a", True)
    status, body, _ = post(sandbox)
    assert (status, body["error"]["code"]) == (400, 506)


def test_what_is_refused_or_no_post_loses_no_answer(sandbox):
    sandbox.fail("facebook", lost_response={"times": 1})
    assert post(sandbox, "")[0] == 400
    with image_host(one=jpeg()) as host:
        fields = {"url": f"{host}one", "published": "false"}
        assert sandbox.graph("POST", "/101/photos", **fields)[0] == 200
    assert sandbox.call("GET", "/control/facebook")[1] == {"lost_response": {"times": 1}}


def test_lost_responses_of_aws_are_accepted_too(sandbox):
    for channel, send in (("email", send_mail), ("sms", send_sms)):
        sandbox.fail(channel, lost_response={})
        with pytest.raises(Exception, match="Connection was closed"):
            send(sandbox)
    assert {post["accepted"] for post in sandbox.posts()} == {True}


def test_times_counts_the_calls_that_are_struck(sandbox):
    sandbox.fail("facebook", error_500={"times": 2})
    assert statuses(sandbox, 4) == [500, 500, 200, 200]
    assert sandbox.call("GET", "/control/facebook")[1] == {}


def test_a_probability_strikes_the_same_calls_for_the_same_seed(sandbox):
    runs = []
    for seed in (7, 7, 8):
        sandbox.fail("facebook", error_500={"probability": 0.5, "seed": seed})
        runs.append(statuses(sandbox, 20))
    assert runs[0] == runs[1] != runs[2]
    assert {200, 500} == set(runs[0])


def test_a_fault_may_strike_publish_calls_alone(sandbox):
    sandbox.fail("linkedin", error_500={"on": "publish"})
    owner = {"initializeUploadRequest": {"owner": "urn:li:person:x"}}
    path = "/rest/images?action=initializeUpload"
    assert sandbox.call("POST", path, owner, LINKEDIN)[0] == 200
    assert sandbox.post_linkedin("a")[0] == 500


def test_faults_are_shown_replaced_and_cleared(sandbox):
    sandbox.fail("facebook", rate_limit={"retry_after_s": 5, "times": 3})
    assert post(sandbox)[0] == 400
    assert sandbox.call("GET", "/control")[1] == {
        "facebook": {"rate_limit": {"times": 2, "retry_after_s": 5}},
        "instagram": {},
        "linkedin": {},
        "email": {},
        "sms": {},
        "bedrock": {},
    }
    assert sandbox.fail("facebook", error_500={}) == {"error_500": {}}
    assert sandbox.call("DELETE", "/control/facebook")[0] == 204
    assert post(sandbox)[0] == 200


@pytest.mark.parametrize(
    ("channel", "faults"),
    [
        ("facebook", {"error": {}}),
        ("facebook", {"error_500": {"times": 0}}),
        ("facebook", {"error_500": {"probability": 2}}),
        ("facebook", {"error_500": {"on": "monday"}}),
        ("facebook", {"slow": {}}),
        ("facebook", {"slow": {"s": 61}}),
        ("facebook", {"in_progress": {"polls": 1}}),
        ("instagram", {"in_progress": {"polls": 0}}),
        ("facebook", {"answers": {"what": "empty"}}),
        ("bedrock", {"answers": {"what": "nonsense"}}),
    ],
)
def test_an_unknown_fault_is_refused(sandbox, channel, faults):
    status, body, _ = sandbox.call("PUT", f"/control/{channel}", faults)
    assert (status, body["code"]) == (400, "invalid_input")
    assert sandbox.call("GET", f"/control/{channel}")[1] == {}


def test_an_unknown_channel_method_or_path_is_named(sandbox):
    assert sandbox.call("PUT", "/control/telegram", {})[0] == 404
    assert sandbox.call("POST", "/control/sms", {})[0] == 405
    assert sandbox.call("PUT", "/control", {})[0] == 405
    assert sandbox.call("PUT", "/control/sms", "no json")[0] == 400
    assert sandbox.call("GET", "/v26.0")[1]["code"] == "not_found"


def call_as(sandbox, method, path, **headers):
    """Status and headers of a call with forged headers; a header's underscores are hyphens."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(HOST, sandbox.port, timeout=10)
    try:
        body = b"{}" if method in ("PUT", "POST") else None
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        response.read()
        return response.status, response.headers
    finally:
        connection.close()


FOREIGN = "https://evil.example"


@pytest.mark.parametrize("path", ["/", "/posts.json", "/control", "/v26.0/101_1"])
def test_a_foreign_host_gets_nothing(sandbox, path):
    host = f"rebound.example:{sandbox.port}"
    assert call_as(sandbox, "GET", path, Host=host)[0] == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/control/facebook"),
        ("DELETE", "/control/facebook"),
        ("GET", "/control"),
        ("GET", "/posts.json"),
        ("POST", "/v26.0/101/feed"),
        ("POST", "/"),
    ],
)
def test_a_foreign_origin_gets_nothing(sandbox, method, path):
    status, headers = call_as(sandbox, method, path, Origin=FOREIGN)
    assert (status, headers["Access-Control-Allow-Origin"]) == (403, None)


def test_a_page_without_an_origin_reads_the_outbox_alone(sandbox):
    assert call_as(sandbox, "GET", "/", Sec_Fetch_Site="none")[0] == 200
    assert call_as(sandbox, "GET", "/posts.json", Sec_Fetch_Site="same-origin")[0] == 200
    assert call_as(sandbox, "GET", "/control", Sec_Fetch_Site="cross-site")[0] == 403


def test_the_console_may_set_faults_and_publish_nothing(sandbox):
    origin = "http://127.0.0.1:8000"
    status, headers = call_as(sandbox, "OPTIONS", "/control/sms", Origin=origin)
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, origin)
    assert "PUT" in headers["Access-Control-Allow-Methods"]
    status, headers = call_as(sandbox, "PUT", "/control/sms", Origin=origin)
    assert (status, headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert call_as(sandbox, "POST", "/v26.0/101/feed", Origin=origin)[0] == 403
