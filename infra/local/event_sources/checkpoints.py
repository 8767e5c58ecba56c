"""Checkpoints of a stream's shards, stored across restarts of the event sources."""

import json
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

from chalicelib.observability import logger

_log = logger(__name__)


class Checkpoints:
    """The checkpoints of one mapping; with `path` None they are in memory only.

    A shard without a checkpoint is read from its beginning: its records are delivered again, which
    handlers must tolerate. So damaged checkpoints, and those of another stream, are ignored.
    """

    def __init__(self, path: Path | None, stream_arn: str) -> None:
        self._path = path
        self._stream_arn = stream_arn
        self._lock = threading.Lock()
        self._shards: dict[str, dict[str, Any]] = self._read()

    def find_position(self, shard_id: str) -> str | None:
        """The last sequence number that was handled; None without a checkpoint."""
        found = self._shards.get(shard_id, {}).get("after")
        return None if found is None else str(found)

    def is_finished(self, shard_id: str) -> bool:
        """Whether the shard was closed and all of it handled."""
        return bool(self._shards.get(shard_id, {}).get("finished"))

    def advance(self, shard_id: str, sequence_number: str) -> None:
        """Store that all records up to this one are handled, before this returns."""
        self._put(shard_id, {"after": sequence_number})

    def finish(self, shard_id: str) -> None:
        """Store that the shard is closed and all of it handled."""
        self._put(shard_id, {"finished": True})

    def delete(self, shard_id: str) -> None:
        """Delete the shard's checkpoint."""
        self._put(shard_id, {})

    def delete_others(self, shard_ids: Collection[str]) -> None:
        """Delete the checkpoints of all shards but these."""
        with self._lock:
            if not self._shards.keys() <= set(shard_ids):
                self._shards = {
                    shard_id: self._shards[shard_id]
                    for shard_id in shard_ids
                    if shard_id in self._shards
                }
                self._write()

    def _put(self, shard_id: str, checkpoint: dict[str, Any]) -> None:
        with self._lock:
            self._shards = {**self._shards, shard_id: checkpoint}
            self._write()

    def _read(self) -> dict[str, dict[str, Any]]:
        if self._path is None:
            return {}
        try:
            stored = json.loads(self._path.read_text())
            is_same_stream = stored["stream"] == self._stream_arn
            return dict(stored["shards"]) if is_same_stream else {}
        except FileNotFoundError:
            return {}
        except (ValueError, LookupError, TypeError):
            _log.warning("checkpoints are damaged; the stream is read from its beginning")
            return {}

    def _write(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"stream": self._stream_arn, "shards": self._shards}))
        draft.replace(self._path)
