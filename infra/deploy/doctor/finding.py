"""What one look at an account found."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """NOTE does not stop a deployment; FAILS does."""

    OK = "ok"
    NOTE = "note"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` is one sentence: what is there, or what a person must do."""

    subject: str
    outcome: Outcome
    text: str

    def describe(self) -> str:
        """One line of the doctor's."""
        return f"{self.outcome:<6}{self.subject}: {self.text}"


def ok(subject: str, text: str) -> Finding:
    """Nothing is to do."""
    return Finding(subject, Outcome.OK, text)


def note(subject: str, text: str) -> Finding:
    """A deployment succeeds, and a person may want to do this."""
    return Finding(subject, Outcome.NOTE, text)


def fails(subject: str, text: str) -> Finding:
    """A deployment would fail before a person did this."""
    return Finding(subject, Outcome.FAILS, text)
