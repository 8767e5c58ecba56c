"""Bulk writes and reads: few calls, and only what failed is tried again."""

import pytest
from botocore.exceptions import ClientError
from support.failpoints import always, answered, failpoint, failpoints, server_error, throttled

from chalicelib.aws.bulk import PAUSES_S, READ_BATCH, WRITE_BATCH, Bulk, Outcome
from chalicelib.aws.table import Table
from chalicelib.errors import Unavailable

ORDERS, LOGS = "orders-test", "MultiTenantLogs-test"
NEW, EXISTS, FAILED = Outcome.NEW, Outcome.EXISTS, Outcome.FAILED
TOO_BIG = "x" * 410_000


def log(n, **more):
    return {"tenant_id": "acme", "sk": f"{n:04}", "n": n, **more}


def key(n):
    return {"tenant_id": "acme", "sk": f"{n:04}"}


class Scripted:
    """A client whose database throttles: per call how many of the entries, counted from behind."""

    def __init__(self, *throttled_entries: int, code: str = "ThrottlingError") -> None:
        self._throttled = list(throttled_entries)
        self._code = code
        self.calls: list[int] = []
        self.stored: dict[str, dict] = {}

    def _split(self, entries):
        self.calls.append(len(entries))
        back = self._throttled.pop(0) if self._throttled else 0
        return entries[: len(entries) - back], entries[len(entries) - back :]

    def batch_execute_statement(self, **call):
        done, again = self._split(call["Statements"])
        answers = [{"Error": {"Code": self._take(result)}} for result in done]
        return {
            "Responses": [response if response["Error"]["Code"] else {} for response in answers]
            + [{"Error": {"Code": self._code}} for _ in again]
        }

    def _take(self, statement):
        name = statement["Parameters"][0]["S"]
        taken = name in self.stored
        self.stored.setdefault(name, statement)
        return "DuplicateItem" if taken else None

    def batch_write_item(self, **call):
        ((name, entries),) = call["RequestItems"].items()
        done, again = self._split(entries)
        self.stored |= {result["PutRequest"]["Item"]["sk"]["S"]: result for result in done}
        return {"UnprocessedItems": {name: again} if again else {}}

    def batch_get_item(self, **call):
        ((name, wanted),) = call["RequestItems"].items()
        done, again = self._split(wanted["Keys"])
        unprocessed = {name: {"Keys": again}} if again else {}
        return {"Responses": {name: done}, "UnprocessedKeys": unprocessed}


@pytest.fixture
def waited():
    return []


@pytest.fixture
def orders(on_emulator):
    return Bulk(on_emulator.client("dynamodb"), ORDERS, ("orderID",))


@pytest.fixture
def logs(aws, waited):
    return Bulk(aws.client("dynamodb"), LOGS, ("tenant_id", "sk"), pause=waited.append)


def of(client, waited, table=LOGS, *names):
    return Bulk(client, table, names or ("tenant_id", "sk"), pause=waited.append)


# --- Inserts --------------------------------------------------------------------------------------


def test_inserts_write_what_is_new_and_leave_what_exists(on_emulator, orders):
    first = {"orderID": "a", "order": {"it's": [1, None, {"b": "ü"}]}, "queued_at": "1"}
    assert orders.insert_all([first]) == [NEW]
    other = {"orderID": "a", "order": {"other": True}}
    assert orders.insert_all([other, {"orderID": "b"}]) == [EXISTS, NEW]
    assert Table(on_emulator.client("dynamodb"), ORDERS).get({"orderID": "a"}) == first


def test_of_two_inserts_with_one_key_the_first_counts(on_emulator, orders):
    items = [{"orderID": "a", "n": 1}, {"orderID": "b"}, {"orderID": "a", "n": 2}]
    assert orders.insert_all([*items, items[0]]) == [NEW, NEW, EXISTS, EXISTS]
    assert Table(on_emulator.client("dynamodb"), ORDERS).get({"orderID": "a"})["n"] == 1


def test_an_item_that_the_database_refuses_fails_alone(orders):
    items = [{"orderID": "a"}, {"orderID": "big", "x": TOO_BIG}, {"orderID": ""}, {"orderID": "b"}]
    assert orders.insert_all(items) == [NEW, FAILED, FAILED, NEW]


def test_an_insert_is_told_by_the_tables_stream(on_emulator, orders):
    client, streams = on_emulator.client("dynamodb"), on_emulator.client("dynamodbstreams")
    view = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    client.update_table(TableName=ORDERS, StreamSpecification=view)
    orders.insert_all([{"orderID": "a"}, {"orderID": "a"}])
    arn = client.describe_table(TableName=ORDERS)["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [(record["eventName"], record["dynamodb"]["NewImage"]) for record in records] == [
        ("INSERT", {"orderID": {"S": "a"}})
    ]


def test_inserts_go_25_a_call(waited):
    client = Scripted()
    assert (
        of(client, waited, ORDERS, "orderID").insert_all([{"orderID": str(n)} for n in range(60)])
        == [NEW] * 60
    )
    assert client.calls == [WRITE_BATCH, WRITE_BATCH, 10]
    assert waited == []


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionConflict",
    ],
)
def test_only_a_throttled_insert_is_tried_again_after_a_jittered_pause(waited, code):
    client = Scripted(2, 1, code=code)
    outcomes = of(client, waited, ORDERS, "orderID").insert_all(
        [{"orderID": str(n)} for n in range(5)]
    )
    assert outcomes == [NEW] * 5
    assert client.calls == [5, 2, 1]
    assert len(waited) == 2
    assert all(0 <= pause_s <= most_s for pause_s, most_s in zip(waited, PAUSES_S, strict=False))


def test_an_insert_throttled_for_good_fails_and_the_others_do_not(waited):
    client = Scripted(*[1] * 10)
    outcomes = of(client, waited, ORDERS, "orderID").insert_all([{"orderID": c} for c in "abc"])
    assert outcomes == [NEW, NEW, FAILED]
    assert len(waited) == len(PAUSES_S)


def test_jitter_is_full(waited):
    for _ in range(40):
        of(Scripted(1), waited, ORDERS, "orderID").insert_all([{"orderID": "a"}])
    assert min(waited) < PAUSES_S[0] / 3 < 2 * PAUSES_S[0] / 3 < max(waited)


# --- Puts -----------------------------------------------------------------------------------------


def test_puts_write_over_what_is_there(aws, logs):
    assert logs.put_all([log(1), log(2)]) == []
    assert logs.put_all([log(2, changed=True)]) == []
    items = Table(aws.client("dynamodb"), LOGS).query("tenant_id", "acme")
    assert items == [log(1), log(2, changed=True)]


def test_of_two_puts_with_one_key_the_last_is_written(aws, logs):
    assert logs.put_all([log(1, v="first"), log(2), log(1, v="last")]) == []
    assert Table(aws.client("dynamodb"), LOGS).get(key(1))["v"] == "last"


def test_only_unprocessed_puts_are_tried_again(waited):
    client = Scripted(3, 1)
    assert of(client, waited).put_all([log(n) for n in range(30)]) == []
    assert client.calls == [25, 3, 1, 5]
    assert len(client.stored) == 30
    assert len(waited) == 2


def test_puts_unprocessed_for_good_are_answered_by_their_positions(waited):
    client = Scripted(*[2] * 10)
    assert of(client, waited).put_all([log(0), log(1), log(2), log(1)]) == [1, 2, 3]
    assert len(waited) == len(PAUSES_S)


def test_an_item_too_big_is_left_out_and_its_batch_is_written(aws, logs):
    items = [log(n) for n in range(7)]
    items[5]["text"] = TOO_BIG
    assert logs.put_all(items) == [5]
    assert len(Table(aws.client("dynamodb"), LOGS).query("tenant_id", "acme")) == 6


# --- Gets -----------------------------------------------------------------------------------------


def test_gets_answer_by_position(logs):
    logs.put_all([log(1), log(2)])
    assert logs.get_all([key(2), key(9), key(1), key(2)]) == [log(2), None, log(1), log(2)]


def test_gets_go_100_a_call_and_only_unprocessed_keys_are_tried_again(waited):
    client = Scripted(1)
    keys = [key(n) for n in range(105)]
    assert of(client, waited).get_all(keys) == keys
    assert client.calls == [READ_BATCH, 1, 5]
    assert len(waited) == 1


def test_keys_unprocessed_for_good_are_unavailable(waited):
    with pytest.raises(Unavailable):
        of(Scripted(*[1] * 10), waited).get_all([key(1), key(2)])


@pytest.mark.parametrize("method", ["insert_all", "put_all", "get_all"])
def test_nothing_asks_for_no_call(waited, method):
    client = Scripted()
    assert getattr(of(client, waited), method)([]) == []
    assert client.calls == []


# --- The database is down -------------------------------------------------------------------------


def test_with_the_database_down_nothing_is_said_to_be_written(aws, logs, pauses):
    client = aws.client("dynamodb")
    with failpoints(client, "BatchWriteItem", always(throttled)) as point:
        assert logs.put_all([log(n) for n in range(60)]) == list(range(60))
    assert point.attempts == 3  # of the first call: the rest is not even tried


def test_trouble_on_the_way_keeps_what_was_written(aws, logs, pauses):
    client = aws.client("dynamodb")
    with failpoint(
        client, "BatchWriteItem", lambda *_: None, server_error, server_error, server_error
    ):
        assert logs.put_all([log(n) for n in range(30)]) == list(range(25, 30))


def test_a_missing_right_is_no_outcome(aws, logs, pauses):
    client = aws.client("dynamodb")
    denied = answered(400, "AccessDeniedException")
    with failpoint(client, "BatchWriteItem", denied), pytest.raises(ClientError):
        logs.put_all([log(1)])


def test_inserts_that_the_database_did_not_answer_have_failed(aws, pauses, waited):
    client = aws.client("dynamodb")
    with failpoints(client, "BatchExecuteStatement", always(throttled)) as point:
        outcomes = of(client, waited, ORDERS, "orderID").insert_all([{"orderID": "a"}])
    assert outcomes == [FAILED]
    assert point.attempts == 3
