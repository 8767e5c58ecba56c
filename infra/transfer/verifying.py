"""Whether a folder is a whole export that this release can import: asked before anything is."""

from collections import Counter
from typing import Any

from chalicelib.errors import InvalidInput
from infra.transfer import anew, kinds
from infra.transfer.folder import Folder, read_lines
from infra.transfer.kinds import Kind
from infra.transfer.manifest import ExportManifest, File, require_same
from infra.transfer.objects import OBJECT, require_whole
from infra.transfer.refusal import MoveRefused
from infra.transfer.typed import to_wire

# What comes of a line that no export writes.
_UNSOUND = (AttributeError, InvalidInput, KeyError, StopIteration, TypeError, ValueError)


def verify(folder: Folder) -> ExportManifest:
    """The manifest, once every file is as it says, and every item is one of its kind.

    Raises MoveRefused.
    """
    made = folder.read_manifest()
    for file in made.files:
        require_same(folder.path / file.name, file.size_bytes, file.sha256)
    counts: Counter[str] = Counter()
    for file in made.files:
        counts[file.kind] += _check_lines(folder, file)
    for name, content in made.kinds.items():
        if counts[name] != content.items:
            raise MoveRefused(
                f"the manifest counts {content.items} {name} and the files hold {counts[name]}"
            )
    return made


def _check_lines(folder: Folder, file: File) -> int:
    """How many items of its kind a file holds."""
    kind = kinds.BY_NAME.get(file.kind)
    if kind is None:
        raise MoveRefused(f"{file.name} holds {file.kind}, which this release does not know")
    number = 0
    try:
        for document in read_lines(folder.path / file.name):
            number += 1
            _check(kind, document)
            if OBJECT in document:
                require_whole(document[OBJECT], folder.path)
    except _UNSOUND as error:
        raise MoveRefused(f"{file.name} has no sound item in line {number}: {error!r}") from error
    if number != file.items:
        raise MoveRefused(f"{file.name} holds {number} items, not {file.items}")
    return number


def _check(kind: Kind, document: dict[str, Any]) -> None:
    item = document["Item"]
    to_wire(item)
    if kind.table and kinds.find_kind(kind.table, item) is not kind:
        raise InvalidInput(f"it is not one of the {kind.name}")
    anew.complete(kind, item, starts=True)
    if kind.name == kinds.MESSAGES:
        anew.make_calendar_entry(item)
