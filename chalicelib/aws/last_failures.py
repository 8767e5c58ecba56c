"""Why messages failed last: one item a message in `OmniState`, for its dead letter.

SQS carries no reason into a dead-letter queue, and counts each look there as a receive.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import times
from chalicelib.aws.failures import reason
from chalicelib.aws.queue import Received
from chalicelib.aws.table import Condition, Table
from chalicelib.ids import join_key

KEPT_S = 14 * 24 * 3600  # as long as a queue keeps its messages
MAX_MESSAGE_CHARS = 200
_MASKED_CHARS = 2_000  # of an error's text: masking takes time by its length
_FAILURE = "FAILURE"


class LastFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A message's last failure, by `function`; times are UTC texts.

    `attempts` is the receive count of that delivery: those that ended without a response count.
    """

    code: str
    message: str
    function: str
    attempts: int
    first_at: str
    last_at: str


@dataclass(frozen=True, slots=True)
class LastFailures:
    """Stores them; `mask` takes personal data out of an error's text, which may quote a body."""

    table: Table
    _: KW_ONLY
    mask: Callable[[str], str]
    now: Callable[[], datetime]

    def note(self, queue: str, function: str, message: Received, error: Exception) -> None:
        """Store that `function` failed with `message` of `queue`, over what was stored before."""
        at = self.now()
        failure = LastFailure(
            code=reason(error),
            message=self._short(str(error)),
            function=function,
            attempts=message.receive_count,
            first_at=times.text(at),
            last_at=times.text(at),
        )
        expires_at = int(at.timestamp()) + KEPT_S
        self.table.update(key(queue, message.message_id), _change(failure, expires_at))

    def _short(self, text: str) -> str:
        whole = text[:_MASKED_CHARS].encode(errors="replace").decode()  # no lone surrogates
        masked = self.mask(whole)
        if len(masked) <= MAX_MESSAGE_CHARS:
            return masked
        return f"{masked[: MAX_MESSAGE_CHARS - 1]}…"


def key(queue: str, message_id: str) -> dict[str, str]:
    """The key of a message's item; `queue` is its label."""
    return {"pk": join_key(_FAILURE, queue, message_id), "sk": _FAILURE}


def _change(failure: LastFailure, expires_at: int) -> Condition:
    """Replaces all but the first time. Every name has its `#`, since some are reserved words."""
    values = {**msgspec.to_builtins(failure), "expires_at": expires_at}
    sets = [f"#{name} = :{name}" for name in values if name != "first_at"]
    return Condition(
        f"SET {', '.join(sets)}, #first_at = if_not_exists(#first_at, :first_at)",
        {f"#{name}": name for name in values},
        {f":{name}": value for name, value in values.items()},
    )
