"""Approval through the routes: who sees what waits, and who decides on it."""

import pytest
from effects import Effects
from publisher_kit import MEDIA, MESSAGES, SCHEDULED, as_listed, author_of, made, stage_of, stored
from support.wirings import running_on, wiring_on

COMMENT = {"rev": 1, "comment": "Until when?"}
DECISIONS = [("approve", {"rev": 1}), ("send-back", COMMENT)]


@pytest.fixture
def author(callers, aws):
    with running_on(wiring_on(aws, **stage_of("http://127.0.0.1:1", need_approval=True))):
        yield author_of(callers)


@pytest.fixture
def other(callers, author):
    return author_of(callers, "bob")


@pytest.fixture
def message(author):
    waiting = made(author, MESSAGES, SCHEDULED)
    assert waiting["status"] == "waiting"
    return waiting


def path_of(message, decision=""):
    return f"{MESSAGES}/{message['id']}" + (f"/{decision}" if decision else "")


def test_another_publisher_finds_reads_and_approves_what_waits(author, other, message):
    assert other.send("GET", path_of(message)) == (200, message)
    _, page = other.send("GET", f"{MESSAGES}?status=waiting")
    assert page == {"messages": [as_listed(message)], "next_cursor": None}
    body = {"rev": 1, "comment": "Good."}
    status, approved = other.send("POST", path_of(message, "approve"), body)
    assert (status, approved["status"], approved["rev"]) == (200, "scheduled", 2)
    assert other.headers["ETag"].startswith('"2-')
    approval = approved["approval"]
    assert {name: approval[name] for name in ("outcome", "by", "rev", "comment")} == {
        "outcome": "approved",
        "by": "bob",
        "rev": 1,
        "comment": "Good.",
    }
    assert author.send("GET", path_of(message)) == (200, approved)
    assert other.send("GET", path_of(message))[0] == 404
    assert other.send("GET", f"{MESSAGES}?status=waiting")[1]["messages"] == []


def test_what_is_sent_back_is_its_authors_draft(author, other, message):
    status, back = other.send("POST", path_of(message, "send-back"), COMMENT)
    assert (status, back["status"], back["approval"]["comment"]) == (200, "draft", "Until when?")
    assert other.send("GET", path_of(message))[0] == 404
    status, again = author.send("PATCH", path_of(message), {"draft": False}, If_Match='"2"')
    assert (status, again["status"]) == (200, "waiting")
    assert [one["outcome"] for one in again["approval"]["earlier"]] == ["sent_back"]


@pytest.mark.parametrize(("decision", "body"), DECISIONS)
def test_its_author_does_not_decide(callers, author, message, aws, *, decision, body):
    before = stored(aws)
    status, problem = author.send("POST", path_of(message, decision), body)
    assert (status, problem["code"]) == (403, "own_message")
    # Nor do operators, and people without a group.
    for stranger in (callers.operator(), callers.user("carl")):
        status, problem = stranger.send("POST", path_of(message, decision), body)
        assert (status, problem["code"]) == (403, "forbidden")
        assert stranger.send("GET", path_of(message))[0] == 403
    assert stored(aws) == before


@pytest.mark.parametrize(("decision", "body"), DECISIONS)
def test_what_changed_or_was_decided_is_a_conflict(author, other, message, decision, body):
    author.send("PATCH", path_of(message), {"content": "Other"})
    status, problem = other.send("POST", path_of(message, decision), body)
    assert (status, problem["code"]) == (409, "conflict")
    newer = {**body, "rev": 2}
    assert other.send("POST", path_of(message, decision), newer)[0] == 200
    for again, more in DECISIONS:
        status, problem = other.send("POST", path_of(message, again), {**more, "rev": 2})
        assert (status, problem["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("method", "action", "body"),
    [
        ("PATCH", "", {"content": "x"}),
        ("POST", "reschedule", {"scheduled_at": "2030-01-01T00:00:00Z"}),
        ("POST", "cancel", None),
        ("POST", "retry", None),
        ("POST", "resolve", {"channel": "facebook", "outcome": "live"}),
    ],
)
def test_who_may_approve_may_do_nothing_else(other, message, aws, *, method, action, body):
    before, effects = stored(aws), Effects(aws)
    status, problem = other.send(method, path_of(message, action), body)
    assert (status, problem["code"]) == (404, "not_found")
    assert (stored(aws), effects.count) == (before, 0)


@pytest.mark.parametrize(("decision", "body"), DECISIONS)
def test_a_draft_of_anothers_is_not_found(author, other, aws, decision, body):
    draft = made(author, MESSAGES, {**SCHEDULED, "draft": True})
    before = stored(aws)
    status, problem = other.send("POST", path_of(draft, decision), body)
    assert (status, problem["code"]) == (404, "not_found")
    assert stored(aws) == before


@pytest.mark.parametrize(
    ("decision", "body"),
    [
        ("approve", {}),
        ("approve", {"rev": 0}),
        ("approve", {"rev": "1"}),
        ("approve", {"rev": 1, "comment": ""}),
        ("send-back", {"rev": 1}),
        ("send-back", {"rev": 1, "comment": None}),
        ("send-back", {"rev": 1, "comment": "x" * 1001}),
        ("send-back", {"rev": 1, "comment": "x", "by": "ada"}),
    ],
)
def test_a_bad_decision_is_a_400(other, message, decision, body):
    status, problem = other.send("POST", path_of(message, decision), body)
    assert (status, problem["code"]) == (400, "invalid_input")


def test_an_approver_sees_the_images_of_others_that_were_confirmed(author, other):
    _, media = author.send("POST", MEDIA, {"content_type": "image/png", "size_bytes": 9})
    assert other.send("GET", f"{MEDIA}/{media['id']}")[0] == 404  # not confirmed yet
    assert other.send("POST", f"{MEDIA}/{media['id']}/confirm")[0] == 404


def test_the_calendar_and_other_lists_are_ones_own(author, other, message):
    span = "from=2030-01-01T00:00:00Z&status=waiting"
    assert author.send("GET", f"{MESSAGES}?{span}")[1]["messages"] == [as_listed(message)]
    for query in ("", f"?{span}", "?status=scheduled"):
        assert other.send("GET", f"{MESSAGES}{query}")[1]["messages"] == []


def test_a_cursor_of_what_waits_is_its_readers_alone(author, other, message):
    made(author, MESSAGES, SCHEDULED)
    _, page = other.send("GET", f"{MESSAGES}?status=waiting&limit=1")
    query = f"limit=1&cursor={page['next_cursor']}"
    assert author.send("GET", f"{MESSAGES}?status=waiting&{query}")[0] == 400
    assert other.send("GET", f"{MESSAGES}?{query}")[0] == 400
    _, rest = other.send("GET", f"{MESSAGES}?status=waiting&{query}")
    assert len(rest["messages"]) == 1


def test_the_overview_says_what_waits_for_this_person(author, other, message):
    _, overview = other.send("GET", "/api/v1/overview")
    (item,) = [item for item in overview["attention"] if item["kind"] == "messages_waiting"]
    assert (item["count"], item["message"]) == (1, "1 message waits for approval")
    assert item["href"] == "/api/v1/messages?status=waiting"
    _, own = author.send("GET", "/api/v1/overview")
    assert "messages_waiting" not in {item["kind"] for item in own["attention"]}


def test_a_publisher_may_approve_where_it_is_required(callers, author):
    assert "messages.approve" in author.send("GET", "/api/v1/me")[1]["may"]
    assert "messages.approve" not in callers.operator().send("GET", "/api/v1/me")[1]["may"]


def test_where_it_is_not_required_nothing_waits_and_nobody_decides(callers, aws):
    with running_on(wiring_on(aws, **stage_of("http://127.0.0.1:1"))):
        author, other = author_of(callers), author_of(callers, "bob")
        message = made(author, MESSAGES, SCHEDULED)
        assert (message["status"], message["approval"]) == ("scheduled", None)
        for decision, body in DECISIONS:
            assert other.send("POST", path_of(message, decision), body)[0] == 404
        assert "messages.approve" not in author.send("GET", "/api/v1/me")[1]["may"]
