"""Redrives of whole queues by their routes and their handler, and of announcements."""

import json

import pytest
from chalice.test import Client
from letters_kit import bodies, listed, queue
from support.clouds import STAGE
from support.contract import Contract
from support.events import Context, sqs_record
from support.failpoints import access_denied, always, failpoints
from support.orders import OrdersCloud
from support.people import Callers
from support.wirings import queues_at

import chalicelib
from app import app, run_jobs, store_orders
from chalicelib.aws import PUBLISH
from chalicelib.aws.queue import Queue
from chalicelib.errors import BatchFailed

LETTERS = "/api/v1/dead-letters/orders"
ANNOUNCEMENTS = "/api/v1/dead-letters/announcements"


@pytest.fixture
def operator(callers):
    return callers.operator()


def invoke(aws):
    """One invocation of `run_jobs` for each message that is there."""
    steps = queue(aws, "jobs")
    for due in steps.receive(wait_s=0, visibility_timeout_s=30):
        assert run_jobs({"Records": [sqs_record(due.body)]}, Context()) == {"batchItemFailures": []}
        steps.delete_all([due.receipt_handle])


def test_all_letters_are_redriven_by_a_job(aws, operator):
    queue(aws, "orders", dead=True).send_all(["a", "b", "c"])
    status, job = operator.send("POST", f"{LETTERS}/jobs", {"per_second": 500})
    assert status == 202
    expected = {"queue": "orders", "status": "running", "per_second": 500, "total": 3, "moved": 0}
    assert {name: job[name] for name in expected} == expected
    assert job["started_by"] == "op-1"
    invoke(aws)
    status, job = operator.send("GET", f"/api/v1/jobs/{job['job_id']}")
    assert (status, job["moved"]) == (200, 3)
    assert bodies(queue(aws, "orders")) == ["a", "b", "c"]


def test_a_second_job_of_a_queue_is_a_conflict_that_names_the_first(operator):
    first = operator.send("POST", f"{LETTERS}/jobs", {})[1]["job_id"]
    status, problem = operator.send("POST", f"{LETTERS}/jobs", {})
    assert (status, problem["code"]) == (409, "conflict")
    assert first in problem["message"]
    assert operator.send("POST", "/api/v1/dead-letters/logs/jobs", {})[0] == 202


def test_a_job_is_stopped_and_resumed(operator):
    job_id = operator.send("POST", f"{LETTERS}/jobs", {})[1]["job_id"]
    path = f"/api/v1/jobs/{job_id}"
    assert operator.send("POST", f"{path}/stop")[1]["status"] == "stopped"
    assert operator.send("POST", f"{path}/stop")[1]["status"] == "stopped"
    assert operator.send("GET", path)[1]["status"] == "stopped"
    status, job = operator.send("POST", f"{path}/resume")
    assert (status, job["status"]) == (202, "running")


def test_a_stopped_job_is_not_resumed_beside_another(operator):
    job_id = operator.send("POST", f"{LETTERS}/jobs", {})[1]["job_id"]
    operator.send("POST", f"/api/v1/jobs/{job_id}/stop")
    operator.send("POST", f"{LETTERS}/jobs", {})
    assert operator.send("POST", f"/api/v1/jobs/{job_id}/resume")[0] == 409


def test_jobs_are_listed_newest_first_page_by_page(operator):
    for name in ("orders", "logs", "jobs"):
        operator.send("POST", f"/api/v1/dead-letters/{name}/jobs", {})
    status, first = operator.send("GET", "/api/v1/jobs?limit=2")
    assert (status, [job["queue"] for job in first["jobs"]]) == (200, ["jobs", "logs"])
    status, second = operator.send("GET", f"/api/v1/jobs?limit=2&cursor={first['next_cursor']}")
    assert (status, [job["queue"] for job in second["jobs"]]) == (200, ["orders"])
    assert second["jobs"][0]["outcome"] is None


def test_a_velocity_beyond_its_bounds_is_refused(operator):
    for per_second in (0, 501, -1, 1.5, "50", None):
        status, _ = operator.send("POST", f"{LETTERS}/jobs", {"per_second": per_second})
        assert status == 400, per_second


def test_an_unknown_job_is_not_found_and_what_is_no_id_refused(operator):
    for method, end in (("GET", ""), ("POST", "/stop"), ("POST", "/resume")):
        assert operator.send(method, f"/api/v1/jobs/gone{end}")[0] == 404
        assert operator.send(method, f"/api/v1/jobs/a%23b{end}")[0] == 400


def test_a_message_that_is_no_step_fails(aws, operator, logged):
    record = sqs_record(json.dumps({"x": "canary"}))
    with pytest.raises(BatchFailed):
        run_jobs({"Records": [record]}, Context())
    assert "canary" not in logged.getvalue()


# --- Announcements -------------------------------------------------------------------------------


@pytest.fixture
def failures(on_emulator):
    client = on_emulator.client("sqs")
    url = client.get_queue_url(QueueName="POC-Announce-Failures-test")["QueueUrl"]
    return Queue(client, url)


@pytest.fixture
def orders(on_emulator, run_on, ministack):
    return OrdersCloud(on_emulator, run_on, **queues_at(ministack))


@pytest.fixture
def unannounced(orders):
    """The id of an order that is stored, and whose announcement the stream gave up."""
    store_orders({"Records": [sqs_record('{"x": 1}', "o-1")]}, Context())
    assert orders.mails() == []
    return "o-1"


@pytest.fixture
def director(orders):
    with Client(app, stage_name=STAGE) as client:
        yield Callers(client, Contract(app.openapi(chalicelib.__version__))).operator()


def test_to_redrive_an_announcement_is_to_announce_what_waits_for_it(
    director, orders, unannounced, failures
):
    failures.send(json.dumps({"DDBStreamBatchInfo": {"startSequenceNumber": "1"}}))
    ids = list(listed(director, "announcements").values())
    status, result = director.send("POST", f"{ANNOUNCEMENTS}/redrive", {"ids": ids})
    assert (status, result["done"]) == (200, ids)
    (mail,) = orders.mails()
    assert unannounced in mail["Subject"]
    assert failures.counts().waiting == 0
    assert orders.items()[unannounced]["status"] == "notified"


def test_to_redrive_an_announcement_leaves_younger_orders_to_the_stream(
    director, orders, unannounced, failures
):
    earlier = {"approximateArrivalOfLastRecord": "2026-01-01T00:00:00Z"}
    failures.send(json.dumps({"DDBStreamBatchInfo": earlier}))
    ids = list(listed(director, "announcements").values())
    status, result = director.send("POST", f"{ANNOUNCEMENTS}/redrive", {"ids": ids})
    assert (status, result["done"]) == (200, ids)
    assert orders.mails() == []
    assert orders.items()[unannounced]["status"] == "stored"


def test_announcements_that_fail_again_stay_among_the_letters(
    director, orders, unannounced, failures, on_emulator
):
    failures.send("position")
    ids = list(listed(director, "announcements").values())
    with failpoints(on_emulator.client("sns", PUBLISH), "*", always(access_denied)):
        status, _ = director.send("POST", f"{ANNOUNCEMENTS}/redrive", {"ids": ids})
    assert status == 503
    assert list(listed(director, "announcements")) == ["position"]
    assert orders.items()[unannounced]["status"] == "stored"


def test_a_job_announces_what_waits_and_takes_the_letters_away(
    director, orders, unannounced, failures, on_emulator
):
    failures.send_all(["position 1", "position 2"])
    job_id = director.send("POST", f"{ANNOUNCEMENTS}/jobs", {})[1]["job_id"]
    steps = Queue(failures.client, orders.wiring.settings.jobs_queue_url)
    (due,) = steps.receive(wait_s=1, visibility_timeout_s=30)
    run_jobs({"Records": [sqs_record(due.body)]}, Context())
    assert director.send("GET", f"/api/v1/jobs/{job_id}")[1]["moved"] == 2
    assert [unannounced in mail["Subject"] for mail in orders.mails()] == [True]
    assert failures.counts().waiting == 0
