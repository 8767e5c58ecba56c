"""Operators' routes: the pipeline and chosen dead letters, each with its refusals."""

import pytest
from letters_kit import NAMES, SQS, bodies, listed, queue
from support.clouds import RESOURCES
from support.events import Context, sqs_record

from app import run_jobs
from chalicelib.aws import EXTRA
from chalicelib.aws.queue import Queue
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.errors import BatchFailed
from infra.declared.functions import FUNCTIONS

LETTERS = "/api/v1/dead-letters/orders"


@pytest.fixture
def operator(callers):
    return callers.operator()


def test_the_pipeline_shows_every_part(aws, operator):
    queue(aws, "searches").send_all(["a", "b"])
    queue(aws, "orders", dead=True).send("c")
    Queue(aws.client("sqs"), f"{SQS}/POC-Announce-Failures-test").send("position")
    state = State(Table(aws.client("dynamodb"), "OmniState-test"))
    state.count("lost.search_events", 2)
    state.put_total("lost.search_events", "p-1", 3)
    state.put_total("unknown.search_events", "p-1", 4)
    state.beat("worker#w-1", {"at": "2026-01-31T09:30:00Z", "archived": 7})
    status, page = operator.send("GET", "/api/v1/pipeline")
    assert status == 200
    nothing = {"waiting": 0, "in_flight": 0, "delayed": 0, "dead_letters": 0, "oldest_age_s": None}
    assert page == {
        "queues": [
            {"name": "searches", **nothing, "waiting": 2},
            {"name": "orders", **nothing, "dead_letters": 1},
            {"name": "logs", **nothing},
            {"name": "jobs", **nothing},
            {"name": "webhooks", **nothing},
            {"name": "mail_events", **nothing},
        ],
        "streams": [
            {"name": "announce_orders", "lag_ms": None, "failures": 1},
            {"name": "deliver_messages", "lag_ms": None, "failures": 0},
        ],
        "heartbeats": [
            {"who": "worker#w-1", "at": "2026-01-31T09:30:00Z", "facts": {"archived": 7}}
        ],
        "losses": {"lost.search_events": 5},
        "unknown": {"unknown.search_events": 4},
        "counts": {},
    }


def test_every_declared_queue_is_on_the_page(operator):
    page = operator.send("GET", "/api/v1/pipeline")[1]
    assert [item["name"] for item in page["queues"]] == list(NAMES)
    assert set(NAMES.values()) == {declared_queue.variable for declared_queue in RESOURCES.queues}


def test_streams_are_measured_by_the_names_of_their_functions(aws, operator):
    readers = [function for function in FUNCTIONS if function.reads_stream]
    assert [reader.handler for reader in readers] == ["announce_orders", "deliver_messages"]
    asked = []
    aws.client("cloudwatch", EXTRA).meta.events.register(
        "provide-client-params.cloudwatch", lambda params, **_: asked.append(params)
    )
    operator.send("GET", "/api/v1/pipeline")
    dimensions = [
        metric_data_query["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
        for metric_data_query in asked[0]["MetricDataQueries"]
    ]
    assert {reader.name("omnidata-test") for reader in readers} <= set(dimensions)
    assert {declared_queue.name for declared_queue in RESOURCES.queues} <= set(dimensions)


@pytest.mark.parametrize("name", NAMES)
def test_every_queue_has_its_own_letters(aws, operator, name):
    queue(aws, name, dead=True).send(f"of {name}")
    for item in NAMES:
        assert list(listed(operator, item)) == ([f"of {name}"] if item == name else [])


def test_letters_are_listed_and_listed_again(aws, operator):
    queue(aws, "orders", dead=True).send_all(["a", "b", "c"])
    status, page = operator.send("GET", f"{LETTERS}?limit=2")
    assert (status, page["queue"], page["total"], len(page["letters"])) == (200, "orders", 3, 2)
    died = {"reason", "function", "died_at", "attempts"}
    assert set(page["letters"][0]) == {"id", "body", "truncated", "sent_at", "redriven"} | died
    assert sorted(listed(operator)) == ["a", "b", "c"]


def test_a_letter_shows_why_its_handler_failed_however_often_it_is_looked_at(aws, operator):
    queue(aws, "jobs", dead=True).send("no step")
    (message_id,) = listed(operator, "jobs").values()
    record = {**sqs_record("no step"), "messageId": message_id}
    record["attributes"] = {"ApproximateReceiveCount": "5", "SentTimestamp": "0"}
    with pytest.raises(BatchFailed):
        run_jobs({"Records": [record]}, Context())
    for _ in range(2):
        (letter,) = operator.send("GET", "/api/v1/dead-letters/jobs")[1]["letters"]
        assert letter["reason"]["code"] == "DecodeError"
        assert letter["reason"]["message"].startswith("JSON is malformed")
        assert (letter["function"], letter["attempts"]) == ("run_jobs", 5)
        assert letter["died_at"] is not None


def test_a_window_beyond_its_bounds_is_refused(operator):
    for limit in ("0", "501", "-1", "x", "1.5", ""):
        assert operator.send("GET", f"{LETTERS}?limit={limit}")[0] == 400, limit


def test_chosen_letters_are_redriven(aws, operator):
    queue(aws, "orders", dead=True).send_all(["a", "b", "c"])
    ids = listed(operator)
    status, result = operator.send("POST", f"{LETTERS}/redrive", {"ids": [ids["b"], "gone"]})
    assert (status, result) == (200, {"done": [ids["b"]], "missing": ["gone"], "failed": []})
    assert bodies(queue(aws, "orders")) == ["b"]
    assert sorted(listed(operator)) == ["a", "c"]


def test_chosen_letters_are_deleted(aws, operator):
    queue(aws, "logs", dead=True).send_all(["a", "b"])
    ids = listed(operator, "logs")
    path = "/api/v1/dead-letters/logs/delete"
    status, result = operator.send("POST", path, {"ids": [ids["a"]]})
    assert (status, result) == (200, {"done": [ids["a"]], "missing": [], "failed": []})
    assert list(listed(operator, "logs")) == ["b"]
    assert bodies(queue(aws, "logs")) == []


@pytest.mark.parametrize("act", ["redrive", "delete"])
def test_an_empty_selection_is_refused_and_nothing_is_done(aws, operator, act):
    queue(aws, "orders", dead=True).send("a")
    status, problem = operator.send("POST", f"{LETTERS}/{act}", {"ids": []})
    assert (status, problem["code"]) == (400, "invalid_input")
    assert problem["message"] == "Expected `array` of length >= 1 - at `$.ids`"
    assert list(listed(operator)) == ["a"]


@pytest.mark.parametrize("act", ["redrive", "delete"])
def test_what_is_no_selection_is_refused(operator, act):
    bodies = [{}, {"ids": None}, {"ids": "a"}, {"ids": [1]}, {"ids": ["a"] * 501}]
    for body in [*bodies, {"ids": ["a"], "x": 1}]:
        assert operator.send("POST", f"{LETTERS}/{act}", body)[0] == 400, body


def test_an_unknown_queue_is_not_found(operator):
    acts = [("GET", "", None), ("POST", "/jobs", {})]
    acts += [("POST", f"/{act}", {"ids": ["a"]}) for act in ("redrive", "delete")]
    for name in ("nothing", "Orders", "orders-dlq", "POC-Queue-test", "%23"):
        for method, end, body in acts:
            status, problem = operator.send(method, f"/api/v1/dead-letters/{name}{end}", body)
            assert (status, problem["code"]) == (404, "not_found"), name
