"""The routes of webhooks: who may, what they return, and what they refuse."""

import pytest
from standardwebhooks import Webhook
from support.failpoints import failpoint, lost_response
from support.receivers import Receiver

PATH = "/api/v1/webhooks"
NEW = {"url": "https://a.example/hook", "events": ["message.sent"]}
MISSING = (404, "not_found")


@pytest.fixture
def author(callers):
    return callers.user("a-1", **{"cognito:groups": "publisher"})


@pytest.fixture
def other(callers):
    return callers.user("a-2", **{"cognito:groups": "publisher"})


@pytest.fixture
def operator(callers):
    return callers.operator()


def create(caller, **fields):
    status, made = caller.send("POST", PATH, NEW | fields)
    assert status == 201, made
    return made


def path_of(made):
    return f"{PATH}/{made['webhook']['id']}"


def test_a_webhook_is_created_and_its_secret_shown_once(author):
    made = create(author, description="ours")
    webhook = made["webhook"]
    assert made["secret"].startswith("whsec_")
    assert author.send("GET", path_of(made)) == (200, webhook)
    assert author.send("GET", PATH) == (200, {"webhooks": [webhook]})
    assert webhook["state"] == "active"
    assert webhook["created_by"] == "a-1"
    assert made["secret"][6:].encode() not in author.raw
    assert create(author)["secret"] != made["secret"]


def test_others_do_not_find_it_and_operators_do(author, other, operator):
    made = create(author)
    create(other)
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"paused": True}),
        ("DELETE", "", None),
        ("POST", "/rotate", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
    ):
        status, problem = other.send(method, path_of(made) + path, body)
        assert (status, problem["code"]) == MISSING, path
    assert len(other.send("GET", PATH)[1]["webhooks"]) == 1
    assert len(operator.send("GET", PATH)[1]["webhooks"]) == 2
    assert operator.send("GET", path_of(made)) == (200, made["webhook"])
    assert operator.send("DELETE", path_of(made))[0] == 204
    assert author.send("GET", path_of(made))[0] == 404


@pytest.mark.parametrize("event", ["order.stored", "order.notified"])
def test_only_operators_are_told_of_orders(author, operator, event):
    status, problem = author.send("POST", PATH, NEW | {"events": ["message.sent", event]})
    assert (status, problem["code"]) == (403, "forbidden")
    assert create(operator, events=[event])["webhook"]["events"] == [event]
    made = create(author)
    for caller in (author, operator):  # whoever changes it, it stays a publisher's
        assert caller.send("PATCH", path_of(made), {"events": [event]})[0] == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "http://a.example/"},
        {"url": "https://169.254.169.254/latest/meta-data/"},
        {"url": "https://localhost/"},
        {"url": "http://127.0.0.1:9000/"},
        {"url": "https://[::1]/"},
        {"url": "file:///etc/passwd"},
        {"url": ""},
        {"url": 1},
        {"events": []},
        {"events": ["order.lost"]},
        {"events": ["message.sent", "message.sent"]},
        {"events": ["webhook.test"]},
        {"description": "x" * 201},
        {"secret": "whsec_mine"},
        {"of_everybody": True},
        {"paused": True},
    ],
)
def test_a_body_that_breaks_the_rules_is_refused(author, fields):
    status, problem = author.send("POST", PATH, NEW | fields)
    assert (status, problem["code"]) == (400, "invalid_input")
    assert author.send("GET", PATH)[1] == {"webhooks": []}


def test_a_url_is_changed_to_no_other_kind(author):
    made = create(author)
    for url in ("https://10.0.0.1/", "http://a.example/"):
        assert author.send("PATCH", path_of(made), {"url": url})[0] == 400


def test_fields_are_changed_by_the_revision_that_was_seen(author):
    made = create(author)
    changes = {"url": "https://b.example/", "events": ["message.failed"], "description": "x"}
    status, changed = author.send("PATCH", path_of(made), changes, If_Match='"1"')
    assert (status, changed["rev"]) == (200, 2)
    assert {name: changed[name] for name in changes} == changes
    assert author.headers["ETag"].startswith('"2-')
    for method, path, body in (("PATCH", "", {}), ("DELETE", "", None), ("POST", "/rotate", None)):
        status, problem = author.send(method, path_of(made) + path, body, If_Match='"1"')
        assert (status, problem["code"]) == (412, "precondition_failed")
    assert author.send("GET", path_of(made))[1] == changed


def test_a_webhook_is_paused_and_goes_on(author):
    made = create(author)
    _, paused = author.send("PATCH", path_of(made), {"paused": True})
    assert (paused["state"], paused["paused_because"]) == ("paused", "asked")
    _, active = author.send("PATCH", path_of(made), {"paused": False})
    assert (active["state"], active["paused_because"]) == ("active", None)


def test_a_rotation_shows_another_secret_and_how_long_the_last_one_signs(author):
    made = create(author)
    status, rotated = author.send("POST", f"{path_of(made)}/rotate")
    assert status == 200
    assert rotated["secret"] != made["secret"]
    assert rotated["webhook"]["old_secret_until"] is not None
    assert rotated["webhook"]["rev"] == 2


@pytest.mark.thorough
def test_there_are_ten_webhooks_of_a_person_and_fifty_of_all(callers):
    people = [callers.user(f"a-{n}", **{"cognito:groups": "publisher"}) for n in range(6)]
    for person in people[:5]:
        for _ in range(10):
            create(person)
    status, problem = people[0].send("POST", PATH, NEW)
    assert (status, problem["code"]) == (409, "conflict")
    assert people[5].send("POST", PATH, NEW)[0] == 409
    [first, *_] = people[0].send("GET", PATH)[1]["webhooks"]
    assert people[0].send("DELETE", f"{PATH}/{first['id']}")[0] == 204
    create(people[5])


def test_a_create_whose_answer_is_lost_is_one_webhook(aws, author, pauses):
    with failpoint(aws.client("dynamodb"), "TransactWriteItems", lost_response):
        create(author)
    assert len(author.send("GET", PATH)[1]["webhooks"]) == 1


def test_a_trial_shows_what_the_receiver_responded(aws, run_on, author):
    run_on(aws, webhook_loopback=True)
    with Receiver(202, 500) as receiver:
        made = create(author, url=receiver.url)
        author.send("PATCH", path_of(made), {"paused": True})
        status, result = author.send("POST", f"{path_of(made)}/test")
        assert (status, result["delivered"], result["status"]) == (200, True, 202)
        assert result["error"] is None
        _, result = author.send("POST", f"{path_of(made)}/test")
        assert (result["delivered"], result["status"]) == (False, 500)
    sent = Webhook(made["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)
    assert sent["type"] == "webhook.test"
    webhook = author.send("GET", path_of(made))[1]
    assert (webhook["failures"], webhook["last_attempt"]) == (0, None)
    assert author.send("GET", f"{path_of(made)}/deliveries") == (200, {"deliveries": []})


def test_a_trial_that_reaches_nobody_says_so(aws, run_on, author):
    run_on(aws, webhook_loopback=True)
    with Receiver() as receiver:
        made = create(author, url=receiver.url)
    status, result = author.send("POST", f"{path_of(made)}/test")
    assert (status, result["delivered"], result["status"]) == (200, False, None)
    assert result["error"].startswith("the receiver did not respond")


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_limit_that_breaks_the_rules_is_refused(author, limit):
    made = create(author)
    assert author.send("GET", f"{path_of(made)}/deliveries?limit={limit}")[0] == 400
