"""What the sandbox keeps: JSON lines that are appended to one file, and read again at a start."""

import threading
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.observability import logger

MAX_BYTES = 8 * 1024 * 1024
KEPT_VALUES = 1000
MODE = 0o600
Kept = TypeVar("Kept")

_log = logger(__name__)


class JournalLine(msgspec.Struct, frozen=True):
    """One value of a kind under its key; a later line of the same key replaces it."""

    kind: str
    key: str
    value: Any


class Journal:
    """One file; past `max_bytes` its older half is forgotten."""

    def __init__(self, file: Path, max_bytes: int = MAX_BYTES) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(MODE)
        self._repair()

    def read(self, kind: str) -> list[tuple[str, Any]]:
        """Key and value of each line of that kind, oldest first."""
        lines = (_decode(raw) for raw in self._file.read_bytes().splitlines())
        return [(line.key, line.value) for line in lines if line is not None and line.kind == kind]

    def append(self, kind: str, key: str, value: Any) -> None:
        """Write one line before this returns.

        Raises OSError when the disk does not take it.
        """
        raw = msgspec.json.encode(JournalLine(kind, key, value)) + b"\n"
        with self._lock:
            with self._file.open("ab") as file:
                file.write(raw)
            if self._file.stat().st_size > self._max_bytes:
                self._forget_older_half()

    def _repair(self) -> None:
        """End a line that a kill cut off, so that the next one does not continue it."""
        content = self._file.read_bytes()
        if content and not content.endswith(b"\n"):
            with self._file.open("ab") as file:
                file.write(b"\n")

    def _forget_older_half(self) -> None:
        content = self._file.read_bytes()
        start = content.find(b"\n", len(content) // 2) + 1
        draft = self._file.with_suffix(".new")
        draft.touch(MODE)
        draft.write_bytes(content[start:])
        draft.replace(self._file)


class Collection(Generic[Kept]):
    """The newest values of one kind by their keys, kept in the journal."""

    def __init__(self, journal: Journal, kind: str, value_type: type[Kept]) -> None:
        self._journal = journal
        self._kind = kind
        self._values: dict[str, Kept] = {}
        self.lock = threading.RLock()
        for key, value in journal.read(kind):
            self._keep(key, msgspec.convert(value, value_type))

    def put(self, key: str, value: Kept) -> None:
        """Keep `value` under `key`."""
        with self.lock:
            self._journal.append(self._kind, key, value)
            self._keep(key, value)

    def get(self, key: str) -> Kept | None:
        """The value under `key`; None if there is none."""
        return self._values.get(key)

    def list_all(self) -> list[Kept]:
        """All values, oldest first."""
        with self.lock:
            return list(self._values.values())

    def _keep(self, key: str, value: Kept) -> None:
        self._values[key] = value
        while len(self._values) > KEPT_VALUES:
            del self._values[next(iter(self._values))]


def _decode(raw: bytes) -> JournalLine | None:
    try:
        return msgspec.json.decode(raw, type=JournalLine)
    except msgspec.DecodeError:
        if raw:
            _log.warning("a line of the sandbox's journal is damaged and left out")
        return None
