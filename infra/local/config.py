"""Where the local system listens and keeps its state, read once from the environment."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.settings import DEFAULT_REGION, LOCAL_STAGE
from infra.declared.stages import LOCAL_ACCOUNT

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]
STAGE = LOCAL_STAGE
REGION = DEFAULT_REGION
ACCOUNT = LOCAL_ACCOUNT
DEFAULT_STATE_DIR = ".local"
DEFAULT_MIN_FREE_MB = 64
MAX_PORT = 65_535
MIB = 1024 * 1024
CREDENTIALS = ("test", "test")  # another region or key would see another, empty account


@dataclass(frozen=True)
class LocalConfig:
    """One local system. `external_endpoint` is an emulator that we do not start ourselves.

    With less than `min_free_bytes` on the disk of `state_dir` nothing is written. `reloads` starts
    the gateway and the event sources again when their code changes.
    """

    port: int
    aws_port: int
    state_dir: Path
    external_endpoint: str | None
    min_free_bytes: int = DEFAULT_MIN_FREE_MB * MIB
    reloads: bool = False

    @property
    def endpoint_url(self) -> str:
        """Where AWS is for every part."""
        return self.external_endpoint or f"http://{HOST}:{self.aws_port}"

    @property
    def console_url(self) -> str:
        """Where the console and the API answer; ends with a slash."""
        return f"http://{HOST}:{self.port}/"

    @property
    def outputs_file(self) -> Path:
        """The names and addresses of what runs, complete before `/health` answers 200."""
        return self.state_dir / "outputs.json"

    @property
    def pids_dir(self) -> Path:
        """One file a process, named for it."""
        return self.state_dir / "pids"

    @property
    def logs_dir(self) -> Path:
        """One log a child, named for it."""
        return self.state_dir / "logs"

    @property
    def worker_health_file(self) -> Path:
        """Touched by the worker while it polls well."""
        return self.state_dir / "worker.health"

    @property
    def sandbox_port_file(self) -> Path:
        """The port of the sandbox of the publishing channels, chosen when a run starts."""
        return self.state_dir / "sandbox.port"

    @property
    def sandbox_dir(self) -> Path:
        """Where the sandbox keeps what was published."""
        return self.state_dir / "sandbox"

    @property
    def emulator_state_dir(self) -> Path:
        """Where the emulator saves its state, one JSON file a service."""
        return self.state_dir / "emulator" / "state"

    @property
    def save_failed_file(self) -> Path:
        """Exists while the emulator's latest save failed; its text says what was not saved."""
        return self.state_dir / "save-failed"

    def pid_file(self, name: str) -> Path:
        """Where the process `name` has its pid: parent, or a child's name in `pids`."""
        return self.pids_dir / f"{name}.pid"

    def make(self, target: str) -> str:
        """The command line of a make target that finds this state."""
        if self.state_dir == Path(DEFAULT_STATE_DIR).absolute():
            return f"make {target}"
        return f"STATE_DIR={shlex.quote(str(self.state_dir))} make {target}"


class BadConfig(Exception):
    """A variable that cannot be used; the text names it."""


def local_config(env: Mapping[str, str] | None = None) -> LocalConfig:
    """The configuration of this process, as docs/settings.md lists its variables.

    Raises BadConfig for a value that cannot be used.
    """
    variables = os.environ if env is None else env
    external_endpoint = (variables.get("AWS_ENDPOINT_URL") or "").rstrip("/") or None
    min_free_mb = 0 if external_endpoint else DEFAULT_MIN_FREE_MB  # its data is elsewhere
    return LocalConfig(
        port=_port(variables, "PORT", 8000),
        aws_port=_port(variables, "AWS_PORT", 4566),
        state_dir=Path(variables.get("STATE_DIR") or DEFAULT_STATE_DIR).absolute(),
        external_endpoint=external_endpoint,
        min_free_bytes=_megabytes(variables, "MIN_FREE_MB", min_free_mb) * MIB,
        reloads=_switch(variables, "RELOAD", default=is_checkout(ROOT)),
    )


def is_checkout(root: Path) -> bool:
    """Whether `root` is a working tree of git, whose code somebody may be editing."""
    return (root / ".git").exists()


def _port(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PORT):
        raise BadConfig(f"{name} must be a port between 1 and {MAX_PORT}, not {text!r}")
    return int(text)


def _megabytes(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise BadConfig(f"{name} must be a whole number of megabytes, not {text!r}")
    return int(text)


def _switch(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = variables.get(name) or str(int(default))
    if text not in ("0", "1"):
        raise BadConfig(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"
