"""Many messages at a time: imports, exports, and what is decided on all that a filter names."""

import csv
import io
import itertools
import json
from dataclasses import replace

import pytest
from effects import Effects
from publisher_kit import LATER, MESSAGES, SCHEDULED, as_listed, author_of, deliver, made, stage_of
from support.wirings import running_on, wiring_on

import app as app_module
from chalicelib import waves
from chalicelib.aws.table import Condition, Table
from chalicelib.publisher import keys
from chalicelib.publisher.exchange import bulk
from chalicelib.waves import Waves

IMPORT, EXPORT = f"{MESSAGES}:import", f"{MESSAGES}:export"
CANCEL, RETRY = f"{MESSAGES}:cancel", f"{MESSAGES}:retry"
NDJSON, CSV = "application/x-ndjson", "text/csv"


@pytest.fixture
def author(callers, aws):
    with running_on(wiring_on(aws, **stage_of("http://127.0.0.1:1"))):
        yield author_of(callers)


def send(author, rows, path=IMPORT, **headers):
    body = "\n".join(map(json.dumps, rows)).encode()
    return author.send("POST", path, body, Content_Type=NDJSON, **headers)


def send_table(author, text, **headers):
    return author.send("POST", IMPORT, text.encode(), Content_Type=CSV, **headers)


def rows_of(count):
    return [{**SCHEDULED, "content": f"Message {number}"} for number in range(count)]


def texts(author, query=""):
    """What the author's messages say, oldest first."""
    found, cursor = [], ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = author.send("GET", f"{MESSAGES}?limit=100{query}{more}")[1]
        found += [message["content"] for message in page["messages"]]
        cursor = page["next_cursor"]
    return found[::-1]


def test_good_rows_are_made_and_each_bad_one_has_its_reason(author):
    rows = rows_of(4)
    rows[1] = {**rows[1], "channels": ["fax"]}
    rows[2] = {**rows[2], "content": "x" * 3000, "channels": ["sms"]}
    status, result = send(author, rows)
    assert (status, result["added"], result["failed"]) == (200, 2, 2)
    assert [(row["row"], row["code"]) for row in result["rows"]] == [
        (2, "invalid_input"),
        (3, "invalid_input"),
    ]
    assert result["rows"][0]["message"].startswith("channels[0] must be one of facebook")
    assert result["rows"][1]["message"].startswith("sms: the text has 3000 of")
    assert sorted(texts(author)) == ["Message 0", "Message 3"]


def test_a_row_of_csv_names_what_a_message_takes(author):
    template = made(
        author, "/api/v1/templates", {"name": "n", "content": "In {{place}}", "channels": ["sms"]}
    )
    status, result = send_table(
        author,
        "content,channels,subject,scheduled_at,time_zone,email,content.linkedin,draft,template,"
        "field.place\r\n"
        f"Hello,facebook linkedin email,News,2030-01-31T09:00:00,Europe/Berlin,"
        f"a@example.com b@example.com,Good day,,,\r\n"
        f",,,,,,,TRUE,{template['id']},Berlin\r\n",
    )
    assert (status, result) == (200, {"added": 2, "failed": 0, "rows": []})
    by_text = {
        message["content"]: message for message in author.send("GET", MESSAGES)[1]["messages"]
    }
    hello, berlin = by_text["Hello"], by_text["In Berlin"]
    assert [sent["channel"] for sent in hello["channels"]] == [
        "facebook",
        "linkedin",
        "email",
        "email",
    ]
    assert (hello["subject"], hello["scheduled_at"]) == ("News", "2030-01-31T08:00:00Z")
    assert hello["overrides"] == {"linkedin": {"content": "Good day"}}
    assert hello["recipients"] == {"email": ["a@example.com", "b@example.com"], "sms": []}
    assert (berlin["status"], berlin["template_id"]) == ("draft", template["id"])


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("contents,channels\na,sms\n", "unknown column 'contents'; did you mean 'content'?"),
        ("content,channels,draft\na,sms,maybe\n", "draft must be true or false"),
        ("content,channels,field.a\na,sms,b\n", "field.<name> goes with template"),
        ("content,channels\na,sms,b\n", "the row has 3 cells for 2 names"),
    ],
)
def test_a_row_that_names_something_else_says_so(author, table, reason):
    status, result = send_table(author, table)
    assert (status, result["added"]) == (200, 0)
    assert result["rows"] == [{"row": 2, "code": "invalid_input", "message": reason}]


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "monday"}])
def test_a_repeat_makes_nothing_twice_and_answers_the_same(author, aws, headers):
    rows = [*rows_of(3), {"content": ""}]
    first = send(author, rows, **headers)
    effects = Effects(aws)
    assert send(author, rows, **headers) == first
    assert effects.count == 0
    assert len(texts(author)) == 3


def test_a_row_uses_nobody_elses_upload(author, callers):
    theirs = made(
        author_of(callers, "bob"),
        "/api/v1/media",
        {"content_type": "image/png", "size_bytes": 100},
    )["id"]
    _, result = send(author, [{**SCHEDULED, "media": [theirs]}])
    assert (result["added"], result["failed"]) == (0, 1)


def test_a_key_belongs_to_one_file(author):
    send(author, rows_of(1), Idempotency_Key="monday")
    status, problem = send(author, rows_of(2), Idempotency_Key="monday")
    assert (status, problem["code"]) == (409, "conflict")
    assert send(author, rows_of(1), Idempotency_Key="tuesday")[1]["added"] == 1
    assert texts(author) == ["Message 0", "Message 0"]


def test_when_the_time_is_up_the_same_request_goes_on(author):
    rows = [{"content": ""}, *rows_of(20)]
    exchange = app_module.wiring.publisher.exchange
    usual, ticks = exchange.importing, iter([0.0, 0.0, 0.0, waves.TIME_S])
    exchange.importing = replace(usual, waves=Waves(lambda: next(ticks)))
    status, problem = send(author, rows)
    assert (status, problem["message"]) == (503, "16 of 21 are done; send it again to go on")
    assert len(texts(author)) == 15
    exchange.importing = usual
    status, result = send(author, rows)
    assert (status, result["added"], result["failed"]) == (200, 20, 1)
    assert sorted(texts(author)) == sorted(row["content"] for row in rows_of(20))


def test_rows_of_a_request_that_died_are_not_made_again_and_may_be_late_by_now(author, monkeypatch):
    exchange = app_module.wiring.publisher.exchange
    usual = exchange.importing.creating
    create, made_rows = type(usual).create, []

    def die_after_nine(creating, new, call):
        if len(made_rows) == 9:
            raise KeyboardInterrupt  # as a process that is killed: no handler of errors sees it
        made_rows.append(new)
        return create(creating, new, call)

    with monkeypatch.context() as patched:
        patched.setattr(type(usual), "create", die_after_nine)
        with pytest.raises(KeyboardInterrupt):
            send(author, rows_of(12))
    assert len(texts(author)) == 9
    later = replace(usual, now=lambda: usual.now().replace(year=2031))
    exchange.importing = replace(exchange.importing, creating=later)
    status, result = send(author, rows_of(12))
    assert (status, result["added"], result["failed"]) == (200, 9, 3)
    assert len(texts(author)) == 9


def test_a_dry_run_judges_and_makes_nothing(author, aws):
    effects = Effects(aws)
    status, result = send(author, [*rows_of(2), {"content": ""}], f"{IMPORT}?dry_run=true")
    assert (status, result["added"], result["failed"]) == (200, 2, 1)
    assert effects.count == 0
    assert texts(author) == []


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", NDJSON, 400),
        (b"content,content\na,b\n", CSV, 400),
        (b"{}\n" * 5001, NDJSON, 413),
        (b"{}", "application/json", 415),
    ],
)
def test_a_body_that_is_no_list_of_messages_is_refused_whole(author, body, media_type, status):
    assert author.send("POST", IMPORT, body, Content_Type=media_type)[0] == status


def test_an_export_is_one_file_in_parts_and_defuses_formulas(author):
    for number in range(3):
        made(author, MESSAGES, {**SCHEDULED, "content": f"=1+{number}", "channels": ["facebook"]})
    parts, path = [], f"{EXPORT}?format=csv&limit=2"
    while path:
        status, part = author.send("GET", path)
        assert (status, author.headers["Content-Type"]) == (200, CSV)
        parts.append(part)
        link = author.headers.get("Link")
        path = EXPORT + link[1 : link.index(">")] if link else None
    rows = list(csv.DictReader(io.StringIO(b"".join(parts).decode())))
    assert len(parts) >= 2
    assert [row["content"] for row in rows] == ["'=1+2", "'=1+1", "'=1+0"]
    assert {(row["status"], row["channels"]) for row in rows} == {("scheduled", "facebook=pending")}
    assert {row["scheduled_at"] for row in rows} == {"2030-01-31T09:00:00Z"}


def test_an_export_of_lines_has_the_messages_as_they_are_shown(author, callers):
    message = made(author, MESSAGES, SCHEDULED)
    made(author, MESSAGES, {**SCHEDULED, "draft": True})
    made(author_of(callers, "bob"), MESSAGES, SCHEDULED)
    _, lines = author.send("GET", f"{EXPORT}?status=scheduled&from={LATER}")
    assert [json.loads(line) for line in lines.splitlines()] == [as_listed(message)]


def test_what_a_filter_names_is_cancelled_and_nothing_else(author, callers):
    made(author, MESSAGES, SCHEDULED)
    made(author, MESSAGES, {**SCHEDULED, "channels": ["linkedin"]})
    made(author, MESSAGES, {**SCHEDULED, "draft": True})
    other = author_of(callers, "bob")
    made(other, MESSAGES, SCHEDULED)
    status, result = author.send("POST", CANCEL, {"channel": "facebook"})
    assert (status, result) == (200, {"done": 1, "failed": [], "next_cursor": None})
    assert len(texts(author, "&status=cancelled")) == 1
    assert author.send("POST", CANCEL, {"from": LATER})[1]["done"] == 1
    assert author.send("POST", CANCEL, {"from": LATER})[1]["done"] == 0
    assert author.send("POST", CANCEL, {"status": "draft"})[1]["done"] == 1
    assert len(texts(other, "&status=scheduled")) == 1


def test_an_empty_filter_cancels_nothing(author):
    made(author, MESSAGES, SCHEDULED)
    status, problem = author.send("POST", CANCEL, {})
    assert (status, problem["code"]) == (400, "invalid_input")
    assert len(texts(author, "&status=scheduled")) == 1


def test_when_the_time_is_up_the_cursor_goes_on(author, monkeypatch):
    for _ in range(5):
        made(author, MESSAGES, SCHEDULED)
    monkeypatch.setattr(bulk, "_AT_ONCE", 2)
    exchange = app_module.wiring.publisher.exchange
    exchange.bulk = replace(exchange.bulk, clock=itertools.count(step=waves.TIME_S).__next__)
    asked, done = {"channel": "sms"}, []
    while asked.get("cursor", "") is not None:
        result = author.send("POST", CANCEL, asked)[1]
        done.append(result["done"])
        asked["cursor"] = result["next_cursor"]
    assert (sum(done), max(done)) == (5, 2)
    assert len(texts(author, "&status=cancelled")) == 5


def test_a_cursor_alone_is_no_filter(author):
    assert author.send("POST", CANCEL, {"cursor": "x"})[0] == 400


def test_what_is_being_sent_is_cancelled_as_far_as_it_is_not_sent(author):
    message = made(author, MESSAGES, {"content": "x", "channels": ["facebook", "linkedin"]})
    deliver(message)  # to platforms that do not respond: both are to be tried again
    assert author.send("GET", f"{MESSAGES}/{message['id']}")[1]["status"] == "sending"
    assert author.send("POST", CANCEL, {"channel": "linkedin"})[1]["done"] == 1
    _, seen = author.send("GET", f"{MESSAGES}/{message['id']}")
    assert {sent["status"] for sent in seen["channels"]} == {"cancelled"}


def test_what_failed_on_one_channel_is_tried_again_and_no_other(author, aws):
    message = made(author, MESSAGES, {"content": "x", "channels": ["facebook", "linkedin"]})
    made(author, MESSAGES, {"content": "x", "channels": ["linkedin"]})
    table = Table(aws.client("dynamodb"), app_module.wiring.settings.publisher.messages_table)
    failed = Condition("SET #s = :s", {"#s": "status"}, {":s": "failed"})
    for name in ("facebook", "linkedin"):
        table.update(keys.delivery(message["id"], name), failed)
    status, result = author.send("POST", RETRY, {"channel": "linkedin"})
    assert (status, result) == (200, {"done": 1, "failed": [], "next_cursor": None})
    _, seen = author.send("GET", f"{MESSAGES}/{message['id']}")
    statuses = {sent["channel"]: sent["status"] for sent in seen["channels"]}
    assert statuses["facebook"] == "failed"
    assert statuses["linkedin"] != "failed"
