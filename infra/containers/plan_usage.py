"""The API's usage plan without API Gateway: its keys from there, its quota in the state table.

The rate is counted by each process, so several together allow so many times more of it; the quota
is counted for all of them.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.aws.failures import translate_errors
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import Forbidden, TooManyRequests
from infra.declared.kinds import UsagePlan
from infra.local.gateway.usage import DAY_S, Usage

RELOAD_S = 60.0  # how often an unknown key makes the keys be read again
KEPT_S = 300.0  # how long a key that was taken from the plan is good at most
UNCOUNTED = 10**9  # a quota that no process reaches: the table has the real one
KEPT_DAYS = 2


class PlanKeys:
    """The values of the keys of the usage plan called `plan`, read from API Gateway."""

    def __init__(self, client: Any, plan: str) -> None:
        self._client = client
        self._plan = plan

    def read(self) -> frozenset[str]:
        """Raises Unavailable."""
        with translate_errors("the API keys"):
            plans = self._list("get_usage_plans")
            found_plans = [plan["id"] for plan in plans if plan["name"] == self._plan]
            ids = [
                key["id"]
                for plan in found_plans
                for key in self._list("get_usage_plan_keys", usagePlanId=plan)
            ]
            found = [self._client.get_api_key(apiKey=key, includeValue=True) for key in ids]
        return frozenset(key["value"] for key in found if key.get("enabled", True))

    def _list(self, operation: str, **arguments: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page.get("items", [])]


class PlanUsage:
    """Counts the requests of each key of a plan, as API Gateway does."""

    def __init__(
        self,
        read_keys: Callable[[], frozenset[str]],
        plan: UsagePlan,
        table: Table,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._read_keys = read_keys
        self._plan = plan
        self._table = table
        self._clock = clock
        self._keys: frozenset[str] = frozenset()
        self._usage = Usage([], plan, clock)
        self._read_at = float("-inf")

    def take(self, key: str | None) -> None:
        """Count one request of `key`.

        Raises Forbidden for a key that is missing or unknown, TooManyRequests beyond the plan, and
        Unavailable when the keys or the table do not respond.
        """
        if self._clock() - self._read_at >= KEPT_S:
            self._reload()
        try:
            self._usage.take(key)
        except Forbidden:
            if key is None or self._clock() - self._read_at < RELOAD_S:
                raise
            self._reload()
            self._usage.take(key)
        self._count(str(key))

    def _reload(self) -> None:
        keys = self._read_keys()
        self._read_at = self._clock()
        if keys != self._keys:
            rate = replace(self._plan, quota_per_day=UNCOUNTED)
            self._keys, self._usage = keys, Usage(sorted(keys), rate, self._clock)

    def _count(self, key: str) -> None:
        day, into_day_s = divmod(int(self._clock()), DAY_S)
        hashed = hashlib.sha256(key.encode()).hexdigest()[:32]
        quota = self._plan.quota_per_day
        used = Condition(
            "SET expires_at = :end ADD used :one",
            values={":end": (day + KEPT_DAYS) * DAY_S, ":one": 1, ":quota": quota},
        )
        below = Condition("attribute_not_exists(used) OR used < :quota")
        try:
            self._table.update({"pk": "KEY-USAGE", "sk": f"{hashed}#{day}"}, used, below)
        except ConditionFailed as failed:
            raise TooManyRequests(
                f"the key's quota of {quota} requests a day is used up",
                retry_after_s=DAY_S - into_day_s + 1,
            ) from failed
