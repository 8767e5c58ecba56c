"""The same request again: one effect, the first answer, whoever else asks."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.events import Context, api_event

from app import app
from chalicelib.aws.table import Table
from infra.local.gateway.per_thread import make_per_thread

ADDED = (200, {"message": "User added successfully!"})


def items(aws, table):
    return Table(aws.client("dynamodb"), f"{table}-test").scan(1000).items


def markers(aws):
    return [item for item in items(aws, "OmniState") if item["pk"].startswith("IDEMPOTENCY#")]


def test_the_same_content_again_gets_the_first_answer(callers, aws):
    user = callers.user()
    assert user.send("POST", "/stream", {"user_id": "a", "x": 1.0, "y": [1]}) == ADDED
    assert user.send("POST", "/stream", b'{"y":[1.00],"x":1,"user_id":"a"}') == ADDED
    assert callers.user("u-2").send("POST", "/stream", {"user_id": "a", "x": 1, "y": [1]}) == ADDED
    assert user.send("GET", "/api/v1/records/a")[1]["created_by"] == "u-1"
    assert len(items(aws, "OmniData")) == 1


@pytest.mark.parametrize(
    "other",
    [
        b'{"user_id":"a"}',
        b'{"user_id":"a","x":2}',
        b'{"user_id":"a","x":"1"}',
        b'{"user_id":"a","x":true}',
        b'{"user_id":"a","x":1,"y":null}',
        b'{"user_id":"a","x":1.0000000000000000000000000000000000001}',
    ],
)
def test_other_content_under_the_same_user_id_is_a_conflict(callers, other):
    user = callers.user()
    user.send("POST", "/stream", b'{"user_id":"a","x":1}')
    status, body = user.send("POST", "/stream", other)
    assert (status, body["code"]) == (409, "conflict")
    assert user.send("GET", "/get-user?user_id=a")[1] == {"user_id": "a", "x": 1}


def test_numbers_that_differ_in_the_38th_digit_are_other_content(callers):
    user = callers.user()
    user.send("POST", "/stream", b'{"user_id":"a","n":12345678901234567890123456789012345678}')
    again = b'{"user_id":"a","n":12345678901234567890123456789012345679}'
    assert user.send("POST", "/stream", again)[0] == 409


def test_the_same_key_again_gets_the_first_answer(callers, aws):
    user = callers.user()
    for _ in range(3):
        assert user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k-1") == ADDED
    assert len(items(aws, "OmniData")) == 1
    assert len(markers(aws)) == 1


def test_the_same_key_with_another_body_is_a_conflict_and_writes_nothing(callers, aws):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k-1")
    for body in ({"user_id": "b"}, {"user_id": "a", "x": 1}):
        status, problem = user.send("POST", "/stream", body, Idempotency_Key="k-1")
        assert (status, problem["code"]) == (409, "conflict")
    assert [item["user_id"] for item in items(aws, "OmniData")] == ["a"]


def test_a_key_belongs_to_its_caller(callers):
    assert (
        callers.user("u-1").send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k") == ADDED
    )
    assert (
        callers.user("u-2").send("POST", "/stream", {"user_id": "b"}, Idempotency_Key="k") == ADDED
    )


def test_a_key_that_met_a_conflict_is_not_spent(callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    assert user.send("POST", "/stream", {"user_id": "a", "x": 1}, Idempotency_Key="k")[0] == 409
    assert user.send("POST", "/stream", {"user_id": "b"}, Idempotency_Key="k") == ADDED


def test_a_new_key_for_what_stands_already_is_bound_to_it(callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"})
    assert user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k") == ADDED
    assert user.send("POST", "/stream", {"user_id": "b"}, Idempotency_Key="k")[0] == 409


def test_a_retry_after_the_deletion_is_answered_and_brings_nothing_back(callers, aws):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k")
    user.send("DELETE", "/api/v1/records/a")
    assert user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k") == ADDED
    assert items(aws, "OmniData") == []


@pytest.mark.parametrize("key", ["a b", "é", "a" * 256, 'a"b', '"k'])
def test_a_key_follows_its_rule(callers, aws, key):
    status, body = callers.user().send("POST", "/stream", {"user_id": "a"}, Idempotency_Key=key)
    assert (status, body["code"]) == (400, "invalid_input")
    assert "Idempotency-Key" in body["message"]
    assert items(aws, "OmniData") == []


@pytest.mark.parametrize(
    ("key", "same"),
    [
        ("8e03978e-40d5", '"8e03978e-40d5"'),
        ("order:1/a=b", '"order:1/a=b"'),
        ("a" * 255, '"' + "a" * 255 + '"'),
    ],
)
@pytest.mark.parametrize("path", ["/stream", "/orders"])
def test_a_key_is_the_same_quoted_and_bare(callers, path, key, same):
    user = callers.user()
    first = user.send("POST", path, {"user_id": "a"}, Idempotency_Key=key)
    assert first[0] in (200, 202)
    assert user.send("POST", path, {"user_id": "a"}, Idempotency_Key=same) == first
    assert user.send("POST", path, {"user_id": "b"}, Idempotency_Key=same)[0] == 409


ROUNDS = [2, pytest.param(100, marks=[pytest.mark.generated, pytest.mark.timeout(900)])]


@pytest.mark.thorough
@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("with_key", [True, False])
def test_64_equal_posts_at_once_have_one_effect_and_one_answer(callers, aws, rounds, with_key):
    make_per_thread(app)
    for number in range(rounds):
        headers = {"idempotency-key": f"k-{number}"} if with_key else {}
        body = json.dumps({"user_id": f"u-{number}", "x": [1.5, None]})
        event = api_event("POST", "/stream", body=body, headers=headers)
        with ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda event: app(event, Context()), [event] * 64))
        assert {(response["statusCode"], response["body"]) for response in answers} == {
            (200, '{"message":"User added successfully!"}')
        }
    assert len(items(aws, "OmniData")) == rounds
    assert len(markers(aws)) == (rounds if with_key else 0)
    assert {item["_omni"]["version"] for item in items(aws, "OmniData")} == {1}


def test_64_different_posts_of_one_user_at_once_store_one_and_refuse_63(callers, aws):
    make_per_thread(app)
    events = [
        api_event("POST", "/stream", body=json.dumps({"user_id": "a", "x": number}))
        for number in range(64)
    ]
    with ThreadPoolExecutor(64) as pool:
        statuses = [item["statusCode"] for item in pool.map(lambda e: app(e, Context()), events)]
    assert sorted(statuses) == [200] + [409] * 63
    assert len(items(aws, "OmniData")) == 1


def test_concurrent_replacements_of_one_version_let_one_through(callers, aws):
    make_per_thread(app)
    callers.user().send("POST", "/stream", {"user_id": "a"})
    events = [
        api_event(
            "PUT",
            "/api/v1/records/{user_id}",
            user_id="a",
            body=json.dumps({"x": number}),
            headers={"if-match": '"1"'},
        )
        for number in range(16)
    ]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda event: app(event, Context()), events))
    assert sorted(response["statusCode"] for response in answers) == [200] + [412] * 15
    (won,) = [json.loads(response["body"]) for response in answers if response["statusCode"] == 200]
    (item,) = items(aws, "OmniData")
    assert (item["x"], item["_omni"]["version"]) == (won["content"]["x"], 2)
