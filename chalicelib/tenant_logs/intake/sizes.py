"""Records that DynamoDB would not take for their size, made small enough."""

from typing import Any

import msgspec

from chalicelib.strict_json import MAX_ITEM_BYTES, item_bytes
from chalicelib.tenant_logs.intake import envelope
from chalicelib.tenant_logs.intake.repairs import SIZE
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.storage import items

# An item has at most two bytes for each of its JSON, and masking makes a third more of them at
# worst: below this nothing need be measured.
SURELY_SMALL_BYTES = MAX_ITEM_BYTES // 4
SPARE_CHARACTERS = 256  # cut off after masking: what was masked in them may have been cut before

_MARKS_BYTES = 1024  # for the names of what was repaired


class Sizes:
    """Sizes of the records of one request; attributes that they share are measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, int]] = {}  # by id; the object itself keeps it its own

    def fit(self, record: LogRecord) -> LogRecord:
        """The record itself where it is small enough, else with its attributes and text cut.

        Attributes keep at least half of the room, in their order, before the text is cut.
        """
        others = item_bytes(items.item(msgspec.structs.replace(record, text="", attrs={})))
        room = MAX_ITEM_BYTES - others - _MARKS_BYTES
        text = record.text.encode()
        sizes = {name: self._of(name, value) for name, value in record.attrs.items()}
        if len(text) + sum(sizes.values()) <= room:
            return record
        attrs = _keep_fitting(record.attrs, sizes, max(room - len(text), room // 2))
        room -= sum(sizes[name] for name in attrs)
        return msgspec.structs.replace(
            record,
            text=text[:room].decode(errors="ignore"),
            attrs=envelope.mark_repaired(attrs, [SIZE]),
        )

    def _of(self, name: str, value: Any) -> int:
        return len(name.encode()) + 1 + self._value(value)

    def _value(self, value: Any) -> int:
        if not isinstance(value, dict):
            return item_bytes(value)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, item_bytes(value))
        return known[1]


def _keep_fitting(attrs: dict[str, Any], sizes: dict[str, int], room: int) -> dict[str, Any]:
    """The attributes that there is room for; what was repaired stays said."""
    kept: dict[str, Any] = {}
    for name, value in attrs.items():
        if sizes[name] <= room or name == envelope.REPAIRED:
            kept[name] = value
            room -= sizes[name]
    return kept
