"""Certificates through their routes."""

from datetime import timedelta

import pytest
from effects import Effects
from publisher_kit import CERTIFICATES, author_of, made, stored

from chalicelib import times

NEW = {"name": "Solutions Architect", "issuer": "AWS", "issued_on": "2026-01-31"}


@pytest.fixture
def author(callers):
    return author_of(callers)


def test_a_certificate_is_created_read_replaced_and_deleted(author, aws):
    made_one = made(author, CERTIFICATES, {**NEW, "verify_url": "https://example.com/v/1"})
    path = f"{CERTIFICATES}/{made_one['id']}"
    assert (made_one["status"], made_one["rev"]) == ("active", 1)
    assert author.send("GET", path) == (200, made_one)
    assert author.headers["ETag"].startswith('"1-')
    status, replaced = author.send("PUT", path, {**NEW, "name": "Pro"}, If_Match='"1"')
    assert (status, replaced["name"], replaced["rev"]) == (200, "Pro", 2)
    assert (replaced["verify_url"], replaced["created_at"]) == (None, made_one["created_at"])
    assert author.headers["ETag"].startswith('"2-')
    for method, body in (("PUT", NEW), ("DELETE", None)):
        status, problem = author.send(method, path, body, If_Match='"1"')
        assert (status, problem["code"]) == (412, "precondition_failed")
    assert author.send("DELETE", path, If_Match='"2"')[0] == 204
    assert author.send("GET", path)[0] == 404
    assert author.send("DELETE", path)[0] == 404
    assert stored(aws) == []


@pytest.mark.parametrize(("days", "status"), [(-1, "expired"), (30, "expiring"), (90, "active")])
def test_the_status_follows_from_the_day(author, days, status):
    expires_on = (times.now() + timedelta(days=days)).date().isoformat()
    new = {**NEW, "issued_on": "2020-01-01", "expires_on": expires_on}
    assert made(author, CERTIFICATES, new)["status"] == status


def test_the_same_key_is_the_same_certificate_and_another_body_a_conflict(author, aws):
    first = author.send("POST", CERTIFICATES, NEW, Idempotency_Key="k")
    assert author.send("POST", CERTIFICATES, NEW, Idempotency_Key="k") == first
    status, problem = author.send(
        "POST", CERTIFICATES, {**NEW, "name": "Other"}, Idempotency_Key="k"
    )
    assert (status, problem["code"]) == (409, "conflict")
    assert len(stored(aws)) == 1
    path = f"{CERTIFICATES}/{first[1]['id']}"
    assert author.send("DELETE", path)[0] == 204
    status, problem = author.send("POST", CERTIFICATES, NEW, Idempotency_Key="k")
    assert (status, problem["code"]) == (409, "conflict")
    assert stored(aws) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"issued_on": "2026-02-30"}, "issued_on"),
        ({"issued_on": "2026-01-31T00:00:00Z"}, "issued_on"),
        ({"expires_on": "2026-01-30"}, "expires_on is before issued_on"),
        ({"verify_url": "javascript:alert(1)"}, "verify_url"),
        ({"verify_url": "https://example.com/\x1e"}, "verify_url"),
        ({"verify_url": "https://example.com/\n"}, "verify_url"),
        ({"badge_media": "none"}, "there is no upload none"),
        ({"badge_media": "a#b"}, "media must be"),
        ({"no_such_field": 1}, "no_such_field"),
    ],
)
def test_what_breaks_a_rule_is_told_and_nothing_is_written(author, aws, changes, message):
    path = f"{CERTIFICATES}/{made(author, CERTIFICATES, NEW)['id']}"
    effects = Effects(aws)
    for method, to in (("POST", CERTIFICATES), ("PUT", path)):
        status, problem = author.send(method, to, {**NEW, **changes})
        assert (status, problem["code"]) == (400, "invalid_input")
        assert message in problem["message"]
    assert effects.count == 0


def test_a_list_is_the_authors_own_and_its_cursor_nobody_elses(callers, author):
    other = author_of(callers, "bob")
    ids = [made(author, CERTIFICATES, NEW)["id"] for _ in range(3)]
    made(other, CERTIFICATES, NEW)
    _, first = author.send("GET", f"{CERTIFICATES}?limit=2")
    cursor = first["next_cursor"]
    _, rest = author.send("GET", f"{CERTIFICATES}?limit=2&cursor={cursor}")
    found = [
        certification["id"] for certification in (*first["certifications"], *rest["certifications"])
    ]
    assert (found, rest["next_cursor"]) == (sorted(ids, reverse=True), None)
    assert other.send("GET", f"{CERTIFICATES}?limit=2&cursor={cursor}")[0] == 400
    assert author.send("GET", f"/api/v1/messages?cursor={cursor}")[0] == 400
