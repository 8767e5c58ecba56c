"""Puts events in the webhooks queue, where some webhook wants them."""

import time
from collections.abc import Callable, Sequence

from chalicelib import observability
from chalicelib.aws.queue import Queue, raise_if_refused
from chalicelib.webhook_event import Event
from chalicelib.webhooks import message
from chalicelib.webhooks.gate import Gate, GateStore

KNOWN_S = 5.0  # in which a new webhook reaches the processes that emit


class Emitter:
    """Emits events; `clock` gives monotonic seconds. The gate is remembered for KNOWN_S."""

    def __init__(
        self, gates: GateStore, queue: Queue, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gates = gates
        self._queue = queue
        self._clock = clock
        self._known: tuple[Gate, float] | None = None

    def emit(self, events: Sequence[Event]) -> None:
        """Queue the events that some webhook wants.

        Raises Unavailable unless the queue took all of them: then emit them again.
        """
        wanted = self._read_gate().events if events else frozenset()
        bodies = [message.encode(event) for event in events if event.type in wanted]
        if bodies:
            refused = self._queue.send_all(bodies, observability.trace_header())
            raise_if_refused(refused)

    def _read_gate(self) -> Gate:
        known, now = self._known, self._clock()
        if known is not None and now - known[1] < KNOWN_S:
            return known[0]
        gate = self._gates.read()
        self._known = (gate, now)
        return gate
