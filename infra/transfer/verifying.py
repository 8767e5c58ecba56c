"""Whether a folder is a whole export that this release can import: asked before anything is."""

from collections import Counter
from functools import cache
from typing import Any

from chalicelib.errors import InvalidInput
from infra.declared.resources import LOCAL, resources
from infra.transfer import anew, kinds, people
from infra.transfer.folder import Folder, kind_of_file, read_lines
from infra.transfer.kinds import Kind
from infra.transfer.manifest import ExportManifest, File, require_same
from infra.transfer.objects import OBJECT, find_object_key, require_whole
from infra.transfer.refusal import MoveRefused
from infra.transfer.soundness import require_index_keys, require_sound
from infra.transfer.typed import Item, text_of

# What comes of a line that no export writes.
UNSOUND = (
    ArithmeticError,
    AttributeError,
    InvalidInput,
    KeyError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)


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
    if kind is None or file.kind != kind_of_file(file.name):  # by its name it is imported
        raise MoveRefused(f"{file.name} holds {file.kind}, which this release does not know")
    number = 0
    try:
        for document in read_lines(folder.path / file.name):
            number += 1
            _check(kind, document)
            if OBJECT in document:
                _require_own_object(kind, document["Item"])
                require_whole(document[OBJECT], folder.path)
    except UNSOUND as error:
        raise MoveRefused(f"{file.name} has no sound item in line {number}: {error!r}") from error
    if number != file.items:
        raise MoveRefused(f"{file.name} holds {number} items, not {file.items}")
    return number


def _check(kind: Kind, document: dict[str, Any]) -> None:
    item = document["Item"]
    require_sound(item, kind.key)
    if not kind.has(item) or (kind.table and kinds.find_kind(kind.table, item) is not kind):
        raise InvalidInput(f"it is not one of the {kind.name}")
    if kind.name == kinds.USERS:
        people.describe_wanted(item, LOCAL)
        return
    made = anew.complete(kind, kind.strip(item), starts=True)
    require_index_keys(made, _list_index_keys(kind.table))
    if kind.name == kinds.MESSAGES:
        require_index_keys(anew.make_calendar_entry(item), _list_index_keys(kind.table))


def _require_own_object(kind: Kind, item: Item) -> None:
    """Raise InvalidInput unless it is an image, and written where no other one is."""
    if kind.name != kinds.MEDIA or text_of(item, "key") != find_object_key(item):
        raise InvalidInput("it has the file of an image, and not the key of its own")


@cache
def _list_index_keys(output: str) -> frozenset[str]:
    """The keys of a table's indexes, by the table's output."""
    tables = resources(stage=LOCAL, account="", region="").tables
    indexes = [index for table in tables if table.output == output for index in table.indexes]
    return frozenset(k for i in indexes for k in (i.partition_key, i.sort_key) if k is not None)
