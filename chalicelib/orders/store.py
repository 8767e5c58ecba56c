"""Orders in their table, and the receipts of what is still queued, in `OmniState`.

An order's item is its own marker of notification: `announcement` is `pending`, and the item in
the sparse index of that name, until `notified_at` is written (ADR 0018).
A receipt has `pk` = `ORDER#<id>` and `sk` = `RECEIPT`; without `queued_at` it only holds the place
of an order whose message the queue has yet to confirm.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk, Outcome
from chalicelib.aws.table import Condition, ConditionFailed, Page, Table
from chalicelib.errors import InvalidInput
from chalicelib.ids import join_key
from chalicelib.orders import rules
from chalicelib.orders.message import Queued
from chalicelib.orders.model import Order, OrderStatus, OrderStep
from chalicelib.orders.rules import Span

BY_DAY, BY_ANNOUNCEMENT = "by-day", "by-announcement"
PENDING = "pending"
RECEIPT_TTL_S = 60 * 24 * 3600  # longer than a message lives: each redrive gives it 14 days more
_PAGE = 25  # mails of one take some seconds, and a request has to end before API Gateway's 29


class OrderPart(NamedTuple):
    """Some orders with their keys, where to go on, None at the end, and how many were read."""

    orders: list[tuple[Order, Item]]
    following: Item | None
    scanned: int


@dataclass(frozen=True, slots=True)
class OrderStore:
    """The orders table."""

    table: Table
    bulk: Bulk

    def insert_all(self, orders: Sequence[Queued], stored_at: str) -> list[Outcome]:
        """Write each order once; returns one outcome an order, by position."""
        return self.bulk.insert_all([_item(order, stored_at) for order in orders])

    def get(self, order_id: str) -> Order | None:
        """The order, as of the last acknowledged write."""
        item = self.table.get({"orderID": order_id})
        return None if item is None else _order(item)

    def get_all(self, order_ids: Sequence[str]) -> list[Order]:
        """Those of the orders that are there, as of the last acknowledged writes."""
        items = self.bulk.get_all([{"orderID": order_id} for order_id in order_ids])
        return [_order(item) for item in items if item is not None]

    def mark_notified(self, order_id: str, at: str) -> None:
        """Mark the order as notified; one that is marked already, or deleted, stays as it is.

        The order leaves the index of those that wait.
        """
        change = Condition(
            "SET #s = :notified, notified_at = :at REMOVE announcement",
            {"#s": "status"},
            {":notified": OrderStatus.NOTIFIED, ":at": at},
        )
        unmarked = Condition("attribute_exists(orderID) AND attribute_not_exists(notified_at)")
        try:
            self.table.update({"orderID": order_id}, change, unmarked)
        except ConditionFailed:  # notified meanwhile, by us if the response was lost, or deleted
            return

    def pending(
        self, start: Item | None = None, stored_by: datetime | None = None
    ) -> tuple[list[str], Item | None]:
        """Ids of orders that wait for their announcement, the oldest first, and where to go on."""
        waiting = Condition("announcement = :pending", values={":pending": PENDING})
        old = None
        if stored_by is not None:
            old = Condition("stored_at <= :by", values={":by": times.sortable_text(stored_by)})
        page = self.table.query_page(
            waiting, index=BY_ANNOUNCEMENT, limit=_PAGE, start=start, matching=old
        )
        return [item["orderID"] for item in page.items], page.last_key

    def newest_first(
        self, span: Span, after: Item | None, limit: int, matching: Condition | None = None
    ) -> Iterator[OrderPart]:
        """Orders queued in `span`, part by part; at most `limit` are read for one.

        `after` is an order's key, or the `day` to go on with.
        """
        since, until = rules.bounds(span)
        days = [day for day in rules.days(span) if after is None or day <= after["day"]]
        for day, day_before in zip(days, [*days[1:], None], strict=True):
            within = Condition(
                "#d = :day AND queued_at BETWEEN :since AND :until",
                {"#d": "day"},
                {":day": day, ":since": since, ":until": until},
            )
            is_begun = after is not None and after["day"] == day and "orderID" in after
            start = after if is_begun else None
            following = None if day_before is None else {"day": day_before}
            for page in self._backward(within, start, limit, matching):
                yield OrderPart(
                    [(_order(item), _key(item)) for item in page.items],
                    page.last_key or following,
                    page.scanned,
                )

    def _backward(
        self, within: Condition, start: Item | None, limit: int, matching: Condition | None
    ) -> Iterator[Page]:
        while True:
            page = self.table.query_page(
                within, index=BY_DAY, limit=limit, start=start, matching=matching, forward=False
            )
            yield page
            if page.last_key is None:
                return
            start = page.last_key


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """That an order was accepted. Equal `fingerprint`s mean equal bodies; None without a key."""

    orderID: str  # noqa: N815 the seed's spelling
    placed_by: str
    fingerprint: str | None = None
    queued_at: str | None = None
    request_id: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of orders; `now` gives epoch seconds."""

    table: Table
    now: Callable[[], float] = time.time

    def get(self, order_id: str) -> Receipt | None:
        """The receipt of an order that the queue took."""
        item = self.table.get(_receipt_key(order_id))
        if item is None or "queued_at" not in item or item["expires_at"] <= self.now():
            return None
        return _receipt(item)

    def claim(self, receipt: Receipt) -> Receipt:
        """Write the receipt unless its order has one; returns the one that is stored."""
        now = int(self.now())
        absent = Condition("attribute_not_exists(pk) OR expires_at <= :now", values={":now": now})
        try:
            self.table.put(self.to_item(receipt), absent)
        except ConditionFailed as failed:
            return receipt if failed.existing is None else _receipt(failed.existing)
        return receipt

    def to_item(self, receipt: Receipt) -> Item:
        """The receipt as it is stored; with `queued_at` it is of an order that the queue took."""
        fields = msgspec.structs.asdict(receipt)
        kept = {name: value for name, value in fields.items() if value and name != "orderID"}
        expires_at = int(self.now()) + RECEIPT_TTL_S
        return {**_receipt_key(receipt.orderID), "expires_at": expires_at, **kept}


def _key(item: Item) -> Item:
    """The key of an order in the index of days, to go on from."""
    return {name: item[name] for name in ("orderID", "day", "queued_at")}


def _receipt_key(order_id: str) -> dict[str, str]:
    return {"pk": join_key("ORDER", order_id), "sk": "RECEIPT"}


def _receipt(item: Item) -> Receipt:
    return msgspec.convert({**item, "orderID": item["pk"].removeprefix("ORDER#")}, Receipt)


def _item(queued: Queued, stored_at: str) -> Item:
    item: Item = {
        "orderID": queued.orderID,
        "order": queued.order,
        "placed_by": queued.placed_by,
        "day": queued.queued_at[:10],
        "queued_at": queued.queued_at,
        "stored_at": stored_at,
        "status": OrderStatus.STORED,
        "announcement": PENDING,
    }
    if queued.request_id is not None:
        item["request_id"] = queued.request_id
    if queued.message_id is not None:
        item["message_id"] = queued.message_id
    total = _total(queued.order)
    return item if total is None else {**item, "total": total}


def _total(order: Any) -> Decimal | None:
    """The total; what came past the API may give `lines` that are none."""
    try:
        return rules.total_of(order) if isinstance(order, dict) else None
    except InvalidInput:
        return None


def _order(item: Item) -> Order:
    """An item as it may be: seed 003's own have nothing but `orderID` and `order`."""
    times_of = {
        OrderStatus.QUEUED: item.get("queued_at"),
        OrderStatus.STORED: item.get("stored_at"),
        OrderStatus.NOTIFIED: item.get("notified_at"),
    }
    return Order(
        orderID=item["orderID"],
        status=OrderStatus.NOTIFIED if "notified_at" in item else OrderStatus.STORED,
        placed_by=str(item.get("placed_by", "")),
        order=item.get("order"),
        total=item["total"] if isinstance(item.get("total"), int | Decimal) else None,
        timeline=[OrderStep(status, at) for status, at in times_of.items() if isinstance(at, str)],
        request_id=item.get("request_id"),
        message_id=item.get("message_id"),
    )
