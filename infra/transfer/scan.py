"""Tables read by parallel scans: without a copy, while the stage goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from infra.transfer.typed import Item, from_wire

CONSISTENCY = (
    "Each item is as of some moment between since and until, whole and with every write that was "
    "acknowledged before since. Items that changed in between may be of different moments: a "
    "message may be there without its newest delivery. Let the stage rest for an exact copy."
)
PAGE_ITEMS = 1000  # and at most a megabyte


class ItemPage(NamedTuple):
    """Some items of a table, and where to go on, None at the end."""

    items: list[Item]
    position: Any


@dataclass(frozen=True)
class Scan:
    """One of `segments` parts of a table, by strongly consistent reads."""

    client: Any
    table_name: str
    segment: int
    segments: int

    def pages(self, position: Any) -> Iterator[ItemPage]:
        """The pages from a position on, None for the first one."""
        while True:
            more = {} if position is None else {"ExclusiveStartKey": position}
            response = self.client.scan(
                TableName=self.table_name,
                Segment=self.segment,
                TotalSegments=self.segments,
                ConsistentRead=True,
                Limit=PAGE_ITEMS,
                **more,
            )
            position = response.get("LastEvaluatedKey")
            yield ItemPage([from_wire(item) for item in response["Items"]], position)
            if position is None:
                return
