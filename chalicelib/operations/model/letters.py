"""Dead letters: of all queues, of one, one of them, and what is done to them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.strict_json import Text
from chalicelib.times import Time
from chalicelib.web.part_state import PartState

WINDOW = 500  # dead letters that are looked at or handled at once
# A window's texts together, so that JSON's escapes, twice on their way, stay below Lambda's 6 MB.
SHOWN_BYTES = 1024 * 1024
LETTER_BYTES = 4096


class AllLettersQuery(msgspec.Struct, frozen=True):
    """How many dead letters of each queue to look at for their reasons."""

    limit: Annotated[int, Meta(ge=1, le=WINDOW)] = 50


class LetterList(msgspec.Struct, frozen=True):
    """How large a window of dead letters to look at."""

    limit: Annotated[int, Meta(ge=1, le=WINDOW)] = 100


class DeadLetterReason(msgspec.Struct, frozen=True):
    """Why something died: the error's class or the service's code, and a short text."""

    code: str
    message: str


class Death(msgspec.Struct, frozen=True, kw_only=True):
    """How a dead letter came about, as DeadLetter documents it."""

    reason: DeadLetterReason
    function: str
    died_at: Time | None
    attempts: int | None


class DeadLetterRedrives(msgspec.Struct, frozen=True):
    """That a letter was given to its queue before, how often and when last, and died again."""

    count: Annotated[int, Meta(ge=1, examples=[1])]
    last_at: Time


class DeadLetter(Death, frozen=True, kw_only=True):
    """One dead letter. Times are UTC texts.

    `body` is its text as sent, or the beginning of it where that is `truncated`. `sent_at` is when
    it came to its own queue, not to this one.

    `reason` is the last attempt's; `no_answer` means that the function left none: it was killed or
    timed out. `function` had it `attempts` times; looks at the letter do not count. `died_at` is
    when the last attempt failed: SQS moves a message at the first receive after its visibility
    timeout, and does not say when. Null is not known.

    `redriven` is null for a letter that died for the first time. It is not known of what a stream
    gave up, nor of a message that is within 256 bytes of the greatest size.
    """

    id: str
    body: str
    truncated: bool
    sent_at: Time
    redriven: DeadLetterRedrives | None = None


class DeadLetters(msgspec.Struct, frozen=True, kw_only=True):
    """A window of a queue's dead letters; `total` is SQS's own, approximate count."""

    queue: str
    total: int
    letters: list[DeadLetter]


class DeadLetterReasonCount(Death, frozen=True, kw_only=True):
    """How many of the letters that were looked at have one reason, and when the last one died.

    `attempts` is the most that any of them had.
    """

    count: int


class DeadLetterSummary(PartState, frozen=True, kw_only=True):
    """A queue's dead letters by reason, the most frequent first.

    `total` is SQS's own, approximate count; of those `looked` were looked at, of which `died_again`
    were redriven before. Beyond twenty reasons the rest is `other_reasons`. `total` and `looked`
    are null with a problem.
    """

    queue: Annotated[str, Meta(examples=["orders"])]
    total: int | None
    looked: int | None
    died_again: int
    oldest_sent_at: Time | None
    reasons: list[DeadLetterReasonCount]
    other_reasons: int


class DeadLetterSummaries(msgspec.Struct, frozen=True, kw_only=True):
    """Every queue that has dead letters of its own, those of streams too."""

    complete: bool
    queues: list[DeadLetterSummary]


class DeadLetterSelection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dead letters by their ids."""

    ids: Annotated[list[Text], Meta(min_length=1, max_length=WINDOW)]


class DeadLetterResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the chosen dead letters, by their ids.

    `missing` were not found within the window; of `failed` the queue did not confirm that they are
    sent or gone: they may still be there, and trying again is safe.
    """

    done: list[str]
    missing: list[str]
    failed: list[str]


def preview_bytes(letters: int) -> int:
    """How many bytes of each letter's text are shown in a window of so many."""
    return min(LETTER_BYTES, SHOWN_BYTES // max(letters, 1))


def beginning(text: str, most_bytes: int) -> str:
    """The text, or as many whole characters of its beginning as fit."""
    return text.encode()[:most_bytes].decode(errors="ignore")
