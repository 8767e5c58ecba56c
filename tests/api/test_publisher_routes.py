"""Messages through their routes: created, read, changed, cancelled, retried and resolved."""

import pytest
from effects import Effects
from publisher_kit import (
    DRAFT,
    LATER,
    MESSAGES,
    SCHEDULED,
    as_listed,
    author_of,
    deliver,
    made,
    meta_error,
    set_up,
    stage_of,
    stored,
)
from support.platforms import PlatformResponse, running_platform


@pytest.fixture
def platform():
    with running_platform() as platform:
        yield platform


@pytest.fixture
def author(callers, aws, run_on, platform):
    run_on(aws, **stage_of(platform.url))
    return author_of(callers)


@pytest.fixture
def other(callers, author):
    return author_of(callers, "bob")


def statuses(message):
    return {delivery["channel"]: delivery["status"] for delivery in message["channels"]}


# --- Create and read -------------------------------------------------------------------------


def test_a_message_is_created_queued_and_found(author):
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook", "email"]})
    assert (message["status"], message["rev"], message["created_by"]) == ("queued", 1, "ada")
    assert statuses(message) == {"facebook": "pending", "email": "pending"}
    assert message["channels"][1]["target"] == "team@example.com"
    assert author.send("GET", f"{MESSAGES}/{message['id']}") == (200, message)
    assert author.headers["ETag"].startswith('"1-')


def test_a_message_waits_for_its_time_or_as_a_draft(author):
    assert made(author, MESSAGES, DRAFT)["status"] == "draft"
    scheduled = made(author, MESSAGES, SCHEDULED)
    assert (scheduled["status"], scheduled["scheduled_at"]) == ("scheduled", LATER)
    local = {**SCHEDULED, "scheduled_at": "2030-07-01T09:00:00", "time_zone": "Europe/Berlin"}
    assert made(author, MESSAGES, local)["scheduled_at"] == "2030-07-01T07:00:00Z"


def test_the_same_key_is_the_same_message_and_another_body_a_conflict(author, other, aws):
    first = author.send("POST", MESSAGES, SCHEDULED, Idempotency_Key="k")
    items = len(stored(aws))
    assert author.send("POST", MESSAGES, SCHEDULED, Idempotency_Key="k") == first
    status, problem = author.send("POST", MESSAGES, DRAFT, Idempotency_Key="k")
    assert (status, problem["code"]) == (409, "conflict")
    assert len(stored(aws)) == items
    status, theirs = other.send("POST", MESSAGES, SCHEDULED, Idempotency_Key="k")
    assert (status, theirs["id"] != first[1]["id"]) == (201, True)


BAD = [
    ({}, "content"),
    ({"content": "x"}, "channels"),
    ({"content": "", "channels": ["sms"]}, "content"),
    ({"content": " \n ", "channels": ["sms"]}, "sms: the text is empty"),
    ({"content": "x", "channels": []}, "channels"),
    ({"content": "x", "channels": ["fax"]}, "channels"),
    ({"content": "x", "channels": ["sms", "sms"]}, "channels names one twice"),
    ({"content": "x", "channels": ["sms"], "no_such_field": 1}, "no_such_field"),
    ({"content": "x" * 1601, "channels": ["sms"]}, "sms: the text has 1601 of 1600 characters"),
    ({"content": "x" * 3001, "channels": ["linkedin"]}, "linkedin: the text has 3001 of 3000"),
    ({"content": "_" * 1501, "channels": ["linkedin"]}, "linkedin: the text has 3002 of 3000"),
    ({"content": "x" * 63_207, "channels": ["facebook"]}, "facebook: the text has 63207 of 63206"),
    ({"content": "x" * 2201, "channels": ["instagram"]}, "instagram: the text has 2201 of 2200"),
    ({"content": "x" * 100_001, "channels": ["email"]}, "content"),
    (
        {"content": "x", "channels": ["sms"], "overrides": {"sms": {"content": "x" * 1601}}},
        "sms: the text has 1601",
    ),
    (
        {"content": "x", "channels": ["sms"], "overrides": {"email": {"content": "y"}}},
        "overrides names email",
    ),
    ({"content": "x", "channels": ["instagram"]}, "instagram: an image is required"),
    ({"content": "x", "channels": ["facebook"], "media": ["none"]}, "no upload none"),
    ({"content": "x", "channels": ["facebook"], "media": ["a", "a"]}, "media"),
    ({"content": "x", "channels": ["facebook"], "media": ["a#b"]}, "media"),
    ({"content": "x", "channels": ["sms"], "recipients": {"sms": ["015112"]}}, "sms: 015112 is"),
    (
        {"content": "x", "channels": ["email"], "recipients": {"email": ["x@elsewhere"]}},
        "email: x@elsewhere is not an e-mail address",
    ),
    (
        {"content": "x", "channels": ["email"], "subject": "a\r\nBcc: x@example.com"},
        "subject",
    ),
    ({**SCHEDULED, "scheduled_at": "2020-01-01T00:00:00Z"}, "scheduled_at 2020-01-01T00:00:00Z is"),
    ({**SCHEDULED, "scheduled_at": "2030-02-30T00:00:00Z"}, "scheduled_at must be a time"),
    ({**SCHEDULED, "scheduled_at": "2030-01-31T00:00:00"}, "scheduled_at needs a time zone"),
    ({**SCHEDULED, "scheduled_at": "2050-01-01T00:00:00Z"}, "more than five years"),
    ({**SCHEDULED, "scheduled_at": "9999-12-31T23:59:59-14:00"}, "scheduled_at must be a time"),
    (
        {**SCHEDULED, "scheduled_at": "2030-01-31T00:00:00", "time_zone": "Mars/Base"},
        "time_zone 'Mars/Base'",
    ),
    ({"content": "x", "channels": ["sms"], "time_zone": "UTC"}, "time_zone goes with scheduled_at"),
]


@pytest.mark.parametrize(("body", "message"), BAD)
def test_what_breaks_a_rule_is_told_and_nothing_is_written(author, aws, body, message):
    effects = Effects(aws)
    status, problem = author.send("POST", MESSAGES, body, Idempotency_Key="k")
    assert (status, problem["code"]) == (400, "invalid_input")
    assert message in problem["message"]
    assert effects.count == 0
    assert stored(aws) == []


def test_a_validation_shows_each_channel_and_writes_nothing(author, aws):
    effects = Effects(aws)
    body = {"content": "Hello (all) €", "channels": ["linkedin", "sms", "instagram"]}
    status, found = author.send("POST", f"{MESSAGES}/validate", body)
    assert (status, found["ok"]) == (200, False)
    linkedin, sms, instagram = found["channels"]
    assert (linkedin["text"], linkedin["length"]) == (r"Hello \(all\) €", 15)
    assert (sms["length"], sms["limit"], sms["segments"], sms["problems"]) == (13, 1600, 1, [])
    assert instagram["problems"] == [{"code": "media_required", "message": "an image is required"}]
    body = {"content": "x", "channels": ["sms"]}
    assert author.send("POST", f"{MESSAGES}/validate", body)[1]["ok"] is True
    assert author.send("POST", f"{MESSAGES}/validate", {**body, "channels": ["fax"]})[0] == 400
    assert effects.count == 0


# --- Lists -----------------------------------------------------------------------------------


def test_a_list_is_the_authors_own_newest_first_page_by_page(author, other):
    ids = [made(author, MESSAGES, DRAFT)["id"] for _ in range(3)]
    made(other, MESSAGES, DRAFT)
    _, first = author.send("GET", f"{MESSAGES}?limit=2")
    _, rest = author.send("GET", f"{MESSAGES}?limit=2&cursor={first['next_cursor']}")
    found = [message["id"] for message in (*first["messages"], *rest["messages"])]
    assert (found, rest["next_cursor"]) == (sorted(ids, reverse=True), None)


def test_a_cursor_opens_nothing_for_another_author_or_another_query(author, other):
    for _ in range(2):
        made(author, MESSAGES, DRAFT)
        made(other, MESSAGES, DRAFT)
    _, page = author.send("GET", f"{MESSAGES}?limit=1")
    cursor = page["next_cursor"]
    for who, query in (
        (other, f"limit=1&cursor={cursor}"),
        (author, f"limit=1&status=draft&cursor={cursor}"),
        (author, f"limit=1&cursor={'B' if cursor[0] == 'A' else 'A'}{cursor[1:]}"),
        (author, "cursor=x"),
    ):
        status, problem = who.send("GET", f"{MESSAGES}?{query}")
        assert (status, problem["code"]) == (400, "invalid_input"), query


def test_a_list_is_narrowed_by_status_channel_and_time(author):
    draft, later = made(author, MESSAGES, DRAFT), made(author, MESSAGES, SCHEDULED)
    email = made(author, MESSAGES, {**DRAFT, "channels": ["email"]})
    for query, expected in (
        ("status=scheduled", [later]),
        ("status=draft&channel=sms", [draft]),
        ("channel=email", [email]),
        ("from=2030-01-01T00:00:00Z&to=2030-02-01T00:00:00Z", [later]),
        ("from=2030-01-31T09:00:01Z", []),
        ("to=2030-01-31T09:00:00Z", []),
    ):
        status, page = author.send("GET", f"{MESSAGES}?{query}")
        listed = [as_listed(message) for message in expected]
        assert (status, page["messages"]) == (200, listed), query
    for query in (
        "status=lost",
        "channel=fax",
        "from=x",
        "from=2030-02-01T00:00:00Z&to=2030-01-01T00:00:00Z",
        "from=2030-01-01T00:00:00Z&to=2030-12-01T00:00:00Z",
        "limit=0",
        "limit=101",
    ):
        assert author.send("GET", f"{MESSAGES}?{query}")[0] == 400, query


# --- Changes ---------------------------------------------------------------------------------


def test_a_change_asks_for_the_revision_that_it_was_made_of(author):
    path = f"{MESSAGES}/{made(author, MESSAGES, SCHEDULED)['id']}"
    status, changed = author.send("PATCH", path, {"content": "Other"}, If_Match='"1"')
    assert (status, changed["content"], changed["rev"]) == (200, "Other", 2)
    assert author.headers["ETag"].startswith('"2-')
    assert changed["scheduled_at"] == LATER
    for method, to, body in (
        ("PATCH", path, {"content": "Lost"}),
        ("POST", f"{path}/reschedule", {"scheduled_at": "2030-03-01T00:00:00Z"}),
    ):
        status, problem = author.send(method, to, body, If_Match='"1"')
        assert (status, problem["code"]) == (412, "precondition_failed")
        assert author.send(method, to, body, If_Match="1")[0] == 400
    assert author.send("GET", path) == (200, changed)


def test_what_an_action_sends_has_the_entity_tag_that_a_read_sends(author, platform):
    scheduled = f"{MESSAGES}/{made(author, MESSAGES, SCHEDULED)['id']}"
    platform.will("/feed", meta_error(368))
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook", "sms"]})
    sent = f"{MESSAGES}/{message['id']}"
    deliver(message)
    platform.will("/feed", PlatformResponse(lost=True))
    for path, action, body in (
        (scheduled, "reschedule", {"scheduled_at": "2030-03-01T00:00:00Z"}),
        (scheduled, "cancel", None),
        (sent, "retry", None),
        (sent, "resolve", {"channel": "facebook", "outcome": "live"}),
    ):
        if action == "resolve":
            deliver(message)
        status, changed = author.send("POST", f"{path}/{action}", body)
        tag = author.headers["ETag"]
        assert (status, tag.strip('"').split("-")[0]) == (200, str(changed["rev"])), action
        author.send("GET", path)
        assert author.headers["ETag"] == tag, action


def test_a_change_may_narrow_the_channels_and_release_a_draft(author, aws):
    path = f"{MESSAGES}/{made(author, MESSAGES, DRAFT)['id']}"
    _, changed = author.send("PATCH", path, {"channels": ["sms"]})
    assert (changed["status"], statuses(changed)) == ("draft", {"sms": "pending"})
    _, released = author.send("PATCH", path, {"draft": False})
    assert released["status"] == "queued"
    status, problem = author.send("PATCH", path, {"content": "too late"})
    assert (status, problem["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"content": ""}, "content"),
        ({"channels": []}, "channels"),
        ({"channels": ["instagram"]}, "instagram: an image is required"),
        ({"content": "x" * 1601}, "sms: the text has 1601"),
        ({"scheduled_at": "2020-01-01T00:00:00Z"}, "is past"),
        ({"no_such_field": 1}, "no_such_field"),
        ({"content": None}, "content"),
    ],
)
def test_a_change_that_breaks_a_rule_changes_nothing(author, changes, message):
    before = made(author, MESSAGES, SCHEDULED)
    status, problem = author.send("PATCH", f"{MESSAGES}/{before['id']}", changes)
    assert (status, problem["code"]) == (400, "invalid_input")
    assert message in problem["message"]
    assert author.send("GET", f"{MESSAGES}/{before['id']}") == (200, before)


def test_a_draft_may_have_any_time_and_a_scheduled_message_none_that_is_past(author):
    past = {**DRAFT, "scheduled_at": "0001-01-01T00:00:00Z"}
    path = f"{MESSAGES}/{made(author, MESSAGES, past)['id']}"
    status, changed = author.send("PATCH", path, {"content": "Better"})
    assert (status, changed["status"], changed["content"]) == (200, "draft", "Better")
    assert changed["scheduled_at"] == "0001-01-01T00:00:00Z"
    status, problem = author.send("PATCH", path, {"draft": False})
    assert (status, problem["code"]) == (400, "invalid_input")
    assert "is past: give a later time, or none" in problem["message"]
    status, sent = author.send("PATCH", path, {"draft": False, "scheduled_at": None})
    assert (status, sent["status"]) == (200, "queued")


def test_a_message_gets_another_time_and_a_draft_its_first(author):
    for body in (SCHEDULED, DRAFT):
        path = f"{MESSAGES}/{made(author, MESSAGES, body)['id']}"
        new = {"scheduled_at": "2030-02-01T09:00:00", "time_zone": "Europe/Berlin"}
        status, moved = author.send("POST", f"{path}/reschedule", new, If_Match='"1"')
        assert (status, moved["status"], moved["rev"]) == (200, "scheduled", 2)
        assert moved["scheduled_at"] == "2030-02-01T08:00:00Z"
        for bad in ({}, {"scheduled_at": "2020-01-01T00:00:00Z"}, {"scheduled_at": "soon"}):
            assert author.send("POST", f"{path}/reschedule", bad)[0] == 400


@pytest.mark.parametrize("body", [DRAFT, SCHEDULED, {**DRAFT, "draft": False}])
def test_what_has_not_gone_out_is_cancelled_once(author, body):
    path = f"{MESSAGES}/{made(author, MESSAGES, body)['id']}"
    status, cancelled = author.send("POST", f"{path}/cancel")
    assert (status, cancelled["status"]) == (200, "cancelled")
    assert set(statuses(cancelled).values()) == {"cancelled"}
    assert author.send("POST", f"{path}/cancel")[0] == 409
    assert author.send("PATCH", path, {"content": "x"})[0] == 409


# --- After delivery --------------------------------------------------------------------------


def test_only_what_failed_is_retried_and_once(author, platform):
    platform.will("/feed", meta_error(368))
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook", "sms"]})
    path = f"{MESSAGES}/{message['id']}"
    assert author.send("POST", f"{path}/retry")[0] == 409
    deliver(message)
    _, partial = author.send("GET", path)
    assert (partial["status"], statuses(partial)) == (
        "partial",
        {"facebook": "failed", "sms": "sent"},
    )
    assert partial["channels"][0]["error"]["code"] == "368"
    set_up(platform)
    status, again = author.send("POST", f"{path}/retry")
    assert (status, statuses(again)) == (200, {"facebook": "pending", "sms": "sent"})
    status, problem = author.send("POST", f"{path}/retry")
    assert (status, problem["code"]) == (409, "conflict")
    deliver(message)
    _, sent = author.send("GET", path)
    assert (sent["status"], sent["channels"][0]["external_id"]) == ("sent", "1001_1")
    assert author.send("POST", f"{path}/cancel")[0] == 409


def test_what_waits_says_why_until_when_and_what_to_do(author, platform):
    platform.will("/feed", meta_error(613))
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook", "sms"]})
    deliver(message)
    _, waiting = author.send("GET", f"{MESSAGES}/{message['id']}")
    assert statuses(waiting) == {"facebook": "retry", "sms": "sent"}
    delivery = waiting["channels"][0]
    assert delivery["next_attempt_at"] > message["created_at"]
    error = delivery["error"]
    assert (error["class"], error["code"], error["message"]) == ("rate", "613", "said so")
    assert error["advice"]


def test_a_persons_token_for_a_page_asks_to_reconnect_and_lets_the_others_go_out(author, platform):
    platform.will("/feed", meta_error(200, 403))
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook", "sms"]})
    deliver(message)
    _, found = author.send("GET", f"{MESSAGES}/{message['id']}")
    assert statuses(found) == {"facebook": "retry", "sms": "sent"}
    error = found["channels"][0]["error"]
    assert (error["class"], error["code"]) == ("hold", "200")
    assert "a token of the page, not of a person" in error["advice"]
    _, channels = author.send("GET", "/api/v1/channels")
    holds = {state["channel"]: state["hold"] for state in channels["channels"]}
    assert (holds["facebook"]["code"], holds["facebook"]["setting"]) == ("200", "META_SECRET")
    assert holds["sms"] is None


@pytest.mark.parametrize(("outcome", "posts"), [("live", 1), ("post_again", 2)])
def test_what_is_unconfirmed_is_resolved_by_its_author(author, platform, outcome, posts):
    platform.will("/feed", PlatformResponse(lost=True))
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook"]})
    path = f"{MESSAGES}/{message['id']}"
    resolution = {"channel": "facebook", "outcome": outcome}
    assert author.send("POST", f"{path}/resolve", resolution)[0] == 409
    deliver(message)
    assert author.send("GET", path)[1]["status"] == "unconfirmed"
    assert author.send("POST", f"{path}/retry")[0] == 409
    set_up(platform)
    for bad in (
        {},
        {"channel": "fax", "outcome": outcome},
        {"channel": "facebook", "outcome": "gone"},
        {"channel": "sms", "outcome": outcome},
        {**resolution, "target": "nobody"},
    ):
        assert author.send("POST", f"{path}/resolve", bad)[0] == 400, bad
    status, resolved = author.send("POST", f"{path}/resolve", resolution)
    assert (status, resolved["status"]) == (200, "sent" if outcome == "live" else "queued")
    deliver(message)
    assert author.send("GET", path)[1]["status"] == "sent"
    assert len(platform.requests) == posts


def test_the_channels_show_their_accounts_limits_holds_and_last_attempts(author, platform):
    _, before = author.send("GET", "/api/v1/channels")
    accounts = {state["channel"]: state["connected_as"] for state in before["channels"]}
    assert accounts == {
        "facebook": "1001",
        "instagram": "2001",
        "linkedin": "urn:li:organization:3001",
        "email": "omnidata@example.com",
        "sms": "Amazon SNS",
    }
    assert all(state["hold"] is None for state in before["channels"])
    ends = {state["channel"]: state["token_expires_at"] for state in before["channels"]}
    assert ends == {
        "facebook": None,
        "instagram": None,
        "linkedin": "2099-12-31T00:00:00Z",
        "email": None,
        "sms": None,
    }
    platform.will("/feed", meta_error(190, 401))
    message = made(author, MESSAGES, {"content": "Hello", "channels": ["facebook", "sms"]})
    deliver(message)
    _, after = author.send("GET", "/api/v1/channels")
    states = {state["channel"]: state for state in after["channels"]}
    hold = states["facebook"]["hold"]
    assert (hold["code"], hold["setting"]) == ("190", "META_SECRET")
    assert states["facebook"]["last_failure"]["class"] == "hold"
    assert states["facebook"]["text_limit"] == 63_206
    assert states["sms"]["hold"] is None
    assert states["sms"]["last_success_at"] is not None
    _, found = author.send("GET", f"{MESSAGES}/{message['id']}")
    assert statuses(found) == {"facebook": "retry", "sms": "sent"}
