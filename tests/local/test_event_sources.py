"""The app's handlers are called as Lambda's mappings call them, on a real queue."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from chalice import Chalice
from support.local_system import ROOT, aws_of, kept_environment, local, running_emulator
from support.waiting import stays_for, until

from chalicelib.errors import Unavailable
from infra.local.environment import part_variables
from infra.local.event_sources.batch_response import find_failed_ids
from infra.local.event_sources.payload_limit import split_by_payload
from infra.local.event_sources.registry import build_all_pollers
from infra.local.event_sources.runner import Runner
from infra.local.event_sources.source import SourceDependencies, SourcePoller, UnknownEventSource

VISIBILITY_S = 2
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"


class Line:
    """A queue with its dead-letter queue, and what a handler saw of it."""

    def __init__(self, config, name, visibility_s=VISIBILITY_S):
        self.name = name
        self.client = aws_of(config).client("sqs")
        dead = self.client.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
        redrive = {
            "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:000000000000:{name}-dlq",
            "maxReceiveCount": "5",
        }
        self.url = self.client.create_queue(
            QueueName=name,
            Attributes={
                "VisibilityTimeout": str(visibility_s),
                "RedrivePolicy": json.dumps(redrive),
            },
        )["QueueUrl"]
        self.dead_url = dead
        self.batches = []

    def send(self, *bodies):
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        self.client.send_message_batch(QueueUrl=self.url, Entries=entries)

    def left(self, url=None):
        """Messages in the queue, in flight included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        asked = self.client.get_queue_attributes(QueueUrl=url or self.url, AttributeNames=names)
        return sum(int(value) for value in asked["Attributes"].values())

    def seen(self):
        """How often the handler was given each body."""
        return Counter(body for batch in self.batches for body in batch)


@pytest.fixture
def line(emulated, request):
    return Line(emulated, f"line-{abs(hash(request.node.name))}")


@contextmanager
def polled(config, line, answer, *, reports_failures=True, **options):
    """Poll the queue with a handler that keeps what it is given and answers `answer(records)`."""
    app = Chalice("test")

    @app.on_sqs_message(queue=line.name, name="handler", **options)
    def handler(event):
        records = event.to_dict()["Records"]
        line.batches.append([record["body"] for record in records])
        return answer(records)

    with run(config, app, reports_failures=reports_failures) as runner:
        yield runner


@contextmanager
def run(config, app, *, reports_failures=True):
    around = SourceDependencies(aws_of(config), config.endpoint_url, "us-east-1", reports_failures)
    runner = Runner(build_all_pollers(app, around))
    runner.start()
    try:
        yield runner
    finally:
        runner.stop(5)


def failures(records):
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


def test_a_message_reported_as_failed_is_alone_delivered_again(emulated, line):
    failed_once = threading.Event()

    def answer(records):
        bad = [record for record in records if record["body"] == "3"]
        if not bad or failed_once.is_set():
            return failures([])
        failed_once.set()
        return failures(bad)

    line.send("1", "2", "3", "4", "5")
    with polled(emulated, line, answer, batch_size=5):
        until(lambda: line.left() == 0)

    assert line.seen() == {"1": 1, "2": 1, "3": 2, "4": 1, "5": 1}


def test_a_batch_that_raises_comes_back_whole(emulated, line):
    raised = threading.Event()

    def answer(records):
        if not raised.is_set():
            raised.set()
            raise RuntimeError("the function failed")

    line.send("1", "2", "3")
    with polled(emulated, line, answer, batch_size=10):
        until(lambda: line.left() == 0)

    assert line.seen() == {"1": 2, "2": 2, "3": 2}


def test_a_message_that_always_fails_ends_in_the_dead_letter_queue_after_five(emulated):
    line = Line(emulated, "poisoned", visibility_s=1)

    def answer(records):
        return failures([record for record in records if record["body"] == "poison"])

    line.send("good", "poison")
    with polled(emulated, line, answer, batch_size=10):
        until(lambda: line.left(line.dead_url) == 1)

    assert line.seen()["poison"] == 5
    assert line.left() == 0


def test_without_the_mappings_flag_any_answer_means_that_all_succeeded(emulated, line):
    line.send("1", "2")
    with polled(emulated, line, failures, reports_failures=False, batch_size=10):
        until(lambda: line.left() == 0)
        # long enough for them to come back
        stays_for(lambda: line.seen() == {"1": 1, "2": 1}, VISIBILITY_S + 0.3, "one delivery")

    assert line.seen() == {"1": 1, "2": 1}


def test_a_record_has_the_shape_that_lambda_gives_it(emulated, line):
    records = []
    line.client.send_message(
        QueueUrl=line.url,
        MessageBody="hello",
        MessageAttributes={"colour": {"DataType": "String", "StringValue": "blue"}},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}},
    )

    with polled(emulated, line, records.extend, batch_size=1):
        until(lambda: line.left() == 0)

    (record,) = records
    attributes = record.pop("attributes")
    assert record.pop("messageId")
    assert record.pop("receiptHandle")
    assert record.pop("md5OfMessageAttributes")
    assert record == {
        "body": "hello",
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "messageAttributes": {
            "colour": {
                "dataType": "String",
                "stringValue": "blue",
                "stringListValues": [],
                "binaryListValues": [],
            }
        },
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{line.name}",
        "awsRegion": "us-east-1",
    }
    assert attributes["ApproximateReceiveCount"] == "1"
    assert attributes["AWSTraceHeader"] == TRACE
    assert int(attributes["SentTimestamp"]) <= int(attributes["ApproximateFirstReceiveTimestamp"])


def test_a_batching_window_gathers_what_comes_after_the_first_message(emulated, line):
    options = {
        "batch_size": 20,
        "maximum_batching_window_in_seconds": 10,
        "maximum_concurrency": 1,
    }
    with polled(emulated, line, lambda records: None, **options):
        line.send(*"12345")
        stays_for(lambda: not line.batches, 0.2, "the window")
        line.send(*"abcdefgh")
        line.send(*"ABCDEFG")
        until(lambda: line.left() == 0)

    assert [len(batch) for batch in line.batches] == [20]


def test_a_mapping_runs_as_many_batches_at_once_as_its_concurrency(emulated, line):
    together = threading.Barrier(3, timeout=5)

    def answer(records):
        together.wait()  # breaks unless three are handled at the same time

    line.send("1", "2", "3")
    with polled(emulated, line, answer, batch_size=1, maximum_concurrency=3):
        until(lambda: line.left() == 0)

    assert line.seen() == {"1": 1, "2": 1, "3": 1}


def test_no_more_than_its_concurrency_run_and_none_waits_in_vain_for_its_turn(emulated):
    line = Line(emulated, "one-at-a-time", visibility_s=1)
    alone = threading.Lock()
    crowded = []

    def answer(records):
        if not alone.acquire(blocking=False):
            crowded.append(records)
            return
        time.sleep(0.6)
        alone.release()

    line.send("1", "2", "3")
    with polled(emulated, line, answer, batch_size=1, maximum_concurrency=1):
        until(lambda: line.left() == 0)

    assert crowded == []
    assert line.seen() == {"1": 1, "2": 1, "3": 1}  # received too early, one would come twice


def test_an_idle_queue_costs_one_long_poll_at_a_time(emulated, line):
    app = Chalice("test")
    app.on_sqs_message(queue=line.name, name="handler", maximum_concurrency=10)(print)
    with run(emulated, app):
        until(lambda: any(item.name == "handler" for item in threading.enumerate()))

        assert [item.name for item in threading.enumerate()].count("handler") == 1


def test_a_batch_beyond_six_megabytes_is_given_to_several_invocations(emulated, line):
    body = "x" * 1_000_000
    for number in range(8):
        line.send(f"{number}{body}")

    with polled(emulated, line, lambda records: None, batch_size=10, maximum_concurrency=1):
        until(lambda: line.left() == 0)

    assert len(line.seen()) == 8
    assert max(len(batch) for batch in line.batches) == 6


def test_a_record_that_is_too_big_by_itself_goes_alone_and_none_changes_places():
    records = [{"n": n, "text": "x" * size} for n, size in enumerate((10, 500, 10, 10))]

    batches = list(split_by_payload(records, max_bytes=200))

    assert [[record["n"] for record in batch] for batch in batches] == [[0], [1], [2, 3]]
    assert list(split_by_payload([])) == []


def test_a_stop_lets_the_batch_in_hand_finish_and_be_deleted(emulated, line):
    begun, finish = threading.Event(), threading.Event()

    def answer(records):
        begun.set()
        finish.wait(5)

    line.send("1")
    with polled(emulated, line, answer, batch_size=1) as runner:
        begun.wait(5)
        threading.Timer(0.2, finish.set).start()
        assert runner.stop(5)

    assert line.left() == 0


def test_a_handler_that_outlasts_the_stop_is_reported_and_its_message_kept(emulated, line):
    begun, finish = threading.Event(), threading.Event()

    def answer(records):
        begun.set()
        finish.wait(5)
        raise RuntimeError

    line.send("1")
    with polled(emulated, line, answer, batch_size=1) as runner:
        begun.wait(5)
        assert not runner.stop(0.1)
        finish.set()

    assert line.left() == 1


def test_the_pollers_take_up_their_work_when_a_killed_emulator_is_back(tmp_path):
    config = local(tmp_path)
    with running_emulator(config) as emulator:
        line = Line(config, "line")
        with polled(config, line, lambda records: None, batch_size=1):
            line.send("before")
            until(lambda: line.left() == 0)
            emulator.stop(0)
            emulator.start()
            line = until(lambda: reborn(config, line), what="the queue made anew")
            line.send("after")
            until(lambda: line.seen() == {"before": 1, "after": 1})


def reborn(config, line):
    """The queue made again, after its emulator lost it; what was seen stays."""
    try:
        again = Line(config, line.name)
    except (BotoCoreError, ClientError):  # it has yet to start
        return None
    again.batches = line.batches
    return again


def test_a_step_that_raises_is_repeated_after_a_pause():
    times = []

    def fail(stop):
        times.append(time.monotonic())
        raise Unavailable("nobody answers")

    runner = Runner([SourcePoller("source", fail)])
    runner.start()
    until(lambda: len(times) >= 4)
    runner.stop(5)

    assert len(times) < 50


def test_an_event_source_of_an_unknown_kind_is_named(emulated):
    app = Chalice("test")
    app.on_s3_event(bucket="pictures", name="resize")(lambda event: None)
    around = SourceDependencies(aws_of(emulated), emulated.endpoint_url, "us-east-1", True)

    with pytest.raises(UnknownEventSource, match=r"resize.*S3EventConfig"):
        build_all_pollers(app, around)


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "c"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemId": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": ["a"]}]}, {"a", "b"}),
        ("done", {"a", "b"}),
    ],
)
def test_an_answer_means_what_it_means_to_lambda(answer, failed):
    assert find_failed_ids(answer, frozenset({"a", "b"})) == failed


def test_the_process_polls_until_a_signal_and_then_ends_well(emulated):
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.event_sources"],
        cwd=ROOT,
        env=kept_environment() | part_variables(emulated, {}),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = (json.loads(line)["message"] for line in process.stdout)
        assert "the event sources are polled" in said
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
