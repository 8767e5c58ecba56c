"""Meta's Graph API: what its errors mean for a delivery."""

import threading

import pytest
from support.failpoints import closed_port
from support.platforms import PlatformResponse

from chalicelib.publisher.channels import http
from chalicelib.publisher.channels.base import Rejection
from chalicelib.publisher.channels.graph import GraphApi
from chalicelib.publisher.channels.http import HttpApi
from chalicelib.publisher.model import DeliveryErrorClass

TOKEN = {"page_token": "a-token"}


def error(code, subcode=None, status=400, headers=None, **more):
    body = {"code": code, "message": f"({code}) said so", "fbtrace_id": "x", **more}
    if subcode is not None:
        body["error_subcode"] = subcode
    return PlatformResponse(status=status, body={"error": body}, headers=headers or {})


@pytest.fixture
def api(platform):
    return GraphApi(HttpApi("Meta", platform.url), "v26.0")


@pytest.fixture
def refused(platform, api):
    """The rejection that a response becomes."""

    def refuse(response, *, publishes=False):
        platform.will("/feed", response)
        with pytest.raises(Rejection) as caught:
            api.create("1/feed", TOKEN, {"message": "x"}, publishes=publishes)
        return caught.value

    return refuse


def test_a_call_has_the_version_the_token_and_json(platform, api):
    platform.will("/feed", PlatformResponse(body={"id": "1_2"}))
    assert api.create("1/feed", TOKEN, {"message": "ü"}, publishes=True) == "1_2"
    (request,) = platform.requests
    assert (request.method, request.path, request.body) == (
        "POST",
        "/v26.0/1/feed",
        {"message": "ü"},
    )
    assert request.headers["Authorization"] == "Bearer a-token"
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("response", "error_class", "code"),
    [
        (error(1), "transient", "1"),
        (error(2), "transient", "2"),
        (error(99, is_transient=True), "transient", "99"),
        *[(error(code), "rate", str(code)) for code in (4, 17, 32, 613, 80000, 80001, 80014)],
        *[(error(190, sub), "hold", f"190/{sub}") for sub in (458, 459, 460, 463, 464, 467)],
        (error(190, status=401), "hold", "190"),
        (error(102), "hold", "102"),
        *[(error(code, status=403), "hold", str(code)) for code in (10, 200, 299)],
        (error(9, 2207042), "hold", "9/2207042"),
        *[(error(code), "permanent", str(code)) for code in (9, 100, 368, 300, 0)],
        (error(506), "permanent", "506"),
        (error(9004, 2207052), "permanent", "9004/2207052"),
        (error(36001, 2207005), "permanent", "36001/2207005"),
        (PlatformResponse(status=404, body=b"<html>"), "permanent", "0"),
        (PlatformResponse(status=400, body=[1]), "permanent", "0"),
        (PlatformResponse(status=400, body={"error": "text"}), "permanent", "0"),
        (PlatformResponse(status=302, headers={"Location": "/elsewhere"}), "permanent", "0"),
    ],
)
@pytest.mark.parametrize("publishes", [True, False])
def test_an_error_code_has_its_class(refused, *, response, error_class, code, publishes):
    rejection = refused(response, publishes=publishes)
    assert (rejection.error_class, rejection.code) == (error_class, code)
    assert rejection.message
    assert rejection.advice


def test_a_refused_call_whose_post_was_seen_live_has_an_unknown_outcome(refused):
    response = error(4, 2207051, status=403)
    assert refused(response, publishes=True).error_class is DeliveryErrorClass.UNKNOWN
    # What publishes nothing cannot be live.
    assert refused(response).error_class is DeliveryErrorClass.RATE


def test_an_expired_token_asks_to_reconnect_and_to_read_it_anew(refused):
    rejection = refused(error(190, 463, error_user_msg="Session has expired"))
    assert rejection.credentials_expired
    assert rejection.setting == "META_SECRET"
    assert rejection.message == "Session has expired"
    assert "Reconnect the page" in rejection.advice


def test_a_missing_permission_names_the_setting_and_reads_nothing_anew(refused):
    rejection = refused(error(200, status=403))
    assert (rejection.setting, rejection.credentials_expired) == ("META_SECRET", False)


def test_without_a_token_nobody_is_asked(platform, api):
    with pytest.raises(Rejection) as caught:
        api.call("GET", "1", {})
    assert (caught.value.error_class, caught.value.setting) == ("hold", "META_SECRET")
    assert platform.requests == []


USAGE = '{"1": [{"type": "pages", "estimated_time_to_regain_access": 7}, %s]}'


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (USAGE % '{"estimated_time_to_regain_access": 30}', 1800),
        (USAGE % '{"estimated_time_to_regain_access": 0}', 420),
        ('{"1": [{"estimated_time_to_regain_access": 0}]}', None),
        ("{}", None),
        ("no JSON", None),
        ("[]", None),
        ('{"1": [{}]}', None),
        (None, None),
    ],
)
def test_a_rate_limit_ends_when_meta_says_so(refused, header, seconds):
    headers = {} if header is None else {"X-Business-Use-Case-Usage": header}
    rejection = refused(error(32, headers=headers), publishes=True)
    assert (rejection.error_class, rejection.retry_after_s) == ("rate", seconds)


@pytest.mark.parametrize(("given", "seconds"), [("17", 17), ("soon", None), ("-1", None)])
def test_a_429_waits_as_its_header_says_whatever_its_code(refused, given, seconds):
    rejection = refused(error(99, status=429, headers={"retry-after": given}))
    assert (rejection.error_class, rejection.retry_after_s) == ("rate", seconds)


def test_a_duplicate_is_told_apart_though_its_post_is_not_named(refused):
    assert refused(error(506, 1455006)).external_id == ""
    assert refused(error(100)).external_id is None


@pytest.mark.parametrize(("publishes", "error_class"), [(True, "unknown"), (False, "transient")])
@pytest.mark.parametrize(
    "response",
    [
        PlatformResponse(status=500),
        error(2, status=503),
        PlatformResponse(status=502, body=b"<html>"),
        PlatformResponse(lost=True),
        PlatformResponse(body={}),
        PlatformResponse(body=b"OK"),
    ],
    ids=["500", "503", "502", "lost", "no id", "no JSON"],
)
def test_without_a_clear_answer_only_a_publish_call_may_be_live(
    refused, *, response, publishes, error_class
):
    assert refused(response, publishes=publishes).error_class == error_class


@pytest.mark.parametrize(("publishes", "error_class"), [(True, "unknown"), (False, "transient")])
def test_a_time_out_after_the_call_was_sent_is_unknown(
    refused, monkeypatch, *, publishes, error_class
):
    monkeypatch.setattr(http, "READ_S", 0.05)
    over = threading.Event()
    try:
        rejection = refused(PlatformResponse(held=over), publishes=publishes)
    finally:
        over.set()
    assert (rejection.error_class, rejection.code) == (error_class, "ReadTimeoutError")


def test_what_could_not_connect_was_not_sent():
    with closed_port() as url:
        api = GraphApi(HttpApi("Meta", url), "v26.0")
        with pytest.raises(Rejection) as caught:
            api.create("1/feed", TOKEN, {"message": "x"}, publishes=True)
    assert caught.value.error_class is DeliveryErrorClass.TRANSIENT
