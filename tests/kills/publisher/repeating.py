"""Delivers each record of the stream three times, by putting it there twice more.

The copies have other partition keys, so that they are handled at the same time as the first.
"""

import threading
from typing import Self

from chalicelib.aws.stream import Entry, Stream, StreamRecord, read_stream_record
from chalicelib.errors import Unavailable
from infra.declared.resources import resources
from infra.local.config import ACCOUNT, REGION, STAGE
from infra.local.event_sources.kinesis_stream import KinesisStream
from tests.support.local_system import LocalSystem, aws_of

COPIES = 2
MARK = b" "  # at the end of a copy: JSON's readers ignore it
POLL_S, LIMIT = 0.2, 500


def find_stream() -> str:
    """The name of the messages' stream."""
    declared = resources(stage=STAGE, account=ACCOUNT, region=REGION)
    return next(stream.name for stream in declared.streams if stream.variable == "MESSAGES_STREAM")


class Repeater:
    """Copies what comes on the stream, in a thread, as long as its `with` lasts."""

    def __init__(self, system: LocalSystem) -> None:
        client, name = aws_of(system.config).client("kinesis"), find_stream()
        place = f"{REGION}:{ACCOUNT}"
        source = KinesisStream(client, f"arn:aws:kinesis:{place}:stream/{name}")
        self._stream = Stream(client, name)
        self._shards = {
            shard.shard_id: source.open_shard(shard.shard_id) for shard in source.list_shards()
        }
        self._positions: dict[str, str | None] = dict.fromkeys(self._shards)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="repeater")
        self.originals = self.copies = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._stop.wait(POLL_S):
            for shard_id in self._shards:
                try:
                    self._copy(shard_id)
                except Unavailable:  # the next poll reads the same page
                    continue

    def _copy(self, shard_id: str) -> None:
        page = self._shards[shard_id].read(self._positions[shard_id], LIMIT)
        records = [read_stream_record(record) for record in page.records]
        originals = [record for record in records if not record.data.endswith(MARK)]
        entries = [_make_copy(record, number) for record in originals for number in range(COPIES)]
        while entries:
            left = self._stream.put_all(entries)
            self.copies += len(entries) - len(left)
            entries = [entries[position] for position in left]
        self.originals += len(originals)
        self._positions[shard_id] = page.last or self._positions[shard_id]


def _make_copy(record: StreamRecord, number: int) -> Entry:
    return Entry(f"copy {number} {record.partition_key}", record.data + MARK)
