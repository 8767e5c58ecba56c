"""What a target makes anew of an item: its places in indexes, and whether it is due.

An imported item is held: it is in no index of what is due, and an order counts as announced. So
the target sends nothing for it, until an import with START=1 gives it those places.
"""

from datetime import date, datetime
from typing import Any

from chalicelib import times
from chalicelib.orders.model import OrderStatus
from chalicelib.orders.store import PENDING
from chalicelib.publisher import keys, reminders
from chalicelib.publisher.model import MessageDeliveryStatus, MessageStatus
from chalicelib.publisher.series.timing import LEAD
from chalicelib.publisher.transitions import UNDER_WAY
from infra.transfer import kinds
from infra.transfer.kinds import Kind
from infra.transfer.typed import Attribute, Item, text_of

# A target may have more partitions of what is due; it always reads the first one.
_SHARDS = 1
# Of these a post may be live already.
_ATTEMPTED = frozenset(
    {
        MessageDeliveryStatus.SENDING,
        MessageDeliveryStatus.PROCESSING,
        MessageDeliveryStatus.SENT,
        MessageDeliveryStatus.UNCONFIRMED,
    }
)


def complete(kind: Kind, item: Item, *, starts: bool) -> Item:
    """The item as the target stores it; what is due is so only where it `starts`."""
    match kind.name:
        case kinds.ORDERS:
            return _complete_order(item, starts=starts)
        case kinds.TENANTS:
            return {**item, "keys": {"L": []}}
        case kinds.MESSAGES | kinds.SERIES | kinds.CERTIFICATIONS:
            owned = _index(1, keys.user(text_of(item, "user")), text_of(item, "PK"))
            return {**item, **owned, **(find_due(kind, item) if starts else {})}
        case kinds.TEMPLATES:
            return {**item, **_index(1, keys.TEMPLATES, text_of(item, "PK"))}
        case kinds.SUPPRESSIONS:
            place = f"{text_of(item, 'at')}#{text_of(item, 'PK')}"
            return {**item, **_index(1, keys.SUPPRESSIONS, place)}
    return item


def find_due(kind: Kind, item: Item) -> dict[str, Attribute]:
    """What makes the target act on the item by itself; empty for what waits for nothing."""
    match kind.name:
        case kinds.MESSAGES:
            return _due_message(item)
        case kinds.SERIES if "S" in item.get("next_at", {}):
            make_at = datetime.fromisoformat(text_of(item, "next_at")) - LEAD
            return _due(keys.RECURRING, item, keys.due_time(make_at))
        case kinds.CERTIFICATIONS:
            return _due_reminder(item)
        case kinds.ORDERS if _waits(item):
            return {"announcement": {"S": PENDING}}
    return {}


def is_ahead(kind: Kind, wanted: Item, stored: Item) -> bool:
    """Whether the target did already what it would do again with the wanted item in its place."""
    match kind.name:
        case kinds.DELIVERIES:
            return text_of(stored, "status") in _ATTEMPTED
        case kinds.ORDERS:
            return bool(text_of(stored, "notified_at")) and not text_of(wanted, "notified_at")
        case kinds.SERIES:
            return text_of(stored, "after") > text_of(wanted, "after")
    return False


def make_calendar_entry(message: Item) -> Item:
    """The entry of a message in its author's calendar."""
    message_id = keys.message_id({"PK": text_of(message, "PK")})
    place = f"{text_of(message, 'due_at')}#{message_id}"
    entry = _index(1, keys.user_calendar(text_of(message, "user")), place)
    return {**_strings(keys.calendar(message_id)), **entry}


def _complete_order(order: Item, *, starts: bool) -> Item:
    if "notified_at" in order:
        return order
    due = find_due(kinds.BY_NAME[kinds.ORDERS], order) if starts else {}
    # An order without a status, as seed 003 has them, is announced when it appears: it is held.
    return {**order, **(due or {"notified_at": kinds.HELD})}


def _waits(order: Item) -> bool:
    return "notified_at" not in order and text_of(order, "status") == OrderStatus.STORED


def _due_message(message: Item) -> dict[str, Attribute]:
    status, at = text_of(message, "status"), text_of(message, "due_at")
    if status == MessageStatus.SCHEDULED:
        return _due(keys.SCHEDULED, message, at)
    if status == MessageStatus.WAITING:
        return _due(keys.WAITING, message, at)
    if status in UNDER_WAY and text_of(message, "look_at"):
        return _due(keys.QUEUED, message, text_of(message, "look_at"))
    return {}


def _due_reminder(certificate: Item) -> dict[str, Attribute]:
    """The next reminder; one whose time is past is the source's."""
    if not text_of(certificate, "owner_email") or not text_of(certificate, "expires_on"):
        return {}
    expires_on = date.fromisoformat(text_of(certificate, "expires_on"))
    at = reminders.find_next(expires_on, times.now())
    if at is None:
        return {}
    return {**_due(keys.EXPIRING, certificate, at), **_strings({"next_reminder_at": at})}


def _due(status: str, item: Item, at: str) -> dict[str, Attribute]:
    item_id = keys.message_id({"PK": text_of(item, "PK")})
    return _index(2, keys.due(status, item_id, _SHARDS), at)


def _index(number: int, partition: str, sort: str) -> dict[str, Attribute]:
    return _strings({f"GSI{number}PK": partition, f"GSI{number}SK": sort})


def _strings(values: dict[str, Any]) -> dict[str, Attribute]:
    return {name: {"S": value} for name, value in values.items()}
