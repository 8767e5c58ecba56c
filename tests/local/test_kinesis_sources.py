"""A data stream's handler is called as Lambda's mapping calls it, on a real stream."""

import base64
import threading
import time
import zlib
from types import SimpleNamespace

import pytest
from chalice import Chalice
from support.flows import Flow, running
from support.local_system import local, running_emulator
from support.waiting import until

from chalicelib import batch
from chalicelib.aws.stream import Entry, Stream
from infra.local.event_sources import stream_delivery, stream_mapping
from infra.local.event_sources.lanes import list_lanes
from infra.local.event_sources.source import SourceDependencies, StreamSettings


class DataStreamFlow(Flow):
    """A data stream; a record's name is its body."""

    service = "kinesis"

    def __init__(self, config, folder, shards=1):
        super().__init__(config, folder)
        self.client.create_stream(StreamName=self.name, ShardCount=shards)
        self.arn = f"arn:aws:kinesis:us-east-1:000000000000:stream/{self.name}"

    @staticmethod
    def name_of(record):
        return base64.b64decode(record["kinesis"]["data"]).decode()

    @staticmethod
    def number_of(record):
        return record["kinesis"]["sequenceNumber"]

    def register(self, app, **options):
        return app.on_kinesis_record(stream=self.name, **options)

    def list_names(self):
        return self.client.list_streams()["StreamNames"]

    def put(self, *bodies, key=None):
        """One record for each body, whose partition key is the body unless one is given."""
        entries = [Entry(key or body, body.encode()) for body in bodies]
        assert Stream(self.client, self.name).put_all(entries) == []


@pytest.fixture
def flow(emulated, tmp_path, monkeypatch):
    monkeypatch.setattr(stream_delivery, "FIRST_PAUSE_S", 0.01)
    return DataStreamFlow(emulated, tmp_path)


def test_a_record_has_the_shape_that_lambda_gives_it_and_that_the_batch_reads(flow):
    begun = time.time() - 1
    flow.put("hello", key="m-1#email")

    with flow.polled():
        until(lambda: flow.records)

    (record,) = flow.records
    event = SimpleNamespace(to_dict=lambda: {"Records": [record]})
    read = []
    batch.kinesis(event, lambda records: read.extend(records) or [], reports_failures=True)
    kinesis = record["kinesis"]
    assert record == {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "m-1#email",
            "sequenceNumber": kinesis["sequenceNumber"],
            "data": base64.b64encode(b"hello").decode(),
            "approximateArrivalTimestamp": kinesis["approximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{kinesis['sequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::000000000000:role/local",
        "awsRegion": "us-east-1",
        "eventSourceARN": flow.arn,
    }
    assert begun <= kinesis["approximateArrivalTimestamp"] <= time.time()
    assert (read[0].data, read[0].shard_id) == (b"hello", "shardId-000000000000")


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


def test_all_shards_are_read(emulated, tmp_path):
    flow = DataStreamFlow(emulated, tmp_path, shards=3)
    bodies = [f"r-{n}" for n in range(20)]
    flow.put(*bodies)

    with flow.polled():
        until(lambda: len(flow.seen()) == 20)

    assert flow.seen() == dict.fromkeys(bodies, 1)
    assert len(flow.checkpoints()) == 3


def test_lambda_goes_on_from_the_lowest_number_that_is_reported(flow):
    failed_once = threading.Event()

    def answer(records):
        bad = [record for record in records if flow.name_of(record) in ("c", "d")]
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

    assert flow.batches == [list("abcdef"), list("def"), ["d"], ["d"], ["d"], list("ef")]
    position = letter["KinesisBatchInfo"]
    (number,) = {r["kinesis"]["sequenceNumber"] for r in flow.records if flow.name_of(r) == "d"}
    assert (position["startSequenceNumber"], position["endSequenceNumber"]) == (number, number)
    assert (position["shardId"], position["batchSize"]) == ("shardId-000000000000", 1)
    assert position["streamArn"] == flow.arn
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3


def test_a_batch_that_raises_is_halved_and_the_good_records_pass(flow):
    def answer(records):
        if any(flow.name_of(record) == "poison" for record in records):
            raise RuntimeError("the function failed")

    flow.put("a", "b", "poison", "c")
    with flow.polled(answer, batch_size=4):
        until(lambda: flow.seen()["c"] and flow.letters())

    assert flow.batches[:3] == [["a", "b", "poison", "c"], ["a", "b"], ["poison", "c"]]
    assert flow.batches[3:] == [["poison"]] * 3 + [["c"]]


def test_a_record_that_is_too_old_is_given_up_without_a_call(flow):
    flow.put("old")
    time.sleep(0.3)  # long enough to be too old
    with flow.polled(settings={"record_age_s": 0.2}):
        (letter,) = until(flow.letters)

    assert flow.batches == []
    assert letter["requestContext"]["condition"] == "RecordAgeExceeded"
    assert letter["requestContext"]["approximateInvokeCount"] == 0


def test_retries_end_when_a_record_gets_too_old(flow):
    flow.put("a")
    with flow.polled(flow.fails("a"), settings={"retries": 1000, "record_age_s": 1.5}):
        (letter,) = until(flow.letters)

    assert letter["requestContext"]["condition"] == "RecordAgeExceeded"
    assert letter["requestContext"]["approximateInvokeCount"] == len(flow.batches) < 1000


def test_a_batching_window_gathers_what_comes_after_the_first_record(flow):
    flow.put("a", "b")
    with flow.polled(batch_size=4, maximum_batching_window_in_seconds=10):
        time.sleep(0.6)  # long enough for them to be read
        flow.put("c", "d")
        until(lambda: flow.batches)

    assert flow.batches == [list("abcd")]


# --- ParallelizationFactor -----------------------------------------------------------------------


def test_a_slow_key_holds_up_its_own_lane_alone(flow):
    go_on = threading.Event()
    slow = {"slow"}

    def answer(records):
        if slow & {flow.name_of(record) for record in records}:
            go_on.wait(10)

    flow.put("slow", *(f"k-{n}" for n in range(30)))
    with flow.polled(answer, settings={"parallelization": 10}, batch_size=1):
        until(lambda: len(flow.seen()) >= 20)  # other keys pass, all but those of one lane
        assert not go_on.is_set()
        go_on.set()
        until(lambda: len(flow.seen()) == 31)

    assert set(flow.seen().values()) == {1}


def test_records_of_one_key_stay_in_order_and_at_most_so_many_batches_run_at_once(flow):
    running, most = [], []
    all_lanes = threading.Barrier(3, timeout=20)
    begun = set()

    def answer(records):
        with flow.lock:
            running.append(1)
            most.append(len(running))
            lane = zlib.crc32(records[0]["kinesis"]["partitionKey"].encode()) % 3
            is_first = lane not in begun
            begun.add(lane)
        if is_first:
            all_lanes.wait()
        with flow.lock:
            running.pop()

    for number in range(10):
        for key in "abcdefgh":
            flow.put(f"{key}{number}", key=key)
    with flow.polled(answer, settings={"parallelization": 3}, batch_size=4):
        until(lambda: len(flow.seen()) == 80)

    assert max(most) == 3
    handled = [body for bodies in flow.batches for body in bodies]
    for key in "abcdefgh":
        assert [body for body in handled if body[0] == key] == [f"{key}{n}" for n in range(10)]


def test_each_lane_goes_on_at_its_own_checkpoint(flow):
    bodies = [f"k-{n}" for n in range(12)]
    settings = {"parallelization": 4}
    flow.put(*bodies)
    with flow.polled(settings=settings):
        until(lambda: len(flow.seen()) == 12)
        until(lambda: len(flow.checkpoints()) == 4)
    flow.put("last")
    with flow.polled(settings=settings):
        until(lambda: flow.seen()["last"])

    assert flow.seen() == dict.fromkeys([*bodies, "last"], 1)


def test_a_key_is_in_exactly_one_lane():
    lanes = list_lanes("s", 7)
    records = [{"kinesis": {"partitionKey": f"k-{n}"}} for n in range(100)]
    assert all(sum(lane.has(record) for lane in lanes) == 1 for record in records)
    assert len({lane.number for lane in lanes for record in records if lane.has(record)}) == 7


# --- Heartbeats, restarts, reshards --------------------------------------------------------------


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


def test_records_survive_a_clean_stop_of_the_emulator_and_are_delivered_once(tmp_path):
    config = local(tmp_path)
    with running_emulator(config) as emulator:
        flow = DataStreamFlow(config, tmp_path)
        flow.put("a")
        with flow.polled():
            until(lambda: flow.seen()["a"])
        flow.put("b")
        emulator.stop(time.monotonic() + 5)
        emulator.start()
        until(flow.is_up, what="the stream again")
        with flow.polled():
            flow.put("c")
            until(lambda: flow.seen()["c"])

    assert flow.seen() == {"a": 1, "b": 1, "c": 1}


class FakeKinesis:
    """A stream whose two shards were merged, and whose records before 3 are gone."""

    def __init__(self):
        self.shards = {"left": ["1", "3"], "right": ["4"], "merged": ["5", "6"]}

    def list_shards(self, StreamName=None, NextToken=None):  # noqa: N803 AWS's spelling
        if NextToken is None:
            return {"Shards": [{"ShardId": "left"}, {"ShardId": "right"}], "NextToken": "t"}
        parents = {"ParentShardId": "left", "AdjacentParentShardId": "right"}
        return {"Shards": [{"ShardId": "merged", **parents}]}

    def get_shard_iterator(self, **request):
        numbers = self.shards[request["ShardId"]]
        after = int(request.get("StartingSequenceNumber", 0))
        at = sum(int(number) <= after for number in numbers)
        return {"ShardIterator": f"{request['ShardId']}/{at}"}

    def get_records(self, ShardIterator, Limit):  # noqa: N803 AWS's spelling
        shard, at = ShardIterator.split("/")
        numbers = self.shards[shard][int(at) : int(at) + 1]
        more = int(at) + 1 < len(self.shards[shard])
        ahead = {"NextShardIterator": f"{shard}/{int(at) + 1}"} if more else {}
        return {"Records": [built(number) for number in numbers], **ahead}


def built(number):
    from datetime import UTC, datetime

    return {
        "SequenceNumber": number,
        "PartitionKey": number,
        "Data": number.encode(),
        "ApproximateArrivalTimestamp": datetime.now(UTC),
    }


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_merged_shard_is_read_when_all_of_both_parents_is_handled(tmp_path, monkeypatch, lanes):
    monkeypatch.setattr(stream_mapping, "POLL_S", 0.05)
    kinesis, app, seen = FakeKinesis(), Chalice("test"), []

    @app.on_kinesis_record(stream="s", name="handler")
    def handler(event):
        bodies = [DataStreamFlow.name_of(record) for record in event.to_dict()["Records"]]
        if "1" in bodies:
            time.sleep(0.3)  # long enough for the child to be seen
        seen.extend(bodies)

    def run(is_over):
        aws = SimpleNamespace(client=lambda *_, **__: kinesis)
        settings = {"handler": StreamSettings(parallelization=lanes)}
        around = SourceDependencies(
            aws, None, "us-east-1", True, checkpoints_dir=tmp_path, stream_settings=settings
        )
        with running(app, around):
            until(is_over)

    run(lambda: len(seen) == 5)
    assert set(seen[:3]) == {"1", "3", "4"}
    assert sorted(seen) == ["1", "3", "4", "5", "6"]

    again = threading.Event()
    threading.Timer(0.3, again.set).start()
    run(again.is_set)
    assert len(seen) == 5  # shards that are finished stay so
