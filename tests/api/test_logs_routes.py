"""A tenant's people read its logs: pages, export, and what both refuse."""

import json

import pytest
from support.failpoints import failpoint, server_error
from tenant_kit import keep_logs, send

from chalicelib.aws import API

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
    assert texts(reader, "?severity=info&text=HEN")[0] == ["a fox & a hen", "a hen"]
    assert texts(reader, "?since=1h&until=0s&severity=trace")[0] == [
        "a fox & a hen",
        "a hen",
        "a fox",
    ]
    assert texts(reader, "?until=1h")[0] == []
    assert texts(reader, "?since=2020-01-01T00:00:00+01:00&until=1d")[0] == []
    assert texts(reader, "?severity=WARN")[0] == []
    assert texts(reader, "?since=2020-01-01T00:00:00Z&until=2021-01-01T00:00:00Z")[0] == []


def test_a_tail_never_ends(aws, reader):
    keep_logs(aws, "acme", "one")
    seen, cursor = texts(reader, "?order=arrival&tail=true")
    assert seen == ["one"]
    assert texts(reader, f"?order=arrival&tail=true&cursor={cursor}")[0] == []
    _, cursor = texts(reader, f"?order=arrival&tail=true&cursor={cursor}")
    assert cursor is not None


def test_an_enumeration_names_its_values_and_a_misspelt_name_the_right_one(reader):
    def message(query):
        return reader.send("GET", LOGS + query)[1]["message"]

    assert message("?severity=LOUD").endswith("one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL")
    assert message("?order=up") == "order must be one of newest, oldest, arrival"
    assert message("?sevrity=WARN") == "unknown parameter 'sevrity'; did you mean 'severity'?"


AUDIT = "/api/v1/audit"


def test_operators_read_the_logs_of_a_tenant_that_they_name(aws, callers):
    keep_logs(aws, "beta", "one", "two", "three")
    operator = callers.operator()
    first, cursor = texts(operator, "?tenant_id=beta&limit=1&text=O&since=1d")
    second, _ = texts(operator, f"?tenant_id=beta&limit=1&text=O&since=1d&cursor={cursor}")
    assert (first, second) == (["two"], ["one"])
    status, page = operator.send("GET", AUDIT)
    assert (status, page["next_cursor"]) == (200, None)
    (read,) = page["records"]  # of its further pages there is none
    assert {**read, "at": "", "request_id": ""} == {
        "at": "",
        "operator_id": read["operator_id"],
        "operator_email": read["operator_email"],
        "tenant_id": "beta",
        "query": {"since": "1d", "text": "O", "order": "newest", "tail": False, "limit": 1},
        "request_id": "",
    }
    assert read["at"]
    assert "@" in read["operator_email"]


def test_an_operator_may_name_the_tenant_by_the_header(aws, callers):
    keep_logs(aws, "beta", "one")
    operator = callers.operator()
    status, page = operator.send("GET", LOGS, X_Tenant_ID="beta")
    assert (status, [entry["text"] for entry in page["logs"]]) == (200, ["one"])
    both = operator.send("GET", f"{LOGS}?tenant_id=acme", X_Tenant_ID="beta")
    assert both[0] == 403


def test_audit_records_are_listed_by_tenant_and_time_newest_first(callers):
    operator = callers.operator()
    for tenant_id in ("beta", "gamma", "beta"):
        texts(operator, f"?tenant_id={tenant_id}")

    def audited(query=""):
        status, page = operator.send("GET", AUDIT + query)
        assert status == 200, page
        return [read["tenant_id"] for read in page["records"]], page["next_cursor"]

    assert audited() == (["beta", "gamma", "beta"], None)
    assert audited("?tenant_id=gamma") == (["gamma"], None)
    assert audited("?since=1h") == (["beta", "gamma", "beta"], None)
    assert audited("?until=1h") == ([], None)
    first, cursor = audited("?limit=2")
    assert first == ["beta", "gamma"]
    assert audited(f"?limit=2&cursor={cursor}")[0] == ["beta"]
    assert operator.send("GET", f"{AUDIT}?since=0s&until=1h")[0] == 400


def test_reading_ones_own_tenant_is_not_audited(aws, callers, reader):
    keep_logs(aws, "acme", "one")
    texts(reader)
    texts(reader, "?tenant_id=acme")
    assert callers.operator().send("GET", AUDIT)[1]["records"] == []


def test_what_cannot_be_audited_is_not_read(aws, callers, pauses):
    keep_logs(aws, "beta", "one")
    with failpoint(aws.client("dynamodb", API), "PutItem", *[server_error] * 3):
        status, problem = callers.operator().send("GET", f"{LOGS}?tenant_id=beta")
    assert (status, problem["code"]) == (503, "unavailable")


BAD_QUERIES = [
    "?limit=0",
    "?limit=10001",
    "?limit=x",
    "?order=sideways",
    "?order=newest%0A",
    "?severity=LOUD",
    "?text=",
    "?text=" + "x" * 257,
    "?tail=maybe",
    "?tail=true",
    "?order=oldest&tail=true",
    "?sevrity=WARN",
    "?since=1w",
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
