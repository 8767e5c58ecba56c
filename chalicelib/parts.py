"""Several questions of one response, asked at once: each may fail by itself, within one time."""

import contextvars
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

from chalicelib import observability, times
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.errors import Unavailable
from chalicelib.web.part_state import PartProblem, PartState

THREADS = 16  # of a process: what hangs in them is bounded by the timeouts of its calls
TIMED_OUT, FAILED = "timed_out", "internal_error"

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class PartResult:
    """What one question came to; `value` is None where `state` has a problem."""

    state: PartState
    value: Any


@dataclass(frozen=True, slots=True)
class PartRunner:
    """Asks in the threads of `pool`, and waits at most `budget_s` seconds for all of them."""

    pool: ThreadPoolExecutor
    _: KW_ONLY
    budget_s: float
    now: Callable[[], datetime] = times.now

    def ask(self, questions: Mapping[str, Callable[[], Any]]) -> dict[str, PartResult]:
        """Return the result of each; a question without a result in time is given up."""
        futures = {
            name: self.pool.submit(contextvars.copy_context().run, self._try, name, question)
            for name, question in questions.items()
        }
        wait(futures.values(), timeout=self.budget_s)
        return {name: self._collect(name, future) for name, future in futures.items()}

    def _collect(self, name: str, future: Future[PartResult]) -> PartResult:
        if future.done():
            return future.result()
        future.cancel()
        _log.warning("a part took too long", extra={"part": name})
        return self._missing(TIMED_OUT, f"no answer within {self.budget_s:g} s; try again")

    def _try(self, name: str, question: Callable[[], Any]) -> PartResult:
        try:
            value = question()
        except AWS_ERRORS as error:
            _log.warning("a part failed", extra={"part": name, "cause": reason(error)})
            return self._missing(Unavailable.code, _sentence(error))
        except Exception:  # noqa: BLE001 whatever it is, this part alone fails
            _log.exception("a part failed", extra={"part": name})
            return self._missing(FAILED, "something went wrong on our side")
        return PartResult(self._state(None), value)

    def _missing(self, code: str, message: str) -> PartResult:
        return PartResult(self._state(PartProblem(code, message)), None)

    def _state(self, problem: PartProblem | None) -> PartState:
        return PartState(as_of=times.text(self.now()), complete=problem is None, problem=problem)


def _sentence(error: Exception) -> str:
    """What a client may read: an error of botocore's own names resources."""
    return str(error) if isinstance(error, Unavailable) else "it is not available; try again"
