"""What is in a folder, by reading it once more: hashes of files, counts and contents by kind."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from infra.transfer import kinds
from infra.transfer.folder import Folder, add_up, kind_of_file, read_lines
from infra.transfer.manifest import File, KindContent, hash_file
from infra.transfer.people import map_emails
from infra.transfer.typed import Item, digest

_BITS = 256


def sum_up(folder: Folder) -> dict[str, Any]:
    """The files, kinds and left-out items of an unfinished export, as its manifest has them."""
    progress = folder.all_progress()
    files = sorted(
        (name, size, items) for part in progress for name, (size, items) in part.files.items()
    )
    return {
        "files": [
            File(
                name=name,
                kind=kind_of_file(name),
                items=items,
                size_bytes=size,
                sha256=hash_file(folder.path / name),
            )
            for name, size, items in files
        ],
        "kinds": digest_kinds(folder, [name for name, _, _ in files]),
        "left_out": add_up(part.left_out for part in progress),
    }


def digest_kinds(folder: Folder, names: list[str]) -> dict[str, KindContent]:
    """How many items of each kind the files hold, and the digests of what they say."""
    emails = map_emails(list_items(folder, names, kinds.USERS))

    def describe(user: str) -> str:
        return emails.get(user, user)

    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for kind in kinds.KINDS:
        for document in list_documents(folder, names, kind.name):
            item = kind.map_owners(document.pop("Item"), describe, describe)
            counts[kind.name] += 1
            sums[kind.name] += digest(_without_id(kind.name, item), document)
    return {
        kind.name: KindContent(
            items=counts[kind.name], digest=f"{sums[kind.name] % 2**_BITS:0{_BITS // 4}x}"
        )
        for kind in kinds.KINDS
    }


def list_items(folder: Folder, names: list[str], kind: str) -> Iterator[Item]:
    """The items of one kind in the files."""
    for document in list_documents(folder, names, kind):
        yield document["Item"]


def list_documents(folder: Folder, names: list[str], kind: str) -> Iterator[dict[str, Any]]:
    """The lines of one kind in the files."""
    for name in names:
        if kind_of_file(name) == kind:
            yield from read_lines(folder.path / name)


def _without_id(kind: str, item: Item) -> Item:
    """A user's id is its stage's own."""
    return {name: value for name, value in item.items() if kind != kinds.USERS or name != "sub"}
