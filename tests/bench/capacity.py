"""What calls of DynamoDB and Kinesis use: their number, and capacity units of tables and indexes.

Write units are as the emulator reports them, by the sizes of items and index entries. For reads it
reports one page whatever its size, so those are from the sizes of what was read.
"""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws import Aws
from chalicelib.aws.attributes import from_attributes

READ_UNIT_BYTES = 4096
_TOTAL = "ReturnConsumedCapacity"


@dataclass
class Used:
    """What was used; a read that may lag behind counts half."""

    calls: Counter[str] = field(default_factory=Counter)
    write_units: float = 0.0
    read_units: float = 0.0

    def ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Have a call say what it used."""
        if _TOTAL in model.input_shape.members:
            params.setdefault(_TOTAL, "TOTAL")

    def count(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """Count a call that was answered."""
        self.calls[model.name] += 1
        capacity = parsed.get("ConsumedCapacity", [])
        for used in [capacity] if isinstance(capacity, dict) else capacity:
            if model.name in ("PutItem", "UpdateItem", "DeleteItem"):
                self.write_units += used["CapacityUnits"]
        self.read_units += _read_units(parsed, model.name)


@contextmanager
def measured(aws: Aws) -> Iterator[Used]:
    """What the clients of `aws` use until the block ends."""
    used = Used()
    clients = [aws.client("dynamodb"), aws.client("kinesis")]
    handlers = {"provide-client-params": used.ask, "after-call": used.count}
    for client in clients:
        for event, handler in handlers.items():
            client.meta.events.register(event, handler)
    try:
        yield used
    finally:
        for client in clients:
            for event, handler in handlers.items():
                client.meta.events.unregister(event, handler)


def _read_units(parsed: dict[str, Any], operation: str) -> float:
    """A page by its bytes, of a batch each item by its own."""
    if operation == "Query":
        page_bytes = sum(_size_bytes(item) for item in parsed["Items"])
        return max(1, math.ceil(page_bytes / READ_UNIT_BYTES)) / 2
    if operation == "BatchGetItem":
        items = [item for found in parsed["Responses"].values() for item in found]
        return sum(math.ceil(_size_bytes(item) / READ_UNIT_BYTES) for item in items)
    return 0.0


def _size_bytes(item: dict[str, Any]) -> int:
    """About what DynamoDB counts: names and values as text."""
    return sum(len(name) + len(str(value)) for name, value in from_attributes(item).items())
