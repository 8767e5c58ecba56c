"""Moving a laptop's data through PostgreSQL to another laptop, killed halfway on the way."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from infra.transfer.folder import Folder
from infra.transfer.manifest import ExportManifest
from infra.transfer.place import StagePlace
from tests.bench import local_system
from tests.bench.table import Row, Target
from tests.support import postgres
from tests.support.authors import Author
from tests.support.local_system import ROOT, LocalSystem, aws_of, kept_environment
from tests.support.moving import Filling, Sizes
from tests.support.waiting import until

SIZES = Sizes(records=10_000, orders=1_000, logs=50_000, messages=500, log_span=timedelta(days=7))
LIMIT_MB = 300
QUIET_S = 10
DUE = 3 * 3 * SIZES.messages // 10  # three of ten statuses are due, each with three deliveries
# The most memory that a process ever held; what `wait` tells begins with its parent's.
PROGRAM = """
import re, sys
from infra.transfer.command import main
status = main(sys.argv[1:])
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(f"peak {peak}")
sys.exit(status)
"""


class Done(NamedTuple):
    """How long a command took, in seconds, and the most memory that it held, in megabytes."""

    took_s: float
    peak_mb: float

    def row(self, what: str) -> Row:
        """The command's line."""
        return Row(
            what=what,
            measured=f"{self.took_s:.0f} s, {self.peak_mb:.0f} MB at most",
            ratio=self.peak_mb / LIMIT_MB,
            against=f"{LIMIT_MB} MB",
            target=Target(at_most=1),
        )


def run() -> list[Row]:
    """Fill one system, move it, and compare."""
    if reason := postgres.why_not():
        raise RuntimeError(reason)
    with local_system.running() as old, local_system.running() as new, _database() as url:
        os.kill(old.pid("events"), signal.SIGSTOP)  # it sends nothing itself
        _fill(old)
        rows = [_call(old, "export", "--to", url).row("laptop to PostgreSQL")]
        rows += _import(new, url)
        rows += _compare(old, new)
        rows += _count_sent(new, url)
    return rows


@contextmanager
def _database() -> Iterator[str]:
    with postgres.running() as server:
        yield server.make_database()


def _fill(system: LocalSystem) -> None:
    place = StagePlace("local", system.outputs, aws_of(system.config).client)
    user = place.client("cognito-idp").admin_get_user(
        UserPoolId=system.outputs["UserPoolId"], Username=system.outputs["DemoUser"]
    )
    owner = next(entry["Value"] for entry in user["UserAttributes"] if entry["Name"] == "sub")
    Filling(place, [owner], SIZES, now=datetime.now(UTC).replace(microsecond=0)).fill()


def _import(new: LocalSystem, url: str) -> list[Row]:
    """Kill the import halfway, and run it again."""
    child = _begin(new, "import", "--from", url)
    client, name = aws_of(new.config).client("dynamodb"), new.outputs["LogsTable"]

    def is_halfway() -> bool:
        assert child.poll() is None, "the import ended before it was killed"
        count: int = client.describe_table(TableName=name)["Table"]["ItemCount"]
        return count > SIZES.logs // 2

    until(is_halfway, 600, "half of the import")
    child.kill()
    child.communicate()
    held = client.describe_table(TableName=name)["Table"]["ItemCount"]
    killed = Row(what="killed with so many log records there", measured=f"{held:,}")
    again = _call(new, "import", "--from", url).row("PostgreSQL to another laptop, run again")
    return [killed, again]


def _compare(old: LocalSystem, new: LocalSystem) -> list[Row]:
    """The contents of both, by exporting each to files."""
    with tempfile.TemporaryDirectory() as home:
        done = _call(old, "export", "--to", f"{home}/old")
        _call(new, "export", "--to", f"{home}/new")
        before, after = _read(Path(home) / "old"), _read(Path(home) / "new")
    return [done.row("laptop to files"), *_compare_kinds(before, after)]


def _compare_kinds(before: ExportManifest, after: ExportManifest) -> list[Row]:
    rows = []
    for name, content in before.kinds.items():
        other = after.kinds[name]
        is_same = content == other or name == "tenants"  # each has a demo tenant of its own
        rows.append(
            Row(
                what=name,
                measured=f"{other.items:,} of {content.items:,}, {other.digest[:16]}",
                ratio=float(is_same),
                against="the digest",
                target=Target(at_least=1, at_most=1),
            )
        )
    return rows


def _count_sent(new: LocalSystem, url: str) -> list[Row]:
    """What the new system sent before it was started: nothing; and after: each once."""
    author = Author(new)
    author.tick()
    time.sleep(QUIET_S)
    early = len(author.posts("")) + _count_mails(new)
    _call(new, "import", "--from", url, "--start")
    deadline = time.monotonic() + 300
    while len(_list_posts(author)) < DUE and time.monotonic() < deadline:
        author.tick()
        time.sleep(1)
    time.sleep(QUIET_S)  # a second post would be one of these
    times = Counter(_list_posts(author)).values()
    return [
        Row(what="posts and mails while held", measured=f"{early}"),
        Row(
            what="posts after the start",
            measured=f"{len(times)} of {DUE}, each at most {max(times, default=0)} times",
            ratio=sum(times) / DUE if early == 0 else 0,
            target=Target(at_least=1, at_most=1),
        ),
    ]


def _list_posts(author: Author) -> list[tuple[str, ...]]:
    """What was posted of the messages; the series goes on with one of its own."""
    return [
        (post["text"], post["channel"], post["details"].get("to", ""))
        for post in author.posts("Message")
    ]


def _count_mails(system: LocalSystem) -> int:
    return len(system.request("GET", "/_local/mailbox/mails.json")[1]["mails"])


def _read(path: Path) -> ExportManifest:
    return Folder(path).read_manifest()


def _call(system: LocalSystem, *arguments: str) -> Done:
    began = time.monotonic()
    child = _begin(system, *arguments)
    said, failed = child.communicate()
    if child.returncode:
        raise RuntimeError(failed)
    return Done(time.monotonic() - began, int(said.split("peak ")[-1]) / 1024)


def _begin(system: LocalSystem, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-c", PROGRAM, *arguments, "--stage", "local"],
        cwd=ROOT,
        env=kept_environment() | {"STATE_DIR": str(system.state_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
