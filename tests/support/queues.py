"""Queues in memory, with a clock that moves when it is told to: for letters and jobs."""

import itertools
from collections.abc import Sequence
from itertools import islice
from typing import Any

from chalicelib.aws.queue import Counts, Received, RefusedEntry

START_S = 1_800_000_000.0


class Clock:
    """The seconds since 1970; who waits, moves it."""

    def __init__(self) -> None:
        self.now = START_S

    def __call__(self) -> float:
        return self.now


class MemoryQueue:
    """SQS as `chalicelib.aws.queue.Queue` shows it; `sent` are the bodies in their order.

    `fails` maps a method's name to errors, raised one a call; a None lets a call pass.
    `refuses` holds bodies that are never taken, `keeps` ids that are never deleted.
    """

    def __init__(self, clock: Clock, name: str = "things") -> None:
        self.name, self.url = name, f"https://sqs.test/{name}"
        self.fails: dict[str, list[Exception | None]] = {}
        self.refuses: set[str] = set()
        self.keeps: set[str] = set()
        self.sent: list[str] = []
        self.delays: list[int] = []
        self.calls: list[str] = []
        self._clock = clock
        self._numbers = itertools.count(1)
        self._messages: dict[str, dict[str, Any]] = {}

    def put(self, *bodies: str, sent_s: float | None = None, delay_s: int = 0) -> list[str]:
        """Messages that someone sent; answers their ids."""
        return [self._put(body, None, sent_s, delay_s) for body in bodies]

    def bodies(self) -> list[str]:
        """What is there, hidden or not."""
        return [message["body"] for message in self._messages.values()]

    def hidden(self) -> int:
        """How many are hidden now."""
        return self.counts().in_flight

    # --- as Queue has them -----------------------------------------------------------------

    def send(self, body: str, trace_header: str | None = None, *, delay_s: int = 0) -> str:
        self._called("send")
        self.sent.append(body)
        self.delays.append(delay_s)
        return self._put(body, trace_header, None, delay_s)

    def forward(self, messages: Sequence[Received]) -> list[RefusedEntry]:
        self._called("forward")
        refused = []
        for position, message in enumerate(messages):
            if message.body in self.refuses:
                refused.append(RefusedEntry(position, "Invalid"))
                continue
            self.sent.append(message.body)
            self._put(message.body, message.trace_header, None, 0)
        return refused

    def counts(self) -> Counts:
        self._called("counts")
        now = self._clock()
        late = [message for message in self._messages.values() if message["visible_at"] > now]
        delayed = sum(1 for record in late if not record["receives"])
        return Counts(len(self._messages) - len(late), len(late) - delayed, delayed)

    def receive(
        self, *, wait_s: int, visibility_timeout_s: int, at_most: int = 10
    ) -> list[Received]:
        self._called("receive")
        now = self._clock()
        visible = (name for name, kept in self._messages.items() if kept["visible_at"] <= now)
        found = list(islice(visible, at_most))
        if not found:
            self._clock.now += wait_s
        for message_id in found:
            message = self._messages[message_id]
            message["receives"] += 1
            message["visible_at"] = now + visibility_timeout_s
        return [self._received(message_id) for message_id in found]

    def delete_all(self, receipt_handles: Sequence[str]) -> list[RefusedEntry]:
        self._called("delete_all")
        refused = []
        for position, handle in enumerate(receipt_handles):
            message_id = handle.partition("/")[0]
            if message_id in self.keeps:
                refused.append(RefusedEntry(position, "Internal"))
            else:
                self._messages.pop(message_id, None)
        return refused

    def change_visibility_all(
        self, receipt_handles: Sequence[str], timeout_s: int
    ) -> list[RefusedEntry]:
        self._called("change_visibility_all")
        for handle in receipt_handles:
            message = self._messages.get(handle.partition("/")[0])
            if message is not None:
                message["visible_at"] = self._clock() + timeout_s
        return []

    def _called(self, name: str) -> None:
        self.calls.append(name)
        errors = self.fails.get(name)
        error = errors.pop(0) if errors else None
        if error is not None:
            raise error

    def _put(self, body: str, trace_header: str | None, sent_s: float | None, delay_s: int) -> str:
        message_id = f"{self.name}-{next(self._numbers)}"
        now = self._clock()
        self._messages[message_id] = {
            "body": body,
            "trace": trace_header,
            "sent_ms": int((now if sent_s is None else sent_s) * 1000),
            "visible_at": now + delay_s,
            "receives": 0,
        }
        return message_id

    def _received(self, message_id: str) -> Received:
        message = self._messages[message_id]
        return Received(
            message_id=message_id,
            receipt_handle=f"{message_id}/{message['receives']}",
            body=message["body"],
            sent_at_ms=message["sent_ms"],
            receive_count=message["receives"],
            trace_header=message["trace"],
        )
