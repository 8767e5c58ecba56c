from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from support.clouds import ACCOUNT

from chalicelib.analytics import part
from chalicelib.analytics.model import ArchivedSearch, Period, SearchesQuery
from chalicelib.analytics.service import Analytics
from chalicelib.analytics.store import Archive
from chalicelib.aws import ARCHIVE
from chalicelib.aws.bucket import Bucket
from chalicelib.web.call import Call
from chalicelib.web.principal import Principal

OPERATOR = Call(request_id="r", caller=Principal("op-1", "", frozenset({"operator"}), None))
NIGHT = Period(
    datetime(2026, 1, 1, 23, 30, tzinfo=UTC),
    datetime(2026, 1, 2, 2, 0, tzinfo=UTC),
)


@pytest.fixture
def bucket(aws):
    client = aws.client("s3", ARCHIVE)
    return Bucket(client, client.list_buckets()["Buckets"][0]["Name"])


def _store(bucket, at, unique="x", event_ids=("e-1",)):
    events = [
        ArchivedSearch(event_id=event_item_id, user="ann", action="search", at=at)
        for event_item_id in event_ids
    ]
    key = part.key(at, unique)
    bucket.put(key, part.compress(events), part.CONTENT_TYPE)
    return key


def _keys(archive, period):
    return [item.key for day in archive.days(period) for item in archive.parts(day, period)]


def test_the_parts_of_a_period_come_newest_first(bucket):
    before = _store(bucket, datetime(2026, 1, 1, 23, tzinfo=UTC))
    first = _store(bucket, datetime(2026, 1, 2, 1, tzinfo=UTC), "01A")
    second = _store(bucket, datetime(2026, 1, 2, 1, tzinfo=UTC), "01B")

    assert _keys(Archive(bucket), NIGHT) == [second, first, before]


def test_hours_outside_the_period_are_not_read(bucket):
    _store(bucket, datetime(2026, 1, 1, 22, 59, tzinfo=UTC))
    _store(bucket, datetime(2026, 1, 2, 2, tzinfo=UTC))
    _store(bucket, datetime(2026, 1, 3, tzinfo=UTC))

    assert _keys(Archive(bucket), NIGHT) == []


def test_a_period_that_ends_at_midnight_does_not_list_the_next_day():
    day = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))

    assert [str(item) for item in Archive(None).days(day)] == ["2026-01-01"]


def test_a_day_of_more_than_one_listing_page_is_listed_whole(bucket):
    at = datetime(2026, 1, 2, 1, tzinfo=UTC)
    stored = get_backend("s3")[ACCOUNT]["aws"]  # 1,001 calls by botocore take ten seconds
    for number in range(1_001):
        stored.put_object(bucket.name, part.key(at, f"{number:04}"), b"")

    assert len(_keys(Archive(bucket), NIGHT)) == 1_001


def test_a_part_that_is_gone_has_no_content(bucket):
    assert Archive(bucket).content(part.key(NIGHT.start, "gone")) is None


def test_a_missing_bucket_is_not_mistaken_for_a_missing_part(aws):
    nowhere = Bucket(aws.client("s3", ARCHIVE), "no-such-bucket")

    with pytest.raises(ClientError):
        Archive(nowhere).content("searches/x")


def test_parts_are_stored_without_content_encoding(aws, bucket):
    key = _store(bucket, NIGHT.start)

    head = aws.client("s3", ARCHIVE).head_object(Bucket=bucket.name, Key=key)

    assert head["ContentType"] == "application/gzip"
    assert "ContentEncoding" not in head


def test_a_report_counts_the_archive_and_each_event_once(bucket):
    _store(bucket, datetime(2026, 1, 1, 23, 45, tzinfo=UTC), "01A", ("e-1", "e-2"))
    _store(bucket, datetime(2026, 1, 1, 23, 45, tzinfo=UTC), "01B", ("e-2", "e-3"))
    _store(bucket, datetime(2026, 1, 1, 23, 15, tzinfo=UTC), "01C", ("e-4",))
    bucket.put(part.key(NIGHT.start, "01D"), b"cut off", part.CONTENT_TYPE)
    analytics = Analytics(Archive(bucket), lambda: NIGHT.end)

    report = analytics.searches(SearchesQuery("2026-01-01T23:30:00Z"), OPERATOR)

    assert (report.total, report.unknown) == (3, 3)
    assert (report.read.objects, report.read.rows, report.read.damaged_objects) == (4, 5, 1)
