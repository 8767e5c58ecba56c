"""A tenant's people read its logs: pages, export, and what both refuse."""

import json

import pytest
from tenant_kit import keep_logs, send

LOGS = "/api/v1/logs"


def token_of(caller):
    return caller._token


@pytest.fixture
def reader(callers):
    return callers.user(**{"custom:tenant_id": "acme"})


def texts(caller, query=""):
    status, body = caller.send("GET", f"{LOGS}{query}")
    assert status == 200, body
    return [entry["text"] for entry in body["logs"]], body["next_cursor"]


def test_people_see_their_tenants_logs_newest_first(aws, reader):
    keep_logs(aws, "acme", "one", "two", "three")
    assert texts(reader) == (["three", "two", "one"], None)
    assert texts(reader, "?order=oldest&tenant_id=acme") == (["one", "two", "three"], None)


def test_pages_lead_on_by_their_cursor(aws, reader):
    keep_logs(aws, "acme", "one", "two", "three")
    first, cursor = texts(reader, "?limit=2")
    assert (first, texts(reader, f"?limit=2&cursor={cursor}")) == (
        ["three", "two"],
        (["one"], None),
    )


def test_filters_come_from_the_query(aws, reader):
    keep_logs(aws, "acme", "a fox", "a hen", "a fox & a hen")
    assert texts(reader, "?text=fox%20%26")[0] == ["a fox & a hen"]
    assert texts(reader, "?severity=INFO&text=hen")[0] == ["a fox & a hen", "a hen"]
    assert texts(reader, "?severity=WARN")[0] == []
    assert texts(reader, "?since=2020-01-01T00:00:00Z&until=2021-01-01T00:00:00Z")[0] == []


def test_a_tail_never_ends(aws, reader):
    keep_logs(aws, "acme", "one")
    _, cursor = texts(reader, "?order=oldest&tail=true")
    assert texts(reader, f"?order=oldest&tail=true&cursor={cursor}")[0] == []
    _, cursor = texts(reader, f"?order=oldest&tail=true&cursor={cursor}")
    assert cursor is not None


BAD_QUERIES = [
    "?limit=0",
    "?limit=10001",
    "?limit=x",
    "?order=sideways",
    "?order=newest%0A",
    "?severity=LOUD",
    "?severity=info",
    "?text=",
    "?text=" + "x" * 257,
    "?tail=maybe",
    "?tail=true",
    "?since=now",
    "?since=2026-01-31",
    "?since=2026-01-31T10:00:00Z&until=2026-01-31T10:00:00Z",
    "?cursor=x",
    "?cursor=",
]


@pytest.mark.parametrize("path", [LOGS, f"{LOGS}/export"])
def test_a_bad_query_is_refused(reader, path):
    for query in BAD_QUERIES:
        status, problem = reader.send("GET", path + query)
        assert (status, problem["code"]) == (400, "invalid_input"), query


def test_a_page_is_smaller_than_an_export(callers, reader):
    assert reader.send("GET", f"{LOGS}?limit=1001")[0] == 400
    path = f"{LOGS}/export?limit=1001"
    assert send(callers._client, token_of(reader), path, method="GET", body=b"").status == 200


def test_an_export_is_ndjson_with_a_cursor_in_a_header(aws, callers, reader):
    keep_logs(aws, "acme", "one", "two")
    path = f"{LOGS}/export?order=oldest&limit=1"
    first = send(callers._client, token_of(reader), path, method="GET", body=b"")
    assert (first.status, first.headers["Content-Type"]) == (200, "application/x-ndjson")
    assert [json.loads(line)["text"] for line in first.body.splitlines()] == ["one"]
    assert first.body.endswith(b"\n")
    cursor = first.headers["X-Next-Cursor"]
    rest = send(
        callers._client, token_of(reader), f"{path}&cursor={cursor}", method="GET", body=b""
    )
    assert [json.loads(line)["text"] for line in rest.body.splitlines()] == ["two"]
    assert "X-Next-Cursor" not in rest.headers


def test_the_console_may_read_the_cursor(aws, callers, reader):
    exported = send(callers._client, token_of(reader), f"{LOGS}/export", method="GET", body=b"")
    assert "X-Next-Cursor" in exported.headers["Access-Control-Expose-Headers"]
