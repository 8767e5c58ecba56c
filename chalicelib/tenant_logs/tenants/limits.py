"""How much each tenant may send: requests a second and records a day, over all processes.

One item of `OmniState` counts a tenant's day: `pk`=`USAGE#<tenant>`, `sk`=`YYYY-MM-DD`, with the
day's `records`, their `bytes`, and the `requests` of the latest `second`. One conditional write
counts a request, or refuses it. A retry after a lost response may count it twice, so a tenant never
gets too much. The item is kept for the usage that operators look at.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import observability
from chalicelib.aws.attributes import Item
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import TooManyRequests, Unavailable
from chalicelib.tenant_logs.recent import Recent
from chalicelib.tenant_logs.tenants import usage
from chalicelib.tenant_logs.tenants.model import TenantSettings

AHEAD_S = 2  # another process's clock may be ahead of ours: its second is then the latest
ATTEMPTS = 4

_NEVER = 0
_COUNTED = {"#requests": "requests", "#records": "records", "#bytes": "bytes"}
_SECOND = {"#second": "second"}
_log = observability.logger(__name__)


class Ask(NamedTuple):
    """A request to count."""

    tenant_id: str
    records: int
    settings: TenantSettings
    at: datetime
    size_bytes: int = 0

    @property
    def second(self) -> int:
        """Since the epoch."""
        return int(self.at.timestamp())

    @property
    def room(self) -> int:
        """How many records the day may have had before this request, at most."""
        return self.settings.records_per_day - self.records

    @property
    def midnight(self) -> datetime:
        """When its day ends."""
        return self.at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


class TenantLimits:
    """The counters of all tenants; `table` is `OmniState`, `now` gives UTC."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now
        self._counted: Recent[int] = Recent()  # the second in which this process counted last
        self._full: Recent[tuple[Ask, Item]] = Recent()  # what was refused last, and why

    def take(
        self, tenant_id: str, records: int, settings: TenantSettings, size_bytes: int = 0
    ) -> None:
        """Count a request of `records` records, whole or not at all.

        Raises TooManyRequests, which names the tenant and the limit, and Unavailable when it
        could not be counted: what is not counted is not taken.
        """
        for _ in range(ATTEMPTS):
            ask = Ask(tenant_id, records, settings, self._now(), size_bytes)
            self._refuse_unasked(ask)
            if self._is_counted(ask):
                return
        raise Unavailable("the usage could not be counted; try again")

    def give_back(self, tenant_id: str, records: int, size_bytes: int = 0) -> None:
        """Uncount records that were not queued after all; best effort."""
        change = Condition(
            "ADD #records :n, #bytes :b",
            {"#records": "records", "#bytes": "bytes"},
            {":n": -records, ":b": -size_bytes},
        )
        try:
            self._table.update(
                usage.key(tenant_id, self._now()), change, Condition("attribute_exists(pk)")
            )
        except ConditionFailed:
            return  # a new day began meanwhile
        except AWS_ERRORS as error:
            fields = {"tenant_id": tenant_id, "records": records, "cause": reason(error)}
            _log.warning("uncounting records was not confirmed", extra=fields)

    def _refuse_unasked(self, ask: Ask) -> None:
        """A flood costs no writes: who was refused in this second is refused by what was seen."""
        if ask.room < 0:
            raise over_quota(ask)
        full = self._full.get(ask.tenant_id)
        if full is not None and (full[0].second, full[0].settings) == (ask.second, ask.settings):
            _judge(ask, full[1])

    def _is_counted(self, ask: Ask) -> bool:
        """Count in the table; False when that is at another second than this process thought."""
        began = self._counted.get(ask.tenant_id) == ask.second
        try:
            change, condition = (_further if began else _first)(ask)
            self._table.update(usage.key(ask.tenant_id, ask.at), change, condition)
        except ConditionFailed as failed:
            self._counted.put(ask.tenant_id, _NEVER if began else ask.second)
            self._judge(ask, failed.existing)
            return False
        self._counted.put(ask.tenant_id, ask.second)
        return True

    def _judge(self, ask: Ask, counter: Item | None) -> None:
        if counter is None:
            return
        try:
            _judge(ask, counter)
        except TooManyRequests:
            self._full.put(ask.tenant_id, (ask, counter))
            fields = {"tenant_id": ask.tenant_id, "records": ask.records}
            _log.warning("a tenant is over a limit", extra=fields)
            raise


def over_quota(ask: Ask) -> TooManyRequests:
    """The refusal of a request with more records than the day has left."""
    limit = f"quota of {ask.settings.records_per_day} records a day"
    wait_s = int((ask.midnight - ask.at).total_seconds()) + 1
    return TooManyRequests(f"tenant {ask.tenant_id} exceeds its {limit}", retry_after_s=wait_s)


def over_rate(ask: Ask) -> TooManyRequests:
    """The refusal of a request too many in its second."""
    limit = f"rate of {ask.settings.rate_per_s} requests a second"
    return TooManyRequests(f"tenant {ask.tenant_id} exceeds its {limit}", retry_after_s=1)


def _judge(ask: Ask, counter: Item) -> None:
    """Raise when the counter shows that a limit is reached."""
    if counter["records"] > ask.room:
        raise over_quota(ask)
    is_latest = ask.second <= counter["second"] <= ask.second + AHEAD_S
    if is_latest and counter["requests"] >= ask.settings.rate_per_s:
        raise over_rate(ask)


def _first(ask: Ask) -> tuple[Condition, Condition]:
    """The first request of a second begins its count; so does one whose clock is far behind."""
    change = Condition(
        "SET #second = :second, #requests = :one, expires_at = :expires_at"
        " ADD #records :n, #bytes :b",
        {**_SECOND, **_COUNTED},
        {
            ":one": 1,
            ":n": ask.records,
            ":b": ask.size_bytes,
            ":expires_at": usage.expires_at(ask.at),
            **_latest(ask),
        },
    )
    return change, Condition(
        "(attribute_not_exists(#second) OR NOT (#second BETWEEN :second AND :ahead))"
        " AND (attribute_not_exists(#records) OR #records <= :room)",
        values={":room": ask.room},
    )


def _further(ask: Ask) -> tuple[Condition, Condition]:
    """Any further request counts into the second that is the latest."""
    change = Condition(
        "ADD #requests :one, #records :n, #bytes :b",
        _COUNTED,
        {":one": 1, ":n": ask.records, ":b": ask.size_bytes},
    )
    return change, Condition(
        "#second BETWEEN :second AND :ahead AND #requests < :rate AND #records <= :room",
        _SECOND,
        {":rate": ask.settings.rate_per_s, ":room": ask.room, **_latest(ask)},
    )


def _latest(ask: Ask) -> dict[str, int]:
    return {":second": ask.second, ":ahead": ask.second + AHEAD_S}
