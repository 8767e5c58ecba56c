"""Each promise about orders and logs, what was found, and what it may be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.kills.account import reconcile
from tests.kills.finding import Finding
from tests.kills.killing import Kill
from tests.kills.load import Sent
from tests.kills.search_findings import judge_searches
from tests.kills.snapshot import Snapshot

_NEVER = datetime.max.replace(tzinfo=UTC)


def judge(sent: Sent, snapshot: Snapshot, kills: Sequence[Kill], *, may_die: bool) -> list[Finding]:
    """Compare what was taken with what there is; `may_die` says that dead letters are expected."""
    taken = {"orders": sent.orders, "logs": sent.logs, "searches": sent.searches}
    nothing = [kind for kind, records in taken.items() if not records]
    return [
        Finding("kinds of which nothing was taken", len(nothing), 0, ", ".join(nothing)),
        Finding("wrong responses", len(sent.wrong), 0, "; ".join(sent.wrong[:3])),
        *_judge_orders(sent, snapshot, kills),
        *_judge_logs(sent, snapshot),
        *judge_searches(sent, snapshot),
        *_judge_letters(snapshot, may_die=may_die),
    ]


def _judge_orders(sent: Sent, snapshot: Snapshot, kills: Sequence[Kill]) -> list[Finding]:
    orders = {str(item["orderID"]): item for item in snapshot.orders}
    letters, mails = snapshot.order_letters, snapshot.mails
    account = reconcile(
        sent.orders,
        stored=orders.keys(),
        queued=letters.queued.records,
        dead=letters.dead.records,
    )
    stored_twice = len(snapshot.orders) - len(orders)
    return [
        Finding("orders lost", len(account.missing), 0, account.describe()),
        Finding("orders nobody was told of", len(orders.keys() - sent.orders), 0),
        Finding("orders stored twice", stored_twice, 0),
        Finding("orders without a mail", len(account.stored - mails.keys()), 0),
        _judge_mails(orders, mails, kills),
    ]


def _judge_mails(
    orders: Mapping[str, Mapping[str, Any]], mails: Counter[str], kills: Sequence[Kill]
) -> Finding:
    """An order may be announced once more for each kill between its publish and its mark."""
    again = {order_id: count for order_id, count in mails.items() if count > 1}
    too_many = [
        order_id
        for order_id, count in again.items()
        if order_id not in orders or count > 1 + _count_in_gap(orders[order_id], kills)
    ]
    repeats = mails.total() - len(mails)
    note = (
        f"{mails.total()} mails of {len(mails)} orders: {repeats} repeats, of {len(again)} orders"
    )
    return Finding("orders with more mails than 1 + kills in the gap", len(too_many), 0, note)


def _judge_logs(sent: Sent, snapshot: Snapshot) -> list[Finding]:
    stored: Counter[str] = Counter()
    for (_, log_id, _), count in snapshot.logs.items():
        stored[log_id] += count
    account = reconcile(
        sent.logs,
        stored=stored.keys(),
        queued=snapshot.log_letters.queued.records,
        dead=snapshot.log_letters.dead.records,
    )
    misplaced = [
        log_id
        for tenant, log_id, text_tenant in snapshot.logs
        if not tenant == text_tenant == sent.logs.get(log_id)
    ]
    return [
        Finding("log records lost", len(account.missing), 0, account.describe()),
        Finding("log records stored twice", stored.total() - len(stored), 0),
        Finding("log records with a wrong tenant", len(misplaced), 0),
    ]


def _judge_letters(snapshot: Snapshot, *, may_die: bool) -> list[Finding]:
    kinds = {
        "orders": snapshot.order_letters,
        "logs": snapshot.log_letters,
        "searches": snapshot.search_letters,
    }
    dead = {kind: places.dead.messages for kind, places in kinds.items() if places.dead.messages}
    unreadable = [
        reason
        for places in kinds.values()
        for letters in (places.queued, places.dead)
        for reason in letters.unreadable
    ]
    note = ", ".join(f"{kind}: {count}" for kind, count in dead.items())
    return [
        Finding("messages left in the queues", snapshot.unsettled, 0),
        Finding("dead letters", sum(dead.values()), None if may_die else 0, note),
        Finding("letters that cannot be decoded", len(unreadable), 0, "; ".join(unreadable[:3])),
    ]


def _count_in_gap(order: Mapping[str, Any], kills: Sequence[Kill]) -> int:
    """How many kills of the event sources there were between an order's storing and its mark.

    Its first publish is in between, and no time of it is known.
    """
    first = datetime.fromisoformat(order["stored_at"])
    last = datetime.fromisoformat(order["notified_at"]) if "notified_at" in order else _NEVER
    return sum(kill.part == "events" and kill.overlaps(first, last) for kill in kills)
