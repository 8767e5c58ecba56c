"""What the console is told of a person, of all workloads, and of an id; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.ids import Id
from chalicelib.times import Time
from chalicelib.web.part_state import PartState

PersonId = Annotated[str, Meta(examples=["7f0a5c1e-30a1-7093-4d2c-6c1d2f0e9b11"])]


class Verb(StrEnum):
    """Something that a person may be allowed to do."""

    RECORDS_READ = "records.read"
    RECORDS_WRITE = "records.write"
    RECORDS_LIST = "records.list"
    RECORDS_IMPORT = "records.import"
    SEARCHES_COUNT = "searches.count"
    ORDERS_PLACE = "orders.place"
    ORDERS_READ = "orders.read"
    ORDERS_LIST = "orders.list"
    LOGS_READ = "logs.read"
    LOGS_READ_ANY = "logs.read_any"
    AUDIT_READ = "audit.read"
    TENANTS_MANAGE = "tenants.manage"
    MESSAGES_READ = "messages.read"
    MESSAGES_WRITE = "messages.write"
    CERTIFICATIONS_MANAGE = "certifications.manage"
    PIPELINE_READ = "pipeline.read"
    DEAD_LETTERS_READ = "dead_letters.read"
    DEAD_LETTERS_REDRIVE = "dead_letters.redrive"
    DEAD_LETTERS_DELETE = "dead_letters.delete"


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, by their ID token, and what they may do on this stage.

    `may` decides nothing: it says what the routes will let this person do. A record or an order may
    still be somebody else's.
    """

    id: PersonId
    email: Annotated[str, Meta(examples=["ada@example.com"])]
    tenant: Annotated[str, Meta(examples=["acme"])] | None
    groups: Annotated[list[str], Meta(examples=[["operator", "publisher"]])]
    stage: Annotated[str, Meta(examples=["dev"])]
    may: Annotated[list[Verb], Meta(examples=[["records.read", "orders.place", "logs.read"]])]


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
    SUBSCRIPTIONS_PENDING = "subscriptions_pending"
    LOSSES = "losses"


class AttentionLevel(StrEnum):
    """How much it matters, the most first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class AttentionItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at: of which queue, worker, channel or counter, how many, and since when.

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

    Counted are records added, orders and log records accepted, messages made. They are counted
    beside the writes and not with them: `approximate` says so. `total` is null with a problem.
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


class RecentThing(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a message: when it came, how far it is, and the route that shows it."""

    id: Annotated[str, Meta(examples=["0249d0d57e16d623bc39a093a2bbb877"])]
    at: Time | None
    status: Annotated[str, Meta(examples=["notified"])]
    href: Annotated[str, Meta(examples=["/orders/0249d0d57e16d623bc39a093a2bbb877"])]


class RecentThings(PartState, frozen=True, kw_only=True):
    """The newest five of the range, the newest first."""

    items: list[RecentThing]


class RecentWork(msgspec.Struct, frozen=True, kw_only=True):
    """The newest orders, and the caller's newest messages; these are null for who may have none."""

    orders: RecentThings
    messages: RecentThings | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """How everything is. Each part may fail by itself and then says so; the rest is served.

    `attention` has what the `checks` found, what matters most first: with no entry and all checks
    complete, all is well. Everybody but operators is told of their own things alone.
    """

    range: OverviewRange
    scope: OverviewScope
    as_of: Time
    complete: bool
    attention: list[AttentionItem]
    checks: list[AttentionCheck]
    workloads: WorkloadActivities
    recent: RecentWork


class LookupKind(StrEnum):
    """What an id may be of."""

    RECORD = "record"
    ORDER = "order"
    MESSAGE = "message"
    LOG = "log"
    JOB = "job"
    DEAD_LETTER = "dead_letter"
    REQUEST = "request"


class LookupQuery(msgspec.Struct, frozen=True):
    """The id to look up."""

    id: Annotated[Id, Meta(examples=["33759f8b-698e-4d65-93e9-b4e644b50e9a"])]


class FoundThing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the id is of, or that the request of that id made.

    `at` is when it was made, or changed last; `href` is the route that shows it.
    """

    kind: LookupKind
    id: Annotated[str, Meta(examples=["0249d0d57e16d623bc39a093a2bbb877"])]
    href: Annotated[str, Meta(examples=["/orders/0249d0d57e16d623bc39a093a2bbb877"])]
    at: Time | None
    status: Annotated[str, Meta(examples=["notified"])] | None
    by_request: bool = False


class LookedKind(PartState, frozen=True, kw_only=True):
    """A kind of thing that was searched."""

    kind: LookupKind


class LookupResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the id is of and the caller may see, and the kinds that were searched.

    Not searched is what the caller may not see: another's things are not found.
    """

    id: str
    complete: bool
    found: list[FoundThing]
    looked: list[LookedKind]
