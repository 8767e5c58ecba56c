"""How a command ends: the exit codes, and the failures that lead to them."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a script reads of a command, as docs/command-line.md lists it."""

    DONE = 0
    REFUSED = 1  # by the API, or what was asked for was not found
    USAGE = 2
    UNREACHABLE = 3  # nobody answers, or not now: the same command may work later
    SIGN_IN = 4
    INTERRUPTED = 130  # as a shell has it for SIGINT


class CliFailure(Exception):
    """A command cannot do what was asked; the text is one sentence for its user."""

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED


class Refused(CliFailure):
    """The API refused a request, or did not find what it names."""


class BadUsage(CliFailure):
    """The arguments, or a file that they name, cannot be used."""

    exit_code = ExitCode.USAGE


class Unreachable(CliFailure):
    """There is no answer, or one that says to try again; `retry_after_s` where it says when."""

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, sentence: str, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class CannotSignIn(CliFailure):
    """There is no valid ID token."""

    exit_code = ExitCode.SIGN_IN
