"""A PostgreSQL server of the tests' own, on a free port, with data that goes at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.local_system import free_ports
from tests.support.waiting import until

USER = "postgres"  # of Debian's package: the server refuses to run as root
MISSING = "PostgreSQL is not installed (`make postgres` installs it)"
_STARTS_WITHIN_S = 30


def find_programs() -> Path | None:
    """The folder of the newest server's programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


def why_not() -> str | None:
    """Why no server can be started here; None if one can."""
    if find_programs() is None:
        return MISSING
    if os.getuid() == 0 and not (shutil.which("setpriv") and _has_user()):
        return f"PostgreSQL refuses to run as root, and there is no user {USER} or no setpriv"
    return None


class Server:
    """A running server; each database that it makes is empty."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._made = 0

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{database}"

    def make_database(self) -> str:
        """The address of a new database."""
        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def running() -> Iterator[Server]:
    """A server until the end of the block; `why_not` says whether there can be one."""
    programs = find_programs()
    assert programs is not None
    # Not in pytest's own folder, which no other user may enter.
    home = Path(tempfile.mkdtemp(prefix="omnidata-postgres-"))
    try:
        if os.getuid() == 0:
            shutil.chown(home, USER, USER)
        with _serving(programs, home) as server:
            yield server
    finally:
        shutil.rmtree(home)


@contextmanager
def _serving(programs: Path, home: Path) -> Iterator[Server]:
    data, port = home / "data", free_ports(1)[0]
    _run([programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "fsync": "off",
    }
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 our own command
            _as_user([programs / "postgres", "-D", data, *given]), stdout=log, stderr=log, cwd=home
        )
    try:
        server = Server(port)
        until(lambda: _answers(server), _STARTS_WITHIN_S, "an answer of PostgreSQL")
        yield server
    finally:
        process.terminate()
        process.wait(_STARTS_WITHIN_S)


def _answers(server: Server) -> bool:
    try:
        psycopg.connect(server.url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _run(command: list[object]) -> None:
    subprocess.run(_as_user(command), check=True, capture_output=True, cwd="/")  # noqa: S603 as above


def _as_user(command: list[object]) -> list[str]:
    """The command as the server's user, where this one is root."""
    words = [str(word) for word in command]
    if os.getuid() != 0:
        return words
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *words]


def _has_user() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _version(program: Path) -> float:
    return float(program.parents[1].name)
