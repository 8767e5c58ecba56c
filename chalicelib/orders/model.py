"""What an order is, and the shapes of what is asked and said of it; pure."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

ANONYMOUS = "anonymous"  # who places orders with open intake
DIRECT = "queue"  # who places what was sent to the queue and not to the API

Content = dict[str, Any]
# A Decimal or None, and a number on the wire: msgspec's own schema of Decimal is a text.
Amount = Annotated[Any, Meta(extra_json_schema={"type": ["number", "null"]})]


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of an order, where it gives `lines`; `unit_price` in the order's own currency."""

    sku: Annotated[str, Meta(min_length=1, max_length=128)]
    quantity: int | Decimal
    unit_price: int | Decimal
    note: Annotated[str, Meta(max_length=1000)] | None = None

    def __post_init__(self) -> None:
        """Hold the rules that msgspec has for floats alone."""
        if self.quantity <= 0:
            raise ValueError("quantity must be greater than 0")
        if self.unit_price < 0:
            raise ValueError("unit_price must be 0 or greater")


# Any JSON object; `lines`, when given, holds Lines.
NewOrder = Annotated[
    Content,
    Meta(
        extra_json_schema={
            "properties": {
                "lines": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["sku", "quantity", "unit_price"],
                        "additionalProperties": False,
                        "properties": {
                            "sku": {"type": "string", "minLength": 1, "maxLength": 128},
                            "quantity": {"type": "number", "exclusiveMinimum": 0},
                            "unit_price": {"type": "number", "minimum": 0},
                            "note": {"type": ["string", "null"], "maxLength": 1000},
                        },
                    },
                }
            }
        }
    ),
]


class Status(StrEnum):
    """How far an order has come."""

    QUEUED = "queued"
    STORED = "stored"
    NOTIFIED = "notified"


class OrderAccepted(msgspec.Struct, frozen=True):
    """That an order is in the queue, and its id."""

    orderID: str  # noqa: N815 the seed's spelling on the wire
    status: Status = Status.QUEUED


class Step(msgspec.Struct, frozen=True):
    """When an order came to a status."""

    status: Status
    at: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order: the body as posted, its status, and its timeline, oldest step first.

    `order` is null while the order is only queued, and a text where one was sent to the queue
    directly. `total` is the exact sum of its lines, where given: a number of up to 38 digits, which
    a reader should not take for a float. Mails show every digit of it and at least two decimals.
    """

    orderID: str  # noqa: N815 the seed's spelling on the wire
    status: Status
    placed_by: str
    order: Content | str | None
    total: Amount
    timeline: list[Step]


class OrderPage(msgspec.Struct, frozen=True):
    """Some orders, newest first, and the cursor of the next page, null at the end."""

    orders: list[Order]
    next_cursor: str | None


class OrderList(msgspec.Struct, frozen=True):
    """Which orders to list: those queued in [`since`, `until`), by default the last seven days.

    At most 31 days. Times are RFC 3339, or ages such as `30s`, `15m`, `1h`, `7d`.
    """

    since: str | None = None
    until: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class SubscriptionState(StrEnum):
    """Whether the receiver has agreed."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class Subscription(msgspec.Struct, frozen=True):
    """Who is notified of orders, by which protocol, and whether they confirmed it."""

    endpoint: str
    protocol: str
    state: SubscriptionState


class Subscriptions(msgspec.Struct, frozen=True):
    """Every subscription of the topic."""

    subscriptions: list[Subscription]
