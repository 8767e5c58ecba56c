"""Redrives under faults: a letter may be delivered twice, and is never lost."""

import time

import pytest
from moto.sqs.models import sqs_backends
from support.clouds import RESOURCES, cloud_at
from support.events import Context, sqs_record
from support.failpoints import (
    always,
    black_hole,
    closed_port,
    failpoint,
    failpoints,
    lost_response,
    passed,
    server_error,
    throttled,
    timed_out,
)
from support.waiting import until

from app import run_jobs
from chalicelib.aws import EXTRA, LETTERS
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Condition, Table
from chalicelib.errors import BatchFailed
from chalicelib.operations import dead_letter_queue

PATH = "/api/v1/dead-letters/orders"
URLS = {
    declared_queue.variable: f"https://sqs.us-east-1.amazonaws.com/123456789012/{declared_queue.name}"
    for declared_queue in RESOURCES.queues
}
TEXTS = [f"{n:02}" for n in range(12)]


class Killed(BaseException):
    """The process is gone: no `except Exception` sees it."""


def killed(client, request):
    raise Killed


class World:
    """The orders queue with twelve dead letters, and an operator."""

    def __init__(self, aws, callers) -> None:
        self.sending = aws.client("sqs")  # the client that sends to queues
        self.taking = aws.client("sqs", LETTERS)  # the one that receives and deletes letters
        orders = URLS["ORDERS_QUEUE_URL"]
        self.queue, self.dead = Queue(self.sending, orders), Queue(self.sending, f"{orders}-dlq")
        self.steps = Queue(self.sending, URLS["JOBS_QUEUE_URL"])
        self.state = Table(aws.client("dynamodb"), "OmniState-test")
        self.operator = callers.operator()
        self.dead.send_all(TEXTS)
        page = self.operator.send("GET", PATH)[1]
        self.ids = [
            letter["id"] for letter in sorted(page["letters"], key=lambda letter: letter["body"])
        ]

    def redrive(self):
        return self.operator.send("POST", f"{PATH}/redrive", {"ids": self.ids})

    def job(self, job_id):
        return self.operator.send("GET", f"/api/v1/jobs/{job_id}")[1]

    def start(self):
        return self.operator.send("POST", f"{PATH}/jobs", {"per_second": 500})[1]["job_id"]

    def sent(self):
        return bodies(self.queue)

    def left(self):
        """The dead letters, of which none is hidden."""
        assert self.dead.counts().in_flight == 0
        return bodies(self.dead)

    def half_a_minute_later(self, job_id=None):
        """What a killed process held comes back, and its claim of a step is over."""
        (dead,) = [
            queue
            for name, queue in sqs_backends["123456789012"]["us-east-1"].queues.items()
            if self.dead.url.endswith(f"/{name}")
        ]
        for message in dead._messages:
            message.change_visibility(0)
        if job_id:
            over = Condition("SET claimed_until = :then", values={":then": 0})
            self.state.update({"pk": f"JOB#{job_id}", "sk": "JOB"}, over)

    def step(self):
        """One invocation of `run_jobs`, when a message is there for it."""
        for due in self.steps.receive(wait_s=0, visibility_timeout_s=0, at_most=1):
            run_jobs({"Records": [sqs_record(due.body, due.message_id)]}, Context())
            self.steps.delete_all([due.receipt_handle])

    def run_to_the_end(self, job_id):
        def step_to_the_end():
            self.step()
            return self.job(job_id)["status"] != "running"

        until(step_to_the_end, 20, "the job's end")


def bodies(queue):
    found = []
    while some := queue.receive(wait_s=0, visibility_timeout_s=60):
        found += some
    queue.change_visibility_all([match.receipt_handle for match in found], 0)
    return sorted(match.body for match in found)


@pytest.fixture
def world(aws, callers, pauses, monkeypatch):
    monkeypatch.setattr(dead_letter_queue, "WAIT_S", 0)  # moto overlooks nothing
    return World(aws, callers)


# --- Chosen letters ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out], ids=range(3))
def test_letters_whose_send_fails_stay(world, fault):
    with failpoints(world.sending, "SendMessageBatch", always(fault)):
        assert world.redrive()[0] == 503
    assert world.operator.headers["Retry-After"] == "1"
    assert (world.sent(), world.left()) == ([], TEXTS)


def test_a_send_that_fails_twice_is_tried_again(world):
    with failpoint(world.sending, "SendMessageBatch", throttled, server_error):
        status, result = world.redrive()
    assert (status, sorted(result["done"]), result["failed"]) == (200, sorted(world.ids), [])
    assert (world.sent(), world.left()) == (TEXTS, [])


def test_a_send_whose_answer_was_lost_sends_twice_at_most(world):
    with failpoint(world.sending, "SendMessageBatch", lost_response):
        assert world.redrive()[0] == 200
    assert world.left() == []
    assert len(world.sent()) == 12 + 10
    assert set(world.sent()) == set(TEXTS)


def test_of_two_batches_the_one_that_failed_stays(world):
    with failpoints(world.sending, "SendMessageBatch", [passed, *[server_error] * 9]):
        status, result = world.redrive()
    assert (status, len(result["done"]), len(result["failed"])) == (200, 10, 2)
    assert (len(world.sent()), len(world.left())) == (10, 2)
    assert sorted(world.sent() + world.left()) == TEXTS
    assert world.redrive()[1]["missing"] == sorted(result["done"])
    assert (world.sent(), world.left()) == (TEXTS, [])


def test_letters_that_were_sent_and_could_not_be_deleted_may_come_twice_and_are_not_lost(world):
    with failpoints(world.taking, "DeleteMessageBatch", always(server_error)):
        assert world.redrive()[0] == 503
    assert (len(world.sent()), world.left()) == (10, TEXTS)
    assert world.redrive()[0] == 200
    assert (set(world.sent()), len(world.sent()), world.left()) == (set(TEXTS), 22, [])


@pytest.mark.parametrize("operation", ["SendMessageBatch", "DeleteMessageBatch"])
def test_a_redrive_that_is_killed_loses_nothing(world, operation):
    client = world.sending if operation == "SendMessageBatch" else world.taking
    with (
        failpoint(client, operation, killed),
        failpoint(world.taking, "ChangeMessageVisibilityBatch", killed),
        pytest.raises(Killed),
    ):
        world.redrive()
    assert world.dead.counts().in_flight == 12
    world.half_a_minute_later()
    assert set(world.sent()) | set(world.left()) == set(TEXTS)
    assert world.redrive()[0] == 200
    assert (set(world.sent()), world.left()) == (set(TEXTS), [])


def test_a_delete_that_fails_leaves_the_letters_where_they_are(world):
    with failpoints(world.taking, "DeleteMessageBatch", always(server_error)):
        status, _ = world.operator.send("POST", f"{PATH}/delete", {"ids": world.ids})
    assert (status, world.left(), world.sent()) == (503, TEXTS, [])


def test_a_look_that_is_cut_short_hides_nothing(world):
    with failpoints(world.taking, "ReceiveMessage", [passed, *[server_error] * 9]):
        assert world.operator.send("GET", PATH)[0] == 503
    assert world.left() == TEXTS


# --- Jobs ----------------------------------------------------------------------------------------


def test_a_job_moves_all_and_ends(world):
    job_id = world.start()
    world.run_to_the_end(job_id)
    job = world.job(job_id)
    assert (job["status"], job["total"], job["moved"]) == ("done", 12, 12)
    assert (world.sent(), world.left()) == (TEXTS, [])


@pytest.mark.parametrize("operation", ["SendMessageBatch", "DeleteMessageBatch"])
def test_a_step_that_is_killed_is_delivered_again_and_loses_nothing(world, operation):
    job_id = world.start()
    client = world.sending if operation == "SendMessageBatch" else world.taking
    with (
        failpoint(client, operation, killed),
        failpoint(world.taking, "ChangeMessageVisibilityBatch", killed),
        pytest.raises(Killed),
    ):
        world.step()
    world.half_a_minute_later(job_id)
    world.run_to_the_end(job_id)
    assert (set(world.sent()), world.left()) == (set(TEXTS), [])
    assert len(world.sent()) == (12 if operation == "SendMessageBatch" else 22)


@pytest.mark.parametrize("operation", ["SendMessage", "PutItem"])
def test_a_step_killed_before_its_next_message_or_its_save_goes_on(world, aws, operation):
    job_id = world.start()
    client = world.sending if operation == "SendMessage" else aws.client("dynamodb")
    faults = [killed] if operation == "SendMessage" else [passed, killed]  # the claim is saved
    with failpoint(client, operation, *faults), pytest.raises(Killed):
        world.step()
    world.half_a_minute_later(job_id)
    world.run_to_the_end(job_id)
    assert (world.sent(), world.left()) == (TEXTS, [])


def test_a_step_that_cannot_send_fails_and_is_delivered_again(world, logged):
    job_id = world.start()
    with (
        failpoints(world.sending, "SendMessageBatch", always(server_error)),
        pytest.raises(BatchFailed),
    ):
        world.step()
    assert '"a message failed"' in logged.getvalue()
    assert (world.sent(), world.left()) == ([], TEXTS)
    world.half_a_minute_later(job_id)
    world.run_to_the_end(job_id)
    assert (world.sent(), world.left()) == (TEXTS, [])


def test_a_job_that_could_not_queue_its_first_step_is_begun_again(world):
    with failpoints(world.sending, "SendMessage", always(server_error)):
        assert world.operator.send("POST", f"{PATH}/jobs", {})[0] == 503
    job_id = world.start()
    world.run_to_the_end(job_id)
    assert (world.sent(), world.left()) == (TEXTS, [])


def test_a_stopped_job_goes_on_after_its_resume(world):
    job_id = world.start()
    assert world.operator.send("POST", f"/api/v1/jobs/{job_id}/stop")[1]["status"] == "stopped"
    world.step()
    assert (world.sent(), world.left()) == ([], TEXTS)
    assert world.operator.send("POST", f"/api/v1/jobs/{job_id}/resume")[0] == 202
    world.run_to_the_end(job_id)
    assert (world.sent(), world.left()) == (TEXTS, [])


# --- The page ------------------------------------------------------------------------------------


class Elsewhere:
    """A cloud whose queues lead to another one."""

    def __init__(self, cloud, elsewhere) -> None:
        self._cloud = cloud
        self._elsewhere = elsewhere

    def client(self, service, *timeouts):
        return (self._elsewhere if service == "sqs" else self._cloud).client(service, *timeouts)


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("server", [closed_port, black_hole])
@pytest.mark.parametrize("path", ["/api/v1/pipeline", PATH])
def test_without_sqs_the_pages_are_unavailable_before_the_gateway_gives_up(
    aws, callers, run_on, server, path
):
    with server() as url:
        run_on(Elsewhere(aws, cloud_at(url)))
        began = time.monotonic()
        assert callers.operator().send("GET", path)[0] == 503
        assert time.monotonic() - began < 10


def test_without_cloudwatch_the_pipeline_is_shown(aws, callers, logged):
    with failpoints(aws.client("cloudwatch", EXTRA), "GetMetricData", always(server_error)):
        status, page = callers.operator().send("GET", "/api/v1/pipeline")
    assert status == 200
    assert {queue["name"]: queue["oldest_age_s"] for queue in page["queues"]} == {
        "searches": None,
        "orders": None,
        "logs": None,
        "jobs": None,
        "webhooks": None,
        "mail_events": None,
    }
    assert '"CloudWatch told nothing"' in logged.getvalue()
