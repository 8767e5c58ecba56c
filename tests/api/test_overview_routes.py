"""`/overview`: what needs attention, how much came, what is recent; whose, and with parts down."""

import json
from datetime import timedelta

import pytest
from letters_kit import SQS, queue
from support.failpoints import always, failpoints, throttled
from support.hooks import Hooks, make_webhook
from tenant_kit import ingest, made_tenant

from chalicelib import times
from chalicelib.aws.activity import Activity, Series, Workload
from chalicelib.aws.queue import Queue
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.model import HourKey
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.webhooks.gate import Gate
from chalicelib.webhooks.model import PausedBecause

OVERVIEW, WEBHOOKS = "/api/v1/overview", "/api/v1/webhooks"
ACME = {"custom:tenant_id": "acme"}
PUBLISHER = {"cognito:groups": "publisher"}
QUEUES = ["searches", "orders", "logs", "jobs", "webhooks", "mail_events"]
LETTERS = [*QUEUES, "announcements", "deliveries"]
OPERATORS_CHECKS = [
    *(f"dead_letters.{label}" for label in LETTERS),
    "worker",
    "subscriptions",
    "losses",
    "channels",
    "tokens",
    "webhooks",
]


@pytest.fixture
def operator(callers):
    return callers.operator()


@pytest.fixture
def state_table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


def look(caller, asked="1h"):
    status, overview = caller.send("GET", f"{OVERVIEW}?range={asked}")
    assert status == 200
    return overview


def totals(overview):
    workloads = overview["workloads"]
    return {name: shown and shown["total"] for name, shown in workloads.items()}


def ago(**span):
    return times.text(times.now() - timedelta(**span))


# --- Attention ------------------------------------------------------------------------------------


def test_all_is_well_is_no_entry_and_every_check_complete(operator):
    overview = look(operator)
    assert (overview["scope"], overview["complete"], overview["attention"]) == ("all", True, [])
    assert [check["name"] for check in overview["checks"]] == OPERATORS_CHECKS
    assert all(check["complete"] and check["as_of"] for check in overview["checks"])


def test_dead_letters_are_counted_by_queue_those_of_streams_too(aws, operator):
    queue(aws, "orders", dead=True).send_all(["a", "b"])
    Queue(aws.client("sqs"), f"{SQS}/POC-Announce-Failures-test").send("position")
    assert look(operator)["attention"] == [
        {
            "kind": "dead_letters",
            "level": "error",
            "subject": "orders",
            "count": 2,
            "since": None,
            "message": "2 dead letters in orders",
            "href": "/api/v1/dead-letters/orders",
        },
        {
            "kind": "dead_letters",
            "level": "error",
            "subject": "announcements",
            "count": 1,
            "since": None,
            "message": "1 dead letter in announcements",
            "href": "/api/v1/dead-letters/announcements",
        },
    ]


@pytest.mark.parametrize(
    ("beats", "silent"),
    [
        ({"worker#a": ("running", 61)}, ["worker#a"]),
        ({"worker#a": ("running", 30)}, []),
        ({"worker#a": ("stopped", 600)}, []),
        ({"worker#a": ("running", 600), "worker#b": ("running", 10)}, []),
        ({"worker#a": ("running", 600), "worker#b": ("stopped", 10)}, []),
        ({"worker#a": ("running", 600), "worker#b": ("running", 90)}, ["worker#b"]),
        ({"stream:announce_orders": ("running", 600)}, []),
    ],
)
def test_a_worker_that_runs_and_is_silent_for_a_minute_is_told(
    operator, state_table, beats, silent
):
    for who, (status, seconds) in beats.items():
        State(state_table).beat(who, {"status": status, "at": ago(seconds=seconds)})
    attention = look(operator)["attention"]
    assert [(item["kind"], item["subject"]) for item in attention] == [
        ("worker_silent", who) for who in silent
    ]


def hold_linkedin(state_table):
    hold = {
        "since": "2026-11-28T14:03:22Z",
        "code": "token_expired",
        "message": "the token expired",
        "setting": "LINKEDIN_SECRET",
        "next_attempt_at": "2026-11-28T14:18:22Z",
    }
    state_table.put({"pk": "PUBLISHER", "sk": "linkedin", "hold": hold})
    state_table.put({"pk": "PUBLISHER", "sk": "email", "last_success_at": hold["since"]})


def test_a_held_channel_is_told_to_operators_and_publishers(callers, state_table):
    hold_linkedin(state_table)
    for caller in (callers.operator(), callers.user("u-1", **PUBLISHER)):
        (item,) = look(caller)["attention"]
        assert (item["kind"], item["subject"]) == ("channel_held", "linkedin")
        assert (item["since"], item["href"]) == ("2026-11-28T14:03:22Z", "/api/v1/channels")
        assert item["message"] == "LinkedIn is held: the token expired"


def put_secret(aws, name, **credentials):
    client = aws.client("secretsmanager")
    client.put_secret_value(SecretId=f"omnidata-test/{name}", SecretString=json.dumps(credentials))


@pytest.mark.parametrize(
    ("left", "level", "message"),
    [
        ({"days": 15}, None, None),
        ({"days": 13, "hours": 1}, "warning", "LinkedIn: token expires in 13 days"),
        ({"days": 3, "hours": 1}, "warning", "LinkedIn: token expires in 3 days"),
        ({"days": 1, "hours": 1}, "warning", "LinkedIn: token expires in 1 day"),
        ({"hours": 5}, "warning", "LinkedIn: token expires within a day"),
        ({"seconds": -1}, "error", "LinkedIn: token expired"),
    ],
)
def test_a_token_that_ends_within_14_days_is_told_to_operators_and_publishers(
    callers, aws, left, level, message
):
    ends = times.text(times.now() + timedelta(**left))
    put_secret(aws, "linkedin", token="t", token_expires_at=ends)
    for caller in (callers.operator(), callers.user("u-1", **PUBLISHER)):
        found = look(caller)["attention"]
        assert [(item["kind"], item["level"], item["message"]) for item in found] == (
            [] if level is None else [("credentials_expire", level, message)]
        )
        assert [item["since"] for item in found if level == "error"] == (
            [ends] if level == "error" else []
        )
    assert look(callers.user("u-2"))["attention"] == []


def test_metas_token_is_that_of_two_channels_and_an_unreadable_end_is_none(callers, aws):
    put_secret(aws, "meta", page_token="t", token_expires_at=ago(days=1))
    put_secret(aws, "linkedin", token="t", token_expires_at="next week")
    found = look(callers.operator())["attention"]
    assert [item["message"] for item in found] == [
        "Facebook: token expired",
        "Instagram: token expired",
    ]


def make_paused_webhook(caller, host):
    new = {"url": f"https://{host}/in?key=k-1", "events": ["message.sent"]}
    status, made = caller.send("POST", WEBHOOKS, new)
    assert status == 201
    path = f"{WEBHOOKS}/{made['webhook']['id']}"
    assert caller.send("PATCH", path, {"paused": True})[0] == 200
    return path


def test_a_paused_webhook_is_told_to_operators_and_its_owner(callers):
    owner, other = callers.user("u-1", **PUBLISHER), callers.user("u-2", **PUBLISHER)
    path = make_paused_webhook(owner, "hooks.example.com")
    for caller in (callers.operator(), owner):
        (item,) = look(caller)["attention"]
        assert (item["kind"], item["level"], item["href"]) == ("webhook_paused", "notice", path)
        assert item["message"] == ("the webhook to hooks.example.com is paused: somebody paused it")
    assert look(other)["attention"] == []
    assert owner.send("PATCH", path, {"paused": False})[0] == 200
    assert look(owner)["attention"] == []


def test_a_webhook_whose_receiver_is_gone_is_a_warning(aws, operator):
    store = Hooks(aws).store
    store.create(make_webhook("h-1", paused_because=PausedBecause.GONE), [], Gate())
    (item,) = look(operator)["attention"]
    assert (item["level"], item["subject"]) == ("warning", "h-1")
    assert item["message"].endswith("is paused: its receiver responded 410 Gone")


def test_subscriptions_that_wait_are_counted_without_their_addresses(aws, operator, monkeypatch):
    listed = [
        {"Endpoint": "a@example.com", "Protocol": "email", "SubscriptionArn": arn}
        for arn in ("PendingConfirmation", "arn:1", "PendingConfirmation")
    ]
    monkeypatch.setattr(
        aws.client("sns"), "list_subscriptions_by_topic", lambda **_: {"Subscriptions": listed}
    )
    (item,) = look(operator)["attention"]
    assert (item["kind"], item["level"], item["count"]) == ("subscriptions_pending", "warning", 2)
    assert b"a@example.com" not in operator.raw


def test_losses_are_told_last_and_with_what_is_not_known(aws, operator, state_table):
    state = State(state_table)
    state.count("lost.search_events", 2)
    state.put_total("lost.search_events", "p-1", 3)
    state.put_total("unknown.search_events", "p-1", 4)
    state.count("log_duplicates", 9)
    queue(aws, "jobs", dead=True).send("a")
    found = look(operator)["attention"]
    assert [(item["kind"], item["level"], item["count"]) for item in found] == [
        ("dead_letters", "error", 1),
        ("losses", "warning", 5),
        ("losses", "notice", 4),
    ]
    assert found[1]["message"] == "5 search events were lost since the stage was created"


def test_others_are_told_of_no_queue_worker_loss_or_channel(aws, callers, state_table):
    queue(aws, "orders", dead=True).send("a")
    State(state_table).count("lost.search_events")
    hold_linkedin(state_table)
    overview = look(callers.user("u-1", **ACME))
    assert (overview["scope"], overview["attention"], overview["checks"]) == ("own", [], [])


# --- How much came --------------------------------------------------------------------------------


def work(callers):
    """Two records, an order placed twice under a key, an anonymous one, logs and a message."""
    ada = callers.user("ada", **PUBLISHER)
    for user_id in ("a", "b", "b"):
        ada.send("POST", "/stream", {"user_id": user_id})
    for _ in range(2):
        ada.send("POST", "/orders", {"x": 1}, Idempotency_Key="k")
    callers.user("bob").send("POST", "/orders", {"x": 1})
    key = made_tenant(callers.operator(), "acme")
    ingest(ada._client, key, body=b'[{"text": "a"}, {"text": "b"}, {"nothing": 1}]')
    later = {"content": "x", "channels": ["linkedin"], "scheduled_at": "2030-01-31T09:00:00Z"}
    for _ in range(2):
        status, _ = ada.send("POST", "/api/v1/messages", later, Idempotency_Key="m")
        assert status == 201


def test_what_is_accepted_is_counted_once_for_everybody_and_for_its_owner(callers, operator):
    work(callers)
    assert totals(look(operator)) == {"records": 2, "orders": 2, "logs": 3, "messages": 1}
    ada = look(callers.user("ada", **PUBLISHER))
    assert totals(ada) == {"records": 2, "orders": 1, "logs": None, "messages": 1}
    assert totals(look(callers.user("bob"))) == {
        "records": 0,
        "orders": 1,
        "logs": None,
        "messages": 0,
    }


def test_imported_records_are_counted_where_they_are_new(operator):
    operator.send("POST", "/stream", {"user_id": "a"})
    body = b'{"user_id": "a"}\n{"user_id": "b"}\n{"user_id": "c"}\n{}'
    status, result = operator.send(
        "POST", "/api/v1/records:import", body, Content_Type="application/x-ndjson"
    )
    assert (status, result["added"]) == (200, 3)
    assert totals(look(operator))["records"] == 3


def count_logs(state_table, minutes_ago, records):
    at = times.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    hour = HourKey("acme", at.strftime("%Y-%m-%dT%H"), "2099-01-01")
    counters = {f"{at.minute:02}I": records, f"{at.minute:02}E": 1}
    CountStore(state_table, now=times.now).add(hour, counters, 0)


def test_logs_are_counted_for_the_own_tenant_alone(callers, state_table):
    for minutes_ago, records in ((1, 2), (59, 4), (70, 8), (8 * 24 * 60, 16)):
        count_logs(state_table, minutes_ago, records)
    ada = callers.user("u-1", **ACME)
    logs = look(ada)["workloads"]["logs"]
    assert (logs["total"], logs["series"][0]["count"], logs["approximate"]) == (8, 5, True)
    assert [totals(look(ada, asked))["logs"] for asked in ("24h", "7d")] == [17, 17]
    assert totals(look(callers.user("u-2", **{"custom:tenant_id": "beta"})))["logs"] == 0
    for odd in ("ACME", "acme#x", ""):
        assert totals(look(callers.user("u-3", **{"custom:tenant_id": odd})))["logs"] is None


@pytest.mark.parametrize(
    ("asked", "grid", "total"),
    [("1h", (60, 60), 2), ("24h", (1800, 48), 6), ("7d", (10800, 56), 14)],
)
def test_a_range_has_points_of_one_interval(operator, state_table, asked, grid, total):
    now = times.now().replace(second=0, microsecond=0)
    spans = [(timedelta(minutes=1), 2), (timedelta(hours=3), 4), (timedelta(days=4), 8)]
    for before, amount in [*spans, (timedelta(days=8), 16)]:
        Activity(state_table).add(Series(Workload.RECORDS), now - before, amount)
    records = look(operator, asked)["workloads"]["records"]
    assert (records["interval_s"], len(records["series"])) == grid
    assert records["total"] == sum(point["count"] for point in records["series"]) == total
    assert (records["approximate"], records["complete"]) == (True, True)


def test_the_range_is_an_hour_unless_another_one_of_three_is_asked_for(operator):
    assert operator.send("GET", OVERVIEW)[1]["range"] == "1h"
    status, problem = operator.send("GET", f"{OVERVIEW}?range=2h")
    assert (status, problem["message"]) == (400, "range must be one of 1h, 24h, 7d")


# --- What is recent -------------------------------------------------------------------------------


def store(table, order_id, minutes, placed_by="ada"):
    at = times.sortable_text(times.now() - timedelta(minutes=minutes))
    table.put(
        {
            "orderID": order_id,
            "day": at[:10],
            "queued_at": at,
            "stored_at": at,
            "placed_by": placed_by,
            "order": {},
        }
    )


def test_operators_see_the_five_newest_orders_of_the_range(aws, operator):
    table = Table(aws.client("dynamodb"), "orders-test")
    for minutes in (1, 2, 3, 4, 5, 6, 70):
        store(table, f"o-{minutes}", minutes)
    orders = look(operator)["recent"]["orders"]
    assert [item["id"] for item in orders["items"]] == [f"o-{n}" for n in range(1, 6)]
    assert orders["items"][0]["status"] == "stored"
    assert operator.send("GET", orders["items"][0]["href"])[0] == 200


def test_others_see_their_own_newest_orders_queued_and_stored(aws, callers):
    ada = callers.user("ada")
    _, first = ada.send("POST", "/orders", {"x": 1})
    _, second = ada.send("POST", "/orders", {"x": 2})
    callers.user("bob").send("POST", "/orders", {"x": 3})
    store(Table(aws.client("dynamodb"), "orders-test"), first["orderID"], 0)
    items = look(ada)["recent"]["orders"]["items"]
    assert [(item["id"], item["status"]) for item in items] == [
        (second["orderID"], "queued"),
        (first["orderID"], "stored"),
    ]
    assert look(callers.user("eve"))["recent"]["orders"]["items"] == []


def test_messages_are_their_authors_alone_and_null_for_who_may_have_none(callers):
    work(callers)
    recent = look(callers.user("ada", **PUBLISHER))["recent"]["messages"]
    (message,) = recent["items"]
    assert message["status"] == "scheduled"
    assert callers.user("ada", **PUBLISHER).send("GET", message["href"])[0] == 200
    assert look(callers.user("eve", **PUBLISHER))["recent"]["messages"]["items"] == []
    assert look(callers.user("ada"))["recent"]["messages"] is None
    assert look(callers.operator("ada"))["recent"]["messages"] is None


# --- Parts that fail ------------------------------------------------------------------------------


def test_without_the_queues_the_rest_is_served(aws, callers, operator, pauses):
    work(callers)
    with failpoints(aws.client("sqs"), "GetQueueAttributes", always(throttled)):
        overview = look(operator)
    assert (overview["complete"], totals(overview)["orders"]) == (False, 2)
    failed = {check["name"]: check for check in overview["checks"] if not check["complete"]}
    assert set(failed) == {f"dead_letters.{label}" for label in LETTERS}
    assert failed["dead_letters.logs"]["problem"] == {
        "code": "unavailable",
        "message": "the queue is not available; try again",
    }


def test_without_the_database_it_is_still_a_response(aws, operator, pauses):
    queue(aws, "orders", dead=True).send("a")
    with failpoints(aws.client("dynamodb"), "*", always(throttled)):
        overview = look(operator)
    assert [item["kind"] for item in overview["attention"]] == ["dead_letters"]
    assert totals(overview) == dict.fromkeys(("records", "orders", "logs", "messages"))
    for part in (overview["workloads"]["logs"], overview["recent"]["orders"]):
        assert (part["complete"], part["problem"]["code"]) == (False, "unavailable")


def test_the_calls_are_as_many_whatever_there_is(aws, callers, operator):
    def count_calls():
        calls = []
        for service in ("dynamodb", "sqs", "sns"):
            aws.client(service).meta.events.register_last(
                f"before-send.{service}", lambda request, **_: calls.append(request.url)
            )
        look(operator)
        return len(calls)

    few = count_calls()
    table = Table(aws.client("dynamodb"), "orders-test")
    for minutes in range(40):
        store(table, f"o-{minutes}", minutes)
    queue(aws, "orders", dead=True).send_all([str(number) for number in range(40)])
    assert few <= 20
    assert count_calls() / 2 <= few  # each call is heard twice now
