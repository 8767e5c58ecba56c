"""A bounded read of the archive: the newest parts first, and an account of what was left out."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from chalicelib.analytics.model import Period, SearchArchiveRead
from chalicelib.analytics.part import Content
from chalicelib.analytics.store import Archive
from chalicelib.aws.bucket import StoredObject

READERS = 8


class ReadLimits(NamedTuple):
    """What one report may read: it returns within API Gateway's 29 s and a function's memory.

    `objects` and `bytes` count what is stored, `unpacked_bytes` bounds the rows, and no read
    begins after `time_s`.
    """

    objects: int = 500
    bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 128 * 1024 * 1024
    time_s: float = 15.0


class ArchiveReader:
    """One read of a period; `clock` gives monotonic seconds."""

    def __init__(
        self, archive: Archive, period: Period, limits: ReadLimits, clock: Callable[[], float]
    ) -> None:
        self._archive = archive
        self._period = period
        self._limits = limits
        self._clock = clock
        self._deadline = clock() + limits.time_s
        self._read: list[StoredObject] = []
        self._rows = self._malformed_rows = self._damaged = self._unpacked_bytes = 0

    def each(self, take: Callable[[Content], None]) -> SearchArchiveRead:
        """Hand the content of every part within the limits to `take`; returns what was read.

        Raises Unavailable when the archive cannot be read.
        """
        parts, all_listed = self._list_parts()
        within = _within(parts, self._limits)
        with ThreadPoolExecutor(READERS) as pool:
            for start in range(0, len(within), READERS):
                if self._is_over():
                    break
                wave = within[start : start + READERS]
                contents = pool.map(self._archive.content, [part.key for part in wave])
                for part, content in zip(wave, contents, strict=True):
                    if content is not None:
                        self._count(part, content)
                        take(content)
        return self._account(parts, all_listed=all_listed)

    def _list_parts(self) -> tuple[list[StoredObject], bool]:
        parts: list[StoredObject] = []
        for day in self._archive.days(self._period):
            if self._clock() >= self._deadline:
                return parts, False
            parts += self._archive.parts(day, self._period)
        return parts, True

    def _is_over(self) -> bool:
        return (
            self._clock() >= self._deadline or self._unpacked_bytes >= self._limits.unpacked_bytes
        )

    def _count(self, part: StoredObject, content: Content) -> None:
        self._read.append(part)
        self._rows += len(content.events)
        self._malformed_rows += content.malformed_rows
        self._unpacked_bytes += content.unpacked_bytes
        self._damaged += content.is_damaged

    def _account(self, parts: Sequence[StoredObject], *, all_listed: bool) -> SearchArchiveRead:
        left_out_objects = len(parts) - len(self._read)
        return SearchArchiveRead(
            objects=len(self._read),
            bytes=_bytes(self._read),
            rows=self._rows,
            malformed_rows=self._malformed_rows,
            damaged_objects=self._damaged,
            complete=all_listed and not left_out_objects and not self._damaged,
            left_out_objects=left_out_objects,
            left_out_bytes=_bytes(parts) - _bytes(self._read),
        )


def _within(parts: Sequence[StoredObject], limits: ReadLimits) -> Sequence[StoredObject]:
    """The first parts that fit the limits together."""
    size_bytes = 0
    for position, part in enumerate(parts[: limits.objects]):
        size_bytes += part.size_bytes
        if size_bytes > limits.bytes:
            return parts[:position]
    return parts[: limits.objects]


def _bytes(parts: Sequence[StoredObject]) -> int:
    return sum(part.size_bytes for part in parts)
