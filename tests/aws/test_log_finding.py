"""A tenant's record by its log_id: by its marker, or by the time in an id of our own."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.errors import Unavailable
from chalicelib.tenant_logs.intake.envelopes import id_time
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.search import finding
from chalicelib.tenant_logs.search.finding import LogFinder
from chalicelib.tenant_logs.storage.items import add_arrival, item

NOW = datetime(2026, 11, 28, 14, 3, 22, 123456, tzinfo=UTC)
DERIVED = f"{id_time(NOW)}-33759f8b-698e-4d65-93e9-b4e644b50e9a-00007"


@pytest.fixture
def tables(aws):
    client = aws.client("dynamodb")
    return Table(client, "OmniState-test"), Table(client, "MultiTenantLogs-test")


@pytest.fixture
def finder(tables):
    state, logs = tables
    return LogFinder(state, lambda _: logs, now=lambda: NOW + timedelta(hours=1))


def record(log_id, tenant="acme", ts=NOW, expires_in=timedelta(days=1)):
    return LogRecord(
        tenant_id=tenant,
        log_id=log_id,
        ts=times.text(ts),
        received_at=times.text(NOW),
        expires_at=int((NOW + expires_in).timestamp()),
        text="a line",
    )


def keep(logs, *records, stored_at=NOW):
    for kept in add_arrival([item(entry) for entry in records], stored_at):
        logs.put(kept)


def mark(state, log_id, ts, tenant="acme"):
    sort_key = f"{times.sortable_text(ts)}#{log_id}"
    state.put({"pk": f"LOG#{tenant}#{log_id}", "sk": "MARKER", "record": sort_key})


def test_an_id_that_its_sender_gave_is_found_by_its_marker(finder, tables):
    state, logs = tables
    keep(logs, record("101", ts=NOW - timedelta(days=3)))
    assert finder.find("acme", "101") is None
    mark(state, "101", NOW - timedelta(days=3))
    assert finder.find("acme", "101").text == "a line"


def test_another_tenants_record_is_not_found(finder, tables):
    state, logs = tables
    keep(logs, record("101"), record(DERIVED))
    mark(state, "101", NOW)
    assert finder.find("beta", "101") is None
    assert finder.find("beta", DERIVED) is None


def test_an_id_of_ours_without_a_time_of_its_senders_is_found_by_its_receipt(finder, tables):
    keep(tables[1], record(DERIVED), stored_at=NOW + timedelta(hours=5))
    assert finder.find("acme", DERIVED).log_id == DERIVED


def test_an_id_of_ours_with_a_time_of_its_senders_is_found_by_its_arrival(finder, tables):
    others = [record(f"o-{number}") for number in range(5)]
    wanted = record(DERIVED, ts=NOW - timedelta(days=300))
    keep(tables[1], *others, wanted, stored_at=NOW + timedelta(minutes=9))
    assert finder.find("acme", DERIVED).ts == times.text(NOW - timedelta(days=300))


def test_a_record_that_arrived_much_later_than_its_receipt_is_not_found(finder, tables):
    wanted = record(DERIVED, ts=NOW - timedelta(days=300))
    keep(tables[1], wanted, stored_at=NOW + timedelta(minutes=11))
    assert finder.find("acme", DERIVED) is None


def test_a_record_past_its_retention_is_none_even_before_it_is_deleted(finder, tables):
    keep(tables[1], record(DERIVED, expires_in=timedelta(minutes=59)))
    assert finder.find("acme", DERIVED) is None


def test_more_arrivals_than_are_read_are_no_answer(finder, tables, monkeypatch):
    monkeypatch.setattr(finding, "PAGE", 2)
    keep(tables[1], *(record(f"o-{number}") for number in range(5)))
    with pytest.raises(Unavailable, match="more records arrived"):
        finder.find("acme", DERIVED)


@pytest.mark.parametrize("log_id", ["l-1", "0f-x-00001", DERIVED[:-1], DERIVED.upper()])
def test_an_id_of_another_form_is_looked_for_by_its_marker_alone(finder, tables, log_id):
    keep(tables[1], record(log_id))
    assert finder.find("acme", log_id) is None
