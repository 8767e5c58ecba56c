"""Many records at a time: lists by prefix, imports and exports."""

import csv
import io
import itertools
import json
import re
from dataclasses import replace

import pytest
from support.failpoints import always, failpoints, passed, server_error

import app as functions
from chalicelib import waves
from chalicelib.aws import EXTRA
from chalicelib.waves import Waves
from chalicelib.web.pages import ReadBounds

LIST, EXPORT, IMPORT = "/api/v1/records", "/api/v1/records:export", "/api/v1/records:import"
NDJSON, CSV = "application/x-ndjson", "text/csv"


@pytest.fixture
def operator(callers):
    return callers.operator()


@pytest.fixture
def filled(operator):
    for number in range(6):
        for prefix in ("ada", "bob"):
            operator.send("POST", "/stream", {"user_id": f"{prefix}-{number}", "n": number})
    return operator


def send(operator, body, kind=NDJSON, **headers):
    data = body if isinstance(body, bytes) else "\n".join(map(json.dumps, body)).encode()
    return operator.send("POST", IMPORT, data, **{"Content_Type": kind, **headers})


def follow(operator, path, key):
    """Everything that a list's or an export's parts hold, part by part."""
    parts, cursor = [], ""
    while cursor is not None:
        status, answer = operator.send("GET", path + (f"&cursor={cursor}" if cursor else ""))
        assert status == 200, answer
        parts.append(key(answer))
        cursor = (
            operator.headers.get("X-Next-Cursor")
            if path.startswith(EXPORT)
            else (answer["next_cursor"])
        )
    return parts


def bounded(items):
    """Let few items be read for one page."""
    sets = functions.wiring.record_sets
    sets.listing = replace(sets.listing, bounds=ReadBounds(items=items))


# --- Lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 4, 6, 100])
def test_a_prefix_finds_its_records_once_each(filled, limit):
    parts = follow(
        filled,
        f"{LIST}?prefix=ada-&limit={limit}",
        lambda page: [record["user_id"] for record in page["records"]],
    )
    assert sorted(itertools.chain(*parts)) == [f"ada-{number}" for number in range(6)]
    assert all(len(part) <= limit for part in parts)


def test_a_page_says_what_was_read_for_it(filled):
    _, page = filled.send("GET", f"{LIST}?prefix=ada-")
    assert page["read"] == {"scanned": 12, "matched": 6, "complete": True}
    _, page = filled.send("GET", f"{LIST}?limit=5")
    assert page["read"] == {"scanned": 5, "matched": 5, "complete": False}
    assert page["about_total"] == 12
    _, page = filled.send("GET", f"{LIST}?prefix=nobody")
    assert (page["records"], page["read"]["scanned"]) == ([], 12)


def test_a_read_ends_at_its_bound_and_leads_on(filled, monkeypatch):
    monkeypatch.setattr("chalicelib.records.listing.AT_ONCE", 2)
    bounded(items=4)
    _, page = filled.send("GET", f"{LIST}?prefix=nobody")
    assert page["read"] == {"scanned": 4, "matched": 0, "complete": False}
    bounded(items=5_000)
    _, rest = filled.send("GET", f"{LIST}?prefix=nobody&cursor={page['next_cursor']}")
    assert rest["read"] == {"scanned": 8, "matched": 0, "complete": True}


def test_a_cursor_goes_with_its_prefix(filled):
    _, page = filled.send("GET", f"{LIST}?prefix=ada-&limit=1")
    status, problem = filled.send("GET", f"{LIST}?prefix=bob-&cursor={page['next_cursor']}")
    assert (status, problem["code"]) == (400, "invalid_input")


@pytest.mark.thorough
@pytest.mark.parametrize("prefix", ["", "a%20b", "a/b", "x" * 129, "%C3%A4", "a%0A"])
def test_what_no_id_begins_with_is_refused(filled, prefix):
    assert filled.send("GET", f"{LIST}?prefix={prefix}")[0] == 400


def test_a_list_is_of_use_without_the_tables_own_count(filled, aws, logged):
    with failpoints(aws.client("dynamodb", EXTRA), "DescribeTable", always(server_error)):
        status, page = filled.send("GET", LIST)
    assert (status, len(page["records"]), page["about_total"]) == (200, 12, None)
    assert "the records could not be counted" in logged.getvalue()


def test_large_records_share_a_response_as_far_as_they_fit(operator):
    for number in range(9):
        operator.send("POST", "/stream", {"user_id": f"large-{number}", "x": '"' * 390_000})
    parts = follow(operator, f"{LIST}?limit=100", lambda page: len(page["records"]))
    assert (sum(parts), max(parts) <= 4) == (9, True)


# --- Exports ---------------------------------------------------------------------------------


def test_an_export_leads_on_from_part_to_part(filled):
    parts = follow(filled, f"{EXPORT}?limit=5", lambda data: data.decode().splitlines())
    assert [len(part) for part in parts] in ([5, 5, 2], [5, 5, 2, 0])
    found = [json.loads(line) for part in parts for line in part]
    expected = [{"user_id": f"{p}-{n}", "n": n} for n in range(6) for p in ("ada", "bob")]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_link_is_the_address_of_the_next_part(filled):
    filled.send("GET", f"{EXPORT}?prefix=ada-&limit=4&format=csv")
    (query,) = re.fullmatch('<([^>]+)>; rel="next"', filled.headers["Link"]).groups()
    status, rest = filled.send("GET", f"{EXPORT}{query}")
    assert (status, rest.decode().count("ada-"), "Link" in filled.headers) == (200, 4, False)
    assert b"user_id,version" not in rest
    exposed = filled.headers["Access-Control-Expose-Headers"].split(",")
    assert {"Link", "X-Next-Cursor"} <= set(exposed)


def test_a_csv_has_a_header_the_bookkeeping_and_the_content(operator):
    operator.send("POST", "/stream", {"user_id": "a", "text": 'a "b", c\nd'})
    _, data = operator.send("GET", f"{EXPORT}?format=csv")
    assert operator.headers["Content-Type"] == CSV
    header, row = csv.reader(io.StringIO(data.decode(), newline=""))
    assert header == ["user_id", "version", "created_at", "updated_at", "created_by", "content"]
    assert (row[0], row[1], row[4]) == ("a", "1", "op-1")
    assert json.loads(row[5]) == {"user_id": "a", "text": 'a "b", c\nd'}


@pytest.mark.parametrize("user_id", ["=1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(operator, user_id):
    if user_id.startswith("="):  # which no id may
        user_id = "+cmd"
    operator.send("POST", "/stream", {"user_id": user_id})
    _, data = operator.send("GET", f"{EXPORT}?format=csv")
    *_, row = csv.reader(io.StringIO(data.decode(), newline=""))
    assert row[0] == f"'{user_id}"


def test_an_export_is_taken_back_by_an_import(filled):
    _, data = filled.send("GET", EXPORT)
    for number in range(6):
        assert filled.send("DELETE", f"{LIST}/ada-{number}")[0] == 204
    assert send(filled, data) == (200, {"added": 12, "failed": 0, "rows": []})
    assert filled.send("GET", EXPORT)[1] == data


# --- Imports ---------------------------------------------------------------------------------


def test_rows_are_added_and_the_bad_ones_named(operator):
    operator.send("POST", "/stream", {"user_id": "taken", "x": 1})
    lines = [
        b'{"user_id": "a", "price": 0.1234567890123456789012345678901234567}',
        b"",
        b'{"user_id": "taken", "x": 2}',
        b'{"user_id": "a b"}',
        b'{"user_id": "b"',
        b'{"user_id": "c", "_omni": 1}',
        b'{"user_id": "d"}\r',
        b'{"user_id": "d", "x": 1}',
        b'{"user_id": "d"}',
    ]
    status, result = send(operator, b"\n".join(lines))
    assert (status, result["added"], result["failed"]) == (200, 3, 5)
    assert [(row["row"], row["code"]) for row in result["rows"]] == [
        (3, "conflict"),
        (4, "invalid_input"),
        (5, "invalid_input"),
        (6, "invalid_input"),
        (8, "conflict"),
    ]
    assert result["rows"][-1]["message"] == "row 7 has the same user_id and other content"
    operator.send("GET", "/get-user?user_id=a")
    assert b'"price":0.1234567890123456789012345678901234567' in operator.raw
    assert operator.send("GET", f"{LIST}/d")[1]["created_by"] == "op-1"


def test_a_csv_names_its_attributes_and_its_cells_are_texts(operator):
    data = '\ufeffuser_id,name,n\r\na,"Ada, ""L""",007\r\n\r\nb,,1\r\nc,x,1,2\r\nd\r\n'.encode()
    status, result = send(operator, data, CSV)
    assert (status, result["added"]) == (200, 3)
    assert [(row["row"], row["code"]) for row in result["rows"]] == [(5, "invalid_input")]
    content = {
        name: operator.send("GET", f"/get-user?user_id={name}")[1] for name in ("a", "b", "d")
    }
    assert content["a"] == {"user_id": "a", "name": 'Ada, "L"', "n": "007"}
    assert content["b"] == {"user_id": "b", "n": "1"}
    assert content["d"] == {"user_id": "d"}


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (NDJSON, b"", 400),
        (NDJSON, b"\n \n", 400),
        (NDJSON, b'{"user_id": "a"}\n' * 1001, 413),
        (CSV, b"user_id", 400),
        (CSV, b"name\na", 400),
        (CSV, b"user_id,x,x\na,1,2", 400),
        (CSV, b"user_id,\na,1", 400),
        (CSV, b'user_id\n"a', 400),
        (CSV, b"user_id\n\xff", 400),
        ("application/json", b"[]", 415),
    ],
)
def test_a_body_that_is_no_import_is_refused_as_a_whole(operator, kind, data, expected):
    assert send(operator, data, kind)[0] == expected
    assert operator.send("GET", LIST)[1]["records"] == []


def test_a_repeat_adds_nothing_twice_and_says_the_same(operator):
    rows = [{"user_id": f"r-{number}", "n": number} for number in range(20)]
    first = send(operator, rows)
    assert first == send(operator, rows) == (200, {"added": 20, "failed": 0, "rows": []})
    assert operator.send("GET", f"{LIST}/r-1")[1]["version"] == 1


def test_under_its_key_an_import_that_was_done_does_nothing_more(callers, operator):
    rows = [{"user_id": "a"}, {"user_id": "a b"}]
    first = send(operator, rows, Idempotency_Key="k")
    operator.send("DELETE", f"{LIST}/a")
    assert send(operator, rows, Idempotency_Key="k") == first
    assert operator.send("GET", f"{LIST}/a")[0] == 404
    assert send(operator, rows[:1], Idempotency_Key="k")[0] == 409
    assert send(callers.operator("op-2"), rows[:1], Idempotency_Key="k")[1]["added"] == 1


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}], ids=["no key", "key"])
def test_an_import_that_the_database_cut_off_goes_on(operator, aws, pauses, headers):
    rows = [{"user_id": f"r-{number}"} for number in range(20)]
    faults = itertools.chain([passed] * 10, always(server_error))
    with failpoints(aws.client("dynamodb"), "PutItem", faults) as puts:
        status, problem = send(operator, rows, **headers)
    assert (status, problem["code"]) == (503, "unavailable")
    assert puts.attempts < 60  # those behind are not even tried
    assert 0 < len(operator.send("GET", LIST)[1]["records"]) < 20
    assert send(operator, rows, **headers)[1] == {"added": 20, "failed": 0, "rows": []}


def test_when_the_time_is_up_the_same_request_goes_on(operator, logged):
    rows = [{"user_id": f"r-{number}"} for number in range(20)]
    sets = functions.wiring.record_sets
    usual, ticks = sets.importing, iter([0.0, 0.0, waves.TIME_S])
    sets.importing = replace(usual, waves=Waves(lambda: next(ticks)))
    status, problem = send(operator, rows)
    assert (status, problem["message"]) == (503, "8 of 20 are done; send it again to go on")
    assert operator.headers["Retry-After"] == "1"
    assert "a dependency failed" not in logged.getvalue()
    sets.importing = usual
    assert send(operator, rows)[1]["added"] == 20
