"""A stream's handler is called as Lambda's mapping calls it, on a real table's stream."""

import json
import threading
import time
from types import SimpleNamespace

import pytest
from chalice import Chalice
from chalice.app import DynamoDBEventConfig, KinesisEventConfig
from support.flows import Flow, running
from support.local_system import local, running_emulator
from support.waiting import stays_for, until

from infra.local.event_sources import catch_up, stream_delivery, stream_mapping
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.mapping_settings import build_stream_settings, list_catch_ups
from infra.local.event_sources.source import SourceDependencies, StreamSettings


class TableFlow(Flow):
    """A table with a stream; a record's name is its item's id."""

    service = "dynamodb"

    def __init__(self, config, folder):
        super().__init__(config, folder)
        created = self.client.create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        self.arn = created["TableDescription"]["LatestStreamArn"]

    @staticmethod
    def name_of(record):
        return record["dynamodb"]["Keys"]["id"]["S"]

    @staticmethod
    def number_of(record):
        return record["dynamodb"]["SequenceNumber"]

    def register(self, app, **options):
        return app.on_dynamodb_record(stream_arn=self.arn, **options)

    def list_names(self):
        return self.client.list_tables()["TableNames"]

    def put(self, *ids, **more):
        """An item for each id."""
        for item_id in ids:
            self.client.put_item(TableName=self.name, Item={"id": {"S": item_id}, **more})

    def is_past(self, record):
        """Whether the checkpoint is behind this record."""
        (shard,) = self.checkpoints().values()
        return int(shard["after"]) > int(self.number_of(record))


@pytest.fixture
def flow(emulated, tmp_path, monkeypatch):
    monkeypatch.setattr(stream_delivery, "FIRST_PAUSE_S", 0.01)
    return TableFlow(emulated, tmp_path)


def test_a_record_has_the_shape_that_lambda_gives_it(flow):
    begun = int(time.time())
    flow.put("a", bytes={"B": b"\x00\xff"}, nested={"L": [{"M": {"n": {"N": "1.5"}}}]})

    with flow.polled():
        until(lambda: flow.records)

    (record,) = flow.records
    change = record.pop("dynamodb")
    assert record.pop("eventID")
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": flow.arn,
    }
    assert begun <= change.pop("ApproximateCreationDateTime") <= time.time()
    assert change.pop("SequenceNumber").isdigit()
    assert change.pop("SizeBytes") >= 0
    assert change == {
        "Keys": {"id": {"S": "a"}},
        "NewImage": {
            "id": {"S": "a"},
            "bytes": {"B": "AP8="},
            "nested": {"L": [{"M": {"n": {"N": "1.5"}}}]},
        },
        "StreamViewType": "NEW_IMAGE",
    }


def test_records_come_in_order_and_in_batches(flow):
    flow.put(*"abcde")

    with flow.polled(batch_size=2):
        until(lambda: len(flow.seen()) == 5)

    assert flow.batches == [["a", "b"], ["c", "d"], ["e"]]


def test_what_was_handled_is_not_delivered_again_after_a_restart(flow):
    flow.put("a", "b")
    with flow.polled():
        until(lambda: len(flow.seen()) == 2)
    flow.put("c")

    with flow.polled():
        until(lambda: "c" in flow.seen())

    assert flow.seen() == {"a": 1, "b": 1, "c": 1}


def test_without_a_checkpoint_a_stream_is_read_from_its_beginning(flow):
    flow.put("a")
    with flow.polled():
        until(lambda: flow.seen()["a"] == 1)
    (checkpoint,) = (flow.folder / "checkpoints").glob("*.json")
    checkpoint.write_text("{ damaged")

    with flow.polled():
        until(lambda: flow.seen()["a"] == 2)


def test_lambda_goes_on_from_the_first_record_that_is_reported(flow):
    failed_once = threading.Event()

    def answer(records):
        bad = [record for record in records if flow.name_of(record) == "c"]
        if not bad or failed_once.is_set():
            return flow.failures([])
        failed_once.set()
        return flow.failures(bad)

    flow.put(*"abcde")
    with flow.polled(answer, batch_size=5):
        until(lambda: flow.seen()["e"] == 2)

    assert flow.batches == [list("abcde"), list("cde")]
    assert flow.letters() == []


def test_a_record_that_keeps_failing_is_found_and_its_position_goes_to_the_failure_queue(flow):
    flow.put(*"abcdef")

    with flow.polled(flow.fails("d"), batch_size=6):
        until(lambda: flow.seen()["f"] == 3)
        (letter,) = until(flow.letters)

    # All, then from d on; that is halved, and the half is tried twice more.
    assert flow.batches == [list("abcdef"), list("def"), ["d"], ["d"], ["d"], list("ef")]
    position = letter.pop("DDBStreamBatchInfo")
    (record,) = {
        entry["dynamodb"]["SequenceNumber"] for entry in flow.records if flow.name_of(entry) == "d"
    }
    assert position.pop("shardId").startswith("shardId-")
    first = position.pop("approximateArrivalOfFirstRecord")
    assert first == position.pop("approximateArrivalOfLastRecord")
    assert first.endswith("Z")
    assert position == {
        "startSequenceNumber": record,
        "endSequenceNumber": record,
        "batchSize": 1,
        "streamArn": flow.arn,
    }
    assert letter.pop("timestamp").endswith("Z")
    assert letter["requestContext"].pop("requestId")
    assert letter == {
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:handler",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 3,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "version": "1.0",
    }


def test_a_batch_that_raises_is_halved_and_the_good_records_pass(flow):
    def answer(records):
        if any(flow.name_of(record) == "poison" for record in records):
            raise RuntimeError("the function failed")

    flow.put("a", "b", "poison", "c")
    with flow.polled(answer, batch_size=4):
        until(lambda: flow.seen()["c"] and flow.letters())

    assert flow.batches == [
        ["a", "b", "poison", "c"],
        ["a", "b"],
        ["poison", "c"],
        ["poison"],
        ["poison"],
        ["poison"],
        ["c"],
    ]
    (letter,) = flow.letters()
    assert letter["responseContext"]["functionError"] == "Unhandled"


def test_a_record_that_succeeds_within_its_retries_is_not_given_up(flow):
    with flow.polled(lambda records: flow.failures(records if len(flow.batches) < 3 else [])):
        flow.put("a")
        until(lambda: flow.seen()["a"] == 3)
        flow.put("b")
        until(lambda: flow.seen()["b"] == 1)

    assert flow.letters() == []


def test_without_the_mappings_flag_any_answer_means_that_all_succeeded(flow):
    flow.put("a")
    with flow.polled(flow.failures, reports_failures=False):
        until(lambda: flow.seen()["a"])
        flow.put("b")
        until(lambda: flow.seen()["b"])

    assert flow.batches == [["a"], ["b"]]


def test_only_events_of_the_wanted_names_are_delivered_and_the_rest_is_passed(flow):
    settings = {"event_names": ("INSERT",)}
    flow.put("a")
    flow.put("a", n={"N": "1"})
    flow.client.delete_item(TableName=flow.name, Key={"id": {"S": "a"}})
    flow.put("b")
    flow.put("b", n={"N": "1"})

    with flow.polled(settings=settings, batch_size=2):
        until(lambda: "b" in flow.seen())
        until(lambda: flow.is_past(flow.records[-1]))

    assert [record["eventName"] for record in flow.records] == ["INSERT", "INSERT"]
    with flow.polled(settings=settings):
        flow.put("c")
        until(lambda: "c" in flow.seen())
    assert flow.seen() == {"a": 1, "b": 1, "c": 1}


def test_a_batching_window_gathers_what_comes_after_the_first_record(flow):
    options = {"batch_size": 6, "maximum_batching_window_in_seconds": 10}
    flow.put("a", "b")
    with flow.polled(**options):
        # long enough for them to be read
        stays_for(lambda: not flow.batches, 0.6, "the window")
        flow.put(*"cdef")
        until(lambda: flow.batches)

    assert flow.batches == [list("abcdef")]


def test_a_stop_delivers_what_the_window_has_gathered(flow):
    with flow.polled(batch_size=100, maximum_batching_window_in_seconds=60):
        flow.put("a")
        stays_for(lambda: not flow.batches, 0.7, "the window")  # as above

    assert flow.batches == [["a"]]


def test_a_stop_delivers_what_has_just_come(flow):
    with flow.polled():
        flow.put("a")
        until(lambda: flow.seen()["a"])
        # it sees that there is no more, and waits
        stays_for(lambda: flow.seen() == {"a": 1}, 0.1, "one delivery")
        flow.put("b")

    assert flow.seen() == {"a": 1, "b": 1}


def test_a_stop_between_retries_keeps_only_what_failed_for_the_next_start(flow, monkeypatch):
    monkeypatch.setattr(stream_delivery, "FIRST_PAUSE_S", 60)
    monkeypatch.setattr(stream_delivery, "MAX_PAUSE_S", 60)
    flow.put("good", "bad")
    with flow.polled(flow.fails("bad"), batch_size=2):
        until(lambda: flow.seen()["bad"] == 2)

    assert flow.letters() == []
    seen = flow.seen()["bad"]
    with flow.polled():
        until(lambda: flow.seen()["bad"] == seen + 1)
    assert flow.seen()["good"] == 1


def test_what_cannot_reach_the_failure_queue_is_not_passed(flow):
    flow.delete_failure_queue()

    with flow.polled(flow.fails("a")):
        flow.put("a", "b")
        until(lambda: flow.seen()["a"] > 3)  # more than one whole round of tries
        assert flow.seen()["b"] <= flow.seen()["a"]
        assert not flow.checkpoints()
        flow.create_failure_queue()
        until(flow.checkpoints)

    assert len(flow.letters()) >= 1


def test_a_handler_catches_up_before_its_stream_is_read(flow):
    order = []
    flow.put("a")

    def announce():
        order.append("catch up")
        time.sleep(0.3)

    with flow.polled(
        lambda records: order.append("record"), around={"catch_ups": {"handler": announce}}
    ):
        until(lambda: len(order) == 2)

    assert order == ["catch up", "record"]


def test_a_catch_up_that_fails_is_tried_again_beside_the_stream(flow, monkeypatch):
    monkeypatch.setattr(catch_up, "FIRST_PAUSE_S", 0.1)
    attempts = []

    def announce():
        attempts.append(1)
        if len(attempts) < 3:
            raise RuntimeError

    flow.put("a")
    with flow.polled(around={"catch_ups": {"handler": announce}}):
        until(lambda: flow.seen()["a"])
        until(lambda: len(attempts) == 3)
        flow.put("b")
        until(lambda: flow.seen()["b"])

    assert len(attempts) == 3


def test_a_catch_up_that_takes_several_turns_is_no_error(flow, logged):
    left = [120, 20, 0]

    flow.put("a")
    with flow.polled(around={"catch_ups": {"handler": lambda: left.pop(0)}}):
        until(lambda: not left)
        until(lambda: "a function has caught up" in logged.getvalue())

    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    said = [(row["level"], row["message"], row.get("left")) for row in lines]
    assert said == [
        ("info", "a function goes on catching up", 120),
        ("info", "a function goes on catching up", 20),
        ("info", "a function has caught up", None),
    ]


def test_how_far_it_is_behind_is_told_while_a_record_is_in_hand(flow, monkeypatch):
    monkeypatch.setattr(stream_mapping, "POLL_S", 0.1)
    state = flow.create_state()
    finish = threading.Event()

    def lag_ms():
        return state.heartbeats().get("stream:handler", {}).get("lag_ms")

    with flow.polled(lambda records: finish.wait(10) and None, around={"state": state}):
        until(lambda: lag_ms() == 0)
        flow.put("a")
        until(lambda: (lag_ms() or 0) > 500)
        finish.set()
        until(lambda: lag_ms() == 0)


def test_after_the_emulator_lost_the_stream_it_catches_up_and_reads_all_that_is_new(tmp_path):
    config = local(tmp_path)
    caught_up = []
    with running_emulator(config) as emulator:
        flow = TableFlow(config, tmp_path)
        emulator.stop(time.monotonic() + 5)  # a clean stop keeps the table, and no records
        emulator.start()
        until(flow.is_up, what="the table again")
        with flow.polled(around={"catch_ups": {"handler": lambda: caught_up.append(1)}}):
            flow.put(*"abc")
            until(lambda: len(flow.seen()) == 3)
            emulator.stop(0)
            emulator.start()
            until(flow.is_up, what="the table again")
            flow.put(*"xyz123")
            until(lambda: len(flow.seen()) == 9)

    assert flow.seen() == dict.fromkeys("abcxyz123", 1)
    assert len(caught_up) == 2


class FakeStream:
    """A stream whose shard was split: parent and two children."""

    def __init__(self):
        self.shards = {"parent": ["1", "2"], "left": ["3"], "right": ["4", "5"]}

    def describe_stream(self, **request):
        """Two shards a page."""
        parents = {"left": "parent", "right": "parent"}
        names = list(self.shards)
        start = 2 if "ExclusiveStartShardId" in request else 0
        listed = [
            {"ShardId": name} | ({"ParentShardId": parents[name]} if name in parents else {})
            for name in names[start : start + 2]
        ]
        last = {"LastEvaluatedShardId": listed[-1]["ShardId"]} if start == 0 else {}
        return {"StreamDescription": {"Shards": listed, **last}}

    def get_shard_iterator(self, **request):
        numbers = self.shards[request["ShardId"]]
        after = request.get("SequenceNumber")
        at = 0 if after is None else numbers.index(after) + 1
        return {"ShardIterator": f"{request['ShardId']}/{at}"}

    def get_records(self, **request):
        """One record a page; behind the last one the shard is closed."""
        shard, at = request["ShardIterator"].split("/")
        numbers = self.shards[shard][int(at) : int(at) + 1]
        more = int(at) + 1 < len(self.shards[shard])
        ahead = {"NextShardIterator": f"{shard}/{int(at) + 1}"} if more else {}
        records = [
            {"eventName": "INSERT", "dynamodb": {"SequenceNumber": number}} for number in numbers
        ]
        return {"Records": records, **ahead}


def test_the_children_of_a_shard_are_read_when_all_of_it_is_handled(tmp_path, monkeypatch):
    monkeypatch.setattr(stream_mapping, "POLL_S", 0.05)
    stream, app, seen = FakeStream(), Chalice("test"), []

    @app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:::table/t/stream/1", name="handler")
    def handler(event):
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event.to_dict()["Records"]]
        if "1" in numbers:
            time.sleep(0.3)  # long enough for the children to be seen
        seen.extend(numbers)

    def run(is_over):
        aws = SimpleNamespace(client=lambda *_: stream)
        around = SourceDependencies(aws, None, "us-east-1", True, checkpoints_dir=tmp_path)
        with running(app, around):
            until(is_over)

    run(lambda: len(seen) == 5)
    assert seen[:2] == ["1", "2"]
    assert sorted(seen) == ["1", "2", "3", "4", "5"]

    again = threading.Event()
    threading.Timer(0.3, again.set).start()
    run(again.is_set)
    assert len(seen) == 5  # shards that are finished stay so


def test_every_stream_of_the_app_is_read_as_its_mapping_on_aws_says():
    from app import app, wiring

    kinds = (DynamoDBEventConfig, KinesisEventConfig)
    handlers = {source.name for source in app.event_sources if isinstance(source, kinds)}
    urls = {"ANNOUNCE_FAILURES_URL": "http://here/failures", "DELIVER_FAILURES_URL": "http://d"}
    settings = build_stream_settings(urls)

    assert handlers == set(settings) == {"announce_orders", "deliver_messages"}
    assert settings["deliver_messages"].failures_url == "http://d"
    assert settings["announce_orders"] == StreamSettings(
        event_names=("INSERT",), retries=10, failures_url="http://here/failures"
    )
    assert set(list_catch_ups(wiring)) <= handlers


def test_checkpoints_are_of_one_stream_and_forget_shards_that_are_gone(tmp_path):
    path = tmp_path / "c.json"
    first = Checkpoints(path, "arn:1")
    first.advance("a", "10")
    first.advance("b", "20")
    first.finish("b")
    first.delete_others({"a", "c"})

    again = Checkpoints(path, "arn:1")

    assert (again.find_position("a"), again.is_finished("a")) == ("10", False)
    assert (again.find_position("b"), again.is_finished("b")) == (None, False)
    assert Checkpoints(path, "arn:2").find_position("a") is None
