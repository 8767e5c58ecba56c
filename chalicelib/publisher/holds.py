"""How a channel does: its last success and failure, and the hold while a setting is wrong.

Kept in `OmniState` under `PUBLISHER`. A held channel keeps its deliveries back; after the hold's
time one of them tries, and its success ends the hold.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.publisher import keys
from chalicelib.publisher.model import (
    Channel,
    ChannelHold,
    DeliveryError,
    DeliveryStatus,
    ErrorClass,
)
from chalicelib.publisher.outcomes import HOLD_S, AttemptResult

PARTITION = "PUBLISHER"


class Hold(NamedTuple):
    """Why a channel waits, and until when."""

    error: DeliveryError
    until: str


class ChannelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a channel."""

    hold: ChannelHold | None = None
    last_success_at: str | None = None
    last_failure: DeliveryError | None = None
    last_failure_at: str | None = None


@dataclass(frozen=True, slots=True)
class Holds:
    """The state of the channels; `table` is `OmniState`."""

    table: Table
    _: KW_ONLY
    now: Callable[[], datetime]

    def find(self, channel: Channel) -> Hold | None:
        """The channel's hold; None if there is none, or if this caller may try."""
        record = self.get(channel)
        if record.hold is None or record.last_failure is None:
            return None
        hold = Hold(record.last_failure, record.hold.next_attempt_at)
        if hold.until > keys.due_time(self.now()):
            return hold
        return None if self._renew(channel, record.hold) else self.find(channel)

    def get(self, channel: Channel) -> ChannelRecord:
        """What is known of a channel."""
        item = self.table.get(_key(channel)) or {}
        known = {name: item[name] for name in ChannelRecord.__struct_fields__ if name in item}
        return msgspec.convert(known, ChannelRecord)

    def list_held(self) -> dict[Channel, ChannelHold]:
        """The channels that wait; unlike `find` it lets nobody try."""
        page = self.table.query_page(Condition("pk = :pk", values={":pk": PARTITION}))
        return {
            Channel(item["sk"]): msgspec.convert(item["hold"], ChannelHold)
            for item in page.items
            if "hold" in item
        }

    def note(self, channel: Channel, result: AttemptResult) -> None:
        """Keep how an attempt ended."""
        at = keys.due_time(self.now())
        if result.status is DeliveryStatus.SENT:
            self._set(channel, {"last_success_at": at}, remove="hold")
            return
        error = result.facts.get("error")
        if error is None or (result.setting is None and error.class_ is ErrorClass.HOLD):
            return
        facts: Item = {"last_failure": msgspec.to_builtins(error), "last_failure_at": at}
        if result.setting is not None:
            earlier = self.get(channel).hold
            since = at if earlier is None else earlier.since
            facts["hold"] = msgspec.to_builtins(self._hold(error, result.setting, since))
        self._set(channel, facts)

    def release(self, channel: Channel) -> None:
        """End a hold, since a person says that its setting is mended."""
        self._set(channel, {}, remove="hold")

    def _hold(self, error: DeliveryError, setting: str, since: str) -> ChannelHold:
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
        try:
            self.table.update(
                _key(channel),
                Condition("SET #h.next_attempt_at = :later", {"#h": "hold"}, seen),
                Condition("#h.next_attempt_at = :seen"),
            )
        except ConditionFailed:
            return False
        return True

    def _later(self) -> str:
        return keys.due_time(self.now() + timedelta(seconds=HOLD_S))

    def _set(self, channel: Channel, facts: dict[str, Any], remove: str | None = None) -> None:
        names = {f"#{name}": name for name in (*facts, *([remove] if remove else []))}
        sets = ", ".join(f"#{name} = :{name}" for name in facts)
        parts = (f"SET {sets}" if sets else "", f"REMOVE #{remove}" if remove else "")
        change = " ".join(part for part in parts if part)
        values = {f":{name}": value for name, value in facts.items()}
        self.table.update(_key(channel), Condition(change, names, values))


def _key(channel: Channel) -> dict[str, str]:
    return {"pk": PARTITION, "sk": channel}
