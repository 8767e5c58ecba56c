"""The side state of every workload: table `OmniState` (`pk`, `sk`, TTL `expires_at`).

`pk` says what it is: `COUNTER`, `HEARTBEAT` or, per caller, `IDEMPOTENCY#<caller>`. The `sk` of a
counter is its name, or `<name>#<process>` for what one process counted; a counter is their sum.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put
from chalicelib.errors import Conflict
from chalicelib.ids import join_key

IDEMPOTENCY_TTL_S = 24 * 3600
HEARTBEAT_TTL_S = 24 * 3600
# A marker that expired counts as absent: DynamoDB deletes late, up to days.
_ABSENT = "attribute_not_exists(pk) OR expires_at <= :now"


@dataclass(frozen=True, slots=True)
class State:
    """Counters, heartbeats and idempotency markers; `now` gives epoch seconds."""

    table: Table
    now: Callable[[], float] = time.time

    def count(self, name: str, amount: int = 1) -> None:
        """Add to the counter `name`."""
        self.table.add({"pk": "COUNTER", "sk": name}, "count", amount)

    def put_total(self, name: str, process_id: str, total: int) -> None:
        """Write how much one process has counted of `name` so far.

        Unlike `count` it may be repeated, and a lower total that comes late changes nothing.
        """
        item: Item = {"pk": "COUNTER", "sk": join_key(name, process_id), "count": total}
        lower = Condition(
            "attribute_not_exists(#c) OR #c < :total", {"#c": "count"}, {":total": total}
        )
        try:
            self.table.put(item, lower)
        except ConditionFailed:  # written before, by us if the response was lost
            return

    def counters(self) -> dict[str, int]:
        """Every counter by name."""
        return _sum_by_name(self.table.query("pk", "COUNTER"))

    def sum_counters(self, prefix: str) -> dict[str, int]:
        """The counters whose names begin so; at most what one page of a query holds."""
        named = Condition(
            "pk = :pk AND begins_with(sk, :prefix)", values={":pk": "COUNTER", ":prefix": prefix}
        )
        return _sum_by_name(self.table.query_page(named).items)

    def beat(self, who: str, facts: dict[str, Any]) -> None:
        """Say that `who` is alive, with facts for operators; kept for a day."""
        expires_at = int(self.now()) + HEARTBEAT_TTL_S
        item: Item = {"pk": "HEARTBEAT", "sk": who, "expires_at": expires_at, **facts}
        self.table.put(item)

    def heartbeats(self) -> dict[str, Item]:
        """Who said in the last day to be alive, with the facts of the last time."""
        now = self.now()
        return {
            item["sk"]: {k: v for k, v in item.items() if k not in ("pk", "sk", "expires_at")}
            for item in self.table.query("pk", "HEARTBEAT")
            if item["expires_at"] > now
        }

    def idempotency_put(
        self, caller: str, scope: str, key: str, fingerprint: str, *, ref: str | None = None
    ) -> Put:
        """The marker's part of a transaction: it is written with the effect or not at all.

        `ref` names what the key made.
        """
        now = int(self.now())
        item: Item = {
            **_idempotency_key(caller, scope, key),
            "fingerprint": fingerprint,
            "expires_at": now + IDEMPOTENCY_TTL_S,
            **({} if ref is None else {"ref": ref}),
        }
        return Put(self.table.name, item, Condition(_ABSENT, values={":now": now}))

    def mark_done(self, caller: str, scope: str, key: str, fingerprint: str) -> None:
        """Store that `key` was handled; storing it again is harmless.

        Raises Conflict when the key was used with another body.
        """
        put = self.idempotency_put(caller, scope, key, fingerprint)
        try:
            self.table.put(put.item, put.condition)
        except ConditionFailed as failed:
            _same_body(failed.existing, fingerprint)

    def begin(self, caller: str, scope: str, key: str, fingerprint: str) -> str | None:
        """Take `key` for a body; returns the result that is kept under it, None without one.

        Raises Conflict when the key was used with another body.
        """
        put = self.idempotency_put(caller, scope, key, fingerprint)
        try:
            self.table.put(put.item, put.condition)
        except ConditionFailed as failed:
            _same_body(failed.existing, fingerprint)
            return (failed.existing or {}).get("result")
        return None

    def keep_result(
        self, caller: str, scope: str, key: str, fingerprint: str, *, result: str
    ) -> None:
        """Keep what became of the request that took `key`: its repeats get the same."""
        marker = self.idempotency_put(caller, scope, key, fingerprint).item
        self.table.put({**marker, "result": result})

    def require_same(self, caller: str, scope: str, key: str, fingerprint: str) -> None:
        """Raise Conflict when the stored marker of `key` is of another body."""
        _same_body(self.table.get(_idempotency_key(caller, scope, key)), fingerprint)

    def find_ref(self, caller: str, scope: str, key: str, fingerprint: str) -> str | None:
        """What `key` made, by its marker; None for a key that was not used, or expired.

        Raises Conflict when the key was used with another body.
        """
        marker = self.table.get(_idempotency_key(caller, scope, key))
        if marker is None or marker["expires_at"] <= self.now():
            return None
        _same_body(marker, fingerprint)
        return str(marker["ref"])


def _sum_by_name(items: Iterable[Item]) -> dict[str, int]:
    """Counters by name: each is the sum over its processes."""
    found: Counter[str] = Counter()
    for item in items:
        found[item["sk"].partition("#")[0]] += int(item["count"])
    return dict(found)


def _idempotency_key(caller: str, scope: str, key: str) -> dict[str, str]:
    return {"pk": join_key("IDEMPOTENCY", caller), "sk": join_key(scope, key)}


def _same_body(marker: Item | None, fingerprint: str) -> None:
    if marker is not None and marker["fingerprint"] != fingerprint:
        raise Conflict("this Idempotency-Key was used with another body")
