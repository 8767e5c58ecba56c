"""What an order is, and the shapes of what is asked and said of it; pure."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.ids import Id, IdPrefix
from chalicelib.strict_json import BEYOND, LEAST, Text
from chalicelib.times import AskedTime, Time
from chalicelib.web.cursors import Cursor
from chalicelib.web.operation import Free
from chalicelib.web.pages import PageRead

ANONYMOUS = "anonymous"  # who places orders with open intake
DIRECT = "queue"  # who places what was sent to the queue and not to the API

Content = dict[str, Any]
# `OrderLine` checks the limits: msgspec has them for floats alone.
Quantity = Annotated[
    int | Decimal, Meta(extra_json_schema={"minimum": LEAST, "exclusiveMaximum": BEYOND})
]
Price = Annotated[
    int | Decimal,
    Meta(
        extra_json_schema={
            "minimum": 0,
            "exclusiveMaximum": BEYOND,
            "not": {"exclusiveMinimum": 0, "exclusiveMaximum": LEAST},
        }
    ),
]


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of an order, where it gives `lines`; `unit_price` in the order's own currency."""

    sku: Annotated[Text, Meta(min_length=1, max_length=128)]
    quantity: Quantity
    unit_price: Price
    note: Annotated[Text, Meta(max_length=1000)] | None = None

    def __post_init__(self) -> None:
        """Hold the rules that msgspec has for floats alone."""
        if self.quantity <= 0:
            raise ValueError("quantity must be greater than 0")
        if self.unit_price < 0:
            raise ValueError("unit_price must be 0 or greater")


class OrderFields(msgspec.Struct, frozen=True):
    """What is known of an order."""

    lines: list[OrderLine] | UnsetType = UNSET


NewOrder = Annotated[Content, Free(OrderFields)]


class OrderStatus(StrEnum):
    """How far an order has come."""

    QUEUED = "queued"
    STORED = "stored"
    NOTIFIED = "notified"


class OrderAccepted(msgspec.Struct, frozen=True):
    """That an order is in the queue, and its id."""

    orderID: Id  # noqa: N815 the seed's spelling on the wire
    status: OrderStatus = OrderStatus.QUEUED


class OrderStep(msgspec.Struct, frozen=True):
    """When an order came to a status."""

    status: OrderStatus
    at: Time


class StoredOrderStatus(StrEnum):
    """How far a stored order has come; a queued one is in no list until it is stored."""

    STORED = "stored"
    NOTIFIED = "notified"


class OrderFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a queued order was not stored, by its message's last attempt that returned a response.

    `code` is the error's class or the service's code. `is_final` says that the queue gave the
    message up: it is among the dead letters, unless it was redriven since.
    """

    code: str
    message: str
    attempts: Annotated[int, Meta(ge=1)]
    at: Time
    is_final: bool


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order: the body as posted, its status, and its timeline, oldest step first.

    `message_id` is that of its message in the queue, by which its dead letter is found, null where
    it is not known. `failure` is shown of one order while it is queued, where its message failed.
    `order` is null while the order is only queued, and a text where one was sent to the queue
    directly. `request_id` is that of the request that placed it, null where none did. `total` is
    the exact sum of its lines, where given: a number of up to 38 digits, which a reader should not
    take for a float. Mails show every digit of it and at least two decimals.
    """

    orderID: Id  # noqa: N815 the seed's spelling on the wire
    status: OrderStatus
    placed_by: str
    order: Content | str | None
    total: Decimal | None
    timeline: list[OrderStep]
    request_id: str | None = None
    message_id: str | None = None
    failure: OrderFailure | None = None


class OrderPage(msgspec.Struct, frozen=True):
    """Some orders, newest first, and the cursor of the next page, null at the end."""

    orders: list[Order]
    next_cursor: str | None
    read: PageRead


class OrderList(msgspec.Struct, frozen=True):
    """Which orders to list: those queued in [`since`, `until`), by default the last seven days.

    At most 31 days. Times are RFC 3339, or ages such as `30s`, `15m`, `1h`, `7d`. `placed_by` is
    the id of who placed them, `anonymous`, or `queue` for those that were sent to the queue
    directly; `q` is how their ids begin.
    """

    since: AskedTime | None = None
    until: AskedTime | None = None
    status: StoredOrderStatus | None = None
    placed_by: Id | None = None
    q: IdPrefix | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Cursor | None = None


class OrderSubscriptionState(StrEnum):
    """Whether the receiver has agreed."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class OrderSubscription(msgspec.Struct, frozen=True):
    """Who is notified of orders, by which protocol, and whether they confirmed it."""

    endpoint: str
    protocol: str
    state: OrderSubscriptionState


class OrderSubscriptions(msgspec.Struct, frozen=True):
    """Every subscription of the topic."""

    subscriptions: list[OrderSubscription]
