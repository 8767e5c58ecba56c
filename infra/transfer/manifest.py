"""The manifest of an export: what is in its files, by counts and hashes, and as of when."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from infra.transfer.refusal import MoveRefused

FORMAT, VERSION = "omnidata-export", 1
FILE = "manifest.json"

_NAME = re.compile(r"[a-z0-9_-]+\.ndjson")
_CHUNK_BYTES = 1024 * 1024
_CHANGED = "{} was changed or damaged since it was written: its {} is another"


@dataclass(frozen=True, kw_only=True)
class File:
    """A file by its name in the folder; `items` are its lines, those of one kind."""

    name: str
    kind: str
    items: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class KindContent:
    """How many items of a kind there are, and the digest of what they say.

    In the digest users have their e-mail addresses in place of their ids, and what a target makes
    anew is left out: so it is equal before and after a move.
    """

    items: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How the data was read, and as of when; times are UTC texts."""

    how: str
    since: str
    until: str
    consistency: str


@dataclass(frozen=True, kw_only=True)
class ExportManifest:
    """An export. `left_out` counts what is not moved, by table and kind of key.

    `copies` are the files for PostgreSQL, which an import does not read.
    """

    stage: str
    taken: Taken
    files: list[File]
    kinds: dict[str, KindContent]
    left_out: dict[str, int] = field(default_factory=dict)
    copies: list[File] = field(default_factory=list)

    def to_text(self) -> str:
        """The manifest's own file, sealed by a hash of itself."""
        body = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps({**body, "seal": _seal(body)}, indent=2, ensure_ascii=False) + "\n"


def read(text: str, where: str) -> ExportManifest:
    """The manifest of `text`.

    Raises MoveRefused for what is none, is of another version, or was changed.
    """
    try:
        body = json.loads(text)
        seal, found = body.pop("seal", None), (body.pop("format"), body.pop("version"))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise MoveRefused(f"{where} is no manifest of an export of OmniData") from error
    if found != (FORMAT, VERSION):
        raise MoveRefused(
            f"{where} is of {found[0]} version {found[1]}, and this release reads {FORMAT} "
            f"version {VERSION}"
        )
    if seal != _seal({"format": FORMAT, "version": VERSION, **body}):
        raise MoveRefused(_CHANGED.format(where, "seal"))
    return _parse(body, where)


def _parse(body: dict[str, Any], where: str) -> ExportManifest:
    try:
        manifest = msgspec.convert(body, ExportManifest)
    except msgspec.ValidationError as error:
        raise MoveRefused(f"{where} lacks a part of a manifest: {error}") from error
    names = [file.name for file in manifest.files]
    if len(set(names)) != len(names):
        raise MoveRefused(f"{where} names a file twice")
    for file in manifest.files:
        if not _NAME.fullmatch(file.name):
            raise MoveRefused(f"{where} names a file {file.name!r}, which no export has")
    return manifest


def require_same(path: Path, size_bytes: int, sha256: str) -> None:
    """Raise MoveRefused unless the file is there as it was written."""
    if not path.is_file():
        raise MoveRefused(f"{path} is missing")
    if path.stat().st_size != size_bytes or hash_file(path) != sha256:
        raise MoveRefused(_CHANGED.format(path, "hash"))


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, read in parts."""
    found = hashlib.sha256()
    for chunk in _chunks(path):
        found.update(chunk)
    return found.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _seal(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
