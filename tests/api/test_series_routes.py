"""Series through their routes."""

import pytest
from effects import Effects
from publisher_kit import AT, OCCURRENCES, RECURS, SERIES, author_of, made, stage_of, stored
from support.wirings import running_on, wiring_on

NEW = {"content": "Hello", "channels": ["facebook"], **RECURS}


@pytest.fixture
def author(callers, aws):
    with running_on(wiring_on(aws, **stage_of("http://127.0.0.1:1"))):
        yield author_of(callers)


def test_a_series_is_created_read_changed_and_ended(author, aws):
    series = made(author, SERIES, {**NEW, "starts_at": "2029-01-01T09:00"})
    path = f"{SERIES}/{series['id']}"
    assert (series["status"], series["next_at"], series["rev"]) == (
        "active",
        "2029-01-01T08:00:00Z",
        1,
    )
    assert series["starts_at"] == "2029-01-01T09:00:00"
    assert [one["id"] for one in series["occurrences"]][:2] == [AT, "20290102T090000"]
    assert author.send("GET", path) == (200, series)
    assert author.headers["ETag"].startswith('"1-')
    _, found = author.send("GET", f"{path}?occurrences=2")
    assert len(found["occurrences"]) == 2
    status, changed = author.send("PATCH", path, {"content": "Other"}, If_Match='"1"')
    assert (status, changed["content"], changed["rev"]) == (200, "Other", 2)
    for method, body in (("PATCH", {"content": "x"}), ("DELETE", None)):
        status, problem = author.send(method, path, body, If_Match='"1"')
        assert (status, problem["code"]) == (412, "precondition_failed")
    assert author.send("DELETE", path, If_Match='"2"')[0] == 204
    assert author.send("GET", path)[0] == 404
    assert stored(aws) == []


def test_one_occurrence_is_changed_and_one_skipped_and_the_calendar_says_so(author):
    series = made(author, SERIES, NEW)
    path = f"{SERIES}/{series['id']}/occurrences"
    status, changed = author.send(
        "PATCH", f"{path}/{AT}", {"content": "Once", "scheduled_at": "2029-01-01T10:00:00"}
    )
    assert (status, changed["status"], changed["text"]) == (200, "changed", "Once")
    assert changed["scheduled_at"] == "2029-01-01T09:00:00Z"
    assert author.send("DELETE", f"{path}/20290102T090000")[0] == 204
    span = "from=2029-01-01T00:00:00Z&to=2029-01-04T00:00:00Z"
    status, calendar = author.send("GET", f"{OCCURRENCES}?{span}")
    assert (status, calendar["complete"]) == (200, True)
    assert [(one["status"], one["scheduled_at"][8:13]) for one in calendar["occurrences"]] == [
        ("changed", "01T09"),
        ("skipped", "02T08"),
        ("projected", "03T08"),
    ]
    assert author.send("PATCH", f"{path}/20290102T100000", {})[0] == 404


def test_the_same_key_is_the_same_series_and_another_body_a_conflict(author, aws):
    first = author.send("POST", SERIES, NEW, Idempotency_Key="k")
    assert author.send("POST", SERIES, NEW, Idempotency_Key="k") == first
    status, problem = author.send("POST", SERIES, {**NEW, "content": "x"}, Idempotency_Key="k")
    assert (status, problem["code"]) == (409, "conflict")
    assert len(stored(aws)) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"rrule": "FREQ=MINUTELY;COUNT=2"}, "rrule: FREQ must be one of DAILY, WEEKLY"),
        ({"rrule": "FREQ=DAILY;BYHOUR=9;COUNT=2"}, "rrule: BYHOUR is not taken"),
        ({"rrule": "FREQ=DAILY"}, "rrule needs an end: UNTIL or COUNT"),
        ({"rrule": ""}, "rrule"),
        ({"starts_at": "2029-01-01T09:00:00Z"}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"content": ""}, "content"),
        ({"channels": ["instagram"]}, "instagram"),
        ({"scheduled_at": "2029-01-01T09:00:00Z"}, "scheduled_at"),
    ],
)
def test_what_breaks_a_rule_is_told_and_nothing_is_written(author, aws, changes, named):
    path = f"{SERIES}/{made(author, SERIES, NEW)['id']}"
    effects = Effects(aws)
    for method, to, body in (("POST", SERIES, {**NEW, **changes}), ("PATCH", path, changes)):
        status, problem = author.send(method, to, body)
        assert (status, problem["code"]) == (400, "invalid_input"), problem
        assert named in problem["message"]
    assert effects.count == 0


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=2029-01-01T00:00:00Z&to=2029-04-01T00:00:00Z", "62 days"),
        ("from=tomorrow", "from must be a time"),
        ("limit=2", "unknown parameter"),
    ],
)
def test_a_bad_range_is_told(author, query, named):
    status, problem = author.send("GET", f"{OCCURRENCES}?{query}")
    assert (status, problem["code"]) == (400, "invalid_input")
    assert named in problem["message"]


def test_a_list_is_the_authors_own_and_its_cursor_nobody_elses(callers, author):
    other = author_of(callers, "bob")
    ids = [made(author, SERIES, NEW)["id"] for _ in range(3)]
    made(other, SERIES, NEW)
    _, first = author.send("GET", f"{SERIES}?limit=2")
    cursor = first["next_cursor"]
    _, rest = author.send("GET", f"{SERIES}?limit=2&cursor={cursor}")
    assert [one["id"] for one in (*first["series"], *rest["series"])] == sorted(ids, reverse=True)
    assert other.send("GET", f"{SERIES}?limit=2&cursor={cursor}")[0] == 400
