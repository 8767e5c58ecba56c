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
DEMO_USER = "demo@example.com"
DEV_PORT = 5173  # where `make dev` serves the console with hot reload
DEFAULT_MIN_FREE_MB = 64
DEFAULT_SEARCHES_PER_DAY = 100_000  # on AWS the usage plan has 500, which a day's work uses up
MAX_PORT = 65_535
MIB = 1024 * 1024
CREDENTIALS = ("test", "test")  # another region or key would see another, empty account


@dataclass(frozen=True)
class LocalConfig:
    """One local system. `external_endpoint` is an emulator that we do not start ourselves.

    With less than `min_free_bytes` on the disk of `state_dir` nothing is written. `reloads` starts
    the gateway and the event sources again when their code changes. `searches_per_day` is the quota
    of the API key.
    """

    port: int
    aws_port: int
    state_dir: Path
    external_endpoint: str | None
    min_free_bytes: int = DEFAULT_MIN_FREE_MB * MIB
    reloads: bool = False
    searches_per_day: int = DEFAULT_SEARCHES_PER_DAY

    @property
    def endpoint_url(self) -> str:
        """Where AWS is for every part."""
        return self.external_endpoint or f"http://{HOST}:{self.aws_port}"

    @property
    def console_url(self) -> str:
        """Where the console and the API are served; ends with a slash."""
        return f"http://{HOST}:{self.port}/"

    @property
    def outputs_file(self) -> Path:
        """The names and addresses of what runs, complete before `/health` returns 200."""
        return self.state_dir / "outputs.json"

    @property
    def generated_file(self) -> Path:
        """Passwords, keys and secrets that were made once."""
        return self.state_dir / "generated.json"

    @property
    def pids_dir(self) -> Path:
        """One file a process, named for it."""
        return self.state_dir / "pids"

    @property
    def logs_dir(self) -> Path:
        """One log a child, named for it."""
        return self.state_dir / "logs"

    @property
    def checkpoints_dir(self) -> Path:
        """How far each stream is read, one file a mapping."""
        return self.state_dir / "checkpoints"

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
    def emulator_dir(self) -> Path:
        """The emulator's data; `infra/local/emulator/saved_state.py` says what is in it."""
        return self.state_dir / "emulator"

    @property
    def emulator_state_dir(self) -> Path:
        """Where the emulator saves its state, one JSON file a service."""
        return self.emulator_dir / "state"

    @property
    def save_failed_file(self) -> Path:
        """Exists while the emulator's latest save failed."""
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


def describe_denial(error: PermissionError) -> str:
    """The sentence for a state or a checkout that is another user's."""
    return (
        f"{error.filename} belongs to another user ({error.strerror}); use a clone of your own, "
        "or name a directory of your own with STATE_DIR=..."
    )


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
        min_free_bytes=_whole(variables, "MIN_FREE_MB", min_free_mb, "of megabytes") * MIB,
        reloads=_switch(variables, "RELOAD", default=is_checkout(ROOT)),
        searches_per_day=_whole(
            variables, "SEARCHES_PER_DAY", DEFAULT_SEARCHES_PER_DAY, "of requests"
        ),
    )


def is_checkout(root: Path) -> bool:
    """Whether `root` is a working tree of git, whose code somebody may be editing."""
    return (root / ".git").exists()


def _port(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PORT):
        raise BadConfig(f"{name} must be a port between 1 and {MAX_PORT}, not {text!r}")
    return int(text)


def _whole(variables: Mapping[str, str], name: str, default: int, of: str) -> int:
    text = variables.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise BadConfig(f"{name} must be a whole number {of}, not {text!r}")
    return int(text)


def _switch(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = variables.get(name) or str(int(default))
    if text not in ("0", "1"):
        raise BadConfig(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"
