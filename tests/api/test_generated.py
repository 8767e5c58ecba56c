"""Generated requests: each is answered as documented, and a refusal leaves nothing behind.

A few hundred of them, always the same ones, run with every test; `make fuzz` makes over 20,000.
"""

import json
from decimal import Decimal

import pytest
from generated_publishing import MESSAGES, author_requests
from generated_requests import Request, body_requests, intake_requests, other_requests
from generated_world import Publishing, World, is_author, reads_template
from hypothesis import HealthCheck, given, settings
from publisher_kit import stage_of

import chalicelib
from chalicelib.operations import dead_letter_queue

pytestmark = pytest.mark.thorough

FEW = 200
EVERYTHING = [pytest.mark.generated, pytest.mark.timeout(1800)]


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
    from app import app

    def check(request: Request) -> None:
        world.answer(request)

    run(other_requests(app.openapi(chalicelib.__version__)), check, examples)


@pytest.mark.parametrize("examples", [FEW, pytest.param(7_000, marks=EVERYTHING)])
def test_whatever_authors_send_only_they_get_and_find_as_they_sent_it(world, aws, run_on, examples):
    run_on(aws, **stage_of("http://127.0.0.1:9"))
    publishing = Publishing(world, aws)

    def check(unfilled: Request) -> None:
        request = publishing.fill(unfilled)
        status = publishing.answer(request)
        if not is_author(request):
            assert status in (401, 403, 405)
        if request.who == "other" and "$" in unfilled.path and not reads_template(request):
            assert status >= 400
        if status in (200, 201) and request.body and request.path != f"{MESSAGES}/validate":
            assert publishing.differences(request) == {}

    run(author_requests(), check, examples)
