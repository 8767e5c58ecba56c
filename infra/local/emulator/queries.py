"""Key queries that read only what they answer: ministack 1.5 sorts and judges whole partitions.

Among 50,000 log records of one tenant its query for 20 takes a second, where DynamoDB's takes as
long as among 20. Here large partitions are kept in order, and the emulator's own query is shown the
part of one that its answer can come from; what it makes of that part is its own. Whatever is not
plain (keys that are no strings, operands turned round) is left to it whole.
"""
# ruff: noqa: SLF001 the emulator has no other way in

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from ministack.services import dynamodb  # type: ignore[import-untyped]

LARGE = 100  # items; in a smaller partition there is nothing to gain

_Document = dict[str, Any]
_Place = tuple[str, str]  # an item's keys, as the emulator files it
_Entry = tuple[str, ...]  # what the items of a partition are sorted by
_Partition = tuple[int, str | None, str]  # the table's id(), the index, the partition key

_NOT_PLAIN = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_AFTER = "\0"  # no text lies between one and the same with this at its end


def install() -> None:
    """Put this in front of the emulator's own query."""
    orders = Orders(dynamodb._query)
    dynamodb._query = orders.query
    for name in ("_set_item", "_remove_item"):
        setattr(dynamodb, name, orders.told_of(getattr(dynamodb, name)))
    dynamodb._items_replaced = orders.told_of_all(dynamodb._items_replaced)


class Shown(NamedTuple):
    """A field of a table, and a value of it that has some items only."""

    table: _Document
    field: str
    value: _Document


class Order:
    """One large partition in the order of its sort key; `index` is None for the table's own."""

    def __init__(self, table: _Document, index: str | None, partition: str) -> None:
        self.table = table
        self.hash, self.sort, _ = dynamodb._resolve_index_keys(table, index)
        self._index = index
        self._partition = partition
        self._names = _plain_keys(table, self.hash, self.sort)
        self._places: dict[_Entry, _Place] = {}
        self.entries: list[_Entry] = []

    def entry(self, item: _Document) -> _Entry:
        """What an item is sorted by: the sort key, then the table's own keys."""
        return tuple(item[name]["S"] for name in self._names)

    def refresh(self) -> int:
        """Make sure of holding the partition as it is; answers how many items it has."""
        filed = self._filed()
        if len(filed) >= LARGE and len(filed) != len(self.entries):
            items = self.table["items"]
            places = [(self._partition, key) if self._index is None else key for key in filed]
            self._places = {self.entry(items[pk][sk]): (pk, sk) for pk, sk in places}
            self.entries = sorted(self._places)
        return len(filed)

    def note(self, place: _Place, before: _Document | None, after: _Document | None) -> None:
        """Follow one item that was written or deleted."""
        if before is not None and self._holds(before):
            entry = self.entry(before)
            if self._places.pop(entry, None) is not None:
                del self.entries[bisect_left(self.entries, entry)]
        if after is not None and self._holds(after):
            entry = self.entry(after)
            self._places[entry] = place
            insort(self.entries, entry)

    def shown(self, entries: Iterator[_Entry], limit: int | None) -> Shown:
        """These items, and no more than one page can have beside the next one."""
        places = [self._places[entry] for entry in islice(entries, limit and limit + 1)]
        if self._index is not None:
            members = {self._index: {self._partition: dict.fromkeys(places)}}
            return Shown(self.table, dynamodb._INDEX_MEMBERS, members)
        items = self.table["items"][self._partition]
        found: _Document = {}
        read_bytes = 0
        for _, sk in places:
            found[sk] = items[sk]
            read_bytes += dynamodb._item_size_bytes(items[sk]) if limit is None else 0
            if read_bytes > dynamodb._DDB_PAGE_SIZE_BYTES:
                break
        return Shown(self.table, "items", {self._partition: found})

    def _filed(self) -> Any:
        """The keys of the partition's items by the emulator's own books."""
        if self._index is None:
            return self.table["items"].get(self._partition, {})
        return dynamodb._index_members(self.table)[self._index].get(self._partition, {})

    def _holds(self, item: _Document) -> bool:
        is_member = self.hash in item and self.sort in item
        return is_member and item[self.hash] == {"S": self._partition}


class Orders:
    """The large partitions that were asked for; `query` is the emulator's own."""

    def __init__(self, query: Callable[[_Document], Any]) -> None:
        self._query = query
        self._kept: dict[_Partition, Order] = {}

    def query(self, data: _Document) -> Any:
        """The emulator's answer to a query, found in a part of the table."""
        with dynamodb._lock:  # what has expired is deleted in a thread of its own
            try:
                shown = self._shown(data)
            except _NOT_PLAIN:
                shown = None
            if shown is None:
                return self._query(data)
            whole = shown.table[shown.field]
            shown.table[shown.field] = shown.value
            try:
                return self._query(data)
            finally:
                shown.table[shown.field] = whole

    def told_of(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """`write` with the orders following: it writes an item, or deletes the one it is given."""

        def followed(table: _Document, pk: str, sk: str, *item: _Document) -> Any:
            before = write(table, pk, sk, *item)
            for key, order in list(self._kept.items()):
                if order.table is table:
                    try:
                        order.note((pk, sk), before, item[0] if item else None)
                    except _NOT_PLAIN:
                        self._kept.pop(key, None)
            return before

        return followed

    def told_of_all(self, replaced: Callable[[_Document], Any]) -> Callable[[_Document], Any]:
        """`replaced`, after which nothing is as it was."""

        def forgotten(table: _Document) -> Any:
            self._kept = {key: each for key, each in self._kept.items() if each.table is not table}
            return replaced(table)

        return forgotten

    def _shown(self, data: _Document) -> Shown | None:
        """What to show; None for a small partition. What it raises means the same."""
        order = self._order(data)
        if order.refresh() < LARGE:
            return None
        low, high = _bounds(data, order.sort)
        begin = bisect_left(order.entries, (low,))
        end = len(order.entries) if high is None else bisect_left(order.entries, (high,))
        after = data.get("ExclusiveStartKey")
        if data.get("ScanIndexForward", True):
            if after is not None:
                begin = max(begin, bisect_right(order.entries, order.entry(after)))
            numbers = range(begin, end)
        else:
            if after is not None:
                end = min(end, bisect_left(order.entries, order.entry(after)))
            numbers = range(end - 1, begin - 1, -1)
        return order.shown((order.entries[number] for number in numbers), data.get("Limit"))

    def _order(self, data: _Document) -> Order:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data["TableName"]))
        index = data.get("IndexName")
        hash_name, _, _ = dynamodb._resolve_index_keys(table, index)
        partition = dynamodb._extract_pk_from_condition(
            data["KeyConditionExpression"],
            data["ExpressionAttributeValues"],
            _names(data),
            hash_name,
        )
        key = (id(table), index, partition)
        order = self._kept.get(key)
        if order is None or order.table is not table:
            order = self._kept[key] = Order(table, index, partition)
        return order


def _plain_keys(table: _Document, *of_index: str) -> list[str]:
    """The names of what a partition is sorted by; raises ValueError unless all are strings."""
    keys = [*of_index, table["pk_name"], *([table["sk_name"]] if table["sk_name"] else [])]
    if any(key is None or dynamodb._get_attr_type(table, key) != "S" for key in keys):
        raise ValueError("a key is no string, or there is none to sort by")
    return list(dict.fromkeys(keys[1:]))


def _bounds(data: _Document, sort: str) -> tuple[str, str | None]:
    """The least text of the sort key, and the least beyond, None where there is none."""
    tokens = dynamodb._tokenize(data["KeyConditionExpression"])
    names = _names(data)
    for number, (_, text) in enumerate(tokens):
        if names.get(text, text) == sort:
            return _bounds_of(tokens, number, data["ExpressionAttributeValues"])
    return "", None


def _bounds_of(
    tokens: list[tuple[str, str]], number: int, values: _Document
) -> tuple[str, str | None]:
    """As `_bounds`, where the sort key's name is the token of that number."""
    kind, text = tokens[number + 1]
    value = values[tokens[number + 2][1]]["S"]
    if kind == "COMMA" and tokens[number - 2][1].lower() == "begins_with":
        return value, value[:-1] + chr(ord(value[-1]) + 1)
    if text.upper() == "BETWEEN":
        return value, values[tokens[number + 4][1]]["S"] + _AFTER
    bounds: dict[str, tuple[str, str | None]] = {
        "EQ": (value, value + _AFTER),
        "GE": (value, None),
        "GT": (value + _AFTER, None),
        "LE": ("", value + _AFTER),
        "LT": ("", value),
    }
    return bounds[kind]


def _names(data: _Document) -> dict[str, str]:
    return data.get("ExpressionAttributeNames") or {}
