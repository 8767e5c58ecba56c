"""A stage full of everything that is moved, written as the product stores it."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from chalicelib import times
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Table
from chalicelib.orders.message import Queued
from chalicelib.orders.store import OrderStore
from chalicelib.publisher import keys, reminders
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.model import (
    Announcement,
    ApprovalDecision,
    ApprovalOutcome,
    Channel,
    DeliveryAttempt,
    MediaStatus,
    MessageApproval,
    MessageDeliveryStatus,
    MessageStatus,
    PlatformCall,
    Suppression,
    SuppressionReason,
)
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.publisher.suppression_store import SuppressionStore
from chalicelib.publisher.templates.store import TemplateStore
from chalicelib.publisher.templates.stored import StoredTemplate
from chalicelib.publisher.uploads import StoredMedia
from chalicelib.tenant_logs.counts.keeping import CountKeeper
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.model import LogRecord, LogSeverity
from chalicelib.tenant_logs.storage.items import add_arrival
from chalicelib.tenant_logs.storage.markers import Markers
from chalicelib.tenant_logs.storage.writer import LogWriter
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.tenant_logs.tenants.store import StoredKey, StoredTenant, TenantStore
from infra.transfer.place import StagePlace
from tests.support.pictures import make_png

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
EXPIRES_AT = 4102444800
BIG = 12345678901234567890123456789012345678  # 38 digits
# As another program may put them: DynamoDB has types that JSON has not.
ODD_RECORDS = (
    {
        "user_id": {"S": "odd-types"},
        "photo": {"B": b"\x00\xff\x01"},
        "photos": {"BS": [b"\x02", b"\x01"]},
        "tags": {"SS": ["b", "a"]},
        "sizes": {"NS": ["2", "1.5"]},
        "tiny": {"N": "0.0000000000000000000000000000000000000000000000000000000001"},
        "exponent": {"N": "1E+100"},
    },
    {"user_id": {"S": "odd-texts"}, "nul": {"S": "a\x00b"}, "it's": {"S": "a name"}},
    {
        "user_id": {"S": "odd-bookkeeping"},
        "_omni": {"M": {"version": {"N": "1"}, "more": {"S": "kept"}}},
        "back\\slash\t": {"M": {"B": {"S": "not binary"}, "null": {"NULL": True}, "l": {"L": []}}},
    },
)


class Sizes(NamedTuple):
    """How much of what takes a table."""

    records: int = 30
    orders: int = 12
    logs: int = 150
    messages: int = 14
    log_span: timedelta = timedelta(hours=17)


SMALL = Sizes()


class Filling:
    """Fills a stage's tables; `owners` are ids of its users.

    What is due was so an hour before `now`: a stage that acted on it would send it.
    """

    def __init__(
        self, place: StagePlace, owners: Sequence[str], sizes: Sizes = SMALL, now: datetime = NOW
    ) -> None:
        self._place, self._owners, self._sizes = place, owners, sizes
        self._now, self._at = now, keys.due_time(now)
        self._past = keys.due_time(now - timedelta(hours=1))
        self._client = place.client("dynamodb")
        self._random = random.Random(15)  # noqa: S311 seeded
        messages = self._table("MessagesTable")
        self.bulk = Bulk(self._client, messages.name, ("PK", "SK"))
        self.messages = MessageStore(self._client, messages, self.bulk, 1)
        self.table = messages

    def fill(self) -> None:
        """Write some of everything."""
        self.fill_records()
        self.fill_orders()
        self.fill_logs()
        self.fill_state()
        self.fill_publisher()
        for number in range(self._sizes.messages):
            assert self.messages.create(self.make_message(number), [])

    def fill_records(self) -> None:
        """Records of the API, and of other programs."""
        bulk = Bulk(self._client, self._place.name_of("RecordsTable"), ("user_id",))
        assert not bulk.put_all([self._make_record(n) for n in range(self._sizes.records)])
        for item in ODD_RECORDS:
            self._client.put_item(TableName=bulk.table_name, Item=item)

    def fill_orders(self) -> None:
        """Orders of which every other one was announced, and two that seed 003 could have put."""
        table = self._table("OrdersTable")
        store = OrderStore(table, Bulk(self._client, table.name, ("orderID",)))
        orders = [self._make_order(number) for number in range(self._sizes.orders)]
        store.insert_all(orders, times.sortable_text(self._now))
        for order in orders[::2]:
            store.mark_notified(order.orderID, times.sortable_text(self._now))
        table.put({"orderID": "bare-1", "order": "just a text"})
        table.put({"orderID": "bare-2", "order": {"lines": "none", "sum": Decimal("1.10")}})

    def fill_logs(self) -> None:
        """Records of logs by the writer, which counts them and marks those with a given id."""
        logs, state = self._table("LogsTable"), self._table("StateTable")
        writer = LogWriter(
            Bulk(
                self._client,
                logs.name,
                ("tenant_id", "sk"),
                stamp=lambda i: add_arrival(i, self._now),
            ),
            Markers(Bulk(self._client, state.name, ("pk", "sk")), state, now=lambda: self._now),
            CountKeeper(CountStore(state, now=lambda: self._now), _Now().submit),
            now=lambda: self._now,
        )
        records = [self._make_log(number) for number in range(self._sizes.logs)]
        for begin in range(0, len(records), 500):
            written = writer.write(records[begin : begin + 500])
            assert {str(result) for result in written} == {"stored"}

    def fill_state(self) -> None:
        """A tenant with a key, what is kept as history, and what belongs to the stage alone."""
        state = self._table("StateTable")
        key = StoredKey(key_id="0" * 16, digest="d" * 64, created_at=self._at)
        tenant = StoredTenant(
            tenant_id="globex",
            created_at=self._at,
            settings=TenantSettings(retention_days=7, masks=False),
            keys=(key,),
            version=3,
        )
        TenantStore(self._client, state).create(tenant)
        owner = self._owners[0]
        for item in (
            {"pk": "AUDIT", "sk": f"{self._at}#r-1", "operator_id": owner, "tenant_id": "globex"},
            {"pk": "USAGE#globex", "sk": "2026-11-28", "records": 5, "bytes": 900},
            {"pk": f"ORDERS#{owner}", "sk": f"{self._at}#o-1", "order_id": "o-1"},
            {"pk": f"ACTIVITY#publisher#{owner}", "sk": "2026-11-28T10", "m07": 3},
            {"pk": "ACTIVITY#logs#globex", "sk": "2026-11-28T10", "m07": 3},
            {"pk": "REQUEST#r-1", "sk": "order#o-1", "owner": owner, "id": "o-1"},
            {"pk": f"IDEMPOTENCY#{owner}", "sk": "order#k", "expires_at": EXPIRES_AT},
            {"pk": "TENANT-KEY#" + "d" * 64, "sk": "TENANT-KEY", "tenant_id": "globex"},
        ):
            state.put(item)

    def fill_publisher(self) -> None:
        """What belongs to messages: images, templates, certificates, series, suppressions."""
        owner, place = self._owners[0], self._place
        self.put_image("image-1", owner)
        pending = StoredMedia(
            id="image-2",
            user=owner,
            key="media/image-2",
            content_type="image/png",
            size_bytes=9,
            created_at=self._at,
        )
        self.table.put({**keys.media("image-2"), **msgspec.to_builtins(pending)})
        made = {"id": "t-1", "user": owner, "created_at": self._at, "updated_at": self._at}
        template = StoredTemplate(**made, name="Hello", content="Hi {name}", fields=["name"])
        assert TemplateStore(self.table).create(template, [])
        expires_on = self._now.date() + timedelta(days=50)
        certificate = StoredCertification(
            **{**made, "id": "c-1"},
            name="Architect",
            issuer="AWS",
            issued_on=self._now.date(),
            expires_on=expires_on,
            owner_email="ada@example.com",
            next_reminder_at=reminders.find_next(expires_on, self._now),
            badge_media="image-1",
            announced=[Announcement(channel=Channel.LINKEDIN, message_id="m-1", at=self._at)],
        )
        assert CertificationStore(self.table, 1).create(certificate, [])
        self._client.put_item(
            TableName=place.name_of("MessagesTable"),
            Item={
                "PK": {"S": f"CALENDARLINK#{owner}"},
                "SK": {"S": "METADATA"},
                "digest": {"S": "secret"},
            },
        )
        assert SeriesStore(self.table, self.messages, 1).create(self._make_series(owner), [])
        suppressions = SuppressionStore(self.table, self.bulk)
        for address, reason in (("a@example.com", "bounce"), ("b+c@example.com", "unsubscribe")):
            made_at = Suppression(address=address, reason=SuppressionReason(reason), at=self._at)
            assert suppressions.add(made_at)

    def put_image(self, media_id: str, owner: str) -> bytes:
        """A confirmed image, with an earlier version that nobody confirmed; returns its bytes."""
        s3, bucket = self._place.client("s3"), self._place.name_of("MediaBucket")
        key, image = f"media/{media_id}", make_png(40, 30)
        put = {"Bucket": bucket, "Key": key, "ContentType": "image/png"}
        s3.put_object(**put, Body=b"another upload with the same form")
        version = s3.put_object(**put, Body=image)["VersionId"]
        media = StoredMedia(
            id=media_id,
            user=owner,
            key=key,
            content_type="image/png",
            size_bytes=len(image),
            created_at=self._at,
            status=MediaStatus.CONFIRMED,
            version_id=version,
            width=40,
            height=30,
            shared=True,
        )
        self.table.put({**keys.media(media_id), **msgspec.to_builtins(media)})
        return image

    def make_message(self, number: int) -> Loaded:
        """A message; its status goes through all there are."""
        status = list(MessageStatus)[number % len(MessageStatus)]
        message_id, owner = f"m-{number}", self._pick_owner(number)
        names = ["facebook", "email", "email#01"]
        is_done = status is MessageStatus.SENT
        decided = {
            "by": self._owners[0],
            "at": self._at,
            "outcome": ApprovalOutcome.APPROVED,
            "rev": 1,
        }
        message = StoredMessage(
            id=message_id,
            user=owner,
            status=status,
            content=f"Message {number} \\ \t\n“quoted” 🎉",
            channels=[Channel.FACEBOOK, Channel.EMAIL],
            deliveries=names,
            due_at=self._past,
            released_at=self._past,
            created_at=self._at,
            updated_at=self._at,
            request_id=f"r-{number}",
            subject="News",
            media=["image-1"],
            scheduled_at=self._past if status is MessageStatus.SCHEDULED else None,
            notes=["a note"],
            look_at=self._past if status in (MessageStatus.QUEUED, MessageStatus.SENDING) else None,
            approval=MessageApproval(
                requested_at=self._at,
                **decided,
                earlier=[ApprovalDecision(**decided, comment="yes")],
            ),
        )
        return Loaded(message, [self._make_delivery(name, is_done=is_done) for name in names])

    def _make_record(self, number: int) -> dict[str, Any]:
        return {
            "user_id": f"user-{number}",
            "name": f"Zoë {number}",
            "balance": BIG - number,
            "rate": Decimal("0.10"),
            "nested": {"list": [1, None, True, {"deep": "ja"}], "empty": {}},
            "_omni": {
                "created_by": self._pick_owner(number),
                "created_at": times.text(self._now + timedelta(microseconds=number)),
                "updated_at": self._at,
                "version": 1 + number % 3,
            },
        }

    def _make_order(self, number: int) -> Queued:
        lines = [
            {"sku": f"sku-{line}", "quantity": Decimal("1.5"), "unit_price": Decimal(number)}
            for line in range(number % 4)
        ]
        return Queued(
            orderID=f"o-{number}",
            placed_by=self._pick_owner(number),
            queued_at=times.sortable_text(self._now + timedelta(seconds=number)),
            order={"customer": {"name": "Ada"}, "lines": lines, "gift": number % 2 == 0},
        )

    def _make_log(self, number: int) -> LogRecord:
        ago = self._sizes.log_span / self._sizes.logs * number
        at = self._now - timedelta(seconds=int(ago.total_seconds()), microseconds=number % 2)
        is_named = number % 3 == 0
        return LogRecord(
            tenant_id=("acme", "globex")[number % 2],
            log_id=f"given-{number}" if is_named else f"{number:014x}-a-00000",
            ts=times.text(at),
            received_at=times.text(self._now),
            expires_at=EXPIRES_AT,
            text=f"line {number}: {self._random.randrange(10**9)} done",
            severity=list(LogSeverity)[number % len(LogSeverity)],
            attrs={"status": 200 + number % 5, "ratio": Decimal("0.25")},
            source="test",
            named=is_named,
        )

    def _make_series(self, owner: str) -> StoredSeries:
        return StoredSeries(
            content="Weekly",
            channels=[Channel.SMS],
            id="s-1",
            user=owner,
            rrule="FREQ=WEEKLY;COUNT=4",
            starts_at="2026-11-29T09:00:00",
            time_zone="Europe/Berlin",
            last_at="2026-12-20T09:00:00",
            after="2026-11-28T09:59:00Z",
            created_at=self._at,
            updated_at=self._at,
            request_id="r-s",
            next_at="2026-11-29T08:00:00Z",
        )

    def _make_delivery(self, name: str, *, is_done: bool) -> StoredDelivery:
        channel = Channel(name.partition("#")[0])
        call = PlatformCall(
            request="POST api.linkedin.com/rest/posts", status=201, request_id="u-1"
        )
        attempt = DeliveryAttempt(at=self._at, outcome=MessageDeliveryStatus.SENT, call=call)
        done = {
            "external_id": f"post-{name}",
            "sent_at": self._at,
            "attempts": 1,
            "last_attempts": [attempt],
        }
        return StoredDelivery(
            name=name,
            channel=channel,
            target=f"{name.replace('#', '.')}@elsewhere.test" if channel is Channel.EMAIL else None,
            status=MessageDeliveryStatus.SENT if is_done else MessageDeliveryStatus.PENDING,
            **(done if is_done else {}),
        )

    def _pick_owner(self, number: int) -> str:
        return self._owners[number % len(self._owners)]

    def _table(self, output: str) -> Table:
        return Table(self._client, self._place.name_of(output))


class _Now:
    """Runs at once what the product runs beside."""

    def submit(self, call: Any, *arguments: Any) -> "_Now":
        call(*arguments)
        return self

    def result(self) -> None:
        return


def read_all(place: StagePlace, output: str) -> Iterator[dict[str, Any]]:
    """Every item of a table."""
    pages = place.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=place.name_of(output), ConsistentRead=True):
        yield from page["Items"]
