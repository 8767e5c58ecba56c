"""The keeper: held messages stay invisible to other workers for as long as they are held."""

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import BATCH, UNCONFIRMED, Queue
from worker.holdings import Holdings
from worker.stop import Stop

CHECKS_PER_HEARTBEAT = 4

_log = observability.logger(__name__)


class Keeper:
    """Extends, every `heartbeat_s`, the visibility of what is held longer than that.

    Most messages are deleted before their first heartbeat and cost no call.
    """

    def __init__(
        self,
        queue: Queue,
        holdings: Holdings,
        stop: Stop,
        *,
        heartbeat_s: float,
        visibility_timeout_s: int,
    ) -> None:
        self._queue = queue
        self._holdings = holdings
        self._stop = stop
        self._heartbeat_s = heartbeat_s
        self._visibility_timeout_s = visibility_timeout_s

    def run(self) -> None:
        """Extend until the stop is over."""
        while not self._stop.over.wait(self._heartbeat_s / CHECKS_PER_HEARTBEAT):
            self.extend()

    def extend(self) -> None:
        """Extend what is due; what fails is due again at the next check."""
        due = self._holdings.leased(older_than_s=self._heartbeat_s)
        for start in range(0, len(due), BATCH):
            handles = self._holdings.receipt_handles(due[start : start + BATCH])
            try:
                refused = self._queue.change_visibility_all(
                    list(handles.values()), self._visibility_timeout_s
                )
            except AWS_ERRORS as error:
                _log.warning("visibility was not extended", extra={"cause": reason(error)})
                return
            extended = list(handles)
            again = {extended[each.position] for each in refused if each.code == UNCONFIRMED}
            self._holdings.renew(each for each in extended if each not in again)
            if refused:  # most likely deleted meanwhile; else it is delivered again
                codes = sorted({each.code for each in refused})
                _log.info("SQS refused to extend", extra={"codes": codes})
