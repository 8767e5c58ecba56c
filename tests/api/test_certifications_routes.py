"""Certificates through their routes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from effects import Effects
from publisher_kit import CERTIFICATES, LATER, TEMPLATES, author_of, made, stage_of, stored
from support.clouds import RESOURCES

from chalicelib import times

TABLE = next(table.name for table in RESOURCES.tables if table.variable == "MESSAGES_TABLE")
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


@pytest.fixture
def announcer(author, run_on, aws):
    """An author on a stage with recipients."""
    run_on(aws, **stage_of("http://127.0.0.1:1"))
    return author


def announce(author, certification_id, *channels, **more):
    path = f"{CERTIFICATES}/{certification_id}/announce"
    return author.send("POST", path, {"channels": list(channels), **more})


def test_an_announcement_is_a_message_of_the_certificate_and_noted_there(announcer):
    new = {**NEW, "verify_url": "https://example.com/v/1"}
    certificate = made(announcer, CERTIFICATES, new)
    status, message = announce(announcer, certificate["id"], "facebook", "email")
    assert status == 201
    assert message["content"] == (
        "Solutions Architect, issued by AWS on 2026-01-31.\nhttps://example.com/v/1"
    )
    assert message["subject"] == "New certificate: Solutions Architect"
    _, found = announcer.send("GET", f"{CERTIFICATES}/{certificate['id']}")
    noted = {entry["channel"]: entry["message_id"] for entry in found["announced"]}
    assert noted == {"facebook": message["id"], "email": message["id"]}
    assert found["rev"] == certificate["rev"] + 1


def test_a_channel_is_announced_on_once_and_another_later(announcer):
    certificate = made(announcer, CERTIFICATES, NEW)
    _, first = announce(announcer, certificate["id"], "facebook")
    assert announce(announcer, certificate["id"], "facebook")[1]["id"] == first["id"]
    _, second = announce(announcer, certificate["id"], "facebook", "linkedin")
    assert second["id"] != first["id"]
    assert [delivery["channel"] for delivery in second["channels"]] == ["linkedin"]
    again = announce(announcer, certificate["id"], "linkedin", "facebook")[1]
    assert again["id"] == second["id"]


def test_eight_at_the_same_time_are_one_message(announcer, callers, aws):
    certificate = made(announcer, CERTIFICATES, NEW)
    with ThreadPoolExecutor(8) as pool:
        authors = [author_of(callers) for _ in range(8)]
        answers = list(
            pool.map(lambda each: announce(each, certificate["id"], "facebook", "sms"), authors)
        )
    assert {status for status, _ in answers} == {201}
    assert len({message["id"] for _, message in answers}) == 1
    messages = [item for item in stored(aws) if item["PK"].startswith("MSG#")]
    assert len({item["PK"] for item in messages}) == 1


def test_where_the_message_is_not_kept_any_more_it_is_not_announced_again(announcer, aws):
    certificate = made(announcer, CERTIFICATES, NEW)
    _, message = announce(announcer, certificate["id"], "sms")
    forget(aws, f"MSG#{message['id']}")
    status, problem = announce(announcer, certificate["id"], "sms")
    assert (status, problem["code"]) == (409, "conflict")
    assert "not kept" in problem["message"]
    assert not [item for item in stored(aws) if item["PK"].startswith("MSG#")]


def forget(aws, partition):
    """Delete a partition's items, as their time to live does."""
    for item in stored(aws):
        if item["PK"] == partition:
            key = {name: {"S": item[name]} for name in ("PK", "SK")}
            aws.client("dynamodb").delete_item(TableName=TABLE, Key=key)


def test_what_was_announced_stays_noted_when_the_certificate_is_replaced(announcer):
    certificate = made(announcer, CERTIFICATES, NEW)
    _, message = announce(announcer, certificate["id"], "sms")
    path = f"{CERTIFICATES}/{certificate['id']}"
    _, replaced = announcer.send("PUT", path, {**NEW, "name": "Pro"})
    assert [entry["message_id"] for entry in replaced["announced"]] == [message["id"]]
    assert announce(announcer, certificate["id"], "sms")[1]["id"] == message["id"]


def test_a_template_is_filled_with_the_certificate(announcer):
    template = made(
        announcer,
        TEMPLATES,
        {"name": "Passed", "content": "{{who}} has {{name}} of {{issuer}}.", "channels": ["sms"]},
    )
    certificate = made(announcer, CERTIFICATES, NEW)
    use = {"id": template["id"], "fields": {"who": "Ada"}}
    status, message = announce(announcer, certificate["id"], "facebook", template=use)
    assert (status, message["content"]) == (201, "Ada has Solutions Architect of AWS.")
    status, problem = announce(announcer, certificate["id"], "sms", template={"id": template["id"]})
    assert (status, "who" in problem["message"]) == (400, True)


@pytest.mark.parametrize(
    ("channels", "more", "said"),
    [
        (["instagram"], {}, "instagram"),
        (["facebook"], {"template": {"id": "a#METADATA"}}, "template.id"),
        (["facebook"], {"template": {"id": "x" * 3000}}, "template.id"),
        (["facebook"], {"template": {"id": "unknown"}}, "there is no template"),
        (["facebook"], {"scheduled_at": "2020-01-01T00:00:00Z"}, "past"),
        ([], {}, "channels"),
    ],
)
def test_what_cannot_be_announced_is_refused_and_not_noted(announcer, channels, more, said):
    certificate = made(announcer, CERTIFICATES, NEW)
    status, problem = announce(announcer, certificate["id"], *channels, **more)
    assert status == 400
    assert said in problem["message"]
    assert announcer.send("GET", f"{CERTIFICATES}/{certificate['id']}") == (200, certificate)


def test_a_scheduled_announcement_waits_for_its_time(announcer):
    certificate = made(announcer, CERTIFICATES, NEW)
    _, message = announce(announcer, certificate["id"], "sms", scheduled_at=LATER)
    assert (message["status"], message["scheduled_at"]) == ("scheduled", LATER)


def test_another_persons_certificate_is_not_found(announcer, callers):
    certificate = made(announcer, CERTIFICATES, NEW)
    status, problem = announce(author_of(callers, "bob"), certificate["id"], "sms")
    assert (status, problem["code"]) == (404, "not_found")


def test_where_approval_is_needed_an_announcement_waits_for_it(announcer, run_on, aws):
    run_on(aws, **stage_of("http://127.0.0.1:1", need_approval=True))
    certificate = made(announcer, CERTIFICATES, NEW)
    assert announce(announcer, certificate["id"], "sms")[1]["status"] == "waiting"
