"""Dead letters, jobs and counts on real queues and tables, as far as there are any here."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from support.clouds import RESOURCES
from support.failpoints import always, failpoints, server_error

from chalicelib.aws import LETTERS, redriven
from chalicelib.aws.metrics import LOOK_BACK_S, Metric, Metrics, MetricValue
from chalicelib.aws.queue import MAX_CALL_BYTES, Counts, Queue, Received
from chalicelib.aws.redriven import Redriven
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import Conflict, Unavailable
from chalicelib.operations.dead_letter_queue import DeadLetterQueue
from chalicelib.operations.model import Redrive, RedriveJobStatus
from chalicelib.operations.store import KEPT_S, JobStore

ORDERS = next(
    declared_queue
    for declared_queue in RESOURCES.queues
    if declared_queue.variable == "ORDERS_QUEUE_URL"
)
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
EMULATOR = pytest.param("on_emulator", marks=pytest.mark.thorough)
NOW_S = 1_800_000_000
JOB = Redrive(
    job_id="j-1",
    queue="orders",
    status=RedriveJobStatus.RUNNING,
    per_second=50,
    total=7,
    moved=0,
    started_by="op-1",
    started_at="2026-01-31T09:30:00Z",
    updated_at="2026-01-31T09:30:00Z",
    sent_by_ms=NOW_S * 1000,
)


def queues(cloud):
    client = cloud.client("sqs", LETTERS)
    url = client.get_queue_url(QueueName=ORDERS.name)["QueueUrl"]
    return Queue(client, url), Queue(client, f"{url}-dlq")


def bodies(queue):
    return sorted(message.body for message in queue.receive(wait_s=0, visibility_timeout_s=0))


# --- Queues ------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["aws", EMULATOR])
def test_a_queue_counts_what_waits_what_is_held_and_what_is_delayed(request, where):
    queue, _ = queues(request.getfixturevalue(where))
    assert queue.counts() == Counts(0, 0, 0)
    queue.send_all(["a", "b", "c"])
    queue.send("d", delay_s=900)
    assert len(queue.receive(wait_s=0, visibility_timeout_s=60, at_most=1)) == 1
    assert queue.counts() == Counts(waiting=2, in_flight=1, delayed=1)
    assert queue.name == ORDERS.name


def test_a_queue_that_is_down_is_unavailable_for_counts_and_forwards(aws, pauses):
    queue, _ = queues(aws)
    queue.send("a")
    held = queue.receive(wait_s=0, visibility_timeout_s=60)
    client = aws.client("sqs", LETTERS)
    with failpoints(client, "*", always(server_error)):
        with pytest.raises(Unavailable):
            queue.counts()
        with pytest.raises(Unavailable):
            queue.forward(held)


def test_each_forwarded_message_carries_its_own_trace_header():
    """By a fake: moto and the emulator both leave trace headers out of batches."""
    entries = []

    class Sqs:
        def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803 SQS's own
            entries.extend(Entries)
            return {}

    letters = [
        Received("m-1", "r", "a", NOW_S * 1000, 6, TRACE),
        Received("m-2", "r", "b", NOW_S * 1000, 6, None),
    ]
    assert Queue(Sqs(), "https://sqs.test/orders").forward(letters) == []
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    assert [entry["MessageBody"] for entry in entries] == ["a", "b"]
    assert [entry.get("MessageSystemAttributes") for entry in entries] == [header, None]


@pytest.mark.parametrize("where", ["aws", EMULATOR])
def test_a_letter_that_dies_again_says_how_often_it_was_redriven(request, where):
    """Each redrive gives it another message id; SQS moves its attributes along."""
    queue, dead = queues(request.getfixturevalue(where))
    policy = {"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": "1"}
    attributes = {"RedrivePolicy": json.dumps(policy)}
    queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes=attributes)
    at = [datetime(2026, 11, 28, 14, minute, tzinfo=UTC) for minute in (1, 2)]
    dead.send("a")
    (letter,) = dead.receive(wait_s=0, visibility_timeout_s=60)
    assert letter.redriven is None
    for number, time in enumerate(at, 1):
        assert Queue(queue.client, queue.url, now=lambda time=time: time).forward([letter]) == []
        assert len(queue.receive(wait_s=0, visibility_timeout_s=0)) == 1
        assert queue.receive(wait_s=0, visibility_timeout_s=0) == []
        dead.delete_all([letter.receipt_handle])
        (letter,) = dead.receive(wait_s=0, visibility_timeout_s=60)
        assert letter.redriven == Redriven(number, f"2026-11-28T14:0{number}:00Z")


def arn_of(queue):
    answer = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def test_a_message_of_the_greatest_size_is_forwarded_without_a_word(on_emulator):
    queue, dead = queues(on_emulator)
    dead.send_all(["b" * MAX_CALL_BYTES, "a"])
    letters = [
        letter
        for _ in range(2)
        for letter in dead.receive(wait_s=0, visibility_timeout_s=60, at_most=1)
    ]
    assert queue.forward(letters) == []
    told = {
        len(message.body): message.redriven is not None
        for _ in range(2)
        for message in queue.receive(wait_s=0, visibility_timeout_s=60, at_most=1)
    }
    assert told == {1: True, MAX_CALL_BYTES: False}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"OmniRedriven": {"StringValue": "1"}},
        {"OmniRedriven": {"StringValue": "-1"}, "OmniRedrivenAt": {"StringValue": "t"}},
        {"OmniRedriven": {"BinaryValue": b"1"}, "OmniRedrivenAt": {"StringValue": "t"}},
    ],
)
def test_attributes_of_somebody_else_say_nothing(attributes):
    assert redriven.read_attributes({"MessageAttributes": attributes}) is None


def test_batches_hold_no_more_bytes_than_one_call_may_carry(on_emulator):
    queue, _ = queues(on_emulator)
    third = MAX_CALL_BYTES // 3
    large = [f"{n}{'é' * (third // 2)}" for n in range(7)]
    assert queue.send_all([*large, "small"]) == []
    assert queue.counts().waiting == 8


def test_a_message_of_the_greatest_size_goes_alone(on_emulator):
    queue, _ = queues(on_emulator)
    assert queue.send_all(["a", "b" * MAX_CALL_BYTES, "c"]) == []
    assert queue.counts().waiting == 3


# --- Letters -------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["aws", EMULATOR])
def test_letters_are_looked_at_redriven_and_deleted(request, where):
    queue, dead = queues(request.getfixturevalue(where))
    dead.send_all(["a", "b", "c"])
    letters = DeadLetterQueue(dead, queue.forward)
    by_body = {letter.body: letter.message_id for letter in letters.look(500)}
    assert sorted(by_body) == ["a", "b", "c"]
    assert letters.look(500) != []
    assert letters.redrive([by_body["a"], "x"]).done == [by_body["a"]]
    assert letters.delete([by_body["b"]]).done == [by_body["b"]]
    assert bodies(dead) == ["c"]
    assert bodies(queue) == ["a"]


def test_a_window_of_500_is_whole_and_nothing_of_it_stays_hidden(on_emulator):
    queue, dead = queues(on_emulator)
    dead.send_all([str(n) for n in range(501)])
    letters = DeadLetterQueue(dead, queue.forward)
    found = letters.look(500)
    assert len({match.message_id for match in found}) == 500
    assert dead.counts() == Counts(501, 0, 0)
    result = letters.redrive([match.message_id for match in found[:300]])
    assert len(result.done) + len(result.missing) == 300
    assert len(result.done) >= 299
    assert queue.counts().waiting == len(result.done)


def test_a_dead_letter_keeps_the_time_at_which_it_was_sent(on_emulator):
    """On it rests that what a job moved, and what died again, is not moved once more."""
    queue, dead = queues(on_emulator)
    arn = on_emulator.client("sqs").get_queue_attributes(
        QueueUrl=dead.url, AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    on_emulator.client("sqs").set_queue_attributes(
        QueueUrl=queue.url,
        Attributes={
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
        },
    )
    queue.send("poison")
    (sent,) = queue.receive(wait_s=0, visibility_timeout_s=0)
    assert queue.receive(wait_s=0, visibility_timeout_s=0) == []
    (letter,) = dead.receive(wait_s=1, visibility_timeout_s=9)
    assert (letter.body, letter.sent_at_ms) == ("poison", sent.sent_at_ms)


# --- Metrics -------------------------------------------------------------------------------------

AGE = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName", "orders"))
OTHER = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName", "others"))


def write(aws, at, value):
    aws.client("cloudwatch").put_metric_data(
        Namespace=AGE.namespace,
        MetricData=[
            {
                "MetricName": AGE.name,
                "Dimensions": [{"Name": AGE.dimension[0], "Value": AGE.dimension[1]}],
                "Timestamp": at,
                "Value": value,
            }
        ],
    )


@pytest.mark.parametrize("where", ["aws", EMULATOR])
def test_the_newest_reading_of_each_metric_is_told_and_none_where_there_is_none(request, where):
    cloud = request.getfixturevalue(where)
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    write(cloud, minute - timedelta(minutes=4), 9)
    write(cloud, minute - timedelta(minutes=2), 5)
    write(cloud, minute - timedelta(minutes=2), 7)
    metrics = Metrics(cloud.client("cloudwatch"))
    newest, none = metrics.latest([AGE, OTHER], minute)
    assert newest == MetricValue(minute - timedelta(minutes=2), 7)
    assert none is None


def test_an_old_reading_is_none(aws):
    now = datetime.now(UTC)
    write(aws, now - timedelta(seconds=LOOK_BACK_S + 120), 9)
    assert Metrics(aws.client("cloudwatch")).latest([AGE], now) == [None]


def test_cloudwatch_in_trouble_is_unavailable(aws, pauses):
    client = aws.client("cloudwatch")
    with failpoints(client, "GetMetricData", always(server_error)), pytest.raises(Unavailable):
        Metrics(client).latest([AGE], datetime.now(UTC))


# --- Jobs ----------------------------------------------------------------------------------------


@pytest.fixture(params=["aws", EMULATOR])
def store(request):
    client = request.getfixturevalue(request.param).client("dynamodb")
    return JobStore(client, Table(client, "OmniState-test"), lambda: NOW_S)


def changed(job, **changes):
    return msgspec.structs.replace(job, **changes)


def test_a_job_is_found_as_it_was_begun(store):
    assert store.find("j-1") is None
    store.begin(JOB)
    assert store.find("j-1") == changed(JOB, version=1)


def test_another_job_of_the_queue_begins_only_when_none_runs(store):
    store.begin(JOB)
    store.begin(changed(JOB, job_id="j-2", queue="logs"))
    with pytest.raises(Conflict, match="j-1"):
        store.begin(changed(JOB, job_id="j-3"))
    assert store.find("j-3") is None
    store.change("j-1", lambda job: changed(job, status=RedriveJobStatus.DONE))
    store.begin(changed(JOB, job_id="j-3"))
    with pytest.raises(Conflict, match="j-3"):
        store.begin(changed(store.find("j-1"), status=RedriveJobStatus.RUNNING))
    assert store.find("j-1").status is RedriveJobStatus.DONE


def test_jobs_are_listed_newest_first_and_once_though_resumed(store):
    later_ms = JOB.sent_by_ms + 10_000
    store.begin(JOB)
    store.begin(changed(JOB, job_id="j-2", queue="logs", sent_by_ms=later_ms))
    stopped = store.change("j-1", lambda job: changed(job, status=RedriveJobStatus.STOPPED))
    store.begin(changed(stopped, status=RedriveJobStatus.RUNNING))
    (newest,), key = store.newest_first(1, None)
    (oldest,), key = store.newest_first(1, key)
    assert (newest.job_id, oldest.job_id, oldest.version) == ("j-2", "j-1", 3)
    assert key is None


def test_a_job_that_dynamodb_deleted_is_left_out_of_the_list(store):
    store.begin(JOB)
    store.table.delete({"pk": "JOB#j-1", "sk": "JOB"}, Condition("attribute_exists(pk)"))
    assert store.newest_first(10, None) == ([], None)


def test_a_job_is_begun_again_after_its_stop(store):
    store.begin(JOB)
    stopped = store.change("j-1", lambda job: changed(job, status=RedriveJobStatus.STOPPED))
    store.begin(changed(stopped, status=RedriveJobStatus.RUNNING, step=1))
    assert (store.find("j-1").status, store.find("j-1").step) == (RedriveJobStatus.RUNNING, 1)


def test_of_two_that_begin_at_once_one_does(store):
    class Overtaken(JobStore):
        """Another job begins after this one's look at the latest."""

        def _latest(self, queue):
            found = super()._latest(queue)
            if store.find("j-2") is None:
                store.begin(changed(JOB, job_id="j-2"))
            return found

    with pytest.raises(Conflict, match="j-2"):
        Overtaken(store.client, store.table, store.now).begin(JOB)
    assert store.find("j-1") is None


def test_a_save_of_what_someone_else_changed_fails(store):
    store.begin(JOB)
    seen = store.find("j-1")
    store.save(changed(seen, moved=1))
    with pytest.raises(ConditionFailed):
        store.save(changed(seen, moved=2))
    assert store.find("j-1").moved == 1


def test_a_change_is_made_to_what_is_stored_by_then(store):
    store.begin(JOB)
    meddled = []

    def add_ten(job):
        if not meddled:
            meddled.append(store.save(changed(job, moved=1)))
        return changed(job, moved=job.moved + 10)

    assert store.change("j-1", add_ten).moved == 11
    assert store.find("j-1").moved == 11
    assert store.change("gone", add_ten) is None


def test_a_job_is_forgotten_with_the_letters_it_was_for(store):
    store.begin(JOB)
    (item,) = store.table.query("pk", "JOB#j-1")
    assert item["expires_at"] == NOW_S + KEPT_S
