"""The publisher on moto: a clock to turn, channels that do as they are told, a stream in a list."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from support.activity import FakeActivityCounts
from support.clouds import RESOURCES

from chalicelib.aws.bulk import Bulk
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.aws.request_refs import RequestRefs
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.errors import InvalidInput
from chalicelib.publisher import certifications, creating
from chalicelib.publisher.adaptation.asking import Asking
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.approving import Approving
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.certifications import Certifications
from chalicelib.publisher.channels.base import Adapter, Published, Rejection
from chalicelib.publisher.creating import Creating, Judge
from chalicelib.publisher.delivering import Delivering
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.due import Tick
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.editing import Editing
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.leases import DeliveryRef, Leases
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.model import Channel, DeliveryErrorClass
from chalicelib.publisher.parallel import ParallelDelivery
from chalicelib.publisher.reminding import ReminderMaker
from chalicelib.publisher.resolving import Resolving
from chalicelib.publisher.rules import Audience
from chalicelib.publisher.series import service
from chalicelib.publisher.series.calendar import SeriesCalendar
from chalicelib.publisher.series.making import SeriesMaker
from chalicelib.publisher.series.service import SeriesService
from chalicelib.publisher.series.single import SingleOccurrences
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.store import MessageStore
from chalicelib.publisher.suppression_store import SuppressionStore
from chalicelib.publisher.templates import service as templates
from chalicelib.publisher.templates.service import Templates
from chalicelib.publisher.templates.store import TemplateStore
from chalicelib.publisher.waiting_store import WaitingStore
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.preconditions import Precondition
from chalicelib.web.principal import Principal
from chalicelib.webhook_event import Event

START = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
AUDIENCE = Audience(email=["team@example.com"], sms=["+4915112345678"])
AT_1 = Precondition(match=frozenset({"1"}))
NONE = SimpleNamespace(get=lambda _: {}, refresh=lambda _: {})  # credentials
ALL = [channel for channel in Channel if channel is not Channel.INSTAGRAM]


def call_of(user: str = "ada", *, email: str = "", **more: object) -> Call:
    """A call of a publisher."""
    principal = Principal(id=user, email=email, tenant=None, groups=frozenset({"publisher"}))
    return Call(request_id="request-1", caller=principal, **more)


@dataclass
class Clock:
    """The time, which stands until it is turned on."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class FakeChannel(Adapter):
    """A platform: `live` counts posts by delivery; `fail` may refuse before or after posting."""

    live: Counter = field(default_factory=Counter)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    lock: threading.Lock = field(default_factory=threading.Lock)
    found: bool = False  # whether it can be asked what is live

    def publish(self, attempt):
        self.before(attempt.outgoing.key)
        with self.lock:
            self.live[attempt.outgoing.key] += 1
        self.after(attempt.outgoing.key)
        return Published(f"post-{attempt.outgoing.key}", "https://example.com/post")

    def reconcile(self, attempt):
        if self.found and self.live[attempt.outgoing.key]:
            return Published(f"found-{attempt.outgoing.key}")
        return None

    def identify(self, credentials):
        return "me"


def count_calls(client) -> Counter:
    """A client's calls from now on, by operation."""
    calls = Counter()
    client.meta.events.register("before-call", lambda model, **_: calls.update([model.name]))
    return calls


def rejection(error_class: DeliveryErrorClass, **more) -> Rejection:
    """A platform's refusal."""
    fields = {"code": "1", "message": "refused", "advice": "wait", **more}
    return Rejection(error_class=error_class, **fields)


def raising(error: Exception) -> Callable[[str], None]:
    """A fail-point that always raises."""

    def raise_it(_: str) -> None:
        raise error

    return raise_it


class Publisher:
    """Every part of the workload on one table, as the wiring puts them together.

    Without `put_all` the stream is a list; without `find_media` there are no uploads.
    """

    def __init__(
        self,
        aws,
        *,
        shards: int = 1,
        put_all=None,
        credentials=NONE,
        find_media=None,
        load_media=lambda _: (),
        need_approval: bool = False,
        model=None,
    ) -> None:
        table_name = next(t.name for t in RESOURCES.tables if t.variable == "MESSAGES_TABLE")
        state_name = next(t.name for t in RESOURCES.tables if t.variable == "STATE_TABLE")
        client = aws.client("dynamodb")
        table, state_table = Table(client, table_name), Table(client, state_name)
        self.table = table
        self.clock, self.bits, self.owners = Clock(), random.Random(7), count()  # noqa: S311 seeded
        self.channels = {channel: FakeChannel() for channel in Channel}
        self.stream: list[tuple[str, bytes]] = []
        self.puts: list[int] = []  # how many records each call took
        self.activity: Any = FakeActivityCounts()
        self.refuses_records = False
        self.shared: list[str] = []  # uploads
        self.emitted: list[Event] = []  # what webhooks were told
        now = self.clock.now
        self.store = MessageStore(client, table, Bulk(client, table_name, ("PK", "SK")), shards)
        self.leases = Leases(table)
        self.settling = Settling(self.store, emit=self.emitted.extend, now=now)
        self.holds = Holds(state_table, now=now, monotonic=lambda: now().timestamp())
        self.dispatcher = Dispatcher(put_all or self._put_all)
        self.waiting = WaitingStore(self.store)
        self.lookup = MessageLookup(
            self.store,
            self.waiting,
            Cursors(lambda: "a-test-key"),
            need_approval=need_approval,
            now=now,
        )
        self.suppressions = SuppressionStore(table, Bulk(client, table_name, ("PK", "SK")))
        find_suppressed = self.suppressions.find_all
        self.judge = Judge(AUDIENCE, find_media or self._find_media, find_suppressed, need_approval)
        state = State(state_table, lambda: now().timestamp())
        self.template_store = TemplateStore(table)
        self.adaptation = Adaptation(table, Asking(model))
        self.creating = Creating(
            self.store,
            self.template_store,
            self.judge,
            self.dispatcher,
            IdempotentCreate(state, creating.SCOPE, self.store.get),
            RequestRefs(state_table, lambda: now().timestamp()),
            self.activity,
            self.adaptation,
            now=now,
            random_bits=lambda: self.bits.getrandbits(74),
        )
        certificates = CertificationStore(table, shards)
        self.certifications = Certifications(
            certificates,
            IdempotentCreate(state, certifications.SCOPE, certificates.get),
            Cursors(lambda: "a-test-key"),
            self._find_media,
            "https://api.example.com",
            now=now,
            random_bits=lambda: self.bits.getrandbits(74),
        )
        self.editing = Editing(
            self.store,
            self.lookup,
            self.leases,
            self.settling,
            self.dispatcher,
            self.judge,
            self.adaptation,
            now=now,
        )
        self.resolving = Resolving(
            self.store,
            self.lookup,
            self.leases,
            self.settling,
            self.dispatcher,
            self.holds,
            now=now,
        )
        due = DueStore(table, shards)
        self.delivering = Delivering(
            self.leases,
            self.settling,
            self.holds,
            self.channels,
            adaptation=self.adaptation,
            credentials=credentials,
            load_media=load_media,
            look_earlier=due.look_earlier,
            now=now,
            new_owner=lambda: f"owner-{next(self.owners)}",
        )
        self.parallel = ParallelDelivery(self.store.get_items, self.delivering.deliver)
        self.series_store = SeriesStore(table, self.store, shards)
        self.approving = Approving(
            self.store,
            self.waiting,
            self.series_store,
            self.dispatcher,
            need_approval=need_approval,
            now=now,
        )
        self.series = SeriesService(
            self.series_store,
            self.judge,
            IdempotentCreate(state, service.SCOPE, self.series_store.get),
            Cursors(lambda: "a-test-key"),
            now=now,
            random_bits=lambda: self.bits.getrandbits(74),
        )
        self.templates = Templates(
            self.template_store,
            IdempotentCreate(state, templates.SCOPE, self.template_store.get),
            Cursors(lambda: "a-test-key"),
            find_media or self._find_media,
            self.shared.extend,
            now=now,
            random_bits=lambda: self.bits.getrandbits(74),
        )
        self.single_occurrences = SingleOccurrences(self.series, self.editing, now=now)
        self.series_calendar = SeriesCalendar(self.series_store, now=now)
        self.series_maker = SeriesMaker(self.series_store, due, self.judge, self.activity, now=now)
        self.reminder_maker = ReminderMaker(certificates, self.store, due, self.activity, now=now)
        self.tick = Tick(
            self.store,
            due,
            self.leases,
            self.settling,
            self.dispatcher,
            makers=(self.series_maker.run, self.reminder_maker.run),
            deliver_all=self.parallel.deliver_all,
            now=now,
        )

    def deliver_stream(self) -> None:
        """Deliver what is on the stream, one after another, and empty it."""
        records, self.stream = self.stream, []
        for key, _ in records:
            message_id, _, name = key.partition("#")
            self.deliver(DeliveryRef(message_id, name))

    def deliver(self, ref: DeliveryRef) -> None:
        """Deliver one, in this thread."""
        self.delivering.deliver(ref, self.store.get_items([ref.message_id]).get(ref.message_id))

    def count_live(self) -> Counter:
        """How often each delivery is live, on all channels."""
        return sum((channel.live for channel in self.channels.values()), Counter())

    def _put_all(self, records):
        if self.refuses_records:
            return list(range(len(records)))
        self.stream += records
        self.puts.append(len(records))
        return []

    def _find_media(self, ids, user):
        if ids:
            raise InvalidInput(f"media: there is no confirmed upload {ids[0]}")
        return []
