"""What commands are made of, and the parser that is made from them."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.settings import LOCAL_STAGE
from infra.cli.api import Api
from infra.cli.failures import BadUsage, ExitCode
from infra.cli.screen import Screen
from infra.cli.signing_in.opening import Caller
from infra.declared.stages import STAGES


@dataclass(frozen=True, slots=True)
class Context:
    """What a command works with. `key` is the idempotency key of what it creates."""

    api: Api
    screen: Screen
    caller: Caller
    as_json: bool
    key: str


@dataclass(frozen=True, slots=True)
class Argument:
    """As argparse's `add_argument` takes it."""

    flags: tuple[str, ...]
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `run` gets the parsed arguments; its name has a space below a group."""

    name: str
    summary: str
    run: Callable[[Context, argparse.Namespace], ExitCode]
    arguments: Sequence[Argument] = ()
    examples: Sequence[str] = ()


def argument(*flags: str, **options: Any) -> Argument:
    """An argument or an option of a command."""
    return Argument(flags, options)


def limit(default: int | None, text: str) -> Argument:
    """How many are shown at most."""
    return argument("--limit", type=positive, default=default, metavar="N", help=text)


def positive(text: str) -> int:
    """A whole number above zero; argparse prints the error."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def some_id(text: str) -> str:
    """An id; an empty one would lead to another route."""
    if text.strip(".") == "":
        raise argparse.ArgumentTypeError("an id has at least one character that is no dot")
    return text


def read_body(given: str) -> bytes:
    """The content of an argument: itself, `@file`, or `-` for standard input. Raises BadUsage."""
    if given == "-":
        return sys.stdin.buffer.read()
    if not given.startswith("@"):
        return given.encode(errors="surrogateescape")  # the API says what is wrong
    return read_file(given[1:])


def read_file(name: str) -> bytes:
    """A file, or standard input for `-`. Raises BadUsage."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadUsage(f"{name} cannot be read: {error.strerror}") from error


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments, with what the common options are unless told; ends with 2 for wrong ones."""
    defaults = argparse.Namespace(stage=LOCAL_STAGE, url=None, user=None, json=False)
    return parser.parse_args(arguments, defaults)


def build_parser(groups: dict[str, str], commands: Sequence[Command]) -> argparse.ArgumentParser:
    """The parser of all commands; `groups` are the summaries of first words."""
    common = _build_common()
    parser = argparse.ArgumentParser(
        prog="omni",
        parents=[common],
        description="OmniData from a terminal: logs, orders, records, messages and dead letters.",
        epilog="Exit codes: 0 done, 1 refused or not found, 2 usage, 3 unreachable, 4 sign-in.",
    )
    top = parser.add_subparsers(metavar="COMMAND", required=True)
    below = {
        name: top.add_parser(name, help=text, description=text).add_subparsers(
            metavar="COMMAND", required=True
        )
        for name, text in groups.items()
    }
    for command in commands:
        group, _, name = command.name.rpartition(" ")
        _add_command((below[group] if group else top), name, command, common)
    return parser


def _add_command(place: Any, name: str, command: Command, common: argparse.ArgumentParser) -> None:
    examples = "".join(f"\n  {example}" for example in command.examples)
    parser = place.add_parser(
        name,
        parents=[common],
        help=command.summary,
        description=f"{command.summary}.",
        epilog=f"Examples:{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for item in command.arguments:
        parser.add_argument(*item.flags, **item.options)
    parser.set_defaults(command=command)


def _build_common() -> argparse.ArgumentParser:
    """The options of all commands, taken before and after a command's name."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    every = common.add_argument_group("for all commands")
    every.add_argument("--stage", choices=[*STAGES], help="local unless told")
    every.add_argument("--url", help="the API's address, in place of the stage's own")
    every.add_argument("--user", metavar="EMAIL", help="who signs in; locally the demo user")
    every.add_argument("--json", action="store_true", help="print the API's own documents")
    return common
