"""A PostgreSQL database into a folder, in the form of an export, from which it is imported."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib import ids, times
from infra.transfer import kinds, summary
from infra.transfer.folder import Folder, PartWriter
from infra.transfer.manifest import ExportManifest, Taken
from infra.transfer.objects import FOLDER, OBJECT
from infra.transfer.refusal import MoveRefused
from infra.transfer.relational.columns import Relation
from infra.transfer.relational.database import Snapshot, take_snapshot
from infra.transfer.relational.rows import Row, from_row, join_order
from infra.transfer.relational.schema import ORDER_LINES, RELATIONS
from infra.transfer.typed import Item, to_line
from infra.transfer.verifying import UNSOUND

_CONSISTENCY = "One snapshot of the database: everything is as of the same moment."


def read_database(url: str, path: Path, say: Callable[[str], None]) -> ExportManifest:
    """Write what the database holds to an empty folder; returns the manifest.

    Raises MoveRefused.
    """
    folder = Folder(path)
    with take_snapshot(url) as snapshot:
        loaded = snapshot.read_manifest()
        at = times.text(times.now())
        say(f"Reading the database, an export of stage {loaded.stage}, as of {at} ...")
        folder.begin({"stage": loaded.stage}, same=("stage",))
        for relation in RELATIONS:
            if relation.kind:
                _read_relation(snapshot, relation, folder)
    made = ExportManifest(
        stage=loaded.stage,
        taken=Taken(how="postgresql", since=at, until=at, consistency=_CONSISTENCY),
        **summary.sum_up(folder),
    )
    folder.finish(made)
    return made


def _read_relation(snapshot: Snapshot, relation: Relation, folder: Folder) -> None:
    name = f"{relation.kind}.ndjson"
    with PartWriter(folder, relation.kind) as writer:
        for row, lines in snapshot.read(relation):
            try:
                line = to_line(_to_item(relation, row, lines), _write_object(row, folder))
            except UNSOUND as error:
                key = " ".join(str(row[column]) for column in relation.key)
                raise MoveRefused(f"{relation.name} has no sound row {key}: {error!r}") from error
            writer.add(name, line)
        writer.save(None, done=True)


def _to_item(relation: Relation, row: Row, lines: list[Row]) -> Item:
    item = from_row(relation, row)
    if relation.kind == kinds.ORDERS and row["line_count"] is not None:
        return join_order(item, [from_row(ORDER_LINES, line) for line in lines])
    return item


def _write_object(row: Row, folder: Folder) -> dict[str, Any] | None:
    """The file of an image, and what its line says of it."""
    text = row.get("object")
    if text is None:
        return None
    data = bytes.fromhex(text.removeprefix("\\x"))
    name = f"{FOLDER}/{ids.require_id(row['id'], 'media')}"
    (folder.path / FOLDER).mkdir(exist_ok=True)
    (folder.path / name).write_bytes(data)
    told = {"file": name, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {OBJECT: told}
