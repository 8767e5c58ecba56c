"""Records in their table: partition key `user_id`, bookkeeping in the one attribute `_omni`."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.errors import Unavailable
from chalicelib.records.model import RESERVED, Record

_ABSENT = Condition("attribute_not_exists(user_id)")
_BEGINS = "begins_with(user_id, :prefix)"
_CONDITION_FAILED = "ConditionalCheckFailed"
NO_VERSION = 0  # of an item that another tool put: it has no bookkeeping and no owner


class RecordPart(NamedTuple):
    """Some records, where to go on, None at the end, and how many items were read for them."""

    records: list[Record]
    last_key: Item | None
    scanned: int


class KeyAlreadyUsed(Exception):
    """The idempotency key of a create was used before."""


@dataclass(frozen=True, slots=True)
class RecordStore:
    """The records table; `client` is the low-level client of its transactions."""

    client: Any
    table: Table

    def get(self, user_id: str) -> Record | None:
        """The record, as of the last acknowledged write."""
        item = self.table.get({"user_id": user_id})
        return None if item is None else _record(item)

    def create(self, record: Record, marker: Put | None) -> Record | None:
        """Write a record that must not exist, together with its idempotency marker.

        Returns None when written, else the record that has this id.
        Raises KeyAlreadyUsed when the marker was there before, Unavailable when neither was
        written.
        """
        if marker is not None:
            return self._create_with(record, marker)
        try:
            self.table.put(_item(record), _ABSENT)
        except ConditionFailed as failed:
            return _standing(failed.existing)
        return None

    def replace(self, record: Record) -> bool:
        """Write the next version over the one before; False when that is no longer stored.

        A retry after a lost response finds its own write, which counts as written.
        """
        try:
            self.table.put(_item(record), _at_version(record, record.version - 1))
        except ConditionFailed as failed:
            return failed.existing is not None and _record(failed.existing) == record
        return True

    def delete(self, record: Record) -> bool:
        """Delete this version; False when another one is stored. Gone already is deleted."""
        try:
            self.table.delete({"user_id": record.user_id}, _at_version(record, record.version))
        except ConditionFailed as failed:
            return failed.existing is None
        return True

    def part(self, prefix: str | None, limit: int, start: Item | None) -> RecordPart:
        """The records of the next `limit` items that begin with `prefix`."""
        begins = None if prefix is None else Condition(_BEGINS, values={":prefix": prefix})
        items, last_key, scanned = self.table.scan(limit, start, begins)
        return RecordPart([_record(item) for item in items], last_key, scanned)

    def _create_with(self, record: Record, marker: Put) -> Record | None:
        put = Put(self.table.name, _item(record), _ABSENT)
        refusals = transact(self.client, [put, marker])
        if not refusals:
            return None
        if refusals[1] == _CONDITION_FAILED:
            raise KeyAlreadyUsed
        return _standing(self.table.get({"user_id": record.user_id}))


def _standing(item: Item | None) -> Record:
    """The record in the way of a create; it may be gone again, and then nothing was written."""
    if item is None:
        raise Unavailable("the record changed meanwhile; try again")
    return _record(item)


def _at_version(record: Record, version: int) -> Condition:
    """This very record at `version`: one deleted and made anew counts its versions from 1 again."""
    if version == NO_VERSION:
        return Condition("attribute_exists(user_id) AND attribute_not_exists(#o)", {"#o": RESERVED})
    return Condition(
        "#o.version = :version AND #o.created_at = :created_at",
        {"#o": RESERVED},
        {":version": version, ":created_at": record.created_at},
    )


def _item(record: Record) -> Item:
    return {
        **record.content,
        RESERVED: {
            "created_by": record.created_by,
            "created_at": record.created_at,
            "updated_at": record.updated_at,
            "version": record.version,
        },
    }


def _record(item: Item) -> Record:
    ours = item.get(RESERVED, {})
    return Record(
        user_id=item["user_id"],
        content={name: value for name, value in item.items() if name != RESERVED},
        created_by=ours.get("created_by", ""),
        created_at=ours.get("created_at", ""),
        updated_at=ours.get("updated_at", ""),
        version=ours.get("version", NO_VERSION),
    )
