"""Stored records as their tenant reads them: by time, filtered, page by page."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support.calls import call_by
from support.failpoints import failpoint, server_error
from support.log_reading import log_reading

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.errors import Forbidden, InvalidInput, Unavailable
from chalicelib.tenant_logs.model import LogRecord, LogSeverity
from chalicelib.tenant_logs.search import scanning
from chalicelib.tenant_logs.search.queries import LogEntry, LogExport, LogQuery
from chalicelib.tenant_logs.storage.items import add_arrival, item

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
ACME = call_by("u-1", tenant="acme")
BETA = call_by("u-2", tenant="beta")


@pytest.fixture(params=["moto", pytest.param("emulator", marks=pytest.mark.thorough)])
def cloud(request):
    """Both: the one answers as strictly as AWS where the other does not, and the other way."""
    return request.getfixturevalue("aws" if request.param == "moto" else "on_emulator")


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "MultiTenantLogs-test")


@pytest.fixture
def reading(table):
    return reading_of(table)


def reading_of(table, **more):
    return log_reading(table, lambda: NOW, **more)


def record(number, *, tenant="acme", text=None, severity=LogSeverity.INFO, at=None, **more):
    fields = {
        "tenant_id": tenant,
        "log_id": f"l-{number}",
        "ts": times.text(at or NOW - timedelta(hours=1) + timedelta(seconds=number)),
        "received_at": "2026-01-31T11:59:00Z",
        "expires_at": int(NOW.timestamp()) + 3600,
        "text": text or f"line {number}",
        "severity": severity,
    }
    return LogRecord(**{**fields, **more})


def keep(table, *records, stored_at=NOW - timedelta(minutes=1)):
    for kept in add_arrival([item(entry) for entry in records], stored_at):
        table.put(kept)


def ids(page):
    return [int(entry.log_id.removeprefix("l-")) for entry in page.logs]


def all_pages(reading, by=ACME, **query):
    seen, cursor, pages = [], None, 0
    while True:
        page = reading.page(LogQuery(**query, cursor=cursor), by)
        seen += ids(page)
        pages += 1
        assert pages < 50
        if (cursor := page.next_cursor) is None:
            return seen, pages


def test_a_record_is_shown_as_it_was_kept(reading, table):
    keep(
        table,
        record(
            1,
            text="Grüße \x01 \u202e",
            severity=LogSeverity.ERROR,
            attrs={"n": Decimal("1.10"), "deep": {"l": [None, True]}},
            source="web",
        ),
    )
    page = reading.page(LogQuery(), ACME)
    assert page.logs == [
        LogEntry(
            log_id="l-1",
            ts="2026-01-31T11:00:01Z",
            received_at="2026-01-31T11:59:00Z",
            severity=LogSeverity.ERROR,
            text="Grüße \x01 \u202e",
            attrs={"n": Decimal("1.10"), "deep": {"l": [None, True]}},
            source="web",
        )
    ]
    assert page.next_cursor is None


@pytest.mark.parametrize(("order", "expected"), [("newest", [2, 1, 0]), ("oldest", [0, 1, 2])])
def test_records_come_in_the_order_of_their_time(cloud, order, expected):
    table = Table(cloud.client("dynamodb"), "MultiTenantLogs-test")
    keep(table, record(1), record(0), record(2))
    assert ids(reading_of(table).page(LogQuery(order=order), ACME)) == expected


def test_fractions_of_seconds_are_in_order_too(reading, table):
    start = NOW - timedelta(hours=1)
    for number, fraction_us in ((0, 0), (1, 1), (2, 500_000), (3, 1_000_000)):
        keep(table, record(number, at=start + timedelta(microseconds=fraction_us)))
    assert ids(reading.page(LogQuery(order="oldest"), ACME)) == [0, 1, 2, 3]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
def test_pages_show_every_record_once(cloud, order, limit):
    table = Table(cloud.client("dynamodb"), "MultiTenantLogs-test")
    keep(table, *[record(number) for number in range(7)])
    seen, pages = all_pages(reading_of(table), limit=limit, order=order)
    assert seen == (list(range(7)) if order == "oldest" else list(range(6, -1, -1)))
    assert pages == -(-7 // limit)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, [0, 1, 2, 3, 4]),
        ("2026-01-31T11:00:02Z", None, [2, 3, 4]),
        (None, "2026-01-31T11:00:02Z", [0, 1]),
        ("2026-01-31T11:00:01Z", "2026-01-31T11:00:03Z", [1, 2]),
        ("2026-01-31T12:00:01+01:00", "2026-01-31T11:00:02.000001Z", [1, 2]),
        ("2026-01-31T11:00:04.000001Z", None, []),
        ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", []),
    ],
)
@pytest.mark.parametrize("limit", [2, 100])
def test_a_range_of_time_includes_its_begin_and_not_its_end(cloud, since, until, expected, limit):
    table = Table(cloud.client("dynamodb"), "MultiTenantLogs-test")
    keep(table, *[record(number) for number in range(5)])
    query = {"since": since, "until": until, "limit": limit}
    assert all_pages(reading_of(table), order="oldest", **query)[0] == expected
    assert all_pages(reading_of(table), order="newest", **query)[0] == expected[::-1]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (None, [*range(6)]),
        ("TRACE", [*range(6)]),
        ("WARN", [3, 4, 5]),
        ("warning", [3, 4, 5]),
        ("Fatal", [5]),
    ],
)
def test_a_severity_means_at_least_that(cloud, severity, expected):
    table = Table(cloud.client("dynamodb"), "MultiTenantLogs-test")
    keep(table, *[record(number, severity=entry) for number, entry in enumerate(LogSeverity)])
    query = LogQuery(order="oldest", severity=severity and LogSeverity(severity))
    assert ids(reading_of(table).page(query, ACME)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("needle", [1, 2, 3]),
        ("NEEDLE", [1, 2, 3]),
        ("e n", [3]),
        ("STRASSE", [4]),
        ("c-17", [5]),
        ("4.5", [6]),
        ("true", [7]),
        ("cart", []),
        ("l-1", []),
        ("nothing", []),
    ],
)
def test_a_text_is_found_in_any_case_in_the_text_and_the_values_of_attrs(cloud, text, expected):
    table = Table(cloud.client("dynamodb"), "MultiTenantLogs-test")
    texts = ("hay", "needle", "Needle", "the needle", "Straße")
    keep(table, *[record(number, text=entry) for number, entry in enumerate(texts)])
    keep(table, record(5, attrs={"cart": {"ids": ["C-16", "C-17"]}}))
    keep(table, record(6, attrs={"price": Decimal("4.5")}))
    keep(table, record(7, attrs={"paid": True, "by": None}))
    query = LogQuery(order="oldest", text=text)
    assert ids(reading_of(table).page(query, ACME)) == expected


def test_filters_and_range_go_together(reading, table):
    for number in range(8):
        severity = LogSeverity.ERROR if number % 2 else LogSeverity.INFO
        keep(table, record(number, severity=severity, text="ab"[number // 4] * 3))
    query = {"since": "2026-01-31T11:00:02Z", "severity": LogSeverity.WARN, "text": "a"}
    assert all_pages(reading, order="oldest", limit=1, **query)[0] == [3]


def test_what_expired_is_not_shown_though_it_is_still_there(reading, table):
    keep(table, record(0, expires_at=int(NOW.timestamp())))
    keep(table, record(1, expires_at=int(NOW.timestamp()) + 1))
    assert all_pages(reading, limit=1)[0] == [1]


def test_only_the_callers_tenant_is_read(reading, table):
    keep(table, record(1), record(2, tenant="beta"), record(3, tenant="acme2"))
    assert ids(reading.page(LogQuery(), ACME)) == [1]
    assert ids(reading.page(LogQuery(tenant_id="acme"), ACME)) == [1]
    assert ids(reading.page(LogQuery(), BETA)) == [2]


@pytest.mark.parametrize("tenant_id", ["beta", "nobody", "ACME", "acme ", "acme#", ""])
def test_another_tenant_is_forbidden(reading, table, tenant_id):
    keep(table, record(2, tenant="beta"))
    with pytest.raises(Forbidden, match="only operators may read another tenant's logs"):
        reading.page(LogQuery(tenant_id=tenant_id), ACME)
    with pytest.raises(Forbidden):
        reading.export(LogExport(tenant_id=tenant_id), ACME)


@pytest.mark.parametrize("tenant", [None, "", "ACME", "acme\n", "acme#x"])
def test_someone_without_a_well_formed_tenant_reads_nothing(reading, tenant):
    who = call_by("u-1", tenant=tenant)
    for use in (lambda: reading.page(LogQuery(), who), lambda: reading.export(LogExport(), who)):
        with pytest.raises(Forbidden, match="tenant"):
            use()


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"since": "2026-01-31T09:30:00"},
        {"until": ""},
        {"since": "2026-02-30T00:00:00Z"},
        {"since": "2026-01-31T09:30:00Z", "until": "2026-01-31T09:30:00Z"},
        {"since": "2026-01-31T09:30:01Z", "until": "2026-01-31T09:30:00Z"},
        {"tail": True},
        {"tail": True, "order": "newest"},
        {"tail": True, "order": "oldest"},
        {"cursor": "x"},
        {"cursor": ""},
    ],
)
def test_a_bad_query_is_refused(reading, query):
    with pytest.raises(InvalidInput):
        reading.page(LogQuery(**query), ACME)


OTHER_QUERIES = [
    {"order": "oldest"},
    {"since": "2026-01-01T00:00:00Z"},
    {"until": "2027-01-01T00:00:00Z"},
    {"severity": LogSeverity.TRACE},
    {"text": "line"},
    {"order": "arrival"},
    {"order": "arrival", "tail": True},
]


@pytest.mark.parametrize("query", OTHER_QUERIES)
def test_a_cursor_leads_on_in_its_own_query_only(reading, table, query):
    keep(table, record(1), record(2))
    cursor = reading.page(LogQuery(limit=1), ACME).next_cursor
    assert ids(reading.page(LogQuery(limit=5, cursor=cursor), ACME)) == [1]
    with pytest.raises(InvalidInput, match="not one of this query's"):
        reading.page(LogQuery(cursor=cursor, **query), ACME)


def test_a_cursor_is_its_owners_and_its_tenants(reading, table):
    keep(table, record(1), record(2), record(1, tenant="beta"), record(2, tenant="beta"))
    cursor = reading.page(LogQuery(limit=1), ACME).next_cursor
    moved = call_by("u-1", tenant="beta")
    colleague = call_by("u-9", tenant="acme")
    for thief in (BETA, moved, colleague):
        with pytest.raises(InvalidInput, match="not one of this query's"):
            reading.page(LogQuery(cursor=cursor), thief)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_cursor_outlives_the_record_it_stands_at(cloud, order):
    table = Table(cloud.client("dynamodb"), "MultiTenantLogs-test")
    keep(table, *[record(number) for number in range(4)])
    reading = reading_of(table)
    page = reading.page(LogQuery(limit=2, order=order), ACME)
    gone = item(record(ids(page)[-1]))
    cloud.client("dynamodb").delete_item(
        TableName=table.name, Key={"tenant_id": {"S": "acme"}, "sk": {"S": gone["sk"]}}
    )
    rest = reading.page(LogQuery(limit=9, order=order, cursor=page.next_cursor), ACME)
    assert ids(rest) == ([1, 0] if order == "newest" else [2, 3])


def queries(aws):
    return failpoint(aws.client("dynamodb"), "Query")


def test_a_page_reads_no_more_than_itself(aws, reading, table):
    keep(table, *[record(number) for number in range(20)])
    with queries(aws) as point:
        assert len(reading.page(LogQuery(limit=5), ACME).logs) == 5
    assert point.attempts == 1


def test_a_rare_word_costs_a_bounded_read_and_the_cursor_leads_on(aws, reading, table, monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 2)
    keep(table, record(0, text="needle"), *[record(number) for number in range(1, 30)])
    with queries(aws) as point:
        page = reading.page(LogQuery(text="needle"), ACME)
    assert (point.attempts, page.logs) == (11, [])
    assert ids(reading.page(LogQuery(text="needle", cursor=page.next_cursor), ACME)) == [0]


def test_what_expired_and_is_not_deleted_yet_does_not_make_empty_pages(aws, reading, table):
    gone = int(NOW.timestamp())
    keep(table, *[record(number, expires_at=gone) for number in range(60)], record(60))
    with queries(aws) as point:
        assert ids(reading.page(LogQuery(order="oldest", limit=1), ACME)) == [60]
    assert point.attempts == 2


def test_a_big_page_is_read_in_parts_that_others_can_wait_for(aws, reading, table, monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 4)
    keep(table, *[record(number) for number in range(10)])
    with queries(aws) as point:
        assert len(reading.page(LogQuery(limit=9), ACME).logs) == 9
    assert point.attempts == 3


def test_a_slow_table_makes_short_pages_and_the_cursor_leads_on(table, monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 2)
    keep(table, *[record(number) for number in range(10)])
    seconds = iter(range(0, 1000, 4))
    slow = reading_of(table, clock=seconds.__next__)
    page = slow.page(LogQuery(order="oldest", limit=9), ACME)
    assert ids(page) == [0, 1, 2, 3]
    assert ids(slow.page(LogQuery(order="oldest", limit=1, cursor=page.next_cursor), ACME)) == [4]


def test_big_records_make_short_pages(reading, table):
    for number in range(14):
        keep(table, record(number, text="x" * 380_000))
    page = reading.page(LogQuery(order="oldest"), ACME)
    assert ids(page) == list(range(11))
    rest = reading.page(LogQuery(order="oldest", cursor=page.next_cursor), ACME)
    assert ids(rest) == [11, 12, 13]
    assert rest.next_cursor is None


def test_a_record_is_as_big_as_it_travels(reading, table):
    """A control character takes seven bytes as JSON within JSON."""
    for number in range(3):
        keep(table, record(number, text="\x01" * 300_000))
    assert len(reading.page(LogQuery(), ACME).logs) == 1
    assert len(all_pages(reading)[0]) == 3


def lines(payload):
    return [json.loads(line) for line in payload.data.decode().splitlines()]


def test_an_export_is_one_record_a_line(reading, table):
    keep(table, record(1, text="two\nlines\r\n\u2028"), record(2))
    payload = reading.export(LogExport(order="oldest"), ACME)
    assert (payload.media_type, payload.headers) == ("application/x-ndjson", {})
    assert payload.data.count(b"\n") == 2
    assert payload.data.endswith(b"\n")
    first, second = [json.loads(line) for line in payload.data.split(b"\n")[:-1]]
    assert first == {
        "log_id": "l-1",
        "ts": "2026-01-31T11:00:01Z",
        "received_at": "2026-01-31T11:59:00Z",
        "severity": "INFO",
        "text": "two\nlines\r\n\u2028",
        "attrs": {},
        "source": "",
    }
    assert second["log_id"] == "l-2"


def test_an_empty_export_is_empty(reading):
    payload = reading.export(LogExport(), ACME)
    assert (payload.data, payload.headers) == (b"", {})


def test_an_exports_cursor_leads_on(reading, table):
    keep(table, *[record(number) for number in range(30)])
    first = reading.export(LogExport(order="oldest", limit=20), ACME)
    cursor = first.headers["X-Next-Cursor"]
    rest = reading.export(LogExport(order="oldest", limit=20, cursor=cursor), ACME)
    assert [line["log_id"] for line in lines(first) + lines(rest)] == [f"l-{n}" for n in range(30)]
    assert rest.headers == {}


def test_an_export_takes_as_much_as_it_may_unless_told_otherwise():
    assert (LogExport().limit, LogQuery().limit) == (10_000, 100)


def test_an_export_stays_below_four_megabytes(reading, table):
    for number in range(14):
        keep(table, record(number, text="x" * 380_000))
    payload = reading.export(LogExport(), ACME)
    assert len(payload.data) < 4 * 1024 * 1024
    assert len(lines(payload)) == 11
    assert payload.headers["X-Next-Cursor"]


def test_a_broken_database_is_unavailable_and_no_empty_page(aws, reading, pauses):
    with (
        failpoint(aws.client("dynamodb"), "Query", *[server_error] * 3),
        pytest.raises(Unavailable),
    ):
        reading.page(LogQuery(), ACME)
