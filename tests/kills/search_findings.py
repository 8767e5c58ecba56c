"""The promises about searches: each is archived, queued, dead, or counted as lost or unknown."""

from collections.abc import Set as AbstractSet

from tests.kills.account import Account, reconcile
from tests.kills.finding import Finding
from tests.kills.load import Sent
from tests.kills.search_log import SearchLog
from tests.kills.snapshot import Snapshot

LOST, UNKNOWN = "lost.search_events", "unknown.search_events"  # the counters' names


def judge_searches(sent: Sent, snapshot: Snapshot) -> list[Finding]:
    """The gateway's log says which requests the counters mean; the archive, what arrived."""
    archived, letters = snapshot.archived, snapshot.search_letters
    arrived = [*archived, *letters.queued.records, *letters.dead.records]
    account = reconcile(
        sent.searches,
        stored={str(event.request_id) for event in archived},
        queued={str(event.request_id) for event in letters.queued.records},
        dead={str(event.request_id) for event in letters.dead.records},
    )
    events = {(event.request_id, event.event_id) for event in arrived}
    foreign = {event.user for event in arrived} - {*sent.searches.values(), *sent.unanswered}
    return [
        Finding("searches counted twice", len(events) - len({request for request, _ in events}), 0),
        Finding("searches nobody made", len(foreign), 0),
        *_judge_missing(account, snapshot.search_log),
        *_judge_counts(snapshot, {str(event.request_id) for event in arrived}),
    ]


def _judge_missing(account: Account, log: SearchLog) -> list[Finding]:
    unexplained = account.missing - log.lost - log.unknown
    return [
        Finding(
            "searches that are nowhere and not counted",
            len(unexplained),
            0,
            f"{account.describe('archived')}, of these {len(account.missing & log.lost)} lost, "
            f"{len(account.missing & log.unknown)} unknown",
        )
    ]


def _judge_counts(snapshot: Snapshot, arrived: AbstractSet[str]) -> list[Finding]:
    """Counted are the losses that are real, and every event of which nothing is known.

    Searches without a response are among them: their event may have been lost as well.
    """
    log, counters = snapshot.search_log, snapshot.counters
    lost, real = counters.get(LOST, 0), len(log.lost - arrived)
    unknown, missing = counters.get(UNKNOWN, 0), len(log.unknown - arrived)
    uncounted = max(real - lost, 0) + max(len(log.unknown) - unknown, 0)
    gone = f"{log.uncounted} counts may have gone with killed gateways" if log.uncounted else ""
    return [
        Finding(
            "counted losses that are none", max(lost - real, 0), 0, f"{lost} counted, {real} real"
        ),
        Finding(
            "counted unknowns that are none",
            max(unknown - len(log.unknown), 0),
            0,
            f"{unknown} counted, {len(log.unknown)} logged, {missing} of them did not arrive",
        ),
        Finding("lost or unknown and not counted", uncounted, log.uncounted, gone),
    ]
