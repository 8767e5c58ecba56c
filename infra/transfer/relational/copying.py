"""An export's items as files of COPY, one a table, beside the schema and what loads them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from infra.transfer import kinds, summary
from infra.transfer.folder import Folder
from infra.transfer.manifest import File, hash_file
from infra.transfer.objects import OBJECT
from infra.transfer.refusal import MoveRefused
from infra.transfer.relational import ddl
from infra.transfer.relational.columns import Relation
from infra.transfer.relational.rows import Row, split_order, to_line_rows, to_row
from infra.transfer.relational.schema import ORDER_LINES, RELATIONS, VERSION
from infra.transfer.typed import Item

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NULL = "\\N"


def write_copies(folder: Folder, names: list[str]) -> list[File]:
    """Write the folder `postgresql` for the items in the files of these names; returns its files.

    Raises MoveRefused for an item whose key PostgreSQL cannot hold.
    """
    into = folder.path / ddl.FOLDER
    into.mkdir(exist_ok=True)
    (into / "schema.sql").write_text(ddl.write_schema())
    (into / "load.sql").write_text(ddl.write_load())
    for relation in RELATIONS:
        if relation.kind:
            _write_relation(relation, folder, names)
    return [_describe(folder, relation) for relation in RELATIONS]


def write_manifest(folder: Folder, text: str) -> None:
    """Write the manifest as the one row of its table."""
    row = f"{VERSION}\t{text.translate(_ESCAPES)}\n"
    (folder.path / ddl.FOLDER / "export.copy").write_text(row)


def _write_relation(relation: Relation, folder: Folder, names: list[str]) -> None:
    with ExitStack() as ends:
        into = ends.enter_context(_open(folder, relation))
        is_orders = relation.kind == kinds.ORDERS
        lines = ends.enter_context(_open(folder, ORDER_LINES)) if is_orders else None
        for document in summary.list_documents(folder, names, relation.kind):
            item = document["Item"]
            if lines is not None:
                item, order_lines = split_order(item)
                row = to_row(relation, item)
                row["line_count"] = None if order_lines is None else str(len(order_lines))
                _write(lines, ORDER_LINES, to_line_rows(row["order_id"] or "", order_lines or []))
            else:
                row = to_row(relation, item)
            if OBJECT in document:
                row["object"] = _read_object(folder.path / document[OBJECT]["file"])
            _require_key(relation, row, item)
            _write(into, relation, [row])


def _describe(folder: Folder, relation: Relation) -> File:
    name = f"{ddl.FOLDER}/{relation.name}.copy"
    path = folder.path / name
    with path.open("rb") as file:
        lines = sum(1 for _ in file)
    size_bytes = path.stat().st_size
    return File(
        name=name, kind=ddl.FOLDER, items=lines, size_bytes=size_bytes, sha256=hash_file(path)
    )


def _open(folder: Folder, relation: Relation) -> IO[str]:
    return (folder.path / ddl.FOLDER / f"{relation.name}.copy").open(
        "w", encoding="utf-8", newline="\n"
    )


def _write(into: IO[str], relation: Relation, rows: list[Row]) -> None:
    for row in rows:
        into.write("\t".join(_cells(relation, row)) + "\n")


def _cells(relation: Relation, row: Row) -> Iterator[str]:
    for column in ddl.columns_of(relation):
        text = row.get(column.name)
        yield _NULL if text is None else text.translate(_ESCAPES)


def _read_object(path: Path) -> str:
    """An image as PostgreSQL writes bytes; it has 8 MiB at most."""
    return "\\x" + path.read_bytes().hex()


def _require_key(relation: Relation, row: dict[str, Any], item: Item) -> None:
    if any(row[name] is None for name in relation.key):
        raise MoveRefused(f"PostgreSQL cannot hold the key of {relation.name} {item}")
