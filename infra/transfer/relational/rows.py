"""Items as rows and back, exactly: what has no column, or does not fit it, is in `rest`."""

import base64
import json
from typing import Any

from infra.transfer.kinds import Path
from infra.transfer.relational.columns import REST, Column, Relation
from infra.transfer.relational.plain import Unfit, from_json, quote, to_json
from infra.transfer.relational.schema import ORDER_LINES
from infra.transfer.typed import Attribute, Item

Row = dict[str, str | None]  # the text of each column

_NULL: Attribute = {"NULL": True}
_BOOKKEEPING = "_omni"


def to_row(relation: Relation, item: Item) -> Row:
    """The row of an item."""
    rest, absent = dict(item), []
    for name, value in relation.implied(item).items():
        if rest.get(name) == value:
            del rest[name]
        elif name not in rest:
            absent.append(name)
    row: Row = {}
    for column in relation.columns:
        if not column.path:
            continue
        if relation.nullable and column.path[0] not in rest:
            absent.append(column.path[0])
        row[column.name] = _take(rest, column, nullable=relation.nullable)
    if relation.has_content:
        row["content"] = _take_content(rest)
    return {**row, REST.name: _pack(rest, absent)}


def from_row(relation: Relation, row: Row) -> Item:
    """The item of a row."""
    item, absent = _unpack(row[REST.name])
    for column in relation.columns:
        text = row.get(column.name)
        if text is not None and column.path:
            _set(item, column.path, column.type.from_text(text))
        elif relation.nullable and column.path and column.path[0] not in {*item, *absent}:
            item[column.path[0]] = _NULL
    if relation.has_content and (content := row["content"]) is not None:
        item |= from_json(content)["M"]
    implied = relation.implied(item).items()
    return {**{name: value for name, value in implied if name not in absent}, **item}


def split_order(order: Item) -> tuple[Item, list[Item] | None]:
    """An order without its lines, and these; None where it has no lines that are maps."""
    content = order.get("order", {}).get("M", {})
    lines = content.get("lines", {}).get("L")
    if lines is None or not all("M" in line for line in lines):
        return order, None
    others = {name: value for name, value in content.items() if name != "lines"}
    return {**order, "order": {"M": others}}, [line["M"] for line in lines]


def join_order(order: Item, lines: list[Item] | None) -> Item:
    """The order with its lines."""
    if lines is None:
        return order
    content = {**order["order"]["M"], "lines": {"L": [{"M": line} for line in lines]}}
    return {**order, "order": {"M": content}}


def to_line_rows(order_id: str, lines: list[Item]) -> list[Row]:
    """The rows of an order's lines, which count from 1."""
    return [
        {"order_id": order_id, "line": str(number), **to_row(ORDER_LINES, line)}
        for number, line in enumerate(lines, 1)
    ]


def _take(rest: Item, column: Column, *, nullable: bool) -> str | None:
    """Move a value from the item to its column's text, if it fits."""
    found = _find(rest, column.path)
    if found is None:
        return None
    if nullable and found == _NULL:
        _remove(rest, column.path)
        return None
    try:
        text = column.type.to_text(found)
    except Unfit:
        return None
    _remove(rest, column.path)
    return text


def _take_content(rest: Item) -> str:
    """Move what is plain JSON, whatever its name, to one document."""
    members = []
    for name in [name for name in rest if name != _BOOKKEEPING]:
        try:
            members.append(f"{quote(name)}:{to_json(rest[name])}")
        except Unfit:
            continue
        del rest[name]
    return f"{{{','.join(members)}}}"


def _find(item: Item, path: Path) -> Attribute | None:
    attribute: Attribute = {"M": item}
    for name in path:
        attribute = attribute.get("M", {}).get(name)
        if attribute is None:
            return None
    return attribute


def _remove(item: Item, path: Path) -> None:
    """Remove a value, and the map around it that becomes empty."""
    if len(path) == 1:
        del item[path[0]]
        return
    inner = dict(item[path[0]]["M"])
    _remove(inner, path[1:])
    item[path[0]] = {"M": inner}
    if not inner:
        del item[path[0]]


def _set(item: Item, path: Path, value: Attribute) -> None:
    if len(path) == 1:
        item[path[0]] = value
    else:
        _set(item.setdefault(path[0], {"M": {}})["M"], path[1:], value)


def _pack(rest: Item, absent: list[str]) -> str | None:
    """What has no column as JSON; with U+0000 in it, which jsonb does not hold, in Base64."""
    document: dict[str, Any] = {}
    if rest:
        document["item"] = rest
    if absent:
        document["absent"] = absent
    text = json.dumps(document, ensure_ascii=False)
    if "\\u0000" in text:
        text = json.dumps({"base64": base64.b64encode(text.encode()).decode()})
    return text if document else None


def _unpack(text: str | None) -> tuple[Item, list[str]]:
    document = json.loads(text or "{}")
    if "base64" in document:
        document = json.loads(base64.b64decode(document["base64"]))
    return document.get("item", {}), document.get("absent", [])
