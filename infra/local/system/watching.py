"""Which source files changed: their sizes and times are polled, and read when they are settled."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.local.config import ROOT

SOURCES = (ROOT / "app.py", ROOT / "chalicelib")
POLL_S = 0.3
SETTLED_AFTER_S = 0.3  # an editor may write several files, or one in several steps

Snapshot = dict[Path, tuple[int, int]]


class SourceWatcher:
    """Compares the `*.py` files below `sources` with how they were; `clock` gives seconds."""

    def __init__(
        self,
        sources: tuple[Path, ...] = SOURCES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = sources
        self._clock = clock
        self._known = self._latest = _snapshot(sources)
        self._polled_at = self._changed_at = clock()

    def poll_changes(self) -> frozenset[Path]:
        """Files that were written, added or removed since the last call that returned any.

        Empty while the files are still changing.
        """
        now = self._clock()
        if now - self._polled_at < POLL_S:
            return frozenset()
        self._polled_at = now
        found = _snapshot(self._sources)
        if found != self._latest:
            self._latest, self._changed_at = found, now
        if found == self._known or now - self._changed_at < SETTLED_AFTER_S:
            return frozenset()
        changed = {path for path, _ in self._known.items() ^ found.items()}
        self._known = found
        return frozenset(changed)


def _snapshot(sources: tuple[Path, ...]) -> Snapshot:
    """Modification time (ns) and size by file."""
    found: Snapshot = {}
    for path in _files(sources):
        try:
            status = path.stat()
        except OSError:  # removed meanwhile
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _files(sources: tuple[Path, ...]) -> Iterator[Path]:
    for source in sources:
        yield from source.rglob("*.py") if source.is_dir() else (source,)
