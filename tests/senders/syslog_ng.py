"""syslog-ng as a process of a test's own: the installed one, or Debian's packages unpacked."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / ".cache/syslog-ng"
PACKAGES = ("syslog-ng-core", "syslog-ng-mod-http")
FETCH_WITHIN_S = 60
_UTC = {"TZ": "UTC"}  # the zone of times that name none


class NotHere(Exception):
    """There is no syslog-ng on this machine; the text says why."""


def configuration(page: str) -> str:
    """The configuration in `docs/senders.md`."""
    (found,) = re.findall(r"^```syslog-ng\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(found)


def command() -> tuple[list[str], dict[str, str]]:
    """The command line's beginning, and its environment.

    Raises NotHere.
    """
    path = os.environ["PATH"] + ":/usr/sbin"
    if installed := shutil.which("syslog-ng", path=path):
        return [installed], {"PATH": path, **_UTC}
    if not (UNPACKED / "usr/sbin/syslog-ng").exists():
        _fetch()
    libraries = [UNPACKED / "usr/lib/syslog-ng", *UNPACKED.glob("**/lib/*-linux-gnu")]
    (modules,) = UNPACKED.glob("usr/lib/syslog-ng/[0-9]*")
    return (
        [str(UNPACKED / "usr/sbin/syslog-ng"), f"--module-path={modules}"],
        {"PATH": path, "LD_LIBRARY_PATH": ":".join(map(str, libraries)), **_UTC},
    )


@contextmanager
def running(config: str, folder: Path) -> Iterator[Path]:
    """syslog-ng with that configuration, its state in `folder`; gives the file of what it says."""
    begin, environment = command()
    folder.mkdir(exist_ok=True)
    (folder / "syslog-ng.conf").write_text(config)
    said = folder / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(  # noqa: S603 our own configuration
            [
                *begin,
                "--foreground",
                "--stderr",
                "--no-caps",
                f"--cfgfile={folder / 'syslog-ng.conf'}",
                f"--persist-file={folder / 'persist'}",
                f"--control={folder / 'control'}",
                f"--pidfile={folder / 'pid'}",
            ],
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield said
    finally:
        process.terminate()
        process.wait(10)


def _fetch() -> None:
    """Unpack Debian's packages and what they need into the cache; nothing is installed."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise NotHere("syslog-ng is not installed, and this is no Debian to fetch it from")
    draft = UNPACKED.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        plan = _apt(draft, "install", "--simulate", "--no-install-recommends", *PACKAGES)
        _apt(draft, "download", *re.findall(r"^Inst (\S+)", plan, re.MULTILINE))
        for package in draft.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, draft], check=True)  # noqa: S603, S607
            package.unlink()
    except subprocess.SubprocessError as error:
        raise NotHere("syslog-ng is not installed and could not be fetched by apt-get") from error
    draft.rename(UNPACKED)


def _apt(folder: Path, *arguments: str) -> str:
    return subprocess.run(  # noqa: S603 our own arguments
        ["apt-get", "-qq", *arguments],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=FETCH_WITHIN_S,
        check=True,
    ).stdout
