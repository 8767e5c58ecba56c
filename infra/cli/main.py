"""Runs a command, and ends with an exit code and at most a sentence: never with a traceback."""

import io
import os
import sys
import time
import uuid
from argparse import Namespace
from collections.abc import Mapping, Sequence

from urllib3 import PoolManager

from infra.cli.api import Api, open_pool
from infra.cli.arguments import Context, build_parser, parse
from infra.cli.commands import dead_letters, logs, messages, orders, people, record_files, records
from infra.cli.failures import CliFailure, ExitCode
from infra.cli.screen import Screen, open_screen
from infra.cli.signing_in.opening import Caller

GROUPS = {
    "orders": "Place orders and see how far they are",
    "records": "Add, find, change and move records",
    "messages": "Publish messages and see their deliveries",
    "dlq": "Look into dead letters, and redrive them",
}
COMMANDS = (
    *people.COMMANDS,
    *logs.COMMANDS,
    *orders.COMMANDS,
    *records.COMMANDS,
    *record_files.COMMANDS,
    *messages.COMMANDS,
    *dead_letters.COMMANDS,
)


def main(arguments: Sequence[str] | None = None, pool: PoolManager | None = None) -> int:
    """Run one command of the command line, by the connections of `pool`; returns the exit code."""
    given = parse(build_parser(GROUPS, COMMANDS), arguments)
    _choose_encoding()
    screen = open_screen(sys.stdout, sys.stderr)
    try:
        try:
            return _run(given, screen, os.environ, pool or open_pool())
        finally:
            screen.flush()  # also what was printed before a failure
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        _forget_output()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 the last resort of a program for people
        return _fail(error, screen)


def _fail(error: Exception, screen: Screen) -> ExitCode:
    """Say what happened; returns the exit code."""
    match error:
        case CliFailure():
            screen.say(str(error))
            return error.exit_code
        case OSError():  # standard output, on a full disk
            screen.say(str(error))
            _forget_output()
        case _:
            screen.say(f"an error of omni itself, please report it: {error!r}")
    return ExitCode.REFUSED


def _run(
    given: Namespace, screen: Screen, environment: Mapping[str, str], pool: PoolManager
) -> ExitCode:
    caller = Caller(given.stage, given.url, given.user, environment)
    api = Api(caller.find_url(), caller.open_session(screen.say), screen.say, time.sleep, pool)
    key = getattr(given, "idempotency_key", None) or str(uuid.uuid4())
    context = Context(api, screen, caller, given.json, key)
    code: ExitCode = given.command.run(context, given)
    return code


def _choose_encoding() -> None:
    """Files and pipes get UTF-8; what a terminal's own encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _forget_output() -> None:
    """Python flushes standard output once more at its end: then to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
