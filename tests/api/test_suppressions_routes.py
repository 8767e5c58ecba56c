"""The routes of suppressed addresses and of the links in e-mails, through the app."""

import json
from http import HTTPStatus

import pytest
from publisher_kit import MESSAGES, author_of, deliver, made, stage_of
from support.events import Context, sqs_record
from support.failpoints import always, answered, failpoints, lost_response, passed

PATH = "/api/v1/suppressions"
ADA = "ada@elsewhere.org"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
ONE_CLICK = b"List-Unsubscribe=One-Click"
PART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)
FIRST_FAILED = {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
LATER = "2030-01-31T09:00:00Z"


@pytest.fixture(autouse=True)
def app_on(callers, aws, run_on):
    run_on(aws, **stage_of("http://127.0.0.1:9"), partial_batch_responses=True)


@pytest.fixture
def author(callers):
    return author_of(callers)


@pytest.fixture
def operator(callers):
    return callers.operator()


@pytest.fixture
def link(author):
    """The path of the link of an e-mail to ADA."""
    import app

    new = {
        "content": "Hello",
        "channels": ["email"],
        "recipients": {"email": [ADA]},
        "scheduled_at": LATER,
    }
    message = made(author, MESSAGES, new)
    links = app.wiring.publisher.mail.unsubscribing.links
    url = links.make_url(f"{message['id']}#email")
    assert url.startswith("https://console.example.com/unsubscribe/")
    assert "ada" not in url
    return url.removeprefix("https://console.example.com")


def list_addresses(caller, query=""):
    status, page = caller.send("GET", f"{PATH}{query}")
    assert status == HTTPStatus.OK
    return [entry["address"] for entry in page["suppressions"]]


def test_publishers_and_operators_list_and_add_and_operators_alone_remove(
    callers, author, operator
):
    status, entry = author.send("POST", PATH, {"address": "Ada@Elsewhere.ORG", "note": "by phone"})
    assert status == HTTPStatus.CREATED
    assert {name: entry[name] for name in ("address", "reason", "message_id", "note")} == {
        "address": ADA,
        "reason": "manual",
        "message_id": None,
        "note": "by phone",
    }
    other = author_of(callers, "bob")
    for caller in (author, other, operator):
        assert list_addresses(caller) == [ADA]
    assert author.send("DELETE", f"{PATH}/{ADA}")[0] == HTTPStatus.FORBIDDEN
    assert operator.send("DELETE", f"{PATH}/ADA%40elsewhere.org") == (204, None)
    assert operator.send("DELETE", f"{PATH}/{ADA}")[0] == HTTPStatus.NOT_FOUND
    assert list_addresses(operator) == []


def test_adding_again_keeps_the_entry(author, operator):
    body = {"address": ADA, "reason": "complaint"}
    first = author.send("POST", PATH, body)
    assert operator.send("POST", PATH, {"address": ADA, "note": "another"}) == first


def test_a_page_leads_on_and_its_cursor_is_its_callers(callers, author):
    for number in range(3):
        author.send("POST", PATH, {"address": f"a{number}@x.org"})
    _, page = author.send("GET", f"{PATH}?limit=2")
    rest = list_addresses(author, f"?limit=2&cursor={page['next_cursor']}")
    assert sorted(rest + [entry["address"] for entry in page["suppressions"]]) == [
        f"a{number}@x.org" for number in range(3)
    ]
    other = author_of(callers, "bob")
    status, _ = other.send("GET", f"{PATH}?limit=2&cursor={page['next_cursor']}")
    assert status == HTTPStatus.BAD_REQUEST


def test_one_address_is_found(author):
    author.send("POST", PATH, {"address": ADA})
    assert list_addresses(author, "?address=ADA%40elsewhere.org") == [ADA]
    assert list_addresses(author, "?address=bob%40elsewhere.org") == []


@pytest.mark.parametrize(
    "body",
    [
        {"address": "nobody"},
        {"address": "a@b.de", "reason": "mood"},
        {"address": "a@b.de", "at": "2026-01-01T00:00:00Z"},
        {"address": f"{'a' * 60}@{'b' * 250}.de"},
        {},
    ],
)
def test_what_is_no_entry_is_refused(author, body):
    status, problem = author.send("POST", PATH, body)
    assert (status, problem["code"]) == (400, "invalid_input")


def test_messages_name_their_own_recipients_and_validation_warns(author):
    author.send("POST", PATH, {"address": ADA, "reason": "unsubscribe"})
    recipients = {"email": [ADA, "bob@elsewhere.org"]}
    new = {"content": "Hello", "channels": ["email"], "recipients": recipients}
    status, found = author.send("POST", f"{MESSAGES}/validate", new)
    (check,) = found["channels"]
    assert (status, found["ok"], check["problems"]) == (200, True, [])
    assert [warning["code"] for warning in check["warnings"]] == ["suppressed"]
    message = made(author, MESSAGES, new)
    deliver(message)
    _, message = author.send("GET", f"{MESSAGES}/{message['id']}")
    (failed, *_) = message["channels"]
    assert (failed["target"], failed["status"]) == (ADA, "failed")
    assert (failed["error"]["code"], failed["attempts"]) == ("suppressed", 1)


# --- The link of an e-mail -------------------------------------------------------------------


def test_the_page_asks_and_changes_nothing(callers, author, link):
    nobody = callers.nobody()
    status, page = nobody.send("GET", link)
    assert (status, nobody.headers["Content-Type"]) == (200, "text/html")
    assert b'<form method="post">' in page
    assert b'name="List-Unsubscribe" value="One-Click"' in page
    assert b"<script" not in page
    assert ADA.encode() not in page
    assert nobody.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert nobody.headers["Cache-Control"] == "no-store"
    head = nobody._client.http.request("HEAD", link)
    assert (head.status_code, head.headers["Content-Type"]) == (200, "text/html")
    assert list_addresses(author) == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, ONE_CLICK),
        (FORM, b"List-Unsubscribe=One-Click\r\n"),
        (
            {"Content_Type": "multipart/form-data; boundary=x"},
            PART,
        ),
    ],
)
def test_one_click_unsubscribes_and_twice_is_harmless(callers, author, link, headers, body):
    nobody = callers.nobody()
    for _ in range(2):
        status, page = nobody.send("POST", link, body, **headers)
        assert (status, b"You are unsubscribed" in page) == (200, True)
    _, page = author.send("GET", PATH)
    (entry,) = page["suppressions"]
    assert (entry["address"], entry["reason"]) == (ADA, "unsubscribe")
    assert entry["message_id"] is not None


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (FORM, b"a=b", 400),
        (FORM, b"List-Unsubscribe=One-Click&" + b"x" * 9000, 413),
        ({"Content_Type": "application/json"}, b"{}", 415),
        ({"Content_Type": ""}, ONE_CLICK, 415),
    ],
)
def test_anything_else_is_refused_with_a_page(callers, author, link, *, headers, body, expected):
    nobody = callers.nobody()
    status, page = nobody.send("POST", link, body, **headers)
    assert (status, nobody.headers["Content-Type"]) == (expected, "text/html")
    assert b"This did not work" in page
    assert list_addresses(author) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_bad_token_is_a_page_that_says_so(callers, link, method):
    nobody = callers.nobody()
    body, headers = (ONE_CLICK, FORM) if method == "POST" else (None, {})
    for bad in ("x", link.rpartition("/")[2][:-2], "a" * 60, "%F0%9F%98%80", "a%2Fb"):
        status, page = nobody.send(method, f"/unsubscribe/{bad}", body, **headers)
        assert (status, b"This link is not valid" in page) == (404, True), bad


# --- Events of SES's -------------------------------------------------------------------------


def bounce(address=ADA):
    return json.dumps(
        {
            "eventType": "Bounce",
            "mail": {"messageId": "1", "tags": {"message_id": ["m-1"]}},
            "bounce": {
                "bounceType": "Permanent",
                "bouncedRecipients": [{"emailAddress": address}],
            },
        }
    )


def take(*bodies):
    """Hand the queue's messages over as Lambda does."""
    import app

    records = [sqs_record(body) for body in bodies]
    for number, record in enumerate(records):
        record["messageId"] = f"m-{number}"
    return app.process_mail_events({"Records": records}, Context())


def test_bounces_suppress_once_however_often_they_come(author):
    for _ in range(2):
        assert take(bounce(), bounce()) == {"batchItemFailures": []}
    assert list_addresses(author) == [ADA]


def test_an_odd_event_fails_alone_and_the_others_are_taken(author):
    assert take("no json", bounce()) == FIRST_FAILED
    assert list_addresses(author) == [ADA]


def test_without_the_table_an_event_comes_again(author, aws):
    faults = always(answered(500, "InternalServerError"))
    with failpoints(aws.client("dynamodb"), "PutItem", faults):
        assert take(bounce()) == FIRST_FAILED
    assert list_addresses(author) == []
    take(bounce())
    assert list_addresses(author) == [ADA]


def test_after_a_lost_response_and_a_crash_between_two_addresses_all_are_suppressed(author, aws):
    """The event comes again as a whole; what was written stays as it was."""
    event = json.loads(bounce())
    event["bounce"]["bouncedRecipients"].append({"emailAddress": "bob@elsewhere.org"})
    body, faults = json.dumps(event), [lost_response, passed, *[answered(400, "AccessDenied")] * 3]
    with failpoints(aws.client("dynamodb"), "PutItem", faults):
        assert take(body) == FIRST_FAILED
    (first,) = author.send("GET", PATH)[1]["suppressions"]
    assert first["address"] == ADA
    take(body)
    _, page = author.send("GET", PATH)
    assert {entry["address"] for entry in page["suppressions"]} == {ADA, "bob@elsewhere.org"}
    assert first in page["suppressions"]
