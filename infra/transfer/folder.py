"""The folder of an export: what is written so far, where to go on, and at the end the manifest."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from infra.transfer import manifest
from infra.transfer.manifest import ExportManifest
from infra.transfer.refusal import MoveRefused

PROGRESS = "progress"  # the folder of what is known of an unfinished export
LINE_BYTES = 16 * 1024 * 1024  # of an item of 400 KB, however it is escaped, there are fewer


@dataclass(kw_only=True)
class Progress:
    """How far a part is written: its place in the source, and each file's bytes and items."""

    position: Any = None
    done: bool = False
    files: dict[str, list[int]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Folder:
    """An export's folder at `path`."""

    path: Path

    def begin(self, facts: dict[str, Any], same: tuple[str, ...]) -> dict[str, Any]:
        """Begin, or go on; returns the facts with which it was begun.

        Raises MoveRefused when the folder holds something else: a finished export, that of a stage
        that differs in the facts named by `same`, or foreign files.
        """
        begun = self._progress / "begun.json"
        if (self.path / manifest.FILE).exists():
            raise MoveRefused(f"{self.path} holds a finished export; name another folder")
        if begun.exists():
            kept: dict[str, Any] = json.loads(begun.read_text())
            if any(kept[name] != facts[name] for name in same):
                raise MoveRefused(f"{self.path} holds an unfinished export of another system")
            return kept
        # A run that was killed at once leaves a folder of progress and nothing of that.
        if self.path.exists() and any(path != self._progress for path in self.path.iterdir()):
            raise MoveRefused(f"{self.path} is not empty and holds no export; name another folder")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds people's data
        self._progress.mkdir(exist_ok=True)
        _replace(begun, json.dumps(facts))
        return facts

    def progress(self, part: str) -> Progress:
        """How far a part was written."""
        file = self._progress / f"{part}.json"
        return Progress(**json.loads(file.read_text())) if file.exists() else Progress()

    def all_progress(self) -> list[Progress]:
        """How far all parts were written."""
        parts = sorted(self._progress.glob("*.json"))
        return [self.progress(part.stem) for part in parts if part.stem != "begun"]

    def save(self, part: str, progress: Progress) -> None:
        """Remember how far a part is written."""
        _replace(self._progress / f"{part}.json", json.dumps(asdict(progress)))

    def finish(self, made: ExportManifest) -> None:
        """Write the manifest: from now on it is an export."""
        _replace(self.path / manifest.FILE, made.to_text())
        shutil.rmtree(self._progress)

    def read_manifest(self) -> ExportManifest:
        """The manifest of a finished export.

        Raises MoveRefused.
        """
        if (self._progress / "begun.json").exists() and not self._manifest.exists():
            raise MoveRefused(f"{self.path} holds an unfinished export; run `make export` again")
        try:
            text = self._manifest.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise MoveRefused(f"{self._manifest} cannot be read: {error}") from error
        return manifest.read(text, str(self._manifest))

    @property
    def _manifest(self) -> Path:
        return self.path / manifest.FILE

    @property
    def _progress(self) -> Path:
        return self.path / PROGRESS


class PartWriter:
    """Appends lines to the files of one part; `save` makes them count.

    What a killed run wrote after its last save is cut off.
    """

    def __init__(self, folder: Folder, part: str) -> None:
        self._folder, self._part = folder, part
        self.progress = self._whole(folder.progress(part))
        self._left_out = Counter(self.progress.left_out)
        self._open: dict[str, IO[bytes]] = {}
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def add(self, name: str, line: bytes) -> None:
        """Append one item's line to a file."""
        if name not in self._open:
            self._open[name] = self._ends.enter_context(self._begin(name))
        size_and_items = self.progress.files[name]
        size_and_items[0] += self._open[name].write(line)
        size_and_items[1] += 1

    def leave_out(self, what: str) -> None:
        """Count an item that is not moved."""
        self._left_out[what] += 1

    def save(self, position: Any, *, done: bool) -> None:
        """Make what was added count, and `position` the place to go on from."""
        for file in self._open.values():
            file.flush()
            os.fsync(file.fileno())
        self.progress.position, self.progress.done = position, done
        self.progress.left_out = dict(self._left_out)
        self._folder.save(self._part, self.progress)

    def _begin(self, name: str) -> IO[bytes]:
        size = self.progress.files.setdefault(name, [0, 0])[0]
        path = self._folder.path / name
        file = path.open("r+b" if path.exists() else "w+b")
        file.truncate(size)
        file.seek(size)
        return file

    def _whole(self, progress: Progress) -> Progress:
        """The progress, or none if the files are shorter than it says: then a disk lost them."""
        for name, (size, _) in progress.files.items():
            path = self._folder.path / name
            if not path.exists() or path.stat().st_size < size:
                return Progress()
        return progress


def kind_of_file(name: str) -> str:
    """The kind of the items in a file by its name, such as `orders-0.ndjson`."""
    return name.removesuffix(".ndjson").partition("-")[0]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file, parsed; raises ValueError for one that no item has."""
    with path.open("rb") as file:
        while line := file.readline(LINE_BYTES + 1):
            if len(line) > LINE_BYTES:
                raise ValueError(f"a line has more than {LINE_BYTES} bytes")
            document: dict[str, Any] = json.loads(line)
            yield document


def add_up(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """The sum of counts, by name."""
    total: Counter[str] = Counter()
    for some in counts:
        total.update(some)
    return dict(sorted(total.items()))


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.replace(path)
