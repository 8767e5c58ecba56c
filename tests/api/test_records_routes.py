"""Records through the routes: exactly what was posted comes back, and every refusal is named."""

import json
from decimal import Decimal

import pytest

from chalicelib.aws.table import Table

ADDED = (200, {"message": "User added successfully!"})
RECORD = "/api/v1/records/a"


def exact(text):
    return json.loads(text, parse_float=Decimal)


def stored(aws):
    return Table(aws.client("dynamodb"), "OmniData-test").scan(100).items


def searches(aws):
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue-test"
    answer = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_health_says_stage_and_version_to_anyone(callers):
    status, body = callers.nobody().send("GET", "/health")
    assert (status, body) == (200, {"status": "ok", "stage": "test", "version": body["version"]})


@pytest.mark.parametrize(
    "text",
    [
        '{"user_id":"a"}',
        '{"user_id":"a@b.c","n":1.5,"none":null,"yes":true,"no":false}',
        '{"user_id":"a","nested":[1,[2.5,[null,[]],{"b":{"c":[{}]}}],"",{}]}',
        '{"user_id":"a","é":"😀 שלום \\u202e \\ud83d\\ude00 \\u2028","汉字":"\\t\\"\\\\"}',
        '{"user_id":"a","n":0.1,"m":-0.000000001,"big":9007199254740993,"none":0,"e":5E-100}',
        '{"user_id":"a","n":12345678901234567890123456789012345678}',
        '{"user_id":"a","n":0.12345678901234567890123456789012345678}',
        '{"user_id":"a","n":[1E125,-9.99E125,1E-130,1e2,1.50,18446744073709551616]}',
        '{"user_id":"a","Authorization":"x","PK":1,"status":2,"ttl":3,"version":4,"__proto__":{}}',
        '{"user_id":"a","":[]}'.replace('""', '" "'),
        '{"user_id":"a","d":' + "[" * 31 + "]" * 31 + "}",
    ],
    ids=range(11),
)
def test_get_user_answers_exactly_what_was_posted(callers, text):
    user = callers.user()
    assert user.send("POST", "/stream", text.encode()) == ADDED
    status, _ = user.send("GET", f"/get-user?user_id={exact(text)['user_id']}")
    assert status == 200
    assert exact(user.raw) == exact(text)


def test_of_duplicate_names_the_last_is_stored(callers):
    user = callers.user()
    assert user.send("POST", "/stream", b'{"user_id":"a","x":1,"x":2}') == ADDED
    assert user.send("GET", "/get-user?user_id=a")[1] == {"user_id": "a", "x": 2}


def test_an_unknown_user_is_not_found_in_the_seeds_words(callers):
    status, body = callers.user().send("GET", "/get-user?user_id=nobody")
    assert (status, body["message"], body["code"]) == (404, "User not found", "not_found")


@pytest.mark.parametrize(
    "query",
    ["", "?", "?user_id=", "?userid=a", "?user_id=a%0A", "?user_id=a%00", "?user_id=%C3%A9"],
)
def test_a_search_needs_a_user_id(callers, aws, query):
    status, body = callers.user().send("GET", f"/get-user{query}")
    assert (status, body["code"]) == (400, "invalid_input")
    assert "user_id" in body["message"]
    assert searches(aws) == []


def test_every_search_is_told_to_the_analytics_found_or_not(callers, aws):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    user.send("GET", "/get-user?user_id=a")
    user.send("GET", "/get-user?user_id=b")
    found, missed = sorted(searches(aws), key=lambda event: event["user"])
    assert set(found) == {
        "user",
        "action",
        "event_id",
        "at",
        "found",
        "request_id",
        "searched_by",
        "v",
    }
    assert (found["user"], found["action"], found["found"], found["v"]) == ("a", "search", True, 1)
    assert (missed["user"], missed["found"]) == ("b", False)
    assert (found["searched_by"], missed["searched_by"]) == ("u-1", "u-1")
    assert found["event_id"] != missed["event_id"]
    assert found["at"].endswith("Z")


def test_other_reads_are_no_searches(callers, aws):
    user = callers.operator()
    user.send("POST", "/stream", {"user_id": "a"})
    user.send("GET", RECORD)
    user.send("GET", "/api/v1/records")
    assert searches(aws) == []


def test_a_record_shows_its_bookkeeping_apart_from_its_content(callers):
    user = callers.user("u-7")
    user.send("POST", "/stream", {"user_id": "a", "x": 1})
    status, record = user.send("GET", RECORD)
    assert status == 200
    assert record["content"] == {"user_id": "a", "x": 1}
    assert (record["user_id"], record["created_by"], record["version"]) == ("a", "u-7", 1)
    assert record["created_at"] == record["updated_at"]
    assert user.headers["ETag"].startswith('"1-')


def test_a_replacement_replaces_everything_and_counts_the_version(callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a", "x": 1})
    status, record = user.send("PUT", RECORD, {"y": [None, 1.5]})
    assert status == 200
    assert record["content"] == {"user_id": "a", "y": [None, 1.5]}
    assert record["version"] == 2
    assert user.headers["ETag"].startswith('"2-')
    assert user.send("GET", "/get-user?user_id=a")[1] == {"user_id": "a", "y": [None, 1.5]}


def test_a_replacement_may_name_the_user_but_no_other(callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    assert user.send("PUT", RECORD, {"user_id": "a", "x": 1})[0] == 200
    assert user.send("PUT", RECORD, {"user_id": "b", "x": 1})[0] == 400
    assert user.send("PUT", RECORD, {"user_id": None})[0] == 400


def test_a_replacement_is_checked_before_what_is_stored(callers):
    sent = callers.user().send("PUT", "/api/v1/records/none", {"user_id": {}}, If_Match='"1"')
    assert sent[0] == 400


def test_a_deleted_record_is_gone_and_its_user_id_free(callers, aws):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a", "x": 1})
    assert user.send("DELETE", RECORD) == (204, None)
    assert user.send("GET", RECORD)[0] == 404
    assert user.send("DELETE", RECORD)[0] == 404
    assert user.send("PUT", RECORD, {})[0] == 404
    assert user.send("GET", "/get-user?user_id=a")[0] == 404
    assert callers.user("u-2").send("POST", "/stream", {"user_id": "a", "x": 2}) == ADDED
    assert len(stored(aws)) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_if_match_guards_against_lost_updates(callers, method):
    user = callers.user()
    body = {"x": 2} if method == "PUT" else None
    user.send("POST", "/stream", {"user_id": "a"})
    user.send("PUT", RECORD, {"x": 1}, If_Match='"1"')
    status, problem = user.send(method, RECORD, body, If_Match='"1"')
    assert (status, problem["code"]) == (412, "precondition_failed")
    assert user.send("GET", RECORD)[1]["content"] == {"user_id": "a", "x": 1}
    assert user.send(method, RECORD, body, If_Match="2")[0] == 400
    for tag in ('W/"2"', '"1", "3"', '"x"', '""'):
        assert user.send(method, RECORD, body, If_Match=tag)[0] == 412
    done = user.send(method, RECORD, body, If_Match='"1", "2"')
    assert done[0] == (200 if method == "PUT" else 204)


@pytest.mark.parametrize("tag", ["*", '"1"', 'W/"1"'])
def test_if_none_match_does_not_replace_what_is_there(callers, tag):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    status, problem = user.send("PUT", RECORD, {"x": 1}, If_None_Match=tag)
    assert (status, problem["code"]) == (412, "precondition_failed")
    assert user.send("PUT", RECORD, {"x": 1}, If_None_Match='"2"')[0] == 200


@pytest.mark.parametrize("user_id", [".", ".."])
def test_a_user_id_that_a_path_cannot_hold_is_refused(callers, user_id):
    user = callers.user()
    status, body = user.send("POST", "/stream", {"user_id": user_id})
    assert (status, body["code"]) == (400, "invalid_input")
    assert "user_id" in body["message"]
    assert user.send("GET", f"/get-user?user_id={user_id}")[0] == 400


def test_if_match_of_anything_takes_any_version(callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    assert user.send("PUT", RECORD, {"x": 1}, If_Match="*")[0] == 200


@pytest.mark.parametrize("name", ["_omni", "_omnix", "_omni.created_by", "_omni_"])
@pytest.mark.parametrize("target", [("POST", "/stream"), ("PUT", RECORD)])
def test_bookkeeping_cannot_be_assigned(callers, target, name):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    status, body = user.send(*target, {"user_id": "a", name: {"version": 9, "created_by": "u-2"}})
    assert (status, body["code"]) == (400, "invalid_input")
    record = user.send("GET", RECORD)[1]
    assert (record["version"], record["content"]) == (1, {"user_id": "a"})


def test_attributes_called_like_bookkeeping_are_the_users(callers):
    user = callers.user()
    body = {
        "user_id": "a",
        "version": 9,
        "created_by": "u-2",
        "expires_at": 0,
        "pk": "x",
        "sk": "y",
    }
    user.send("POST", "/stream", body)
    record = user.send("GET", RECORD)[1]
    assert (record["version"], record["created_by"], record["content"]) == (1, "u-1", body)


def test_an_item_of_another_tool_is_found_listed_and_changed_by_operators_alone(callers, aws):
    Table(aws.client("dynamodb"), "OmniData-test").put({"user_id": "a", "x": 1})
    assert callers.user().send("GET", "/get-user?user_id=a")[1] == {"user_id": "a", "x": 1}
    assert callers.user().send("PUT", RECORD, {})[0] == 403
    operator = callers.operator()
    assert operator.send("GET", "/api/v1/records")[1]["records"][0]["content"] == {
        "user_id": "a",
        "x": 1,
    }
    assert operator.send("PUT", RECORD, {"x": 2})[1]["version"] == 1
    assert operator.send("DELETE", RECORD)[0] == 204


def test_searches_are_reported_and_a_bad_range_is_refused(callers):
    user = callers.user()
    path = "/api/v1/analytics/searches"
    status, report = user.send("GET", path)
    assert (status, report["total"], report["complete"]) == (200, 0, True)
    bad = (
        "?from=x",
        "?to=",
        "?from=2026-02-30T00:00:00Z",
        "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
        "?to=0001-01-01T00:00:00Z",
        "?from=9999-12-31T23:59:59-14:00",
    )
    for query in bad:
        assert user.send("GET", path + query)[0] == 400
