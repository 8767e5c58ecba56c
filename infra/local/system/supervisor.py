"""The parent: starts the parts in order, keeps them running and stops them in order."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.config import LocalConfig
from infra.local.emulator import launcher
from infra.local.environment import part_variables, worker_variables
from infra.local.provision.declared_resources import OtherKeys
from infra.local.provision.generated_values import Damaged
from infra.local.provision.provision import Provisioned, provision
from infra.local.system import outputs, pids
from infra.local.system.preflight import CannotRun
from infra.local.system.processes import Child, Command
from infra.local.system.ready import parts_down

TICK_S = 0.1
EMULATOR_START_S = 20.0
EXTERNAL_START_S = 3.0
HEALTHY_WITHIN_S = 60.0
FAILURES_AT_START = 3
# Seconds from the begin of a stop. The next part is told when the one before is gone, and at the
# latest then; the worker has six seconds for its last flush, and the emulator, which the others
# need to the end, the rest of ten. A large state takes it longer to save, and one that is killed
# while it saves loses all: it is waited for as long as anyone would.
TELL_NEXT_S = {"gateway": 1.0, "events": 2.2, "worker": 8.4}
EMULATOR_SAVES_S = 9.8
EMULATOR_GONE_S = 120.0
ROOT = Path(__file__).parents[3]
EMULATOR = "emulator"


class Stopped(Exception):
    """Somebody asked the system to stop."""


class System:
    """All parts of one local system. `say` takes lines for people, `stopping` ends every wait."""

    def __init__(
        self, config: LocalConfig, *, say: Callable[[str], None], stopping: Callable[[], bool]
    ) -> None:
        self._config = config
        self._say = say
        self._stopping = stopping
        self._provisioned = Provisioned({}, {})
        self._parts: list[Child] = []
        self._emulator: Child | None = None
        if config.external_endpoint is None:
            self._emulator = self._child(EMULATOR, launcher.environment(config))

    def start(self) -> Mapping[str, str]:
        """Start everything; answers the outputs once `/health` says that all parts are up.

        Raises CannotRun with the reason in one sentence, Stopped when told to stop meanwhile.
        """
        outputs.forget(self._config.outputs_file)
        for log in self._config.logs_dir.glob("*.log"):
            log.unlink()
        self._start_emulator()
        self._provisioned = self._provision()
        outputs.write(self._config.outputs_file, self._provisioned.outputs)
        self._start_parts()
        self._until_healthy()
        return self._provisioned.outputs

    def supervise(self) -> None:
        """Start again what dies, for good; leaves by raising Stopped."""
        while True:
            self._pause(TICK_S)
            if self._emulator is not None and not self._emulator.runs:
                self._revive(self._emulator)
            self._tend_parts()

    def stop(self) -> None:
        """Stop what runs, in order, within ten seconds unless there is very much to save."""
        begun = time.monotonic()
        self._stop_parts(begun)
        if self._emulator is not None:
            self._emulator.tell_to_stop()
            self._emulator.wait(begun + EMULATOR_SAVES_S)
            if self._emulator.runs:
                self._say("Still saving the data ...")
                self._emulator.wait(begun + EMULATOR_GONE_S)
            self._emulator.stop(time.monotonic())
        outputs.forget(self._config.outputs_file)

    def _stop_parts(self, begun: float) -> None:
        for part in self._parts:
            part.tell_to_stop()
            part.wait(begun + TELL_NEXT_S[part.name])
        for part in self._parts:
            part.stop(time.monotonic())

    def _child(self, name: str, environment: Mapping[str, str]) -> Child:
        return Child(
            Command(
                name=name,
                argv=[sys.executable, "-m", pids.MODULES[name]],
                environment=dict(environment),
                log_file=self._config.logs_dir / f"{name}.log",
                pid_file=self._config.pid_file(name),
                directory=ROOT,
            )
        )

    def _start_emulator(self) -> None:
        """Start the emulator, or look for the external one, and wait until it answers."""
        child, limit_s = self._emulator, EXTERNAL_START_S
        if child is not None:
            child.start()
            limit_s = EMULATOR_START_S
        deadline = time.monotonic() + limit_s
        while child is None or child.runs:
            if launcher.answers(self._config.endpoint_url):
                return
            if time.monotonic() >= deadline:
                break
            self._pause(TICK_S / 2)
        raise CannotRun(self._why_no_emulator())

    def _why_no_emulator(self) -> str:
        if self._emulator is None:
            return f"no emulator answers at AWS_ENDPOINT_URL {self._config.endpoint_url}"
        log = self._emulator.command.log_file
        return f"the emulator {self._emulator.how_it_ended()} while it started; {log} says why"

    def _provision(self) -> Provisioned:
        try:
            return provision(self._config)
        except (OtherKeys, Damaged) as error:
            raise CannotRun(f"{error}; `{self._config.make('clean-state')}` forgets it") from error
        except (BotoCoreError, ClientError) as error:
            raise CannotRun(f"the emulator could not be provisioned: {error}") from error

    def _start_parts(self) -> None:
        config = self._config
        config.worker_health_file.unlink(missing_ok=True)
        common = os.environ | part_variables(config, self._provisioned.variables)
        self._parts = [
            self._child("gateway", common),
            self._child("events", common),
            self._child("worker", common | worker_variables(config)),
        ]
        for part in self._parts:
            part.start()

    def _until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN_S
        while down := parts_down(self._config.port):
            self._pause(TICK_S)
            self._tend_parts()
            self._require_steady()
            if time.monotonic() >= deadline:
                raise CannotRun(
                    f"{' and '.join(down)} did not come up within {HEALTHY_WITHIN_S:g} s; "
                    f"the logs in {self._config.logs_dir} say why"
                )

    def _require_steady(self) -> None:
        """Raise CannotRun when a part cannot stay up: restarting it has no end."""
        if self._emulator is not None and not self._emulator.runs:
            raise CannotRun(self._why_no_emulator())
        for part in self._parts:
            if part.failures >= FAILURES_AT_START:
                raise CannotRun(
                    f"the {part.name} {part.how_it_ended()} each time it was started; "
                    f"{part.command.log_file} says why"
                )

    def _tend_parts(self) -> None:
        for part in self._parts:
            if news := part.tend():
                self._say(news)

    def _revive(self, child: Child) -> None:
        """Bring the emulator back as of its last clean stop, with everything that it lacks."""
        self._say(f"emulator {child.how_it_ended()}; it starts again from its last clean stop")
        while True:
            self._pause(child.count_failure())
            try:
                self._start_emulator()
                fresh = self._provision()
                break
            except CannotRun as error:
                self._say(str(error))
                child.stop(time.monotonic() + 1)
        if fresh != self._provisioned:
            self._provisioned = fresh
            self._restart_parts()

    def _restart_parts(self) -> None:
        """The user pool is another one now, which every part was told at its start."""
        self._say("the emulator had lost its state; every part starts again")
        outputs.write(self._config.outputs_file, self._provisioned.outputs)
        self._stop_parts(time.monotonic())
        self._start_parts()

    def _pause(self, seconds: float) -> None:
        """Wait, in short steps.

        Raises Stopped as soon as it is asked for.
        """
        until = time.monotonic() + seconds
        while True:
            if self._stopping():
                raise Stopped
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, TICK_S))
