"""Why queued orders were not stored, by what their handler noted of their messages."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import observability
from chalicelib.aws import last_failures
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.last_failures import LastFailure
from chalicelib.aws.table import Table
from chalicelib.orders.model import OrderFailure

QUEUE = "orders"  # its label

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class OrderFailures:
    """Reads last failures; the client behind `table` must be of a kind that gives up soon.

    The queue gives a message up after `max_receives` attempts. `table` is asked for when needed.
    """

    table: Callable[[], Table]
    max_receives: int
    _: KW_ONLY
    now: Callable[[], datetime]

    def find(self, message_id: str) -> OrderFailure | None:
        """The last failure of a message; None where none is known: the order is found anyway."""
        try:
            item = self.table().get(last_failures.key(QUEUE, message_id))
        except AWS_ERRORS as error:
            _log.warning("a failure could not be read", extra={"cause": reason(error)})
            return None
        if item is None or item["expires_at"] <= self.now().timestamp():
            return None
        return self._show(msgspec.convert(item, LastFailure))

    def _show(self, failure: LastFailure) -> OrderFailure:
        return OrderFailure(
            code=failure.code,
            message=failure.message,
            attempts=failure.attempts,
            at=failure.last_at,
            is_final=failure.attempts >= self.max_receives,
        )
