"""Log records in queue messages: several of one tenant in each, or a claim check on one.

SQS bills a message by its 64 KB, and a request of 1,000 records must not become 1,000 messages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.ids import require_id, require_tenant_id
from chalicelib.tenant_logs.model import MAX_QUEUED_BYTES, LogRecord
from chalicelib.tenant_logs.storage import items

MESSAGE_BYTES = 60 * 1024
# An item has at most two bytes for each of its JSON: below this it need not be measured.
_SURELY_SMALL_BYTES = strict_json.MAX_ITEM_BYTES // 4


class EncodedRecord(msgspec.Struct, frozen=True):
    """A record as JSON in UTF-8."""

    record: LogRecord
    json: bytes


class QueueMessage(NamedTuple):
    """A message's body with records of one tenant, and their positions in the request.

    `sk` is the sort key of the first, by which a claim check names its records.
    """

    tenant_id: str
    body: str
    body_bytes: int
    positions: list[int]
    sk: str


class MessageBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says: records, or which `claim` holds them, of which `sk` is the first."""

    v: Literal[1]
    tenant_id: str
    records: list[LogRecord] = []
    claim: str | None = None
    sk: str | None = None


def encode(record: LogRecord) -> EncodedRecord:
    """The JSON of a record."""
    return EncodedRecord(record, strict_json.utf8_for_queue(record))


def group_records(records: Iterable[tuple[int, EncodedRecord]]) -> list[QueueMessage]:
    """Records, with their positions, in messages of at most 60 KB; a bigger record has its own.

    Each record is packed as it comes, so that none has to be held for the others. Raises TooLarge
    as soon as they are more than one request may bring.
    """
    total_bytes = 0
    done: list[QueueMessage] = []
    groups: dict[str, _Group] = {}
    for position, record in records:
        total_bytes += len(record.json)
        if total_bytes > MAX_QUEUED_BYTES:
            raise TooLarge(f"the request becomes more than {MAX_QUEUED_BYTES} bytes of records")
        tenant_id = record.record.tenant_id
        group = groups.setdefault(tenant_id, _Group())
        if group.members and group.json_bytes + len(record.json) > MESSAGE_BYTES:
            done.append(group.message())
            group = groups[tenant_id] = _Group()
        group.add(position, record)
    return done + [group.message() for group in groups.values()]


def encode_claim(message: QueueMessage, claim: str) -> str:
    """The body of the claim check of a message whose records are stored under `claim`."""
    return strict_json.encode(
        {"v": 1, "tenant_id": message.tenant_id, "claim": claim, "sk": message.sk}
    )


def decode(body: str | bytes) -> MessageBody:
    """The message of a body, or of a claim.

    Raises InvalidInput for whatever this product does not write: what is in the queue may have
    been put there by hand.
    """
    try:
        message = _MESSAGE.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("the message is not one of log records") from error
    require_tenant_id(message.tenant_id)
    if bool(message.records) == bool(message.claim):
        raise InvalidInput("the message holds neither records nor a claim, or both")
    for record in message.records:
        _require_sound(record, message.tenant_id, len(body))
    return message


@dataclass
class _Group:
    """Records that go into one message, with the commas between them."""

    members: list[tuple[int, EncodedRecord]] = field(default_factory=list)
    json_bytes: int = 0

    def add(self, position: int, record: EncodedRecord) -> None:
        self.members.append((position, record))
        self.json_bytes += len(record.json) + 1

    def message(self) -> QueueMessage:
        first = self.members[0][1].record
        joined = b",".join(record.json for _, record in self.members)
        opening = f'{{"v":1,"tenant_id":"{first.tenant_id}","records":['.encode()
        body = b"".join((opening, joined, b"]}"))
        return QueueMessage(
            tenant_id=first.tenant_id,
            body=body.decode(),
            body_bytes=len(body),
            positions=[position for position, _ in self.members],
            sk=items.sort_key(first.ts, first.log_id),
        )


def _require_sound(record: LogRecord, tenant_id: str, body_bytes: int) -> None:
    if record.tenant_id != tenant_id:
        raise InvalidInput("a record is of another tenant than its message")
    require_id(record.log_id, "log_id")
    items.sort_key(record.ts, record.log_id)
    _require_item_size(record, body_bytes)


def _require_item_size(record: LogRecord, json_bytes: int) -> None:
    if json_bytes <= _SURELY_SMALL_BYTES:
        return
    if strict_json.item_bytes(items.item(record)) > strict_json.MAX_ITEM_BYTES:
        raise TooLarge("the record exceeds 400 KB")


_MESSAGE = msgspec.json.Decoder(MessageBody, float_hook=Decimal)
