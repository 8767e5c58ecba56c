"""The report of `make kills`: what it takes for lost, for dead, for counted."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from support.logs import FakeBucket, body_of, received, record

from chalicelib.analytics.model import ArchivedSearch
from tests.kills.finding import table
from tests.kills.findings import judge
from tests.kills.killing import Kill
from tests.kills.letters import Letters, decode, find_logs
from tests.kills.load import Sent
from tests.kills.search_log import CONFIRMED, LOST, UNCONFIRMED, UNKNOWN, SearchLog, read_log
from tests.kills.snapshot import Places, Snapshot

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def letters(*records):
    return Letters(len(records), list(records), [])


def search(request_id, user="kills-1", event_id="e1"):
    return ArchivedSearch(
        event_id=event_id, user=user, action="search", at=NOON, request_id=request_id
    )


def order(order_id="o1", notified_s=2):
    stored, notified = at(0).isoformat(), at(notified_s).isoformat()
    return {"orderID": order_id, "stored_at": stored, "notified_at": notified}


def found(sent, snapshot, kills=(), *, may_die=True):
    """What does not hold, by its name, apart from kinds of which nothing was sent."""
    findings = judge(sent, snapshot, kills, may_die=may_die)
    return {finding.what: finding.found for finding in findings[1:] if not finding.holds}


def note(sent, snapshot, what):
    findings = judge(sent, snapshot, [], may_die=True)
    return next(finding.note for finding in findings if finding.what == what)


SENT_LOGS = Sent(logs={"l1": "kills_a", "l2": "kills_a", "l3": "kills_b", "l4": "kills_b"})
LOGS = Counter({("kills_a", "l1", "kills_a"): 1})


def test_a_log_record_in_the_queue_or_among_the_dead_letters_is_not_lost():
    places = Places(queued=letters("l2"), dead=letters("l3", "l4", "l1"))
    snapshot = Snapshot(logs=LOGS, log_letters=places)
    assert found(SENT_LOGS, snapshot) == {}
    assert note(SENT_LOGS, snapshot, "log records lost") == (
        "4 sent: 1 stored, 1 in the queue, 2 dead, 0 missing"
    )


def test_a_log_record_that_is_nowhere_is_lost():
    snapshot = Snapshot(logs=LOGS, log_letters=Places(dead=letters("l3")))
    assert found(SENT_LOGS, snapshot) == {"log records lost": 2}


def test_an_order_that_is_nowhere_is_lost_and_one_among_the_dead_letters_is_not():
    sent = Sent(orders={"o1", "o2", "o3"})
    snapshot = Snapshot(
        orders=[order("o1")], mails=Counter({"o1": 1}), order_letters=Places(dead=letters("o2"))
    )
    assert found(sent, snapshot) == {"orders lost": 1}


def test_dead_letters_are_expected_only_with_another_visibility_timeout():
    snapshot = Snapshot(log_letters=Places(dead=letters("l1")))
    assert found(Sent(), snapshot, may_die=False) == {"dead letters": 1}
    assert found(Sent(), snapshot) == {}


def test_a_letter_that_cannot_be_decoded_is_reported():
    snapshot = Snapshot(log_letters=Places(dead=Letters(1, [], ["m1: not one of log records"])))
    assert found(Sent(), snapshot) == {"letters that cannot be decoded": 1}


SENT_SEARCHES = Sent(searches={"r1": "kills-1", "r2": "kills-2", "r3": "kills-3", "r4": "kills-4"})
ARRIVED = {
    "archived": [search("r1")],
    "search_letters": Places(
        queued=letters(search("r2", "kills-2", "e2")), dead=letters(search("r3", "kills-3", "e3"))
    ),
}


def test_a_search_that_is_nowhere_and_not_counted_is_a_violation():
    assert found(SENT_SEARCHES, Snapshot(**ARRIVED)) == {
        "searches that are nowhere and not counted": 1
    }


@pytest.mark.parametrize(
    ("log", "counters"),
    [
        (SearchLog(lost=frozenset({"r4"})), {"lost.search_events": 1}),
        (SearchLog(unknown=frozenset({"r4", "r1"})), {"unknown.search_events": 2}),
    ],
)
def test_a_search_that_is_counted_as_lost_or_unknown_is_accounted_for(log, counters):
    snapshot = Snapshot(**ARRIVED, search_log=log, counters=counters)
    assert found(SENT_SEARCHES, snapshot) == {}


def test_a_counted_loss_of_an_event_that_arrived_is_a_violation():
    log, counters = SearchLog(lost=frozenset({"r4", "r1"})), {"lost.search_events": 2}
    snapshot = Snapshot(**ARRIVED, search_log=log, counters=counters)
    assert found(SENT_SEARCHES, snapshot) == {"counted losses that are none": 1}


def test_a_loss_that_is_logged_and_not_counted_is_a_violation():
    snapshot = Snapshot(**ARRIVED, search_log=SearchLog(lost=frozenset({"r4"})))
    assert found(SENT_SEARCHES, snapshot) == {"lost or unknown and not counted": 1}


def test_a_count_that_went_with_a_killed_gateway_is_none():
    log = SearchLog(lost=frozenset({"r4"}), uncounted=1)
    assert found(SENT_SEARCHES, Snapshot(**ARRIVED, search_log=log)) == {}


def test_the_report_says_how_many_searches_were_sent_archived_lost_and_unknown():
    log = SearchLog(lost=frozenset({"r4"}), unknown=frozenset({"r1"}))
    counters = {"lost.search_events": 1, "unknown.search_events": 1}
    snapshot = Snapshot(**ARRIVED, search_log=log, counters=counters)
    report = table(judge(SENT_SEARCHES, snapshot, [], may_die=True))
    assert "4 sent: 1 archived, 1 in the queue, 1 dead, 1 missing, of these 1 lost" in report
    assert "1 counted, 1 real" in report
    assert "1 counted, 1 logged, 0 of them did not arrive" in report


def line(seconds, message, request_id=None):
    return json.dumps({"at": at(seconds).isoformat(), "message": message, "request_id": request_id})


def read(tmp_path, *lines, killed_at=()):
    log = tmp_path / "gateway.log"
    log.write_text("\n".join(lines))
    return read_log(log, killed_at)


def test_the_gateways_log_tells_which_events_are_lost_and_unknown(tmp_path):
    lines = [line(1, LOST, "r1"), "Traceback:", line(2, UNKNOWN, "r2"), '{"at": "2026-']
    assert read(tmp_path, *lines) == SearchLog(frozenset({"r1"}), frozenset({"r2"}), 0)


@pytest.mark.parametrize(
    ("lines", "uncounted"),
    [
        ([line(1, LOST)], 0),
        ([line(1, LOST), line(9.5, UNKNOWN)], 1),
        ([line(1, LOST), line(2, UNKNOWN), line(3, UNCONFIRMED), line(4, LOST)], 2),
        ([line(2, LOST), line(3, UNCONFIRMED), line(4, LOST), line(5, CONFIRMED)], 0),
        ([line(2, LOST), line(3, UNCONFIRMED), line(12, LOST), line(13, LOST)], 1),
    ],
)
def test_only_counts_that_a_gateway_still_held_go_with_it(tmp_path, lines, uncounted):
    assert read(tmp_path, *lines, killed_at=[at(20), at(10)]).uncounted == uncounted


def test_the_log_ids_of_letters_are_read_through_claim_checks():
    claims = FakeBucket()
    claims.put("claims/acme/big", body_of(record("large")).encode(), "application/json")
    claim = {"v": 1, "tenant_id": "acme", "claim": "claims/acme/big", "sk": "s"}
    bodies = [body_of(record("small")), claim, {**claim, "claim": "gone"}, {"v": 2}]
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    messages = [received(text, f"m{number}") for number, text in enumerate(texts)]
    letters_read = decode(messages, find_logs(claims))
    assert (letters_read.messages, letters_read.records) == (4, ["small", "large"])
    assert letters_read.unreadable == ["m3: the message is not one of log records"]


def test_a_record_whose_claim_is_gone_is_lost_unless_it_is_stored():
    gone = json.dumps({"v": 1, "tenant_id": "acme", "claim": "claims/acme/gone", "sk": "s"})
    dead = decode([received(gone)], find_logs(FakeBucket()))
    snapshot = Snapshot(logs=LOGS, log_letters=Places(dead=dead))
    assert found(Sent(logs={"l1": "kills_a"}), snapshot) == {}
    assert found(Sent(logs={"l1": "kills_a", "l2": "kills_a"}), snapshot) == {"log records lost": 1}


@pytest.mark.parametrize(
    ("mails", "kill_s", "holds"), [(1, 50, True), (2, 1, True), (2, 50, False), (3, 1, False)]
)
def test_an_order_has_one_mail_and_one_more_for_each_kill_until_its_mark(mails, kill_s, holds):
    kills = [Kill("events", at(kill_s), 0.5), Kill("gateway", at(1), 0.5)]
    snapshot = Snapshot(orders=[order()], mails=Counter({"o1": mails}))
    broken = found(Sent(orders={"o1"}), snapshot, kills)
    assert broken == ({} if holds else {"orders with more mails than 1 + kills in the gap": 1})
    said = note(Sent(), snapshot, "orders with more mails than 1 + kills in the gap")
    assert said.startswith(f"{mails} mails of 1 orders: {mails - 1} repeats")
