"""What must hold before anything is started; each failure is one sentence that says what to do."""

import socket

from infra.local.config import HOST, LocalConfig
from infra.local.emulator import launcher
from infra.local.system import pids


class CannotRun(Exception):
    """Why the system does not start, in one sentence for the person who started it."""


def check(config: LocalConfig) -> None:
    """Raise CannotRun when the parts of this run could not start."""
    left = [f"{name} {pid}" for name, pid in pids.running_children(config)]
    if left:
        raise CannotRun(
            f"a run with this state was left behind ({', '.join(left)}); "
            f"stop it with `{config.make('stop')}`"
        )
    if config.external_endpoint is None and not launcher.is_installed():
        raise CannotRun("the emulator ministack is not installed; `make venv` installs it")
    _require_free_ports(config)


def _require_free_ports(config: LocalConfig) -> None:
    ports = {"PORT": config.port}
    if config.external_endpoint is None:
        ports["AWS_PORT"] = config.aws_port
    if len(set(ports.values())) < len(ports):
        raise CannotRun(f"PORT and AWS_PORT are both {config.port}; give them different values")
    for variable, port in ports.items():
        _require_free(variable, port)


def _require_free(variable: str, port: int) -> None:
    with socket.socket() as probe:
        # As servers do: connections that ended lately are no obstacle, another listener is.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotRun(
                f"port {port} cannot be used ({error.strerror}); "
                f"choose another one with {variable}=..."
            ) from error
