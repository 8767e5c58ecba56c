"""The parts beside the emulator: started together, restarted one by one, stopped in order."""

import os
import time
from collections.abc import Callable, Mapping

from infra.local.config import LocalConfig
from infra.local.environment import part_variables, worker_variables
from infra.local.system.children import child
from infra.local.system.preflight import CannotRun
from infra.local.system.processes import Child

FAILURES_AT_START = 3
# Seconds from the begin of a stop. The next part gets SIGTERM when the one before is gone, at the
# latest then; the worker has six seconds for its last flush, and the emulator, which the others
# need to the end, the rest of ten.
TELL_NEXT_S = {"gateway": 1.0, "events": 2.2, "worker": 8.4, "sandbox": 8.9}
# When code is reloaded the gateway is last: it takes requests while the event sources are away,
# whose messages wait in their queues. The budgets are those of their own stops, and a little more.
RELOAD_WITHIN_S = {"events": 2.0, "gateway": 2.5}
TICK_S = 0.05


class Parts:
    """The parts that run the product. `say` takes lines for people.

    `pause` waits some seconds; what it raises ends a wait.
    """

    def __init__(
        self, config: LocalConfig, say: Callable[[str], None], pause: Callable[[float], None]
    ) -> None:
        self._config = config
        self._say = say
        self._pause = pause
        self._parts: list[Child] = []
        self.environment: dict[str, str] = {}

    def start(self, variables: Mapping[str, str]) -> None:
        """Start all of them; `variables` name the resources. What cannot start is tried again."""
        config = self._config
        config.worker_health_file.unlink(missing_ok=True)
        self.environment = os.environ | part_variables(config, variables)
        self._parts = [
            child(config, "gateway", self.environment),
            child(config, "events", self.environment),
            child(config, "worker", self.environment | worker_variables(config)),
            child(config, "sandbox", self.environment),
        ]
        for part in self._parts:
            self._report(part.try_start())

    def tend(self) -> None:
        """Start again what has ended."""
        for part in self._parts:
            self._report(part.tend())

    def require_steady(self) -> None:
        """Raise CannotRun when a part cannot stay up: restarting it has no end."""
        for part in self._parts:
            if part.failures >= FAILURES_AT_START:
                raise CannotRun(
                    f"the {part.name} {part.how_it_ended()} each time it was started"
                    f"{part.why_it_ended()}; {part.command.log_file} says why"
                )

    def reload(self) -> None:
        """Start the event sources and then the gateway again; both finish what they have begun."""
        parts = {part.name: part for part in self._parts}
        for name, within_s in RELOAD_WITHIN_S.items():
            self._end(parts[name], time.monotonic() + within_s)
            parts[name].failures = 0
            self._report(parts[name].try_start())

    def stop(self, begun: float) -> None:
        """Stop all of them in order, `begun` being when the stop began (monotonic seconds)."""
        for part in self._parts:
            part.tell_to_stop()
            part.wait(begun + TELL_NEXT_S[part.name])
        for part in self._parts:
            part.stop(time.monotonic())

    def _end(self, part: Child, deadline: float) -> None:
        part.tell_to_stop()
        while part.runs and time.monotonic() < deadline:
            self._pause(TICK_S)
        part.stop(time.monotonic())

    def _report(self, news: str | None) -> None:
        if news is not None:
            self._say(news)
