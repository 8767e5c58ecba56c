"""Schedules: the function is invoked by the clock, as by a rule of EventBridge."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chalice.app import ScheduledEventConfig, ScheduleExpression

from chalicelib import times
from chalicelib.observability import logger
from infra.local.event_sources.invocations import InvocationPool
from infra.local.event_sources.lambda_context import LambdaContext
from infra.local.event_sources.source import (
    Handler,
    SourceDependencies,
    SourcePoller,
    UnknownEventSource,
)

MAX_CONCURRENCY = 10  # of one function's ticks; AWS has no limit but the account's
_UNIT_S = {"minute": 60, "hour": 3600, "day": 24 * 3600}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")

_log = logger(__name__)


def build_pollers(
    config: ScheduledEventConfig, handler: Handler, dependencies: SourceDependencies
) -> list[SourcePoller]:
    """One poller for the rule. Raises UnknownEventSource for another schedule than a rate."""
    make_event = partial(
        build_event, config.name, account=dependencies.account, region=dependencies.region
    )
    rule = Rule(config.name, handler, _read_period_s(config), make_event)
    return [SourcePoller(config.name, rule.poll, rule.finish, rule.invoke)]


class Rule:
    """A rule and the function that it invokes, at first one period after the start.

    A tick that takes longer than the period overlaps with the next one, as on AWS. A tick that
    fails is not retried: the finishing step of a deployment turns Lambda's retries off.
    """

    def __init__(
        self,
        function: str,
        handler: Handler,
        period_s: float,
        make_event: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._function = function
        self._handler = handler
        self._period_s = period_s
        self._make_event = make_event
        self._next_monotonic_s = time.monotonic() + period_s
        self._invocations = InvocationPool(function, MAX_CONCURRENCY)

    def poll(self, stop: threading.Event) -> None:
        """Wait for the next tick and begin it."""
        if stop.wait(max(0.0, self._next_monotonic_s - time.monotonic())):
            return
        # Ticks that a suspended machine slept through are not made up for.
        self._next_monotonic_s = max(self._next_monotonic_s, time.monotonic()) + self._period_s
        if self._invocations.reserve(stop):
            self._invocations.start(self._run)

    def invoke(self) -> None:
        """Begin a tick now, besides those of the clock."""
        if self._invocations.reserve(threading.Event()):
            self._invocations.start(self._run)

    def finish(self) -> None:
        """Wait for the ticks that run."""
        self._invocations.wait()

    def _run(self) -> None:
        try:
            self._handler(self._make_event(), LambdaContext(self._function))
        except Exception:  # noqa: BLE001 any error: the next tick comes anyway
            _log.exception("a scheduled function failed", extra={"function": self._function})


def build_event(rule: str, *, account: str, region: str) -> Mapping[str, Any]:
    """The event that EventBridge sends for a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": times.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:{account}:rule/{rule}"],
        "detail": {},
    }


def _read_period_s(config: ScheduledEventConfig) -> float:
    expression = config.schedule_expression
    text = expression.to_string() if isinstance(expression, ScheduleExpression) else expression
    found = _RATE.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise UnknownEventSource(f"{config.name}: the schedule {text} is not run here, a rate is")
    return float(int(found[1]) * _UNIT_S[found[2]])
