"""What `make export` and `make import` run, and what they say."""

import argparse
import hashlib
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import InvalidInput, Unavailable
from infra.declared.stage_parts import UnknownStage
from infra.declared.variables import MissingOutput
from infra.local.config import BadConfig, local_config
from infra.local.system.outputs import NothingRuns
from infra.transfer import manifest
from infra.transfer.alone import hold, private_files
from infra.transfer.exporting import export
from infra.transfer.folder import Folder
from infra.transfer.importing import Import, OutcomesByKind
from infra.transfer.manifest import ExportManifest
from infra.transfer.place import StagePlace, find_place
from infra.transfer.refusal import MoveRefused
from infra.transfer.relational import database
from infra.transfer.relational.ddl import FOLDER
from infra.transfer.relational.readable import require_readable
from infra.transfer.relational.reading import read_database
from infra.transfer.writing import ItemOutcome

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 with what was moved on standard output, 1 with one sentence on standard error."""
    given = _parse(arguments)
    try:
        place = find_place(given.stage)
        with private_files():
            _COMMANDS[given.command](place, given)
    except (
        BadConfig,
        InvalidInput,
        MissingOutput,
        NothingRuns,
        MoveRefused,
        UnknownStage,
    ) as error:
        return _fail(given.command, str(error))
    except (BotoCoreError, ClientError, Unavailable) as error:
        return _fail(given.command, f"AWS, or the emulator, said: {error}; run it again to go on")
    except OSError as error:
        return _fail(given.command, f"{error.filename}: {error.strerror}")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.transfer")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, where in (("export", "--to"), ("import", "--from")):
        command = commands.add_parser(name)
        command.add_argument("--stage", required=True)
        command.add_argument(where, dest="where", required=True)
        command.add_argument("--replace", action="store_true")
    commands.choices["import"].add_argument("--start", action="store_true")
    return parser.parse_args(arguments)


def _export(place: StagePlace, given: argparse.Namespace) -> None:
    """To a folder; to a database through one, which is kept until the database has it all."""
    where = _require(given, "TO")
    if not database.is_database(where):
        folder = Path(where).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        with hold(folder):
            _describe_export(export(place, folder, _say))
        return
    if not given.replace:
        database.require_free(where)
    with _between(place, where) as folder:
        if (folder / manifest.FILE).exists():  # of a load that failed, perhaps long ago
            shutil.rmtree(folder)
        made = export(place, folder, _say)
        database.load(where, folder / FOLDER, replaces=given.replace)
        shutil.rmtree(folder)
    _describe_export(made)


def _import(place: StagePlace, given: argparse.Namespace) -> None:
    where = _require(given, "FROM")
    moved = Import(place, _say, replaces=given.replace, starts=given.start)
    if not database.is_database(where):
        _describe_import(moved.run(Path(where).absolute()), starts=given.start)
        return
    with _between(place, where) as folder:
        shutil.rmtree(folder, ignore_errors=True)  # of a killed run: the database may have changed
        require_readable(Folder(folder), read_database(where, folder, _say))
        outcomes = moved.run(folder)
        shutil.rmtree(folder)
    _describe_import(outcomes, starts=given.start)


def _require(given: argparse.Namespace, name: str) -> str:
    if not given.where:
        raise MoveRefused(f"{name}= must name a folder or a database, such as {name}=/backup/today")
    where = str(given.where)
    if not database.is_database(where) and (scheme := _SCHEME.match(where)):
        raise MoveRefused(f"{name}= names a folder or postgresql://…, and no {scheme[0]}…")
    return where


@contextmanager
def _between(place: StagePlace, url: str) -> Iterator[Path]:
    """The folder between a stage and a database; a name of its own for each two of them."""
    name = hashlib.sha256(f"{place.stage} {url}".encode()).hexdigest()[:16]
    folder = local_config().state_dir / "transfer" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with hold(folder.with_suffix(".lock")):
        yield folder


def _describe_export(made: ExportManifest) -> None:
    for name, content in made.kinds.items():
        _say(f"  {name:<16}{content.items:>9,}  {content.digest[:16]}")
    left_out = ", ".join(f"{count:,} {what}" for what, count in made.left_out.items())
    _say(f"Not moved: {left_out or 'nothing'}.")
    _say(made.taken.consistency)


def _describe_import(outcomes: OutcomesByKind, *, starts: bool) -> None:
    for name, found in outcomes.items():
        text = ", ".join(
            f"{found[outcome]:,} {outcome}" for outcome in ItemOutcome if found[outcome]
        )
        _say(f"  {name:<16}{text or 'none'}")
    if not starts:
        _say("What is due is held: nothing is sent for it until an import with START=1.")


def _say(text: str) -> None:
    sys.stdout.write(f"{_make_plain(text)}\n")
    sys.stdout.flush()


def _fail(command: str, sentence: str) -> int:
    sys.stderr.write(f"{command}: {_make_plain(sentence)}\n")
    return 1


def _make_plain(text: str) -> str:
    """One line that steers no terminal: names in it come from files of others."""
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


_COMMANDS = {"export": _export, "import": _import}
