"""Generated requests: each is answered as documented, and a refusal leaves nothing behind.

A few hundred of them, always the same ones, run with every test; `make fuzz` makes over 20,000.
"""

import json
from decimal import Decimal

import pytest
from effects import SENT, Effects
from generated_requests import Request, body_requests, intake_requests, other_requests
from hypothesis import HealthCheck, given, settings
from support.clouds import ACCOUNT, REGION, STAGE
from tenant_kit import made_tenant

from chalicelib.aws.queue import Queue
from chalicelib.operations import dead_letter_queue

pytestmark = pytest.mark.thorough

FEW = 200
EVERYTHING = [pytest.mark.generated, pytest.mark.timeout(1800)]
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/POC-Queue-{STAGE}"


class World:
    """The app with everything that a request might do counted."""

    def __init__(self, callers, aws, logged) -> None:
        operator = callers.operator()
        self.callers = {
            "user": callers.user(**{"custom:tenant_id": "acme"}),
            "operator": operator,
            "nobody": callers.nobody(),
            "sender": callers.sender(made_tenant(operator, "acme", rate_per_s=1000)),
        }
        self.logged = logged
        self.writes, self.sent = Effects(aws), Effects(aws, SENT)
        self.orders = Queue(aws.client("sqs"), QUEUE)
        self.quiet()

    def quiet(self) -> bool:
        """Whether nothing went wrong since the last time; what operators did is told."""
        lines = self.logged.getvalue().splitlines()
        self.logged.seek(0)
        self.logged.truncate()
        return all(json.loads(line)["level"] == "info" for line in lines)

    def answer(self, request: Request) -> int:
        """Send it; Caller holds the answer against the contract."""
        # A sender's refused records count against its tenant's quota.
        effects = self.sent if request.who == "sender" else self.writes
        before = effects.count
        caller = self.callers[request.who]
        status, _ = caller.send(request.method, request.path, request.body, **request.headers)
        assert status < 500
        assert self.quiet()
        tells_of_searches = request.path.startswith("/get-user")
        if (status >= 400 or request.method == "GET") and not tells_of_searches:
            assert effects.count == before
        return status

    def queued(self):
        """The order that was queued last, to the last digit."""
        (message,) = self.orders.receive(wait_s=0, visibility_timeout_s=60)
        self.orders.delete_all([message.receipt_handle])
        return json.loads(message.body, parse_float=Decimal)["order"]

    def stored(self, user_id: str):
        """What a search finds, to the last digit."""
        caller = self.callers["user"]
        assert caller.send("GET", f"/get-user?user_id={user_id.replace('+', '%2B')}")[0] == 200
        return json.loads(caller.raw, parse_float=Decimal)


@pytest.fixture
def world(callers, aws, logged, monkeypatch):
    monkeypatch.setattr(dead_letter_queue, "WAIT_S", 0)  # moto overlooks nothing
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
def test_whatever_is_sent_to_an_intake_is_queued_as_sent_or_refused(world, examples):
    def check(request: Request) -> None:
        before = world.sent.count
        status = world.answer(request)
        if request.path == "/orders" and status == 202:
            assert world.queued() == json.loads(request.body, parse_float=Decimal)
        if request.path == "/ingest":
            # A request without any record is taken as well, and queues nothing.
            is_queued = status == 202 and json.loads(world.callers["sender"].raw)["accepted"] > 0
            assert (world.sent.count > before) == is_queued

    run(intake_requests(), check, examples)


@pytest.mark.parametrize("examples", [FEW, pytest.param(7_000, marks=EVERYTHING)])
def test_whatever_path_query_and_headers_come_the_answer_is_documented(world, examples):
    def check(request: Request) -> None:
        world.answer(request)

    run(other_requests(), check, examples)
