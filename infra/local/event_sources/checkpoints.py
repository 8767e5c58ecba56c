"""How far each shard of a stream was handled, kept over a restart of the event sources."""

import json
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

from chalicelib.observability import logger

_log = logger(__name__)


class Checkpoints:
    """The checkpoints of one mapping; `path` None forgets them with the process.

    Without its checkpoint a shard is read from the beginning, which handlers bear: to them it is
    one more delivery. So another stream's checkpoints, or damaged ones, are as good as none.
    """

    def __init__(self, path: Path | None, stream_arn: str) -> None:
        self._path = path
        self._stream_arn = stream_arn
        self._lock = threading.Lock()
        self._shards: dict[str, dict[str, Any]] = self._read()

    def after(self, shard_id: str) -> str | None:
        """The sequence number that was handled last."""
        found = self._shards.get(shard_id, {}).get("after")
        return None if found is None else str(found)

    def is_finished(self, shard_id: str) -> bool:
        """Whether the shard was closed and all of it handled."""
        return bool(self._shards.get(shard_id, {}).get("finished"))

    def advance(self, shard_id: str, sequence_number: str) -> None:
        """All up to this record is handled; on file before this returns."""
        self._put(shard_id, {"after": sequence_number})

    def finish(self, shard_id: str) -> None:
        """The shard is closed and all of it handled."""
        self._put(shard_id, {"finished": True})

    def forget(self, shard_id: str) -> None:
        """The checkpoint leads nowhere any more."""
        self._put(shard_id, {})

    def keep_only(self, shard_ids: Collection[str]) -> None:
        """Forget shards that the stream has no more."""
        with self._lock:
            if not self._shards.keys() <= set(shard_ids):
                kept = {each: self._shards[each] for each in shard_ids if each in self._shards}
                self._shards = kept
                self._write()

    def _put(self, shard_id: str, checkpoint: dict[str, Any]) -> None:
        with self._lock:
            self._shards = {**self._shards, shard_id: checkpoint}
            self._write()

    def _read(self) -> dict[str, dict[str, Any]]:
        if self._path is None:
            return {}
        try:
            kept = json.loads(self._path.read_text())
            is_ours = kept["stream"] == self._stream_arn
            return dict(kept["shards"]) if is_ours else {}
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
