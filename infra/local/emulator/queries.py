"""Queries that read only one page: ministack 1.5 sorts and evaluates the whole partition.

In a partition of 50,000 log records its query for 20 takes a second; DynamoDB's time does not grow
with the partition. This module keeps large partitions sorted and runs the emulator's own query on
the part that can contain its result. Queries of other forms (keys that are not strings, a value
before its operator) run on the whole partition. See docs/decisions/0023.
"""
# ruff: noqa: SLF001 the emulator has no other way in

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from ministack.services import dynamodb  # type: ignore[import-untyped]

MADE_FOR = "1.5.33"  # of ministack; another version needs the review in docs/decisions/0023
LARGE = 100  # items; smaller partitions are not worth sorting

_Document = dict[str, Any]
_ItemKey = tuple[str, str]  # partition and sort key, as the emulator stores them
_SortKey = tuple[str, ...]  # what the items of a partition are sorted by
_PartitionId = tuple[int, str | None, str]  # the table's id(), the index, the partition key

_NOT_SUPPORTED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_AFTER = "\0"  # no string sorts between s and s + _AFTER


def install() -> None:
    """Replace the emulator's query, and follow its writes."""
    partitions = SortedPartitions(dynamodb._query)
    dynamodb._query = partitions.query
    for name in ("_set_item", "_remove_item"):
        setattr(dynamodb, name, partitions.follow_write(getattr(dynamodb, name)))
    dynamodb._items_replaced = partitions.follow_replacement(dynamodb._items_replaced)


class TablePart(NamedTuple):
    """A field of a table, and a value for it that holds only some items."""

    table: _Document
    field: str
    value: _Document


class SortedPartition:
    """One large partition in the order of its sort key; `index` is None for the table itself."""

    def __init__(self, table: _Document, index: str | None, partition: str) -> None:
        self.table = table
        self.hash, self.sort, _ = dynamodb._resolve_index_keys(table, index)
        self._index = index
        self._partition = partition
        self._names = _string_keys(table, self.hash, self.sort)
        self._item_keys: dict[_SortKey, _ItemKey] = {}
        self.sort_keys: list[_SortKey] = []

    def sort_key(self, item: _Document) -> _SortKey:
        """What an item is sorted by: the sort key, then the table's own keys."""
        return tuple(item[name]["S"] for name in self._names)

    def refresh(self) -> int:
        """Sort the partition again if it changed unseen; returns its number of items."""
        stored = self._read_keys()
        if len(stored) >= LARGE and len(stored) != len(self.sort_keys):
            items = self.table["items"]
            keys = [(self._partition, key) if self._index is None else key for key in stored]
            self._item_keys = {self.sort_key(items[pk][sk]): (pk, sk) for pk, sk in keys}
            self.sort_keys = sorted(self._item_keys)
        return len(stored)

    def apply(self, key: _ItemKey, before: _Document | None, after: _Document | None) -> None:
        """Apply the write or the deletion of one item."""
        if before is not None and self._contains(before):
            sort_key = self.sort_key(before)
            if self._item_keys.pop(sort_key, None) is not None:
                del self.sort_keys[bisect_left(self.sort_keys, sort_key)]
        if after is not None and self._contains(after):
            sort_key = self.sort_key(after)
            self._item_keys[sort_key] = key
            insort(self.sort_keys, sort_key)

    def read_page(self, sort_keys: Iterator[_SortKey], limit: int | None) -> TablePart:
        """The items of one page and one more, so that the query knows whether a page follows."""
        keys = [self._item_keys[sort_key] for sort_key in islice(sort_keys, limit and limit + 1)]
        if self._index is not None:
            members = {self._index: {self._partition: dict.fromkeys(keys)}}
            return TablePart(self.table, dynamodb._INDEX_MEMBERS, members)
        items = self.table["items"][self._partition]
        page: _Document = {}
        read_bytes = 0
        for _, sk in keys:
            page[sk] = items[sk]
            read_bytes += dynamodb._item_size_bytes(items[sk]) if limit is None else 0
            if read_bytes > dynamodb._DDB_PAGE_SIZE_BYTES:
                break
        return TablePart(self.table, "items", {self._partition: page})

    def _read_keys(self) -> Any:
        """The keys of the partition's items, from the emulator's own data."""
        if self._index is None:
            return self.table["items"].get(self._partition, {})
        return dynamodb._index_members(self.table)[self._index].get(self._partition, {})

    def _contains(self, item: _Document) -> bool:
        is_member = self.hash in item and self.sort in item
        return is_member and item[self.hash] == {"S": self._partition}


class SortedPartitions:
    """The large partitions that were queried; `query` is the emulator's own."""

    def __init__(self, query: Callable[[_Document], Any]) -> None:
        self._query = query
        self._partitions: dict[_PartitionId, SortedPartition] = {}

    def query(self, data: _Document) -> Any:
        """The emulator's response to a query, from a part of the table."""
        with dynamodb._lock:  # the emulator deletes expired items in a separate thread
            try:
                part = self._select_part(data)
            except _NOT_SUPPORTED:
                part = None
            if part is None:
                return self._query(data)
            whole = part.table[part.field]
            part.table[part.field] = part.value
            try:
                return self._query(data)
            finally:
                part.table[part.field] = whole

    def follow_write(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """`write`, which stores or deletes one item, followed by the same change here."""

        def write_and_apply(table: _Document, pk: str, sk: str, *item: _Document) -> Any:
            before = write(table, pk, sk, *item)
            for partition_id, partition in list(self._partitions.items()):
                if partition.table is table:
                    try:
                        partition.apply((pk, sk), before, item[0] if item else None)
                    except _NOT_SUPPORTED:
                        self._partitions.pop(partition_id, None)
            return before

        return write_and_apply

    def follow_replacement(self, replace: Callable[[_Document], Any]) -> Callable[[_Document], Any]:
        """`replace`, which replaces all items of a table; its partitions are sorted again."""

        def forget_and_replace(table: _Document) -> Any:
            self._partitions = {
                partition_id: partition
                for partition_id, partition in self._partitions.items()
                if partition.table is not table
            }
            return replace(table)

        return forget_and_replace

    def _select_part(self, data: _Document) -> TablePart | None:
        """The part that the query needs; None for a small partition.

        Raises one of _NOT_SUPPORTED for a query of another form.
        """
        partition = self._find_partition(data)
        if partition.refresh() < LARGE:
            return None
        sort_keys = partition.sort_keys
        low, high = _find_bounds(data, partition.sort)
        begin = bisect_left(sort_keys, (low,))
        end = len(sort_keys) if high is None else bisect_left(sort_keys, (high,))
        after = data.get("ExclusiveStartKey")
        is_forward = data.get("ScanIndexForward", True)
        if after is not None and is_forward:
            begin = max(begin, bisect_right(sort_keys, partition.sort_key(after)))
        elif after is not None:
            end = min(end, bisect_left(sort_keys, partition.sort_key(after)))
        positions = range(begin, end) if is_forward else range(end - 1, begin - 1, -1)
        return partition.read_page((sort_keys[at] for at in positions), data.get("Limit"))

    def _find_partition(self, data: _Document) -> SortedPartition:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data["TableName"]))
        index = data.get("IndexName")
        hash_name, _, _ = dynamodb._resolve_index_keys(table, index)
        value = dynamodb._extract_pk_from_condition(
            data["KeyConditionExpression"],
            data["ExpressionAttributeValues"],
            _names(data),
            hash_name,
        )
        partition_id = (id(table), index, value)
        partition = self._partitions.get(partition_id)
        if partition is None or partition.table is not table:
            partition = self._partitions[partition_id] = SortedPartition(table, index, value)
        return partition


def _string_keys(table: _Document, *index_keys: str) -> list[str]:
    """The attributes that a partition is sorted by; raises ValueError unless all are strings."""
    keys = [*index_keys, table["pk_name"], *([table["sk_name"]] if table["sk_name"] else [])]
    if any(key is None or dynamodb._get_attr_type(table, key) != "S" for key in keys):
        raise ValueError("a key is not a string, or there is no sort key")
    return list(dict.fromkeys(keys[1:]))


def _find_bounds(data: _Document, sort: str) -> tuple[str, str | None]:
    """The lowest sort key of the condition, and the lowest beyond it; None without upper bound."""
    tokens = dynamodb._tokenize(data["KeyConditionExpression"])
    names = _names(data)
    for number, (_, text) in enumerate(tokens):
        if names.get(text, text) == sort:
            return _read_bounds(tokens, number, data["ExpressionAttributeValues"])
    return "", None


def _read_bounds(
    tokens: list[tuple[str, str]], number: int, values: _Document
) -> tuple[str, str | None]:
    """As `_find_bounds`; the token at `number` is the name of the sort key."""
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
