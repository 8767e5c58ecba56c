"""The whole local system, and an emulator alone, as tests start and stop them."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.aws import Aws
from infra.local.config import HOST, LocalConfig
from infra.local.emulator import launcher
from infra.local.environment import UNGUARDED, aws_settings, emulator_variables
from infra.local.provision.token import find_token
from infra.local.system import outputs, pids
from infra.local.system.processes import Child, ChildCommand
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 60
GONE_WITHIN_S = 10
_KEPT = ("HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for connection in sockets:
        connection.bind((HOST, 0))
    ports = [connection.getsockname()[1] for connection in sockets]
    for connection in sockets:
        connection.close()
    return ports


def local(state_dir: Path, external_endpoint: str | None = None) -> LocalConfig:
    """A configuration on free ports."""
    return LocalConfig(*free_ports(2), state_dir, external_endpoint)


@contextmanager
def running_emulator(
    config: LocalConfig, *, guarded: bool = True, program: Sequence[str] = ()
) -> Iterator[Child]:
    """The emulator alone; stopped cleanly at the end, so that it saves its state.

    `program` are Python's arguments for another program that is the emulator.
    """
    switches = {} if guarded else UNGUARDED
    child = Child(
        ChildCommand(
            name="emulator",
            argv=[sys.executable, *(program or ("-m", pids.MODULES["emulator"]))],
            environment=kept_environment() | emulator_variables(config) | switches,
            log_file=config.logs_dir / "emulator.log",
            pid_file=config.pid_file("emulator"),
            directory=ROOT,
        )
    )
    child.start()
    try:
        until(lambda: launcher.responds(config.endpoint_url), what="an answer of the emulator")
        yield child
    finally:
        child.stop(time.monotonic() + 5)


def aws_of(config: LocalConfig) -> Aws:
    """Clients of that emulator; who asks again gets the same ones, which take 50 ms to make."""
    return _aws_at(config.endpoint_url)


@lru_cache(maxsize=8)
def _aws_at(endpoint_url: str) -> Aws:
    return Aws(aws_settings(endpoint_url))


def kept_environment() -> dict[str, str]:
    """This process's environment without what the tests of other stages set."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def run_module(
    module: str, config: LocalConfig, *arguments: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """`python -m <module>` with that state and those ports, to its end."""
    return subprocess.run(  # noqa: S603 our own modules
        [sys.executable, "-m", module, *arguments],
        env=_environment(config) | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=READY_WITHIN_S,
        check=False,
    )


class LocalSystem:
    """`python -m infra.local` as a process of its own; `config` says where it is.

    `settings` are more variables of its environment, `root` is the working tree that it runs.
    """

    def __init__(
        self,
        state_dir: Path,
        external_endpoint: str | None = None,
        *,
        root: Path = ROOT,
        **settings: str,
    ) -> None:
        self.root = root
        self.state_dir = state_dir
        self.settings = settings
        self.config = local(state_dir, external_endpoint)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        """Where the API is, with a slash at the end."""
        return self.config.console_url

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs file of now."""
        return outputs.read(self.config.outputs_file)

    @property
    def said(self) -> str:
        """What the parent printed since its last start."""
        return (self.state_dir / "said.txt").read_text()

    def start(self) -> "LocalSystem":
        """Start on free ports and wait until it says that it is ready."""
        self.begin()
        until(self._is_ready, READY_WITHIN_S, "the ready block")
        return self

    def begin(self) -> subprocess.Popen[bytes]:
        """Start on free ports."""
        self.config = local(self.state_dir, self.config.external_endpoint)
        self.state_dir.mkdir(exist_ok=True)
        with (self.state_dir / "said.txt").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.local"],
                env=_environment(self.config) | self.settings,
                cwd=self.root,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal's Ctrl-C goes to such a group
            )
        return self.process

    def stop(self, *signals: signal.Signals) -> tuple[int, float]:
        """Send Ctrl-C, or those signals, to the parent's group; its exit status and the time."""
        assert self.process is not None
        begun = time.monotonic()
        for item in signals or (signal.SIGINT,):
            os.killpg(self.process.pid, item)
            time.sleep(0.05)
        status = self.process.wait(GONE_WITHIN_S + 5)
        return status, time.monotonic() - begun

    def end(self) -> None:
        """Leave nothing running, whatever a test did, at once and without saving."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for pid_file in self.config.pids_dir.glob("*.pid"):
            with suppress(ProcessLookupError):
                os.killpg(int(pid_file.read_text()), signal.SIGKILL)

    def pid(self, name: str) -> int:
        """The pid on file of a part, or of the `parent`; 0 while there is none."""
        file = self.config.pid_file(name)
        try:
            return int(file.read_text())
        except FileNotFoundError:
            return 0

    def pids(self) -> dict[str, int]:
        """The pids of all processes."""
        return {name: self.pid(name) for name in (*pids.MODULES, pids.PARENT)}

    def token(self) -> str:
        """An ID token of the demo user."""
        return find_token(self.config)

    def request(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer. Header names have `_` for `-`."""
        return self.exchange(method, path, body, **headers)[:2]

    def exchange(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, JSON and headers, in lower case, of an answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        text = None if body is None else json.dumps(body)
        if text is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(HOST, self.config.port, timeout=10)
        try:
            connection.request(method, path, text, sent)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, json.loads(answer.read() or b"null"), received
        finally:
            connection.close()

    def is_healthy(self) -> bool:
        """Whether `/health` says that all parts are up."""
        try:
            return self.request("GET", "/health")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said
        return "OmniData is ready" in self.said


def _environment(config: LocalConfig) -> dict[str, str]:
    return kept_environment() | {
        "PORT": str(config.port),
        "AWS_PORT": str(config.aws_port),
        "STATE_DIR": str(config.state_dir),
        "AWS_ENDPOINT_URL": config.external_endpoint or "",
        "RELOAD": "0",  # somebody may be editing while the tests run
    }
