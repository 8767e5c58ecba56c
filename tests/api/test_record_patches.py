"""JSON merge patches of records (RFC 7396)."""

import json

import pytest
from support.failpoints import failpoint

RECORD = "/api/v1/records/a"
MERGE = "application/merge-patch+json"


@pytest.fixture
def user(callers):
    someone = callers.user()
    someone.send("POST", "/stream", {"user_id": "a", "x": 1, "deep": {"y": 2, "z": [1, 2]}})
    return someone


def patch(user, body, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return user.send("PATCH", RECORD, raw, **{"Content_Type": MERGE, **headers})


def test_members_are_changed_added_and_removed_and_others_stay(user):
    status, record = patch(user, {"x": None, "deep": {"y": 3, "w": {"v": None}}, "new": [None]})
    assert (status, record["version"]) == (200, 2)
    assert record["content"] == {
        "user_id": "a",
        "deep": {"y": 3, "z": [1, 2], "w": {}},
        "new": [None],
    }
    assert user.send("GET", RECORD)[1] == record


def test_plain_json_is_taken_as_a_merge_patch_too(user):
    assert user.send("PATCH", RECORD, {"x": 2})[1]["content"]["x"] == 2


def test_all_digits_of_what_is_patched_and_of_what_stays_are_kept(user):
    digits = "9" * 37 + "." + "1"
    patch(user, f'{{"price": {digits}}}'.encode())
    patch(user, {"x": 2})
    user.send("GET", "/get-user?user_id=a")
    assert f'"price":{digits}'.encode() in user.raw


def test_without_a_change_nothing_is_written(user, aws):
    before = user.send("GET", RECORD)[1]
    with failpoint(aws.client("dynamodb"), "PutItem") as writes:
        assert patch(user, {"x": 1.0, "gone": None}) == (200, before)
    assert writes.attempts == 0


def test_if_match_guards_a_patch(user):
    patch(user, {"x": 2}, If_Match='"1"')
    status, problem = patch(user, {"x": 3}, If_Match='"1"')
    assert (status, problem["code"]) == (412, "precondition_failed")
    assert user.headers["Cache-Control"] == "no-store"
    assert patch(user, {"x": 3}, If_Match='"2"')[1]["version"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": "b"},
        {"user_id": None},
        {"_omni": {"version": 9}},
        {"_omni": None},
        {"x": "\x00"},
        b"[]",
        b"1",
        b"{",
        b'{"x": 1e400}',
    ],
    ids=str,
)
def test_what_may_not_be_patched_is_refused(user, body):
    status, problem = patch(user, body)
    assert (status, problem["code"]) == (400, "invalid_input")
    assert user.send("GET", RECORD)[1]["version"] == 1


def test_a_record_that_grows_too_large_is_refused(user):
    patch(user, {"one": "x" * 300_000})
    status, problem = patch(user, {"two": "x" * 300_000})
    assert (status, problem["code"]) == (413, "too_large")


@pytest.mark.parametrize("content_type", ["application/json-patch+json", "text/plain", ""])
def test_another_kind_of_patch_is_refused(user, content_type):
    assert patch(user, {"x": 2}, Content_Type=content_type)[0] == 415


def test_what_is_not_there_cannot_be_patched(callers):
    assert patch(callers.user(), {"x": 1})[0] == 404
