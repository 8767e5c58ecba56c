"""The corpus against every body route: a documented refusal, nothing written, nothing leaked."""

import json
from decimal import Decimal

import pytest
from corpus import CASES, OK

from app import app
from chalicelib.aws.table import Table

BODY_ROUTES = {("POST", "/stream"), ("PUT", "/api/v1/records/{user_id}")}


def exact(raw):
    return json.loads(raw, parse_float=Decimal)


def contents(aws):
    items = Table(aws.client("dynamodb"), "OmniData-test").scan(10).items
    return [{name: value for name, value in item.items() if name != "_omni"} for item in items]


def test_the_corpus_meets_every_route_that_takes_a_body():
    documented = {
        (method.upper(), path)
        for path, item in app.openapi("1")["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    }
    assert documented == BODY_ROUTES


def test_every_case_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_create_answers_as_documented_and_writes_nothing_on_a_refusal(callers, aws, logged, case):
    user = callers.user()
    status, _ = user.send("POST", "/stream", case.body, **case.headers)
    assert status == case.status
    assert logged.getvalue() == ""
    assert len(contents(aws)) == (1 if status == OK else 0)
    if status == OK:
        user.send("GET", "/get-user?user_id=a")
        assert exact(user.raw) == exact(case.body)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_replacement_answers_as_documented_and_changes_nothing_on_a_refusal(
    callers, aws, logged, case
):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "a", "before": True})
    status, _ = user.send("PUT", "/api/v1/records/a", case.body, **case.headers)
    assert status == (case.put or case.status)
    assert logged.getvalue() == ""
    if status == OK:
        user.send("GET", "/get-user?user_id=a")
        assert exact(user.raw) == {"user_id": "a", **exact(case.body)}
    else:
        assert contents(aws) == [{"user_id": "a", "before": True}]
