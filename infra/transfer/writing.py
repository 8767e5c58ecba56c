"""Items of one kind into the target: new ones are written, others compared with what is there."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from infra.transfer import anew, kinds
from infra.transfer.kinds import Kind
from infra.transfer.table_writing import TableWriter
from infra.transfer.typed import Attribute, Item

_HELD_ORDER = {
    "ConditionExpression": "attribute_type(notified_at, :null)",
    "ExpressionAttributeValues": {":null": {"S": "NULL"}},
}


class ItemOutcome(StrEnum):
    """What became of an item; KEPT is what is in the target and differs."""

    NEW = "written"
    SAME = "there already"
    STARTED = "started"
    REPLACED = "replaced"
    KEPT = "kept as it is there"


class WantedItem(NamedTuple):
    """An item to import, as files have it with its owners mapped, and what its line says beside."""

    item: Item
    told: Any = None


@dataclass(frozen=True)
class KindWriter:
    """Writes one kind; `store_object` puts an image into the bucket and returns its version.

    It `replaces` what differs instead of keeping it, but for what the target did already, and
    `starts` what is due.
    """

    kind: Kind
    table: TableWriter
    store_object: Callable[[Item, Any], str]
    _: KW_ONLY
    replaces: bool = False
    starts: bool = False

    def write(self, batch: Sequence[WantedItem]) -> list[ItemOutcome]:
        """Write a batch of at most 100 items of different keys; returns what became of each.

        Raises MoveRefused, Unavailable and botocore's own errors.
        """
        keys = [self.table.key_of(wanted.item) for wanted in batch]
        stored = self.table.read([wanted.item for wanted in batch])
        new = [w for key, w in zip(keys, batch, strict=True) if key not in stored]
        taken = self.table.insert([self._complete(wanted) for wanted in new])
        # Taken meanwhile, or by a first attempt whose response was lost.
        met = [w.item for w in new if self.table.key_of(w.item) in taken]
        stored |= self.table.read(met) if met else {}
        outcomes = [
            ItemOutcome.NEW if key not in stored else self._meet(wanted, stored[key])
            for key, wanted in zip(keys, batch, strict=True)
        ]
        if self.kind.name == kinds.MESSAGES:
            self._write_calendar(batch, outcomes)
        return outcomes

    def _complete(self, wanted: WantedItem, stored: Item | None = None) -> Item:
        """The item as the target stores it, in place of what is stored there."""
        item = anew.complete(self.kind, wanted.item, starts=self.starts)
        if self.kind.name == kinds.MEDIA:
            version: Attribute = {"NULL": True}
            if wanted.told is not None:
                version = {"S": self.store_object(item, wanted.told)}
            return {**item, "version_id": version}
        if self.kind.name == kinds.TENANTS and stored is not None:
            return {**item, "keys": stored.get("keys", {"L": []})}
        return item

    def _meet(self, wanted: WantedItem, stored: Item) -> ItemOutcome:
        """What becomes of an item whose key is taken."""
        if self.kind.strip(stored) == wanted.item:
            is_started = self.starts and self._start(wanted.item, stored)
            return ItemOutcome.STARTED if is_started else ItemOutcome.SAME
        if not self.replaces or anew.is_ahead(self.kind, wanted.item, stored):
            return ItemOutcome.KEPT
        self.table.put(self._complete(wanted, stored))
        return ItemOutcome.REPLACED

    def _start(self, item: Item, stored: Item) -> bool:
        """Let the target act on what an earlier import held, unless it was changed meanwhile."""
        due = anew.find_due(self.kind, item)
        if not due or any(name in stored for name in due):
            return False
        if self.kind.name == kinds.ORDERS:
            # The stream announces what is inserted: written anew, it is.
            return self.table.delete(item, _HELD_ORDER) and not self.table.insert([item | due])
        return self.table.update(item, _become_due(item, due))

    def _write_calendar(self, batch: Sequence[WantedItem], outcomes: Sequence[ItemOutcome]) -> None:
        """The calendar's entries of the messages; one that is kept has its own."""
        entries: dict[ItemOutcome, list[Item]] = {outcome: [] for outcome in ItemOutcome}
        for wanted, outcome in zip(batch, outcomes, strict=True):
            entries[outcome].append(anew.make_calendar_entry(wanted.item))
        self.table.insert([*entries[ItemOutcome.NEW], *entries[ItemOutcome.SAME]])
        for entry in entries[ItemOutcome.REPLACED]:
            self.table.put(entry)


def _become_due(item: Item, due: dict[str, Any]) -> dict[str, Any]:
    """The change that sets these attributes, if the item is still as it was."""
    same = {name: item[name] for name in ("rev", "status", "after") if name in item}
    names = {f"#{name}": name for name in (*due, *same)}
    values = {f":{name}": value for name, value in (due | same).items()}
    absent = [f"attribute_not_exists(#{name})" for name in due]
    return {
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in due),
        "ConditionExpression": " AND ".join([*absent, *(f"#{n} = :{n}" for n in same)]),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
