"""How a channel does: its last success and failure, and the hold while a setting is wrong.

Kept in `OmniState` under `PUBLISHER`. A held channel keeps its deliveries back; after the hold's
time one of them tries, and its success ends the hold.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.publisher import keys
from chalicelib.publisher.model import (
    Channel,
    ChannelHold,
    DeliveryErrorClass,
    MessageDeliveryError,
    MessageDeliveryStatus,
)
from chalicelib.publisher.outcomes import HOLD_S, AttemptResult

PARTITION = "PUBLISHER"
KNOWN_S = 3.0  # in which a new hold reaches the other processes
SUCCESS_LIFE = timedelta(seconds=60)  # in which one success of a channel is as good as many


class Hold(NamedTuple):
    """Why a channel waits, and until when."""

    error: MessageDeliveryError
    until: str


class ChannelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a channel."""

    hold: ChannelHold | None = None
    last_success_at: str | None = None
    last_failure: MessageDeliveryError | None = None
    last_failure_at: str | None = None


class _Known(NamedTuple):
    record: ChannelRecord
    read_at: float  # monotonic seconds, before it was read


class Holds:
    """The state of the channels; `table` is `OmniState`, `monotonic` gives seconds.

    That a channel has no hold is remembered for KNOWN_S. A hold is read anew whenever it is asked
    for: once it is ended, deliveries go.
    """

    def __init__(
        self,
        table: Table,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._now = now
        self._monotonic = monotonic
        self._known: dict[Channel, _Known] = {}
        self._locks = {channel: threading.Lock() for channel in Channel}

    def find(self, channel: Channel) -> Hold | None:
        """The channel's hold; None if there is none, or if this caller may try."""
        record = self._look(channel)
        if record.hold is None or record.last_failure is None:
            return None
        hold = Hold(record.last_failure, record.hold.next_attempt_at)
        if hold.until > keys.due_time(self._now()):
            return hold
        return None if self._renew(channel, record.hold) else self.find(channel)

    def get(self, channel: Channel) -> ChannelRecord:
        """What is known of a channel."""
        return self._read(channel).record

    def list_held(self) -> dict[Channel, ChannelHold]:
        """The channels that wait; unlike `find` it lets nobody try."""
        page = self._table.query_page(Condition("pk = :pk", values={":pk": PARTITION}))
        return {
            Channel(item["sk"]): msgspec.convert(item["hold"], ChannelHold)
            for item in page.items
            if "hold" in item
        }

    def note(self, channel: Channel, result: AttemptResult) -> None:
        """Keep how an attempt ended, if that is news: a success says little a second later."""
        with self._locks[channel]:
            if result.status is not MessageDeliveryStatus.SENT:
                self._note_failure(channel, result)
            elif self._is_success_news(channel):
                self._set(channel, {"last_success_at": keys.due_time(self._now())}, remove="hold")

    def release(self, channel: Channel) -> None:
        """End a hold, since a person says that its setting is mended."""
        self._set(channel, {}, remove="hold")

    def _look(self, channel: Channel) -> ChannelRecord:
        """What is known of a channel; of threads that ask at once one reads."""
        asked_at = self._monotonic()
        with self._locks[channel]:
            known = self._known.get(channel)
            if known is not None:
                allowed_s = KNOWN_S if known.record.hold is None else 0
                if known.read_at > asked_at - allowed_s:
                    return known.record
            return self._read(channel).record

    def _read(self, channel: Channel) -> _Known:
        read_at = self._monotonic()
        return self._remember(channel, self._table.get(_key(channel)) or {}, read_at)

    def _remember(self, channel: Channel, item: Item, read_at: float) -> _Known:
        facts = {name: item[name] for name in ChannelRecord.__struct_fields__ if name in item}
        known = self._known[channel] = _Known(msgspec.convert(facts, ChannelRecord), read_at)
        return known

    def _is_success_news(self, channel: Channel) -> bool:
        known = self._known.get(channel)
        if known is None or known.record.hold is not None:
            return True
        last = known.record.last_success_at or ""
        recent = keys.due_time(self._now() - SUCCESS_LIFE)
        return last < recent or last <= (known.record.last_failure_at or "")

    def _note_failure(self, channel: Channel, result: AttemptResult) -> None:
        error = result.facts.get("error")
        if error is None or (result.setting is None and error.class_ is DeliveryErrorClass.HOLD):
            return
        at = keys.due_time(self._now())
        facts: Item = {"last_failure": msgspec.to_builtins(error), "last_failure_at": at}
        if result.setting is not None:
            earlier = self.get(channel).hold
            since = at if earlier is None else earlier.since
            facts["hold"] = msgspec.to_builtins(self._hold(error, result.setting, since))
        self._set(channel, facts)

    def _hold(self, error: MessageDeliveryError, setting: str, since: str) -> ChannelHold:
        return ChannelHold(
            since=since,
            code=error.code,
            message=error.message,
            setting=setting,
            next_attempt_at=self._later(),
        )

    def _renew(self, channel: Channel, hold: ChannelHold) -> bool:
        """Let one caller try: whoever moves the hold's time on."""
        seen = {":seen": hold.next_attempt_at, ":later": self._later()}
        change = Condition("SET #h.next_attempt_at = :later", {"#h": "hold"}, seen)
        try:
            self._update(channel, change, Condition("#h.next_attempt_at = :seen"))
        except ConditionFailed:
            return False
        return True

    def _later(self) -> str:
        return keys.due_time(self._now() + timedelta(seconds=HOLD_S))

    def _set(self, channel: Channel, facts: dict[str, Any], remove: str | None = None) -> None:
        names = {f"#{name}": name for name in (*facts, *([remove] if remove else []))}
        sets = ", ".join(f"#{name} = :{name}" for name in facts)
        parts = (f"SET {sets}" if sets else "", f"REMOVE #{remove}" if remove else "")
        change = " ".join(part for part in parts if part)
        values = {f":{name}": value for name, value in facts.items()}
        self._update(channel, Condition(change, names, values))

    def _update(
        self, channel: Channel, change: Condition, condition: Condition | None = None
    ) -> None:
        begun_at = self._monotonic()
        self._remember(channel, self._table.update(_key(channel), change, condition), begun_at)


def _key(channel: Channel) -> dict[str, str]:
    return {"pk": PARTITION, "sk": channel}
