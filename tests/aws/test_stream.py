"""One data stream: records in few calls, in which only what was refused is put again."""

import pytest
from support.failpoints import always, answered, failpoint, failpoints, server_error

from chalicelib.aws.stream import MAX_CALL_BYTES, MAX_RECORD_BYTES, Entry, Stream
from chalicelib.errors import TooLarge

NAME = "messages"
FULL = "ProvisionedThroughputExceededException"


@pytest.fixture
def stream(aws, pauses):
    client = aws.client("kinesis")
    client.create_stream(StreamName=NAME, ShardCount=1)
    return Stream(client, NAME)


class FakeKinesis:
    """Refuses the records that `refuses` names, as often as it is listed there."""

    def __init__(self, refuses=()):
        self.refuses = list(refuses)
        self.calls = []

    def put_records(self, StreamName, Records):  # noqa: N803 AWS's spelling
        assert StreamName == NAME
        self.calls.append([record["PartitionKey"] for record in Records])
        return {"FailedRecordCount": 0, "Records": [self.judge(record) for record in Records]}

    def judge(self, record):
        if record["PartitionKey"] in self.refuses:
            self.refuses.remove(record["PartitionKey"])
            return {"ErrorCode": FULL, "ErrorMessage": "too fast"}
        return {"SequenceNumber": "1", "ShardId": "shardId-0"}


def entries(*keys, data=b"x"):
    return [Entry(key, data) for key in keys]


def stored(client):
    shard = client.list_shards(StreamName=NAME)["Shards"][0]["ShardId"]
    start = client.get_shard_iterator(
        StreamName=NAME, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )
    records = client.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return [(record["PartitionKey"], record["Data"]) for record in records]


def test_records_are_on_the_stream_in_their_order(stream):
    assert stream.put_all([Entry("a", b"\x00"), Entry("b", b"2"), Entry("a", b"3")]) == []
    assert stored(stream.client) == [("a", b"\x00"), ("b", b"2"), ("a", b"3")]


def test_nothing_takes_no_call():
    kinesis = FakeKinesis()
    assert Stream(kinesis, NAME).put_all([]) == []
    assert kinesis.calls == []


def test_only_what_was_refused_is_put_again():
    kinesis = FakeKinesis(["b", "d"])
    assert Stream(kinesis, NAME).put_all(entries(*"abcd")) == []
    assert kinesis.calls == [list("abcd"), list("bd")]


def test_what_is_refused_twice_is_returned_by_position():
    kinesis = FakeKinesis(["b", "d", "b"])
    assert Stream(kinesis, NAME).put_all(entries(*"abcd")) == [1]
    assert kinesis.calls == [list("abcd"), list("bd")]


def test_a_call_takes_500_records():
    kinesis = FakeKinesis()
    assert Stream(kinesis, NAME).put_all(entries(*(["k"] * 1001))) == []
    assert [len(call) for call in kinesis.calls] == [500, 500, 1]


def test_a_call_takes_five_megabytes_and_keys_count():
    kinesis = FakeKinesis()
    data = b"x" * (MAX_CALL_BYTES // 6)
    assert Stream(kinesis, NAME).put_all(entries(*"abcdef", data=data)) == []
    assert [len(call) for call in kinesis.calls] == [5, 1]


def test_a_record_that_is_too_large_is_named_before_anything_is_put():
    kinesis = FakeKinesis()
    large = Entry("kk", b"x" * (MAX_RECORD_BYTES - 1))
    with pytest.raises(TooLarge, match="1 MB"):
        Stream(kinesis, NAME).put_all([Entry("a", b"x"), large])
    assert kinesis.calls == []


def test_with_the_stream_down_everything_is_returned_as_refused(stream, logged):
    with failpoints(stream.client, "PutRecords", always(server_error)):
        assert stream.put_all(entries(*"abc")) == [0, 1, 2]
    assert '"records were not put"' in logged.getvalue()


def test_what_was_put_before_the_stream_went_down_is_not_returned(stream):
    more = entries(*(["k"] * 502))
    down = [None] + [answered(400, FULL)] * 6
    with failpoint(stream.client, "PutRecords", lambda *_: None, *down[1:]):
        assert stream.put_all(more) == [500, 501]
