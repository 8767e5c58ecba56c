"""What goes through the orders' queue: an order with its bookkeeping, or whatever was sent there.

The API sends `{"kind": "omnidata.order", "v": 1, "orderID", "placed_by", "queued_at", "order",
"request_id"}`.
As in seed 003 anything else is an order too, so a sender without the API loses nothing: its
`orderID` is the message's id, the same at every delivery, and `order` is the body, as a map where
it is a JSON object that DynamoDB can hold, else as text.
"""

from datetime import UTC, datetime

import msgspec

from chalicelib import strict_json, times
from chalicelib.aws.queue import Received
from chalicelib.errors import InvalidInput, OmniError, TooLarge
from chalicelib.ids import require_id
from chalicelib.orders import rules
from chalicelib.orders.model import DIRECT, Content

KIND = "omnidata.order"
VERSION = 1
MAX_BYTES = 1024 * 1024 - 2048  # SQS counts the trace header too


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """An order on its way; `queued_at` is as wide as `times.fixed` makes it, so that it sorts.

    `message_id` is that of the message that brought it, None before the queue took it.
    """

    orderID: str  # noqa: N815 the seed's spelling
    placed_by: str
    queued_at: str
    order: Content | str
    request_id: str | None = None
    message_id: str | None = None


def write(queued: Queued) -> str:
    """The message's body.

    Raises TooLarge beyond what SQS takes.
    """
    fields = msgspec.structs.asdict(queued)
    del fields["message_id"]  # the queue gives it
    envelope = {"kind": KIND, "v": VERSION, **fields}
    text = strict_json.encode_for_queue(envelope)
    if len(text.encode()) > MAX_BYTES:
        raise TooLarge("the order exceeds 1 MiB as JSON")
    return text


def read(message: Received, now: datetime) -> Queued:
    """The order of a message; `now` is when it was queued if SQS does not tell.

    Raises InvalidInput for one that claims to be the API's and is not.
    """
    if _kind(message.body) != KIND:
        return _direct(message, now)
    try:
        envelope = msgspec.json.decode(message.body, type=_Envelope)
    except msgspec.DecodeError as error:
        raise InvalidInput("the message is no order of ours") from error
    if envelope.v != VERSION:
        raise InvalidInput("the message is of another version")
    return Queued(
        orderID=require_id(envelope.orderID, "orderID"),
        placed_by=envelope.placed_by,
        queued_at=times.sortable_text(times.parse(envelope.queued_at, "queued_at")),
        order=strict_json.decode_object(bytes(envelope.order)),
        request_id=envelope.request_id,
        message_id=message.message_id,
    )


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    v: int
    orderID: str  # noqa: N815 the seed's spelling
    placed_by: str
    queued_at: str
    order: msgspec.Raw  # decoded by itself: it may be nested as deep as the table allows
    request_id: str | None = None


class _Tagged(msgspec.Struct, frozen=True):
    kind: object = None


def _kind(body: str) -> object:
    """What the message says that it is; None for what is no JSON object, or says nothing."""
    try:
        return msgspec.json.decode(body, type=_Tagged).kind
    except (msgspec.DecodeError, RecursionError):
        return None


def _direct(message: Received, now: datetime) -> Queued:
    sent_at = datetime.fromtimestamp(message.sent_at_ms / 1000, UTC) if message.sent_at_ms else now
    return Queued(
        orderID=require_id(message.message_id, "messageId"),
        placed_by=DIRECT,
        queued_at=times.sortable_text(sent_at),
        order=_storable(message.body),
        message_id=message.message_id,
    )


def _storable(body: str) -> Content | str:
    try:
        return rules.check_nesting(strict_json.decode_object(body.encode()))
    except OmniError:  # no JSON object, or none that DynamoDB could hold: the text it is
        return body
