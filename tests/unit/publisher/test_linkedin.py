"""LinkedIn's Posts API: headers, bodies, uploads, and what its errors mean."""

from dataclasses import replace

import pytest
from support.platforms import PlatformResponse, running_platform

from chalicelib.publisher.channels.base import Published, Rejection
from chalicelib.publisher.channels.http import HttpApi
from chalicelib.publisher.channels.linkedin import LinkedIn, is_own
from chalicelib.publisher.model import Channel, DeliveryErrorClass

ACCOUNT = {"author": "urn:li:organization:3001", "token": "a-token"}
URN = "urn:li:share:123"


@pytest.fixture
def linkedin(platform):
    return LinkedIn(HttpApi("LinkedIn", platform.url), "202610")


@pytest.fixture
def attempt(make_attempt):
    return make_attempt(Channel.LINKEDIN, ACCOUNT)


def problem(status, code, message="said so"):
    return PlatformResponse(
        status=status, body={"status": status, "code": code, "message": message}
    )


def refused(linkedin, attempt):
    with pytest.raises(Rejection) as caught:
        linkedin.publish(attempt)
    return caught.value


def test_a_text_is_one_call_with_its_headers(platform, linkedin, attempt):
    platform.will(
        "/rest/posts", PlatformResponse(status=201, body=b"", headers={"x-restli-id": URN})
    )
    assert linkedin.prepare(attempt) == {}
    link = "https://www.linkedin.com/feed/update/urn:li:share:123"
    assert linkedin.publish(attempt) == Published(URN, link)
    (request,) = platform.requests
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["authorization"] == "Bearer a-token"
    assert headers["linkedin-version"] == "202610"
    assert headers["x-restli-protocol-version"] == "2.0.0"
    assert request.body == {
        "author": "urn:li:organization:3001",
        "commentary": "Hello",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def test_a_post_without_its_urn_is_live_and_has_no_link(platform, linkedin, attempt):
    platform.will("/rest/posts", PlatformResponse(status=201))
    assert linkedin.publish(attempt) == Published("", None)


@pytest.mark.parametrize(
    ("images", "content"),
    [
        (1, {"media": {"id": "urn:li:image:0"}}),
        (2, {"multiImage": {"images": [{"id": "urn:li:image:0"}, {"id": "urn:li:image:1"}]}}),
    ],
)
def test_images_are_uploaded_and_named(platform, linkedin, make_attempt, images, content):
    uploads = [
        {"uploadUrl": f"{platform.url}/upload{number}", "image": f"urn:li:image:{number}"}
        for number in range(images)
    ]
    platform.will(
        "initializeUpload", *[PlatformResponse(body={"value": upload}) for upload in uploads]
    )
    for number in range(images):
        platform.will(f"/upload{number}", PlatformResponse(status=201))
    platform.will("/rest/posts", PlatformResponse(status=201, headers={"x-restli-id": URN}))
    prepared = linkedin.prepare(make_attempt(Channel.LINKEDIN, ACCOUNT, images))
    assert prepared == {f"image_m{n}": f"urn:li:image:{n}" for n in range(images)}
    assert linkedin.prepare(make_attempt(Channel.LINKEDIN, ACCOUNT, images, prepared)) == prepared
    linkedin.publish(make_attempt(Channel.LINKEDIN, ACCOUNT, images, prepared))
    assert platform.paths().count("/rest/images?action=initializeUpload") == images
    assert platform.requests[0].body == {
        "initializeUploadRequest": {"owner": "urn:li:organization:3001"}
    }
    assert (platform.requests[1].method, platform.requests[1].body) == ("PUT", b"image 0")
    assert platform.requests[-1].body["content"] == content


@pytest.mark.parametrize(
    ("response", "error_class", "code", "setting"),
    [
        (problem(401, "EXPIRED_ACCESS_TOKEN"), "hold", "EXPIRED_ACCESS_TOKEN", "LINKEDIN_SECRET"),
        (problem(403, "ACCESS_DENIED"), "hold", "ACCESS_DENIED", "LINKEDIN_SECRET"),
        (problem(426, "NONEXISTENT_VERSION"), "hold", "NONEXISTENT_VERSION", "LINKEDIN_VERSION"),
        (problem(429, "TOO_MANY_REQUESTS"), "rate", "TOO_MANY_REQUESTS", None),
        (problem(400, "INVALID_INPUT"), "permanent", "INVALID_INPUT", None),
        (problem(422, "UNPROCESSABLE_ENTITY"), "permanent", "UNPROCESSABLE_ENTITY", None),
        (PlatformResponse(status=413, body=b"<html>"), "permanent", "413", None),
    ],
)
def test_an_error_has_its_class(
    platform, linkedin, attempt, *, response, error_class, code, setting
):
    platform.will("/rest/posts", response)
    rejection = refused(linkedin, attempt)
    assert (rejection.error_class, rejection.code) == (error_class, code)
    assert rejection.setting == setting
    assert rejection.credentials_expired == (code == "EXPIRED_ACCESS_TOKEN")
    assert rejection.retry_after_s is None


def test_a_rate_limit_waits_as_long_as_it_says(platform, linkedin, attempt):
    limited = problem(429, "TOO_MANY_REQUESTS")
    platform.will("/rest/posts", replace(limited, headers={"Retry-After": "90"}))
    assert refused(linkedin, attempt).retry_after_s == 90


@pytest.mark.parametrize(
    ("message", "earlier"),
    [
        (f"Content is a duplicate of {URN}", URN),
        (f"Content is a duplicate of {URN}.", URN),
        (f"Duplicate post is detected. {URN} has the same content", URN),
        ("Duplicate post is detected.", ""),
    ],
)
def test_a_duplicate_names_the_post_that_is_there(platform, linkedin, attempt, message, earlier):
    platform.will("/rest/posts", problem(422, "DUPLICATE_POST", message))
    rejection = refused(linkedin, attempt)
    assert (rejection.error_class, rejection.code) == ("permanent", "DUPLICATE_POST")
    assert rejection.external_id == earlier


@pytest.mark.parametrize(
    "response",
    [PlatformResponse(status=500), PlatformResponse(status=504), PlatformResponse(lost=True)],
)
def test_without_a_clear_answer_only_the_post_may_be_live(
    platform, linkedin, make_attempt, attempt, response
):
    platform.will("/rest/posts", response)
    platform.will("initializeUpload", response)
    assert refused(linkedin, attempt).error_class is DeliveryErrorClass.UNKNOWN
    with pytest.raises(Rejection) as caught:
        linkedin.prepare(make_attempt(Channel.LINKEDIN, ACCOUNT, images=1))
    assert caught.value.error_class is DeliveryErrorClass.TRANSIENT


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {"image": "urn:li:image:1"}}])
def test_an_upload_that_leads_nowhere_is_tried_again(platform, linkedin, make_attempt, body):
    platform.will("initializeUpload", PlatformResponse(body=body))
    with pytest.raises(Rejection) as caught:
        linkedin.prepare(make_attempt(Channel.LINKEDIN, ACCOUNT, images=1))
    assert caught.value.error_class is DeliveryErrorClass.TRANSIENT


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.linkedin.com/dms-uploads/sp/D4E10?ca=vector", True),
        ("https://api.linkedin.com/upload", True),
        ("http://www.linkedin.com/upload", False),
        ("https://linkedin.com.example.org/upload", False),
        ("https://evillinkedin.com/upload", False),
        ("https://www.linkedin.com@example.org/upload", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://[::1/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_an_image_is_uploaded_within_the_platforms_own_domain_alone(url, expected):
    assert is_own(url, "https://api.linkedin.com") is expected


def test_an_upload_elsewhere_is_not_made_and_shows_nobody_the_token(
    platform, linkedin, make_attempt
):
    with running_platform() as elsewhere:
        elsewhere.will("/upload", PlatformResponse(status=201))
        url = elsewhere.url.replace("127.0.0.1", "localhost")
        upload = {"uploadUrl": f"{url}/upload", "image": "urn:li:image:0"}
        platform.will("initializeUpload", PlatformResponse(body={"value": upload}))
        with pytest.raises(Rejection) as caught:
            linkedin.prepare(make_attempt(Channel.LINKEDIN, ACCOUNT, images=1))
        assert (caught.value.error_class, elsewhere.requests) == (DeliveryErrorClass.TRANSIENT, [])


@pytest.mark.parametrize(("status", "error_class"), [(401, "hold"), (400, "permanent")])
def test_an_upload_that_is_refused_has_the_class_of_its_error(
    platform, linkedin, make_attempt, status, error_class
):
    upload = {"uploadUrl": f"{platform.url}/upload", "image": "urn:li:image:0"}
    platform.will("initializeUpload", PlatformResponse(body={"value": upload}))
    platform.will("/upload", PlatformResponse(status=status))
    with pytest.raises(Rejection) as caught:
        linkedin.prepare(make_attempt(Channel.LINKEDIN, ACCOUNT, images=1))
    assert caught.value.error_class == error_class


def test_the_account_is_told_from_the_credentials_alone(linkedin):
    assert linkedin.identify(ACCOUNT) == "urn:li:organization:3001"
    assert linkedin.identify({}) is None
