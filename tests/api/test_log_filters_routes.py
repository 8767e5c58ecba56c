"""Filters, accounts of what was read, exports and summaries of logs, from the request on."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from support.clouds import RESOURCES
from support.log_counts import count_keeper
from support.logs import record
from tenant_kit import send

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.tenant_logs.storage.items import add_arrival, item

LOGS = "/api/v1/logs"
EXPORT, HISTOGRAM, FACETS = f"{LOGS}/export", f"{LOGS}/histogram", f"{LOGS}/facets"
LOGS_TABLE = next(table.name for table in RESOURCES.tables if table.output == "LogsTable")
NOW = datetime.now(UTC)
RECORDS = [
    {"source": "web", "attrs": {"host": "a", "http": {"code": 200}}},
    {"source": "web", "attrs": {"host": "b", "http.code": 500}, "severity": LogSeverity.ERROR},
    {"source": "cron", "attrs": {"host": "a", "tags": ["x", "y"]}, "text": '=1+1,\n"q"'},
]


def keep(aws, tenant_id, records=RECORDS):
    """Store and count records, a second apart."""
    table = Table(aws.client("dynamodb"), LOGS_TABLE)
    soon = int(NOW.timestamp()) + 40 * 24 * 3600
    new = [
        item(
            record(
                f"{tenant_id}-{n}",
                tenant_id,
                ts=times.text(NOW - timedelta(minutes=1) + timedelta(seconds=n)),
                **{"text": f"line {n}", "expires_at": soon, **fields},
            )
        )
        for n, fields in enumerate(records)
    ]
    for stored in add_arrival(new, NOW - timedelta(minutes=1)):
        table.put(stored)
    keeper = count_keeper(aws, lambda: NOW)
    assert keeper.begin(new, [False] * len(new)).end([]) == []


@pytest.fixture
def reader(aws, callers):
    keep(aws, "acme")
    return callers.user(**{"custom:tenant_id": "acme"})


def ids(caller, query):
    status, page = caller.send("GET", f"{LOGS}?{query}")
    assert status == 200, page
    return [entry["log_id"].removeprefix("acme-") for entry in page["logs"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source=web", ["1", "0"]),
        ("source=Web", []),
        ("source=", []),
        ("attr.host=a", ["2", "0"]),
        ("attr.host=a&attr.tags=y", ["2"]),
        ("attr.host=a&source=web", ["0"]),
        ("attr.http.code=200", ["0"]),
        ("attr.http.code=500", ["1"]),
        ("attr.http%2Ecode=500", ["1"]),
        ("attr.host=A", []),
        ("attr.nothing=", []),
        ("log_id=acme-1", ["1"]),
        ("log_id=acme-1&severity=FATAL", []),
        ("log_id=acme", []),
        ("text=LINE&source=web&order=oldest", ["0", "1"]),
        ("source=cron&order=arrival", ["2"]),
        ("not_source=web", ["2"]),
        ("not_source=", ["2", "1", "0"]),
        ("source=web&not_source=web", []),
        ("not_attr.host=a", ["1"]),
        ("not_attr.host=A", ["2", "1", "0"]),
        ("not_attr.http.code=200", ["2", "1"]),
        ("not_attr.tags=y", ["1", "0"]),
        ("not_attr.tags=y&not_attr.host=b", ["0"]),
        ("attr.host=a&not_attr.tags=y", ["0"]),
        ("not_attr.nothing=", ["2", "1", "0"]),
        ("not_attr.host=a&order=arrival&severity=error", ["1"]),
    ],
)
def test_filters_narrow_the_search(reader, query, expected):
    assert ids(reader, query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "attr=x",
        "attr.=x",
        "attr.host=" + "x" * 257,
        "source=" + "x" * 257,
        "log_id=",
        "log_id=a%20b",
        "&".join(f"attr.k{n}=x" for n in range(9)),
        "not_attr=x",
        "not_attr.=x",
        "not_attr.host=" + "x" * 257,
        "not_source=" + "x" * 257,
        "&".join(f"not_attr.k{n}=x" for n in range(9)),
    ],
)
@pytest.mark.parametrize("path", [LOGS, EXPORT, HISTOGRAM, FACETS])
def test_a_bad_filter_is_refused(reader, path, query):
    status, problem = reader.send("GET", f"{path}?{query}")
    assert (status, problem["code"]) == (400, "invalid_input")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (HISTOGRAM, "buckets=1"),
        (HISTOGRAM, "buckets=1001"),
        (HISTOGRAM, "limit=1"),
        (HISTOGRAM, "since=32d"),
        (FACETS, "top=0"),
        (FACETS, "top=51"),
        (FACETS, "order=oldest"),
        (EXPORT, "format=xml"),
        (LOGS, "format=csv"),
    ],
)
def test_each_read_has_its_own_parameters(reader, path, query):
    status, problem = reader.send("GET", f"{path}?{query}")
    assert (status, problem["code"]) == (400, "invalid_input")


def test_a_cursor_goes_with_its_filters(reader):
    _, page = reader.send("GET", f"{LOGS}?attr.host=a&source=web&limit=1&text=line")
    assert page["next_cursor"] is None
    _, page = reader.send("GET", f"{LOGS}?attr.host=a&limit=1")
    cursor = page["next_cursor"]
    for other in ("attr.host=b", "attr.hos=a", "source=web", "log_id=acme-0", "limit=1"):
        assert reader.send("GET", f"{LOGS}?{other}&cursor={cursor}")[0] == 400, other
    assert ids(reader, f"attr.host=a&limit=9&cursor={cursor}") == ["0"]
    for more in ("not_attr.host=b", "not_source=x", "not_source="):
        assert reader.send("GET", f"{LOGS}?attr.host=a&{more}&cursor={cursor}")[0] == 400, more


def test_a_cursor_goes_with_what_its_query_excludes(reader):
    _, page = reader.send("GET", f"{LOGS}?not_attr.host=b&limit=1")
    cursor = page["next_cursor"]
    for other in ("not_attr.host=a", "attr.host=b", "not_source=b", "limit=1"):
        assert reader.send("GET", f"{LOGS}?{other}&cursor={cursor}")[0] == 400, other
    assert ids(reader, f"not_attr.host=b&cursor={cursor}") == ["0"]


def test_a_page_says_what_it_read_and_is_complete_only_at_the_end(reader):
    def read(query):
        page = reader.send("GET", f"{LOGS}?{query}")[1]
        return page["read"], page["next_cursor"] is None

    assert read("limit=2") == ({"scanned": 3, "matched": 2, "complete": False}, False)
    assert read("limit=3") == ({"scanned": 3, "matched": 3, "complete": True}, True)
    assert read("attr.host=b") == ({"scanned": 3, "matched": 1, "complete": True}, True)
    tail = "order=arrival&tail=true"
    assert read(tail) == ({"scanned": 3, "matched": 3, "complete": False}, False)


# --- Export ----------------------------------------------------------------------------------


def export(callers, reader, query, **headers):
    path = f"{EXPORT}?{query.removeprefix('?')}"
    return send(callers._client, reader._token, path, method="GET", body=b"", **headers)


def test_an_exports_link_leads_to_the_next_part_of_the_same_query(callers, reader):
    asked = "attr.host=a&text=%3D1&severity=info&since=1h&limit=1&order=oldest"
    first = export(callers, reader, "attr.host=a&limit=1&order=oldest&since=1h")
    assert first.headers["Link"].startswith("<?since=1h&attr.host=a&order=oldest&limit=1&cursor=")
    assert first.headers["Link"].endswith('>; rel="next"')
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = export(callers, reader, following)
    assert [json.loads(part.body)["log_id"] for part in (first, second)] == ["acme-0", "acme-2"]
    assert "Link" not in second.headers
    assert "Link" not in export(callers, reader, asked).headers
    excluding = export(callers, reader, "attr.host=a&limit=1&not_attr.a%26b=%3D&not_source=x")
    link = excluding.headers["Link"]
    assert link.startswith("<?not_source=x&attr.host=a&not_attr.a%26b=%3D&limit=1&cursor=")
    exposed = first.headers["Access-Control-Expose-Headers"]
    assert "Link" in exposed.split(",")


def test_a_link_names_the_tenant_that_a_header_named(aws, callers, reader):
    keep(aws, "beta")
    first = export(callers, callers.operator(), "limit=1&format=csv", X_Tenant_ID="beta")
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert "tenant_id=beta" in following
    rest = export(callers, callers.operator(), following)
    assert (rest.status, b"beta-1" in rest.body) == (200, True)


def test_a_csv_is_one_row_a_record_below_one_header_line(callers, reader):
    parts, query = [], "format=csv&limit=2&order=oldest"
    while query:
        part = export(callers, reader, query)
        assert part.headers["Content-Type"] == "text/csv"
        parts.append(part.body.decode())
        query = part.headers.get("Link", "").partition(">")[0].removeprefix("<")
    rows = list(csv.DictReader(io.StringIO("".join(parts), newline="")))
    assert (len(parts), [row["log_id"] for row in rows]) == (2, ["acme-0", "acme-1", "acme-2"])
    assert rows[1] == {
        "ts": rows[1]["ts"],
        "received_at": "2026-01-31T09:30:00Z",
        "severity": "ERROR",
        "source": "web",
        "text": "line 1",
        "log_id": "acme-1",
        "attrs": '{"host":"b","http.code":500}',
    }
    assert rows[2]["text"] == '\'=1+1,\n"q"', "a spreadsheet would take it for a formula"


# --- Histogram and facets --------------------------------------------------------------------


def test_a_histogram_has_counts_by_severity(reader):
    status, histogram = reader.send("GET", f"{HISTOGRAM}?since=30m&buckets=40")
    assert status == 200
    assert (histogram["total"], histogram["complete"], histogram["scanned"]) == (3, True, 0)
    assert (histogram["interval_s"], histogram["approximate"]) == (60, False)
    assert histogram["retention_days"] == 30  # of a tenant that nobody created
    added = {
        name: sum(bucket["counts"][name] for bucket in histogram["buckets"])
        for name in ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
    }
    assert added == {"TRACE": 0, "DEBUG": 0, "INFO": 2, "WARN": 0, "ERROR": 1, "FATAL": 0}


def test_a_histogram_says_how_long_records_are_kept(callers, reader):
    new = {"tenant_id": "acme", "settings": {"retention_days": 7}}
    assert callers.operator().send("POST", "/api/v1/tenants", new)[0] == 201
    assert reader.send("GET", HISTOGRAM)[1]["retention_days"] == 7


def test_a_histogram_takes_filters(reader):
    _, histogram = reader.send("GET", f"{HISTOGRAM}?attr.host=a")
    assert (histogram["total"], histogram["complete"], histogram["scanned"]) == (2, True, 3)
    _, histogram = reader.send("GET", f"{HISTOGRAM}?not_attr.host=a&not_source=cron")
    assert (histogram["total"], histogram["complete"], histogram["scanned"]) == (1, True, 3)
    _, histogram = reader.send("GET", f"{HISTOGRAM}?severity=warn")
    assert (histogram["total"], histogram["scanned"]) == (1, 0)


def test_facets_name_filters_that_find_as_much(reader):
    status, facets = reader.send("GET", f"{FACETS}?top=5")
    assert (status, facets["read"]) == (200, {"scanned": 3, "matched": 3, "complete": True})
    assert [facet["field"] for facet in facets["facets"]][:3] == [
        "severity",
        "source",
        "attr.host",
    ]
    for facet in facets["facets"][1:]:
        for value in facet["values"]:
            found = ids(reader, f"{facet['field']}={value['value']}")
            assert len(found) == value["count"], (facet["field"], value)
            others = ids(reader, f"not_{facet['field']}={value['value']}")
            assert sorted(found + others) == ["0", "1", "2"]


@pytest.mark.parametrize(("path", "more"), [(HISTOGRAM, "buckets"), (FACETS, "top")])
def test_an_operators_summary_of_a_tenant_is_audited(aws, callers, path, more):
    keep(aws, "beta")
    operator = callers.operator()
    assert operator.send("GET", path)[0] == 403
    status, summary = operator.send("GET", f"{path}?tenant_id=beta&{more}=7&attr.host=a")
    assert status == 200
    assert "beta" not in json.dumps(summary)
    (read,) = operator.send("GET", "/api/v1/audit")[1]["records"]
    assert (read["tenant_id"], read["query"]) == ("beta", {"attr": {"host": "a"}, more: 7})


@pytest.mark.parametrize("path", [HISTOGRAM, FACETS])
def test_a_tenants_summary_has_nothing_of_others(aws, callers, path):
    keep(aws, "beta", [{"source": "SECRET", "attrs": {"SECRET": "SECRET"}}])
    status, summary = callers.user(**{"custom:tenant_id": "acme"}).send("GET", path)
    assert status == 200
    assert "SECRET" not in json.dumps(summary)
    assert summary.get("total", 0) == 0
    assert summary.get("facets", []) == []
