"""All dead letters by reason, one letter whole, letters that died again, jobs by status."""

import json

import pytest
from letters_kit import SQS, listed, queue
from support.events import Context, sqs_record
from support.failpoints import always, failpoints, throttled

from app import run_jobs
from chalicelib.aws import LETTERS as LETTERS_TIMEOUTS
from chalicelib.aws.queue import Queue
from chalicelib.errors import BatchFailed

ALL, ORDERS = "/api/v1/dead-letters", "/api/v1/dead-letters/orders"
QUEUES = [
    *("searches", "orders", "logs", "jobs", "webhooks", "mail_events"),
    *("announcements", "deliveries"),
]
NO_ANSWER = {"code": "no_answer", "message": "the function ended without an answer"}


@pytest.fixture
def operator(callers):
    return callers.operator()


def summarize(operator, **expected):
    status, page = operator.send("GET", ALL)
    assert (status, page["complete"]) == (200, expected.get("complete", True))
    assert [summary["queue"] for summary in page["queues"]] == QUEUES
    return {summary["queue"]: summary for summary in page["queues"]}


def fail(message_id, body):
    record = {**sqs_record(body), "messageId": message_id}
    record["attributes"] = {"ApproximateReceiveCount": "5", "SentTimestamp": "0"}
    with pytest.raises(BatchFailed):
        run_jobs({"Records": [record]}, Context())


# --- All queues -----------------------------------------------------------------------------------


def test_without_letters_every_queue_says_so(operator):
    for summary in summarize(operator).values():
        shown = {name: summary[name] for name in ("total", "looked", "died_again", "reasons")}
        assert shown == {"total": 0, "looked": 0, "died_again": 0, "reasons": []}
        assert (summary["oldest_sent_at"], summary["problem"]) == (None, None)


def test_letters_are_grouped_by_reason_the_most_frequent_first(aws, operator):
    bodies = ["no step", '{"job_id": 1}', "nothing"]
    queue(aws, "jobs", dead=True).send_all(bodies)
    ids = listed(operator, "jobs")
    for body in bodies[:2]:
        fail(ids[body], body)
    fail(ids["nothing"], "no step")  # for the same reason as the first
    queue(aws, "orders", dead=True).send_all(["a", "b"])
    found = summarize(operator)
    assert found["orders"]["total"] == found["orders"]["looked"] == 2
    (reason,) = found["orders"]["reasons"]
    assert (reason["reason"], reason["count"]) == (NO_ANSWER, 2)
    first, second = found["jobs"]["reasons"]
    assert (first["reason"]["code"], first["count"]) == ("DecodeError", 2)
    assert (second["reason"]["code"], second["count"]) == ("ValidationError", 1)
    assert (first["function"], first["attempts"]) == ("run_jobs", 5)
    assert first["died_at"] is not None
    assert found["jobs"]["oldest_sent_at"] is not None


def test_what_streams_gave_up_is_among_them(aws, operator):
    failure = {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 11},
        "timestamp": "2026-11-28T14:03:22Z",
        "DDBStreamBatchInfo": {
            "approximateArrivalOfLastRecord": "2026-11-28T14:00:00Z",
            "batchSize": 3,
        },
    }
    failures = Queue(aws.client("sqs"), f"{SQS}/POC-Announce-Failures-test")
    failures.send(json.dumps(failure))
    (reason,) = summarize(operator)["announcements"]["reasons"]
    assert reason["reason"]["code"] == "RetryAttemptsExhausted"
    assert (reason["function"], reason["attempts"]) == ("announce_orders", 11)


def test_beyond_twenty_reasons_the_rest_is_counted(aws, operator):
    bodies = [json.dumps({"job_id": "x", f"more_{number}": 1}) for number in range(23)]
    queue(aws, "jobs", dead=True).send_all(bodies)
    for body, message_id in listed(operator, "jobs").items():
        fail(message_id, body)
    jobs = summarize(operator)["jobs"]
    assert (len(jobs["reasons"]), jobs["other_reasons"]) == (20, 3)


def test_as_many_are_looked_at_as_are_asked_for_and_all_stay(aws, operator):
    queue(aws, "orders", dead=True).send_all([str(number) for number in range(12)])
    _, page = operator.send("GET", f"{ALL}?limit=5")
    orders = page["queues"][1]
    assert (orders["total"], orders["looked"]) == (12, 5)
    assert queue(aws, "orders", dead=True).counts().waiting == 12
    for limit in ("0", "501", "x"):
        assert operator.send("GET", f"{ALL}?limit={limit}")[0] == 400


def test_a_queue_that_fails_says_so_and_the_others_are_shown(aws, operator, pauses):
    queue(aws, "orders", dead=True).send("a")
    with failpoints(aws.client("dynamodb"), "BatchGetItem", always(throttled)):
        found = summarize(operator, complete=False)
    assert (found["orders"]["total"], found["orders"]["complete"]) == (None, False)
    assert found["orders"]["problem"]["code"] == "unavailable"
    assert found["announcements"]["complete"]
    with failpoints(aws.client("sqs", LETTERS_TIMEOUTS), "*", always(throttled)):
        found = summarize(operator, complete=False)
    assert {summary["complete"] for summary in found.values()} == {False}


# --- One letter -----------------------------------------------------------------------------------


def test_a_letter_is_shown_whole_and_stays(aws, operator):
    body = "é" * 5_000
    queue(aws, "orders", dead=True).send_all([body, "other"])
    _, page = operator.send("GET", ORDERS)
    wanted = next(letter for letter in page["letters"] if letter["truncated"])
    for _ in range(2):
        status, letter = operator.send("GET", f"{ORDERS}/{wanted['id']}")
        assert (status, letter["body"], letter["truncated"]) == (200, body, False)
    assert {**letter, "body": "", "truncated": True} == {**wanted, "body": ""}


def test_a_letter_that_is_not_there_is_not_found(aws, operator):
    queue(aws, "orders", dead=True).send("a")
    (wanted,) = listed(operator).values()
    for path, status in (
        (f"{ORDERS}/gone", 404),
        (f"/api/v1/dead-letters/logs/{wanted}", 404),
        (f"/api/v1/dead-letters/nothing/{wanted}", 404),
        (f"{ORDERS}/a%23b", 400),
    ):
        assert operator.send("GET", path)[0] == status, path


# --- Died again -----------------------------------------------------------------------------------


def test_a_letter_that_was_redriven_and_died_again_says_so(aws, operator):
    source, dead = queue(aws, "orders"), queue(aws, "orders", dead=True)
    answer = dead.client.get_queue_attributes(QueueUrl=dead.url, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": answer["Attributes"]["QueueArn"], "maxReceiveCount": "1"}
    dead.client.set_queue_attributes(
        QueueUrl=source.url, Attributes={"RedrivePolicy": json.dumps(policy)}
    )
    dead.send_all(["twice", "once"])
    letters = operator.send("GET", ORDERS)[1]["letters"]
    assert {letter["redriven"] for letter in letters} == {None}
    for count in (1, 2):
        wanted = listed(operator)["twice"]
        operator.send("POST", f"{ORDERS}/redrive", {"ids": [wanted]})
        for _ in range(2):  # it fails, and SQS moves it
            source.receive(wait_s=0, visibility_timeout_s=0)
        found = {
            letter["body"]: letter["redriven"]
            for letter in operator.send("GET", ORDERS)[1]["letters"]
        }
        assert found["once"] is None
        assert found["twice"]["count"] == count
    assert found["twice"]["last_at"].endswith("Z")
    orders = operator.send("GET", ALL)[1]["queues"][1]
    assert (orders["total"], orders["died_again"]) == (2, 1)


# --- Jobs by status -------------------------------------------------------------------------------


def test_jobs_of_one_status_are_listed_page_by_page(operator):
    ids = {}
    for name in QUEUES:
        _, job = operator.send("POST", f"/api/v1/dead-letters/{name}/jobs", {})
        ids[name] = job["job_id"]
    for name in ("orders", "jobs"):
        operator.send("POST", f"/api/v1/jobs/{ids[name]}/stop")

    def page(query):
        status, jobs = operator.send("GET", f"/api/v1/jobs?{query}")
        assert status == 200
        return [job["queue"] for job in jobs["jobs"]], jobs["next_cursor"]

    assert page("status=stopped") == (["jobs", "orders"], None)
    assert page("status=done") == ([], None)
    first, cursor = page("status=running&limit=4")
    assert first == ["deliveries", "announcements", "mail_events", "webhooks"]
    assert page(f"status=running&limit=4&cursor={cursor}") == (["logs", "searches"], None)
    assert operator.send("GET", f"/api/v1/jobs?status=stopped&cursor={cursor}")[0] == 400
    status, problem = operator.send("GET", "/api/v1/jobs?status=late")
    assert status == 400
    assert problem["message"].startswith("status must be one of running, done")
