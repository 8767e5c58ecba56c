"""What the console asks of many records, on the whole running system: counted, paged, exported."""

import csv
import io
import json
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from support.local_system import aws_of
from support.waiting import until

LOGS = "/api/v1/logs"
TENANT = "many"
MATCHING, OTHERS = 5012, 300
WITHIN_S = 90


def ingest(system, records, tenant_id=TENANT):
    for start in range(0, len(records), 1000):
        part = records[start : start + 1000]
        status, result = system.request("POST", "/ingest", part, X_Tenant_ID=tenant_id)
        assert (status, result["rejected"]) == (202, 0)


def read(system, path, tenant_id=TENANT):
    """Status, headers and text of a read by the demo user, who is an operator."""
    joined = f"{path}{'&' if '?' in path else '?'}tenant_id={tenant_id}"
    url = f"{system.base_url.rstrip('/')}{joined}"
    request = urllib.request.Request(url, headers={"Authorization": system.token()})  # noqa: S310 our own
    with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 as above
        return response.headers, response.read().decode()


def read_json(system, path, tenant_id=TENANT):
    return json.loads(read(system, path, tenant_id)[1])


@pytest.fixture(scope="module")
def many(system):
    """So many records over the last half hour, errors but for some."""
    now = datetime.now(UTC)
    records = [
        {
            "text": f"line {n}",
            "severity": "ERROR" if n < MATCHING else "INFO",
            "ts": (now - timedelta(seconds=n % 1800)).isoformat(),
            "attrs": {"host": f"h-{n % 3}"},
        }
        for n in range(MATCHING + OTHERS)
    ]
    ingest(system, records)
    until(lambda: not in_queue(system), WITHIN_S, "all records stored")
    return system


def in_queue(system):
    """Messages that are not done."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    asked = (
        aws_of(system.config)
        .client("sqs")
        .get_queue_attributes(QueueUrl=system.outputs["LogsQueueUrl"], AttributeNames=names)
    )
    return sum(int(value) for value in asked["Attributes"].values())


def test_a_histogram_counts_all_that_match(many):
    histogram = read_json(many, f"{LOGS}/histogram?severity=ERROR&buckets=100")
    assert (histogram["complete"], histogram["scanned"]) == (True, 0)
    # Where a write was tried again, as on a busy machine, it may count more, and says so.
    assert histogram["total"] == MATCHING or histogram["approximate"]
    assert histogram["total"] >= MATCHING
    counted = sum(bucket["counts"]["ERROR"] for bucket in histogram["buckets"])
    assert counted == histogram["total"]


def test_a_page_does_not_claim_the_end_while_there_is_more(many):
    pages, cursor = [], None
    while True:
        more = "" if cursor is None else f"&cursor={cursor}"
        pages.append(read_json(many, f"{LOGS}?severity=ERROR&limit=1000{more}"))
        cursor = pages[-1]["next_cursor"]
        if cursor is None:
            break
    assert [page["read"]["complete"] for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [page["read"]["matched"] for page in pages] == [len(page["logs"]) for page in pages]
    assert len({entry["log_id"] for page in pages for entry in page["logs"]}) == MATCHING


def export(system, query):
    """All parts of an export, by their links."""
    parts, following = [], f"?{query}"
    while following:
        headers, text = read(system, f"{LOGS}/export{following}")
        parts.append(text)
        link = headers.get("Link", "")
        following = link.partition(">")[0].removeprefix("<")
        assert bool(following) == link.endswith('rel="next"') == ("X-Next-Cursor" in headers)
    return parts


def test_an_export_has_every_record_in_parts_that_lead_on(many):
    parts = export(many, "severity=ERROR&limit=2000")
    assert len(parts) > 2
    lines = [json.loads(line) for line in "".join(parts).splitlines()]
    assert len(lines) == len({line["log_id"] for line in lines}) == MATCHING
    assert {line["severity"] for line in lines} == {"ERROR"}


def test_the_parts_of_a_csv_are_one_file(many):
    parts = export(many, "severity=ERROR&limit=2000&format=csv")
    rows = list(csv.DictReader(io.StringIO("".join(parts), newline="")))
    assert len(rows) == len({row["log_id"] for row in rows}) == MATCHING
    assert json.loads(rows[0]["attrs"])["host"].startswith("h-")


def test_facets_show_what_the_records_have(many):
    """Of those that could be read in time: on a busy machine these are not all."""
    facets = read_json(many, f"{LOGS}/facets?severity=ERROR")
    matched = facets["read"]["matched"]
    assert facets["read"]["complete"] == (matched == MATCHING)
    shown = {facet["field"]: facet["values"] for facet in facets["facets"]}
    assert shown["severity"] == [{"value": "ERROR", "count": matched}]
    hosts = {value["value"]: value["count"] for value in shown["attr.host"]}
    assert set(hosts) == {"h-0", "h-1", "h-2"}
    assert sum(hosts.values()) == matched


def test_a_follower_sees_a_line_that_comes_20_s_late_once(system):
    """As the API documents `order=arrival&tail=true`: ask again with the cursor."""
    follow = f"{LOGS}?order=arrival&tail=true&limit=1000"
    seen, cursor = [], None

    def poll():
        nonlocal cursor
        more = "" if cursor is None else f"&cursor={cursor}"
        page = read_json(system, f"{follow}{more}", "follower")
        cursor = page["next_cursor"]
        assert page["read"]["complete"] is False
        seen.extend(entry["text"] for entry in page["logs"])
        return seen

    ingest(system, [{"text": "on time"}], "follower")
    until(lambda: poll() == ["on time"], WITHIN_S, "the first line")
    late = (datetime.now(UTC) - timedelta(seconds=20)).isoformat()
    ingest(system, [{"text": "late", "ts": late}], "follower")
    until(lambda: "late" in poll(), WITHIN_S, "the late line")
    ingest(system, [{"text": "last"}], "follower")
    until(lambda: "last" in poll(), WITHIN_S, "the last line")
    poll()
    assert seen == ["on time", "late", "last"]
