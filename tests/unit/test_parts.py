"""Questions asked at once: each fails by itself, none is waited for beyond the time."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from chalicelib import observability
from chalicelib.errors import Unavailable
from chalicelib.parts import PartRunner
from chalicelib.web.part_state import PartProblem, PartState

NOW = datetime(2026, 11, 28, 14, 3, 22, tzinfo=UTC)
AS_OF = "2026-11-28T14:03:22Z"


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def runner(pool, budget_s=10.0):
    return PartRunner(pool, budget_s=budget_s, now=lambda: NOW)


def fails(error):
    def question():
        raise error

    return question


def test_each_question_has_its_answer(pool):
    answers = runner(pool).ask({"a": lambda: 1, "b": lambda: [2], "c": lambda: None})
    assert {name: answer.value for name, answer in answers.items()} == {"a": 1, "b": [2], "c": None}
    whole = PartState(as_of=AS_OF, complete=True)
    assert {answer.state for answer in answers.values()} == {whole}


def test_a_dependency_that_fails_takes_its_own_part_alone(pool, logged):
    failed = Unavailable("the queue is not available; try again")
    answers = runner(pool).ask({"a": fails(failed), "b": lambda: 2})
    assert answers["b"].value == 2
    assert (answers["a"].value, answers["a"].state.complete) == (None, False)
    assert answers["a"].state.problem == PartProblem("unavailable", str(failed))
    assert json.loads(logged.getvalue())["part"] == "a"


def test_a_defect_takes_its_own_part_alone_and_is_logged_without_its_text(pool, logged):
    answers = runner(pool).ask({"a": fails(KeyError("secret")), "b": lambda: 2})
    assert answers["b"].state.complete
    problem = answers["a"].state.problem
    assert (problem.code, problem.message) == ("internal_error", "something went wrong on our side")
    line = json.loads(logged.getvalue())
    assert (line["message"], line["error"]["kind"]) == ("a part failed", "KeyError")
    assert "secret" not in logged.getvalue()


def test_what_hangs_is_given_up_after_the_time(pool, logged):
    end = threading.Event()
    try:
        answers = runner(pool, budget_s=0.05).ask({"a": end.wait, "b": lambda: 2})
        assert answers["b"].value == 2
        assert answers["a"].state.problem == PartProblem(
            "timed_out", "no answer within 0.05 s; try again"
        )
    finally:
        end.set()


def test_what_waits_behind_hanging_questions_never_begins(pool):
    end, begun = threading.Event(), []
    try:
        hanging = {str(number): end.wait for number in range(2)}
        answers = runner(pool, budget_s=0.05).ask({**hanging, "late": lambda: begun.append(1)})
        assert answers["late"].state.problem.code == "timed_out"
    finally:
        end.set()
    pool.shutdown()
    assert begun == []


def test_lines_logged_by_a_part_bear_the_requests_id(pool, logged):
    with observability.request("r-1"):
        runner(pool).ask({"a": fails(Unavailable("no"))})
    assert json.loads(logged.getvalue())["request_id"] == "r-1"
