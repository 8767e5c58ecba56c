"""Suppressed addresses in the messages table, each an item under the digest of its address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.publisher import keys
from chalicelib.publisher.model import Suppression, SuppressionReason

_WISHES = {f":{reason}": reason for reason in SuppressionReason if reason.is_wish}


class SuppressionPart(NamedTuple):
    """Some suppressed addresses, and the key to go on from, None at the end."""

    suppressions: list[Suppression]
    last_key: Item | None


@dataclass(frozen=True, slots=True)
class SuppressionStore:
    """The addresses that get no e-mail; `bulk` is the same table as `table`."""

    table: Table
    bulk: Bulk

    def find_all(self, addresses: Iterable[str]) -> list[Suppression]:
        """Those of the addresses that are suppressed, by one read of at most 100.

        Raises Unavailable.
        """
        wanted = {keys.normalize_address(address): None for address in addresses}
        found = self.bulk.get_all([keys.suppression(address) for address in wanted])
        return [_from_item(item) for item in found if item is not None]

    def find(self, address: str) -> Suppression | None:
        """The entry of an address; None if it gets e-mail."""
        return next(iter(self.find_all([address])), None)

    def add(self, made: Suppression) -> bool:
        """Suppress an address; False if it was, and the entry stays as it is.

        Its owner's wish replaces an entry that is none, which somebody may remove too lightly.
        """
        free = "attribute_not_exists(PK)"
        condition = Condition(free)
        if made.reason.is_wish:
            wishes = ", ".join(_WISHES)
            condition = Condition(f"{free} OR NOT reason IN ({wishes})", values=_WISHES)
        try:
            self.table.put(_to_item(made), condition)
        except ConditionFailed:
            return False
        return True

    def remove(self, address: str) -> bool:
        """Let an address get e-mail again; False if it did."""
        try:
            self.table.delete(keys.suppression(address), Condition("attribute_exists(PK)"))
        except ConditionFailed:
            return False
        return True

    def list_newest(self, limit: int, start: Item | None) -> SuppressionPart:
        """The suppressed addresses, newest first."""
        partition = Condition("GSI1PK = :all", values={":all": keys.SUPPRESSIONS})
        page = self.table.query_page(
            partition, limit=limit, start=start, index=keys.USER_INDEX, forward=False
        )
        return SuppressionPart([_from_item(item) for item in page.items], page.last_key)


def _to_item(made: Suppression) -> Item:
    key = keys.suppression(made.address)
    index = {"GSI1PK": keys.SUPPRESSIONS, "GSI1SK": f"{made.at}#{key['PK']}"}
    return {**key, **index, **msgspec.to_builtins(made)}


def _from_item(item: Item) -> Suppression:
    known = {name: item[name] for name in Suppression.__struct_fields__ if name in item}
    return msgspec.convert(known, Suppression)
