"""Generated requests: each is answered as documented, and a refusal leaves nothing behind.

A few hundred of them, always the same ones, run with every test; `make fuzz` makes over 20,000.
"""

import json
from decimal import Decimal

import pytest
from generated_requests import Request, body_requests, other_requests
from hypothesis import HealthCheck, given, settings

WRITES = {"PutItem", "DeleteItem", "UpdateItem", "TransactWriteItems", "BatchWriteItem"}
FEW = 200
EVERYTHING = [pytest.mark.generated, pytest.mark.timeout(1800)]


class World:
    """The app with everything that a request might do counted."""

    def __init__(self, callers, aws, logged) -> None:
        self.callers = {
            "user": callers.user(),
            "operator": callers.operator(),
            "nobody": callers.nobody(),
        }
        self.logged = logged
        self.writes = 0
        aws.client("dynamodb").meta.events.register("after-call.dynamodb", self._count)

    def _count(self, http_response, model, **_) -> None:
        self.writes += model.name in WRITES and http_response.status_code == 200

    def answer(self, request: Request) -> int:
        """Send it; Caller holds the answer against the contract."""
        before = self.writes
        caller = self.callers[request.who]
        status, _ = caller.send(request.method, request.path, request.body, **request.headers)
        assert status < 500
        assert self.logged.getvalue() == ""
        if status >= 400 or request.method == "GET":
            assert self.writes == before
        return status

    def stored(self, user_id: str):
        """What a search finds, to the last digit."""
        caller = self.callers["user"]
        assert caller.send("GET", f"/get-user?user_id={user_id.replace('+', '%2B')}")[0] == 200
        return json.loads(caller.raw, parse_float=Decimal)


@pytest.fixture
def world(callers, aws, logged):
    return World(callers, aws, logged)


def run(strategy, check, examples):
    """Check so many examples: the same ones if they are few, new ones each time if many."""
    settings(
        max_examples=examples,
        derandomize=examples == FEW,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )(given(strategy)(check))()


@pytest.mark.parametrize("examples", [FEW, pytest.param(14_000, marks=EVERYTHING)])
def test_whatever_body_is_taken_is_stored_exactly_and_any_other_refused(world, examples):
    def check(request: Request) -> None:
        if world.answer(request) == 200:
            sent = json.loads(request.body, parse_float=Decimal)
            assert world.stored(sent.setdefault("user_id", "a")) == sent

    world.answer(Request("operator", "POST", "/stream", b'{"user_id":"a"}'))
    run(body_requests(), check, examples)


@pytest.mark.parametrize("examples", [FEW, pytest.param(7_000, marks=EVERYTHING)])
def test_whatever_path_query_and_headers_come_the_answer_is_documented(world, examples):
    def check(request: Request) -> None:
        world.answer(request)

    run(other_requests(), check, examples)
