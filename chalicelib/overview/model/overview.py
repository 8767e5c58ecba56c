"""How everything is: what needs attention, how much came, and what is recent."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.failed_request import FailedRequest
from chalicelib.times import Time
from chalicelib.web.part_state import PartState


class OverviewRange(StrEnum):
    """How far back: 60 minutes, 48 half hours, or 56 times three hours, the one that runs last."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"


class OverviewQuery(msgspec.Struct, frozen=True):
    """How far back the counts and what is recent go."""

    range: OverviewRange = OverviewRange.HOUR


class OverviewScope(StrEnum):
    """Whose things are counted: everybody's, for operators, or the caller's and its tenant's."""

    ALL = "all"
    OWN = "own"


class AttentionKind(StrEnum):
    """What somebody should look at."""

    DEAD_LETTERS = "dead_letters"
    WORKER_SILENT = "worker_silent"
    CHANNEL_HELD = "channel_held"
    CREDENTIALS_EXPIRE = "credentials_expire"
    WEBHOOK_PAUSED = "webhook_paused"
    MESSAGES_WAITING = "messages_waiting"
    SUBSCRIPTIONS_PENDING = "subscriptions_pending"
    LOSSES = "losses"


class AttentionLevel(StrEnum):
    """How much it matters, the most first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class AttentionItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at: of which queue, worker, channel, webhook or counter, and since when.

    `count` and `since` are null where there is no such thing, or it is not known. `href` leads to
    the route that says more.
    """

    kind: AttentionKind
    level: AttentionLevel
    subject: Annotated[str, Meta(examples=["orders"])]
    count: int | None = None
    since: Time | None = None
    message: Annotated[str, Meta(examples=["12 dead letters in orders"])]
    href: Annotated[str, Meta(examples=["/api/v1/dead-letters/orders"])]


class AttentionCheck(PartState, frozen=True, kw_only=True):
    """One of the places that were looked at; what it found is in `attention`."""

    name: Annotated[str, Meta(examples=["dead_letters.orders"])]


class ActivityPoint(msgspec.Struct, frozen=True):
    """How much came in the interval that begins then."""

    at: Time
    count: int


class WorkloadActivity(PartState, frozen=True, kw_only=True):
    """How much came to a workload in the range, and when.

    Counted are records added, orders and log records accepted, messages made; of a tenant's own log
    records those stored, by the times at which they happened. They are counted beside the writes
    and not with them: `approximate` says so. `total` is null with a problem.
    """

    total: int | None
    approximate: bool
    interval_s: Annotated[int, Meta(examples=[60])]
    series: list[ActivityPoint]


class WorkloadActivities(msgspec.Struct, frozen=True, kw_only=True):
    """Each workload; `logs` is null for somebody without a tenant who is no operator."""

    records: WorkloadActivity
    orders: WorkloadActivity
    logs: WorkloadActivity | None
    messages: WorkloadActivity


class RecentItem(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a message: when it came, how far it is, and the route that shows it."""

    id: Annotated[str, Meta(examples=["0249d0d57e16d623bc39a093a2bbb877"])]
    at: Time | None
    status: Annotated[str, Meta(examples=["notified"])]
    href: Annotated[str, Meta(examples=["/orders/0249d0d57e16d623bc39a093a2bbb877"])]


class RecentItems(PartState, frozen=True, kw_only=True):
    """The newest five of the range, the newest first."""

    items: list[RecentItem]


class RecentFailures(PartState, frozen=True, kw_only=True):
    """The newest five requests of the range that failed on our side, the newest first."""

    items: list[FailedRequest]


class RecentWork(msgspec.Struct, frozen=True, kw_only=True):
    """The newest orders, the caller's newest messages, and for operators what failed on our side.

    The last two are null for who may have none.
    """

    orders: RecentItems
    messages: RecentItems | None
    failed_requests: RecentFailures | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """How everything is. Each part may fail by itself and then says so; the rest is served.

    `attention` has what the `checks` found, what matters most first: with no entry and all checks
    complete, all is well. Callers who are not operators get their own things alone.
    """

    range: OverviewRange
    scope: OverviewScope
    as_of: Time
    complete: bool
    attention: list[AttentionItem]
    checks: list[AttentionCheck]
    workloads: WorkloadActivities
    recent: RecentWork
