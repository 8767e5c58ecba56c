"""The sandbox's page on Facebook refuses what Graph refuses, in Graph's words."""

import json
from urllib.parse import urlencode

import pytest
from sandbox_kit import TOKEN, image_host, jpeg, png

from infra.local.sandbox.facebook_rules import MAX_MESSAGE_CHARS, MAX_PHOTO_BYTES

FEED = "/101/feed"


def error_of(answer):
    """Status, code and subcode of a Graph error."""
    status, body = answer
    error = body["error"]
    assert error["type"] == "OAuthException"
    assert error["fbtrace_id"]
    return status, error["code"], error.get("error_subcode")


def test_a_post_is_accepted_and_has_a_permalink_on_the_outbox_page(sandbox):
    status, body = sandbox.graph("POST", FEED, message="Hello", link="https://example.com/a")
    assert (status, body["id"].partition("_")[0]) == (200, "101")

    status, found = sandbox.graph("GET", f"/{body['id']}", fields="permalink_url")

    link = f"{sandbox.url}/#post-{body['id']}"
    assert (status, found) == (200, {"id": body["id"], "permalink_url": link})
    [post] = sandbox.posts()
    assert post["channel"] == "facebook"
    assert (post["text"], post["media"], post["accepted"]) == ("Hello", [], True)
    assert post["external_id"] == body["id"]
    assert post["at"].endswith("Z")


def test_fields_may_be_json_and_the_token_a_bearer(sandbox):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    status, _, _ = sandbox.call("POST", f"/v26.0{FEED}", {"message": "Hello"}, headers)
    assert status == 200


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", (400, 104, None)),
        ("expired-token", (400, 190, 463)),
        ("two words", (400, 190, None)),
    ],
)
def test_a_token_must_be_there_and_valid(sandbox, token, error):
    assert error_of(sandbox.graph("POST", FEED, message="a", access_token=token)) == error


def test_an_expired_token_names_the_challenge(sandbox):
    body = urlencode({"access_token": "expired", "message": "a"})
    _, _, headers = sandbox.call("POST", f"/v26.0{FEED}", body)
    assert headers["www-authenticate"] == 'OAuth "Facebook Platform" "invalid_token"'


@pytest.mark.parametrize(("version", "code"), [("v20.0", 2635), ("v99.0", 2500)])
def test_a_version_must_be_served(sandbox, version, code):
    assert error_of(sandbox.graph("POST", FEED, version, message="a")) == (400, code, None)


def test_a_page_has_a_number(sandbox):
    assert error_of(sandbox.graph("POST", "/me/feed", message="a")) == (404, 803, None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"message": " "}, 100),
        ({"message": "a" * (MAX_MESSAGE_CHARS + 1)}, 100),
        ({"message": "a", "link": "example"}, 1500),
        ({"attached_media": '[{"media_fbid": "7"}]'}, 100),
    ],
)
def test_what_a_post_must_be(sandbox, fields, code):
    assert error_of(sandbox.graph("POST", FEED, **fields)) == (400, code, None)
    [post] = sandbox.posts()
    assert (post["accepted"], post["external_id"]) == (False, None)
    assert f'"code": {code}' in post["details"]["error"]


def test_the_longest_message_is_accepted(sandbox):
    assert sandbox.graph("POST", FEED, message="a" * MAX_MESSAGE_CHARS)[0] == 200


def test_the_latest_post_again_is_a_duplicate(sandbox):
    first = sandbox.graph("POST", FEED, message="a")[1]["id"]

    assert error_of(sandbox.graph("POST", FEED, message="a")) == (400, 506, 1455006)

    assert [(p["accepted"], p["external_id"]) for p in sandbox.posts()] == [
        (True, first),
        (False, first),
    ]
    assert sandbox.graph("POST", "/102/feed", message="a")[0] == 200
    assert sandbox.graph("POST", FEED, message="b")[0] == 200
    assert sandbox.graph("POST", FEED, message="a")[0] == 200  # no longer the latest


def test_photos_are_fetched_and_attached(sandbox):
    with image_host(one=jpeg(), two=png()) as host:
        added = [
            sandbox.graph("POST", "/101/photos", url=f"{host}{name}?signed=1", published="false")
            for name in ("one", "two")
        ]
    assert sandbox.posts() == []  # nothing is public yet
    attached = {
        f"attached_media[{number}]": json.dumps({"media_fbid": body["id"]})
        for number, (_, body) in enumerate(added)
    }

    status, body = sandbox.graph("POST", FEED, message="Two", **attached)

    assert status == 200
    [post] = sandbox.posts()
    assert post["media"] == [f"{host}one", f"{host}two"]
    assert post["external_id"] == body["id"]


def test_one_photo_is_published_by_itself(sandbox):
    with image_host(one=png()) as host:
        status, body = sandbox.graph("POST", "/101/photos", url=f"{host}one", message="Look")
    assert status == 200
    [post] = sandbox.posts()
    assert (post["text"], post["media"]) == ("Look", [f"{host}one"])
    assert post["external_id"] == body["post_id"]
    assert body["id"] != body["post_id"]


def test_a_photo_of_another_page_cannot_be_attached(sandbox):
    with image_host(one=png()) as host:
        _, body = sandbox.graph("POST", "/102/photos", url=f"{host}one", published="false")
    attached = json.dumps([{"media_fbid": body["id"]}])
    answer = sandbox.graph("POST", FEED, message="a", attached_media=attached)
    assert error_of(answer) == (400, 100, None)


@pytest.mark.parametrize(
    ("content", "code"), [(b"GIF89a", 324), (jpeg(size_bytes=MAX_PHOTO_BYTES), 1), (None, 324)]
)
def test_a_photo_must_be_a_small_jpeg_or_png_that_can_be_fetched(sandbox, content, code):
    with image_host(**{"one": content} if content else {}) as host:
        answer = sandbox.graph("POST", "/101/photos", url=f"{host}one", published="false")
    assert error_of(answer) == (400, code, None)


def test_an_image_beyond_this_machine_is_not_fetched(sandbox):
    answer = sandbox.graph("POST", "/101/photos", url="http://images.example.com/one.jpg")
    assert error_of(answer) == (400, 324, None)
    assert "not on this machine" in answer[1]["error"]["error_user_msg"]


def test_an_unknown_post_and_an_unknown_field_are_named(sandbox):
    assert error_of(sandbox.graph("GET", "/101_7", fields="id")) == (400, 100, 33)
    post = sandbox.graph("POST", FEED, message="a")[1]["id"]
    assert error_of(sandbox.graph("GET", f"/{post}", fields="likes")) == (400, 100, None)
