"""The sandbox's port: free when a run starts, the last run's if it still is, kept for the run."""

import socket

from infra.local.config import HOST, MAX_PORT, LocalConfig


def choose_port(config: LocalConfig) -> int:
    """Choose a port and keep it in the state directory, for restarts of the sandbox in this run.

    Links to posts last longer while the port stays. Raises OSError when it cannot be written.
    """
    file = config.sandbox_port_file
    port = _find_free(_read_last(config))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{port}\n")
    return port


def read_port(config: LocalConfig) -> int:
    """The port of this run.

    Raises OSError or ValueError when none was chosen.
    """
    return int(config.sandbox_port_file.read_text())


def make_url(port: int) -> str:
    """Where the sandbox responds, without a slash at the end."""
    return f"http://{HOST}:{port}"


def _read_last(config: LocalConfig) -> int:
    try:
        port = read_port(config)
    except (OSError, ValueError):
        return 0
    return port if 0 < port <= MAX_PORT and port not in (config.port, config.aws_port) else 0


def _find_free(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")
