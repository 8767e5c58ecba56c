"""Log records in their table: one item a record, however often and by whomever it is delivered."""

from datetime import UTC, datetime, timedelta

import pytest
from support.clouds import RESOURCES
from support.log_counts import count_keeper
from support.logs import record

from chalicelib.aws.attributes import from_attributes
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.storage.items import add_arrival
from chalicelib.tenant_logs.storage.markers import LogIdOwner, Markers
from chalicelib.tenant_logs.storage.writer import LogWriter, WriteResult

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LOGS = next(table.name for table in RESOURCES.tables if table.output == "LogsTable")
STATE = next(table.name for table in RESOURCES.tables if table.output == "StateTable")
STORED, DUPLICATE = WriteResult.STORED, WriteResult.DUPLICATE


def markers_at(cloud, now=NOW):
    client = cloud.client("dynamodb")
    return Markers(Bulk(client, STATE, ("pk", "sk")), Table(client, STATE), now=lambda: now)


class Clock:
    """The time of the writers; every call of a writer is a second later than the one before."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at

    def stamp(self, items):
        self.at += timedelta(seconds=1)
        return add_arrival(items, self.at)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def writer(on_emulator, clock):
    client = on_emulator.client("dynamodb")
    logs = Bulk(client, LOGS, ("tenant_id", "sk"), stamp=clock.stamp)
    return LogWriter(logs, markers_at(on_emulator), count_keeper(on_emulator, clock), now=clock)


def stored(cloud):
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=LOGS)
    return [from_attributes(item) for page in pages for item in page["Items"]]


def named(log_id, **more):
    return record(log_id, named=True, **more)


def test_an_item_holds_the_whole_record_below_its_tenant(on_emulator, writer):
    assert writer.write([record("1", attrs={"n": 1, "deep": [{"a": None}]}, source="web")]) == [
        STORED
    ]
    assert stored(on_emulator) == [
        {
            "tenant_id": "acme",
            "sk": "2026-01-31T09:30:00.000000Z#1",
            "log_id": "1",
            "ts": "2026-01-31T09:30:00Z",
            "received_at": "2026-01-31T09:30:00Z",
            "severity": "INFO",
            "text": "hello",
            "attrs": {"n": 1, "deep": [{"a": None}]},
            "source": "web",
            "expires_at": 4102444800,
            "arrival": "2026-01-31T09:30:01.000000Z#00000",
        }
    ]


def arrivals(cloud):
    return {item["log_id"]: item["arrival"] for item in stored(cloud)}


def test_a_second_delivery_leaves_a_record_where_it_arrived(on_emulator, writer):
    writer.write([named("1"), record("2")])
    before = arrivals(on_emulator)
    assert writer.write([record("2"), named("1"), record("3")]) == [STORED] * 3
    after = arrivals(on_emulator)
    assert after.pop("3") > max(before.values())
    assert after == before


def test_records_of_one_call_arrive_in_the_order_of_their_receipt(on_emulator, writer):
    later = record("a", received_at="2026-01-31T09:30:05Z")
    writer.write([later, record("c"), record("b")])
    assert sorted(arrivals(on_emulator), key=arrivals(on_emulator).get) == ["c", "b", "a"]


def test_an_expired_record_that_is_not_deleted_yet_is_replaced(on_emulator, writer):
    expired = int(NOW.timestamp()) - 1
    writer.write([record("1", text="old", expires_at=expired)])
    assert writer.write([record("1", text="new")]) == [STORED]
    assert [item["text"] for item in stored(on_emulator)] == ["new"]
    assert arrivals(on_emulator) == {"1": "2026-01-31T09:30:03.000000Z#00000"}


def test_a_record_delivered_twice_is_one_item_named_or_not(on_emulator, writer):
    records = [named("1"), record("2")]
    assert writer.write(records) == [STORED, STORED]
    assert writer.write(records * 2) == [STORED] * 4
    assert len(stored(on_emulator)) == 2


def test_another_record_under_a_log_id_is_a_duplicate(on_emulator, writer):
    first = named("1", text="first")
    later = named("1", text="later", ts="2026-01-31T10:00:00Z")
    elsewhere = named("1", text="elsewhere", received_at="2026-01-31T10:00:00Z")
    assert writer.write([first, later]) == [STORED, DUPLICATE]
    assert writer.write([elsewhere, later, first]) == [DUPLICATE, DUPLICATE, STORED]
    assert [entry["text"] for entry in stored(on_emulator)] == ["first"]


def test_the_same_log_id_of_two_tenants_is_two_records(on_emulator, writer):
    assert writer.write([named("1"), named("1", tenant_id="beta")]) == [STORED, STORED]
    assert sorted(entry["tenant_id"] for entry in stored(on_emulator)) == ["acme", "beta"]


def test_records_without_a_given_log_id_need_no_marker(on_emulator, writer):
    writer.write([record(str(n)) for n in range(60)])
    assert len(stored(on_emulator)) == 60
    pages = on_emulator.client("dynamodb").scan(TableName=STATE)["Items"]
    assert [item["pk"]["S"] for item in pages] == ["LOG-COUNTS#acme"]


def test_hundreds_of_named_records_are_all_stored(on_emulator, writer):
    records = [named(str(n)) for n in range(230)]
    assert writer.write(records) == [STORED] * 230
    assert {entry["log_id"] for entry in stored(on_emulator)} == {str(n) for n in range(230)}


def test_a_log_id_may_come_again_once_its_record_expired(on_emulator):
    soon = int((NOW + timedelta(days=1)).timestamp())
    old = named("1", expires_at=soon)
    new = named("1", received_at="2026-02-03T00:00:00Z")
    assert markers_at(on_emulator).claim([old]) == [LogIdOwner.OURS]
    assert markers_at(on_emulator).claim([new]) == [LogIdOwner.TAKEN]
    after = markers_at(on_emulator, NOW + timedelta(days=2))
    assert after.claim([new]) == [LogIdOwner.OURS]
    assert after.claim([old]) == [LogIdOwner.TAKEN]


def test_a_marker_expires_with_its_record(on_emulator):
    markers_at(on_emulator).claim([named("1", expires_at=4102444800)])
    (item,) = on_emulator.client("dynamodb").scan(TableName=STATE)["Items"]
    assert from_attributes(item) == {
        "pk": "LOG#acme#1",
        "sk": "MARKER",
        "received_at": "2026-01-31T09:30:00Z",
        "record": "2026-01-31T09:30:00.000000Z#1",
        "expires_at": 4102444800,
    }


def test_whether_a_record_is_stored_is_known_by_its_key(writer):
    writer.write([record("1")])
    assert writer.has("acme", "2026-01-31T09:30:00.000000Z#1")
    assert not writer.has("beta", "2026-01-31T09:30:00.000000Z#1")
