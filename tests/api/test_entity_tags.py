"""Reads by their entity tags: 304 to who has it already, and nobody else keeps a response."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from letters_kit import queue
from publisher_kit import (
    CERTIFICATES,
    DRAFT,
    MEDIA,
    MESSAGES,
    RECURS,
    SERIES,
    TEMPLATE,
    TEMPLATES,
    author_of,
    made,
)
from support.people import Caller, Callers
from tenant_kit import made_tenant

import app as functions
from app import app
from chalicelib import times
from chalicelib.aws import Aws

READS = [
    operation.path
    for operation in app.operations
    if operation.method == "GET"
    and operation.path not in ("/unsubscribe/{token}", "/certificates/{certification_id}/badge")
]
LINKS = {"/api/v1/media/{media_id}"}  # they end within the hour
KEPT, NEVER = "private, no-cache", "no-store"
PUBLIC = {"/certificates/{certification_id}": "public, max-age=300"}
WEBHOOKS = "/api/v1/webhooks"
WEBHOOK = {"url": "https://a.example/hook", "events": ["message.sent"]}
CERTIFICATE = {"name": "n", "issuer": "i", "issued_on": "2026-01-31"}
OPERATOR = {"cognito:groups": "operator,publisher", "custom:tenant_id": "acme"}


@pytest.fixture
def reader(callers: Callers) -> Caller:
    """Someone who may read everything."""
    return callers.user("ada", **OPERATOR)


@pytest.fixture
def targets(callers: Callers, reader: Caller, aws: Aws) -> dict[str, str]:
    """A path of each read, with something to be read there."""
    reader.send("POST", "/stream", {"user_id": "a", "read": 1, "as_of": "2026"})
    _, order = reader.send("POST", "/orders", {"x": 1})
    made_tenant(reader, "acme")
    author = author_of(callers)
    message = made(author, MESSAGES, DRAFT)
    certificate = made(author, CERTIFICATES, {**CERTIFICATE, "public": True})
    link = made(author, "/api/v1/calendar-link", None)
    series = made(author, SERIES, {"content": "x", "channels": ["facebook"], **RECURS})
    template = made(author, TEMPLATES, TEMPLATE)
    upload = made(author, MEDIA, {"content_type": "image/png", "size_bytes": 1})
    webhook = made(author, WEBHOOKS, WEBHOOK)["webhook"]
    queue(aws, "orders", dead=True).send("{}")
    _, job = reader.send("POST", "/api/v1/dead-letters/orders/jobs", {})
    _, letters = reader.send("GET", "/api/v1/dead-letters/orders")
    ids = {
        "{user_id}": "a",
        "{letter_id}": letters["letters"][0]["id"],
        "{orderID}": order["orderID"],
        "{tenant_id}": "acme",
        "{message_id}": message["id"],
        "{token}": link["url"].rpartition("/")[2],
        "{certification_id}": certificate["id"],
        "{series_id}": series["id"],
        "{template_id}": template["id"],
        "{media_id}": upload["id"],
        "{webhook_id}": webhook["id"],
        "{queue}": "orders",
        "{job_id}": job["job_id"],
    }
    found = {path: path for path in READS}
    for name, value in ids.items():
        found = {path: target.replace(name, value) for path, target in found.items()}
    histogram, since = "/api/v1/logs/histogram", times.text(times.now() - timedelta(days=2))
    until = times.text(times.now() - timedelta(days=1))
    return found | {
        "/get-user": "/get-user?user_id=a",
        "/api/v1/lookup": "/api/v1/lookup?id=a",
        "/api/v1/overview": "/api/v1/overview?range=7d",  # its parts take three hours
        histogram: f"{histogram}?since={since}&until={until}",  # its minutes go on by themselves
    }


@pytest.mark.thorough
def test_who_has_what_is_read_gets_304_on_every_route(reader, targets):
    for path in sorted({*READS} - LINKS):
        status, first = reader.send("GET", targets[path])
        kept = PUBLIC.get(path, KEPT)
        assert (status, reader.headers["Cache-Control"]) == (200, kept), (path, first)
        headers = dict(reader.headers)
        for known in (headers["ETag"], f'"x", W/{headers["ETag"]}', "*"):
            status, _ = reader.send("GET", targets[path], If_None_Match=known)
            assert (status, reader.raw) == (304, b""), path
            assert reader.headers == headers, path
        assert reader.send("GET", targets[path], If_None_Match='"x"')[0] == 200, path
        assert reader.headers == headers, path


def test_a_link_is_kept_by_nobody(reader, targets):
    for path in LINKS:
        assert reader.send("GET", targets[path], If_None_Match="*")[0] == 200
        assert reader.headers["Cache-Control"] == NEVER
        assert "ETag" not in reader.headers


def test_what_is_written_and_what_fails_is_kept_by_nobody(callers, reader):
    answers = [
        reader.send("POST", "/stream", {"user_id": "a"})[0],
        reader.send("PUT", "/api/v1/records/a", {"x": 1})[0],
        reader.send("GET", "/api/v1/records/b")[0],
        reader.send("PATCH", "/stream", {})[0],
    ]
    assert answers[:3] == [200, 200, 404]
    assert answers[3] == 405
    for who, method, path in (
        (reader, "GET", "/api/v1/records/b"),
        (reader, "POST", "/api/v1/tenants/b/keys"),
        (reader, "PATCH", "/stream"),
        (callers.nobody(), "GET", "/api/v1/records/a"),
        (callers.user(), "GET", "/orders"),
    ):
        assert who.send(method, path)[0] >= 400
        assert who.headers["Cache-Control"] == NEVER, path
    made_tenant(reader, "acme")
    assert reader.headers["Cache-Control"] == NEVER  # of a key that is shown once


def test_a_tag_that_is_none_is_refused_before_anything_is_read(reader):
    status, problem = reader.send("GET", "/get-user?user_id=a", If_None_Match="1")
    assert (status, problem["code"]) == (400, "invalid_input")


def test_what_changed_has_another_tag(reader):
    reader.send("POST", "/stream", {"user_id": "a", "x": 1})
    for path in ("/api/v1/records", "/get-user?user_id=a", "/api/v1/records/a"):
        reader.send("GET", path)
        tag = reader.headers["ETag"]
        _, record = reader.send("GET", "/api/v1/records/a")
        reader.send("PUT", "/api/v1/records/a", {"x": record["version"] + 1})
        assert reader.send("GET", path, If_None_Match=tag)[0] == 200, path
        assert reader.headers["ETag"] != tag


def test_a_record_that_was_deleted_and_added_again_is_another_one(reader):
    """Both are version 1."""
    tags = set()
    for text in ("one", "another"):
        reader.send("POST", "/stream", {"user_id": "a", "x": text})
        reader.send("GET", "/api/v1/records/a")
        tags.add(reader.headers["ETag"])
        assert reader.headers["ETag"].startswith('"1-')
        assert reader.send("DELETE", "/api/v1/records/a")[0] == 204
    assert len(tags) == 2


def test_a_version_shows_what_goes_on_beside_it(callers):
    """A certificate expires without anyone changing it: the revision stays the same."""
    author = author_of(callers)
    ends = (times.now() + timedelta(days=61)).date().isoformat()
    certificate = made(author, CERTIFICATES, {**CERTIFICATE, "expires_on": ends})
    path = f"{CERTIFICATES}/{certificate['id']}"
    author.send("GET", path)
    tag = author.headers["ETag"]
    certificates, later = functions.wiring.publisher.certificates, times.now() + timedelta(days=5)
    certificates.service = replace(certificates.service, now=lambda: later)
    status, shown = author.send("GET", path, If_None_Match=tag)
    assert (status, shown["status"], shown["rev"]) == (200, "expiring", 1)


@pytest.mark.parametrize("sent", ["whole", "version"])
def test_a_write_takes_the_tag_of_a_read_or_its_version_alone(reader, sent):
    reader.send("POST", "/stream", {"user_id": "a"})
    reader.send("GET", "/api/v1/records/a")
    tag = reader.headers["ETag"] if sent == "whole" else '"1"'
    assert reader.send("PUT", "/api/v1/records/a", {"x": 1}, If_Match=tag)[0] == 200
    written = reader.headers["ETag"]
    assert reader.send("GET", "/api/v1/records/a", If_None_Match=written)[0] == 304
    assert reader.send("DELETE", "/api/v1/records/a", If_Match=tag)[0] == 412
    assert reader.send("DELETE", "/api/v1/records/a", If_Match=written)[0] == 204


def test_the_same_state_has_the_same_tag_while_time_goes_by(reader):
    """The report of the last day ends when it is asked for, and says what it read."""
    tags, path = set(), "/api/v1/analytics/searches"
    for second in (1, 6):
        at = datetime(2026, 1, 31, 9, 30, second, tzinfo=UTC)
        wiring = functions.wiring
        wiring.analytics = replace(wiring.analytics, now=lambda at=at: at)
        _, report = reader.send("GET", path)
        assert report["to"] == f"2026-01-31T09:30:0{second}Z"
        tags.add(reader.headers["ETag"])
    (tag,) = tags
    assert reader.send("GET", path, If_None_Match=tag)[0] == 304
