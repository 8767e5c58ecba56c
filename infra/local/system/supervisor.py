"""The parent: starts the parts in order, keeps them running and stops them in order."""

import time
from collections.abc import Callable, Mapping

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.config import LocalConfig
from infra.local.emulator.recovery import Recovery
from infra.local.environment import sandbox_variables
from infra.local.provision.declared_resources import OtherKeys
from infra.local.provision.generated_values import Damaged
from infra.local.provision.provision import Provisioned, provision
from infra.local.sandbox.port import choose_port, make_url
from infra.local.system import outputs
from infra.local.system.disk import DiskStorage, StorageWatch
from infra.local.system.emulator_process import Emulator
from infra.local.system.parts import Parts
from infra.local.system.preflight import CannotRun
from infra.local.system.ready import parts_down
from infra.local.system.reload import ImportTrial, Reloader
from infra.local.system.tables_watch import TablesWatch
from infra.local.system.watching import SourceWatcher

TICK_S = 0.1
HEALTHY_WITHIN_S = 60.0
RELOADED_WITHIN_S = 15.0


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
        self._emulator = Emulator(config, say, self._pause)
        self._parts = Parts(config, say, self._pause)
        self._storage = DiskStorage(config)
        self._storage_watch = StorageWatch(self._storage)
        self._tables = TablesWatch(config.endpoint_url, self._emulator, say, self._bring_back)
        self._reloader: Reloader | None = None
        self._sandbox_url = ""
        self.recovery: Recovery | None = None  # what the start had to restore

    def start(self) -> Mapping[str, str]:
        """Start everything; returns the outputs once `/health` says that all parts are up.

        Raises CannotRun with the reason in one sentence, OSError when the disk or the system
        refuses, Stopped when told to stop meanwhile.
        """
        outputs.forget(self._config.outputs_file)
        for log in self._config.logs_dir.glob("*.log"):
            log.unlink()
        if self._storage.take_failure():
            self._say("The last run could not save its data: what it accepted is lost.")
        if self._config.reloads:  # before the parts read the code
            self._reloader = Reloader(SourceWatcher(), self._begin_trial)
        self._sandbox_url = make_url(choose_port(self._config))
        self.recovery = self._emulator.start()
        self._provisioned = self._provision()
        outputs.write(self._config.outputs_file, self._provisioned.outputs)
        self._parts.start(self._provisioned.variables)
        self._until_healthy()
        return self._provisioned.outputs

    def supervise(self) -> None:
        """Start again what dies, and what has changed, until it raises Stopped."""
        while True:
            self._pause(TICK_S)
            if self._emulator.has_ended:
                self._emulator.revive(self._prepare)
            self._tables.tend()
            self._tend()
            self._reload_if_changed()

    def stop(self) -> bool:
        """Stop what runs, in order, within ten seconds unless there is very much to save.

        Returns whether all data was saved; what was not is reported.
        """
        begun = time.monotonic()
        if self._reloader is not None:
            self._reloader.stop()
        self._parts.stop(begun)
        is_saved = self._emulator.stop(begun)
        outputs.forget(self._config.outputs_file)
        if is_saved or not self._provisioned.outputs:  # nothing was there to save
            return True
        self._storage.keep_failure()
        self._say(
            "The emulator could not save the data: what was accepted since its last clean stop is "
            f"lost. {self._config.logs_dir / 'emulator.log'} may say why; "
            f"{self._storage.free_text()}."
        )
        return False

    def _provision(self) -> Provisioned:
        try:
            provisioned = provision(self._config)
        except (OtherKeys, Damaged) as error:
            raise CannotRun(f"{error}; `{self._config.make('clean-state')}` forgets it") from error
        except (BotoCoreError, ClientError) as error:
            raise CannotRun(f"the emulator could not be provisioned: {error}") from error
        return Provisioned(
            {**provisioned.outputs, "OutboxUrl": f"{self._sandbox_url}/"},
            {**provisioned.variables, **sandbox_variables(self._sandbox_url)},
        )

    def _until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN_S
        while down := parts_down(self._config.port):
            self._pause(TICK_S)
            self._tend()
            if self._emulator.has_ended:
                raise CannotRun(self._emulator.why_none())
            self._parts.require_steady()
            if time.monotonic() >= deadline:
                raise CannotRun(
                    f"{' and '.join(down)} did not come up within {HEALTHY_WITHIN_S:g} s; "
                    f"the logs in {self._config.logs_dir} say why"
                )

    def _tend(self) -> None:
        for news in (self._emulator.tend(), self._storage_watch.news()):
            if news is not None:
                self._say(news)
        self._parts.tend()

    def _prepare(self) -> None:
        """Give the revived emulator what it lacks.

        If it had lost its state the user pool is another one, which every part reads at its start.
        """
        fresh = self._provision()
        if fresh != self._provisioned:
            self._begin_again(fresh)

    def _bring_back(self) -> None:
        """Give the emulator the tables that it lost."""
        self._begin_again(self._provision())

    def _begin_again(self, fresh: Provisioned) -> None:
        outputs.write(self._config.outputs_file, fresh.outputs)
        self._say("the emulator had lost its state; every part starts again")
        self._provisioned = fresh
        self._parts.stop(time.monotonic())
        # A deleted table's stream ends for its readers; it may be there again.
        for checkpoints in self._config.checkpoints_dir.glob("*.json"):
            checkpoints.unlink()
        self._parts.start(fresh.variables)

    def _begin_trial(self) -> ImportTrial:
        return ImportTrial(self._parts.environment)

    def _reload_if_changed(self) -> None:
        verdict = None if self._reloader is None else self._reloader.tend()
        if verdict is None:
            return
        if verdict.error is not None:
            self._say(f"{verdict.changed} changed, but {verdict.error}; the old code goes on")
            return
        self._say(f"{verdict.changed} changed; the event sources and the gateway start again")
        self._parts.reload()
        self._say_when_reloaded()

    def _say_when_reloaded(self) -> None:
        deadline = time.monotonic() + RELOADED_WITHIN_S
        while not self._emulator.has_ended and time.monotonic() < deadline:
            self._pause(TICK_S)
            self._tend()
            if not parts_down(self._config.port):
                self._say("Reloaded.")
                return

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
