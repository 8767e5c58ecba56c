"""Items in DynamoDB JSON: each value with its type, numbers as text, binary as Base64.

Plain JSON would lose numbers beyond a float's digits, and what is binary or a set.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

Attribute = dict[str, Any]  # such as {"N": "12"}
Item = dict[str, Attribute]


def from_wire(item: Mapping[str, Any]) -> Item:
    """An item as botocore gives it; sets get an order, so that equal ones look the same."""
    return {name: _from_wire(value) for name, value in item.items()}


def to_wire(item: Item) -> dict[str, Any]:
    """An item as botocore takes it."""
    return {name: _walk(value, base64.b64decode) for name, value in item.items()}


def in_order(item: Item) -> Item:
    """An item of a file with its sets in order."""
    return {name: _walk(value, str) for name, value in item.items()}


def _from_wire(value: Attribute) -> Attribute:
    return _walk(value, lambda data: base64.b64encode(data).decode())


def _walk(attribute: Attribute, change: Callable[[Any], Any]) -> Attribute:
    """The attribute with what is binary changed, and its sets in order."""
    kind, value = next(iter(attribute.items()))
    match kind:
        case "M":
            return {"M": {name: _walk(member, change) for name, member in value.items()}}
        case "L":
            return {"L": [_walk(member, change) for member in value]}
        case "B":
            return {"B": change(value)}
        case "BS":
            return {"BS": sorted(change(member) for member in value)}
        case "NS" | "SS":
            return {kind: sorted(value)}
    return {kind: value}


def text_of(item: Item, name: str) -> str:
    """A string attribute; empty where there is none."""
    return str(item.get(name, {}).get("S", ""))


def to_line(item: Item, extra: Mapping[str, Any] | None = None) -> bytes:
    """A line of a file, as DynamoDB's own exports have it; `extra` stands beside the item."""
    return _dump({"Item": item, **(extra or {})}).encode() + b"\n"


def digest(item: Item, extra: Mapping[str, Any] | None = None) -> int:
    """A number for an item's content; the sum over many does not depend on their order."""
    text = _dump({"Item": item, **(extra or {})})
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


def _dump(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
