"""The mapping of a stream that one of several processes reads: who holds its lease."""

import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from chalicelib.errors import Unavailable
from chalicelib.observability import logger
from infra.containers.lease import Lease
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.stream_mapping import StreamMapping

ASK_S = 5.0  # between looks at a lease that another process holds
PASS_ON_S = 1.0  # between looks at whether the lease is held still

MakeMapping = Callable[[Checkpoints], StreamMapping]

_log = logger(__name__)


class LeasedCheckpoints(Checkpoints):
    """Checkpoints in the item of the lease, which only its holder can write."""

    def __init__(self, lease: Lease, stream_arn: str) -> None:
        self._lease = lease
        super().__init__(None, stream_arn)

    def _read(self) -> dict[str, dict[str, Any]]:
        text = self._lease.read_progress()
        stored = json.loads(text) if text else {}
        return dict(stored["shards"]) if stored.get("stream") == self._stream_arn else {}

    def _write(self) -> None:
        self._lease.save_progress(json.dumps({"stream": self._stream_arn, "shards": self._shards}))


class _Running(NamedTuple):
    mapping: StreamMapping
    stop: threading.Event


class LeasedMapping:
    """Runs a mapping while the lease is held; `make` makes it with the checkpoints of then."""

    def __init__(self, lease: Lease, stream_arn: str, make: MakeMapping) -> None:
        self._lease = lease
        self._stream_arn = stream_arn
        self._make = make
        self._running: _Running | None = None

    def poll(self, stop: threading.Event) -> None:
        """Take or renew the lease, and look after the readers of the stream.

        Raises Unavailable.
        """
        if not self._hold():
            self._end()
            stop.wait(ASK_S)
            return
        running = self._running = self._running or self._begin(stop)
        running.mapping.poll(running.stop)

    def finish(self) -> None:
        """Wait until the readers have handled what they have to, then release the lease."""
        self._end()
        self._lease.release()

    def _hold(self) -> bool:
        try:
            return self._lease.hold()
        except Unavailable:
            if self._lease.is_stale:
                self._end()
            raise

    def _begin(self, stop: threading.Event) -> _Running:
        _log.info("a stream is read by this process", extra={"stream": self._stream_arn})
        inner = threading.Event()
        threading.Thread(target=_pass_on, args=(stop, inner), daemon=True).start()
        return _Running(self._make(LeasedCheckpoints(self._lease, self._stream_arn)), inner)

    def _end(self) -> None:
        if self._running is None:
            return
        running, self._running = self._running, None
        running.stop.set()
        running.mapping.finish()


def _pass_on(stop: threading.Event, inner: threading.Event) -> None:
    """Set `inner` when `stop` is set; ends when the lease is another's, for then it is set."""
    while not inner.is_set() and not stop.wait(PASS_ON_S):
        pass
    inner.set()
