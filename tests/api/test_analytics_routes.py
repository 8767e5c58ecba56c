"""The report on searches as JSON and as a table."""

from datetime import datetime, timedelta

import pytest

from chalicelib.analytics import part
from chalicelib.analytics.model import ArchivedSearch
from chalicelib.aws import ARCHIVE
from chalicelib.aws.bucket import Bucket

SEARCHES = "/api/v1/analytics/searches?from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z"
AT = datetime.fromisoformat("2026-01-02T03:30:20Z")
TABLE = b"at,searches,found,missed,unknown\r\n2026-01-02T00:00:00Z,3,1,1,1\r\n"


@pytest.fixture
def bucket(aws):
    client = aws.client("s3", ARCHIVE)
    return Bucket(client, client.list_buckets()["Buckets"][0]["Name"])


@pytest.fixture
def operator(callers, bucket):
    """An operator of a stage with three archived searches."""
    events = [
        ArchivedSearch(
            event_id=str(number),
            user="=ann",
            action="search",
            at=AT + timedelta(minutes=number),
            found=found,
        )
        for number, found in enumerate((True, False, None))
    ]
    bucket.put(part.key(AT, "x"), part.compress(events), part.CONTENT_TYPE)
    return callers.operator()


@pytest.mark.parametrize(
    ("query", "accept"),
    [("&format=csv", ""), ("", "text/csv"), ("&format=csv", "application/json")],
)
def test_a_table_is_asked_for_by_format_or_accept(operator, query, accept):
    status, table = operator.send("GET", f"{SEARCHES}&interval=day{query}", Accept=accept)
    assert (status, table) == (200, TABLE)
    assert operator.headers["Content-Type"] == "text/csv"
    assert operator.headers["X-Complete"] == "true"


@pytest.mark.parametrize(("query", "accept"), [("", ""), ("", "*/*"), ("&format=json", "text/csv")])
def test_else_it_is_the_report(operator, query, accept):
    status, report = operator.send("GET", f"{SEARCHES}&interval=day{query}", Accept=accept)
    assert (status, report["total"], report["interval"]) == (200, 3, "day")
    assert report["series"] == [
        {"at": "2026-01-02T00:00:00Z", "searches": 3, "found": 1, "missed": 1}
    ]
    assert report["top_users"] == [{"user": "=ann", "searches": 3, "found": 1, "missed": 1}]


def test_a_table_of_a_part_says_so(operator, bucket):
    bucket.put(part.key(AT, "y"), b"damaged", part.CONTENT_TYPE)
    operator.send("GET", f"{SEARCHES}&format=csv")
    assert operator.headers["X-Complete"] == "false"


def test_a_table_and_a_report_have_tags_of_their_own(operator):
    tags = set()
    for query in ("&format=csv", ""):
        operator.send("GET", f"{SEARCHES}{query}")
        tag = operator.headers["ETag"]
        assert operator.send("GET", f"{SEARCHES}{query}", If_None_Match=tag)[0] == 304
        tags.add(tag)
    assert len(tags) == 2


def test_one_user_and_one_outcome_are_asked_for(operator):
    totals = {"user=%3Dann": 3, "user=eve": 0, "found=true": 1, "found=false": 1}
    for query, total in totals.items():
        assert operator.send("GET", f"{SEARCHES}&{query}")[1]["total"] == total, query


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("interval=week", "interval must be one of minute, hour, day"),
        ("interval=minute", "interval=minute goes with a range of up to two hours"),
        ("format=xml", "format must be one of json, csv"),
        ("found=maybe", ""),
        ("user=", ""),
    ],
)
def test_what_cannot_be_asked_for_is_refused(operator, query, says):
    status, problem = operator.send("GET", f"{SEARCHES}&{query}")
    assert (status, problem["code"]) == (400, "invalid_input")
    assert says in problem["message"]
