"""Each promise, what was found, and what it may be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.kills.killing import Kill
from tests.kills.load import Sent
from tests.kills.stored import Stored

WIDTH = 50
LOST = "lost."  # what the pipeline's counters of losses begin with
LOST_SEARCHES = "lost.search_events"
UNKNOWN = "unknown"  # in the names of counters of events whose outcome is not known


@dataclass(frozen=True)
class Finding:
    """How often something happened, and how often it may."""

    what: str
    found: int
    at_most: int
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        return self.found <= self.at_most


def judge(sent: Sent, stored: Stored, kills: Sequence[Kill]) -> list[Finding]:
    """Compare what was taken with what is stored, after everything is drained."""
    dead = stored.dead_letters()
    nothing = [
        kind
        for kind, taken in vars(sent).items()
        if kind in ("orders", "logs", "searches") and not taken
    ]
    return [
        Finding("kinds of which nothing was taken", len(nothing), 0, ", ".join(nothing)),
        Finding("wrong responses", len(sent.wrong), 0, "; ".join(sent.wrong[:3])),
        *_judge_orders(sent, stored, kills),
        *_judge_logs(sent, stored),
        *_judge_searches(sent, stored),
        Finding("dead letters", sum(dead.values()), 0, _show(dead)),
    ]


def table(findings: Sequence[Finding]) -> str:
    """One line a promise."""
    return "\n".join(
        f"  {finding.what:<{WIDTH}}  {finding.found:>6}  of at most {finding.at_most:<6} "
        f"{'ok' if finding.holds else 'VIOLATED':<8}  {finding.note}".rstrip()
        for finding in findings
    )


def _judge_orders(sent: Sent, stored: Stored, kills: Sequence[Kill]) -> list[Finding]:
    orders, mails = stored.orders(), stored.mails()
    again = {order_id: count for order_id, count in mails.items() if count > 1}
    too_many = sum(
        count > 1 + _kills_in_gap(stored.notified_at(order_id), kills)
        for order_id, count in again.items()
    )
    return [
        Finding("orders lost", len(sent.orders - orders.keys()), 0),
        Finding("orders nobody was told of", len(orders.keys() - sent.orders), 0),
        Finding("orders stored twice", _count_repeats(orders), 0),
        Finding("orders without a mail", len(sent.orders - mails.keys()), 0),
        Finding(
            "orders with more mails than 1 + kills in the gap",
            too_many,
            0,
            f"{sum(again.values()) - len(again)} mails more than orders",
        ),
    ]


def _judge_logs(sent: Sent, stored: Stored) -> list[Finding]:
    logs = stored.logs()
    found: Counter[str] = Counter()
    for (_, log_id, _), count in logs.items():
        found[log_id] += count
    misplaced = [
        (tenant, log_id)
        for tenant, log_id, text_tenant in logs
        if not tenant == text_tenant == sent.logs.get(log_id)
    ]
    return [
        Finding("log records lost", len(sent.logs.keys() - found.keys()), 0),
        Finding("log records stored twice", _count_repeats(found), 0),
        Finding("log records with a wrong tenant", len(misplaced), 0),
    ]


def _judge_searches(sent: Sent, stored: Stored) -> list[Finding]:
    archived, counters = stored.searches(), stored.counters()
    doubled = sum(len(event_ids) > 1 for event_ids in archived.values())
    lost = len(sent.searches - archived.keys())
    counted, unknown = _read_losses(counters)
    # A search without a response may have lost its event too, and a count of it is right then.
    unanswered = len(sent.unanswered - archived.keys())
    return [
        Finding("searches counted twice", doubled, 0),
        Finding("searches nobody made", len(archived.keys() - sent.searches - sent.unanswered), 0),
        Finding("search events lost", lost, counted + unknown),
        Finding("counted losses", counted, lost + unanswered, _show(_select_losses(counters))),
    ]


def _read_losses(counters: Mapping[str, int]) -> tuple[int, int]:
    """The counted losses of search events, and those whose outcome is not known."""
    unknown = sum(count for name, count in counters.items() if UNKNOWN in name and "search" in name)
    return counters.get(LOST_SEARCHES, 0), unknown


def _select_losses(counters: Mapping[str, int]) -> dict[str, int]:
    return {
        name: count
        for name, count in sorted(counters.items())
        if name.startswith(LOST) or UNKNOWN in name
    }


def _show(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _kills_in_gap(span: tuple[str, str], kills: Sequence[Kill]) -> int:
    """How many kills of the event sources there were until the order was marked as notified."""
    first, last = map(datetime.fromisoformat, span)
    return sum(kill.part == "events" and first <= kill.at <= last for kill in kills)


def _count_repeats(counts: Counter[str]) -> int:
    return sum(count - 1 for count in counts.values())
