"""Asks the language model, bounded in time; whatever goes wrong, the original is used."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, field

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.language_model import LanguageModel
from chalicelib.errors import Unavailable
from chalicelib.publisher import rules
from chalicelib.publisher.adaptation import checks, prompts
from chalicelib.publisher.model import AdaptationFailure, AdaptedText, Channel
from chalicelib.publisher.rules import Composition

BUDGET_S = 8.0  # of the 15 that the tick leaves a delivery
THREADS = 10
MAX_TOKENS = 2_048
TEMPERATURE = 0.3
READ_TIMEOUT = "ReadTimeoutError"

_log = observability.logger(__name__)


def _make_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="adapt")


@dataclass(frozen=True, slots=True)
class Asking:
    """The model, None where texts are not adapted; `clock` gives seconds since 1970."""

    model: LanguageModel | None
    _: KW_ONLY
    budget_s: float = BUDGET_S
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    pool: ThreadPoolExecutor = field(default_factory=_make_pool)

    def adapt(self, said: Composition, channels: Iterable[Channel]) -> dict[Channel, AdaptedText]:
        """The text of each channel, all within the budget. It never raises."""
        deadline = self.monotonic() + self.budget_s
        asked = {channel: self._submit(said, channel) for channel in channels}
        return {
            channel: self._wait(rules.read_text(said, channel), future, deadline)
            for channel, future in asked.items()
        }

    def _submit(self, said: Composition, channel: Channel) -> Future[AdaptedText]:
        return self.pool.submit(self._ask, channel, rules.read_text(said, channel))

    def _wait(self, original: str, asked: Future[AdaptedText], deadline: float) -> AdaptedText:
        try:
            found = asked.result(max(0.0, deadline - self.monotonic()))
        except TimeoutError:
            asked.cancel()
            found = checks.keep(original, AdaptationFailure.SLOW)
        self._count(found)
        return found

    def _ask(self, channel: Channel, original: str) -> AdaptedText:
        if self.model is None:
            return checks.keep(original, AdaptationFailure.OFF)
        if len(original) > checks.MAX_ORIGINAL:
            return checks.keep(original, AdaptationFailure.ORIGINAL_TOO_LONG)
        try:
            response = self.model.converse(
                original,
                system=prompts.make_system(channel),
                max_tokens=MAX_TOKENS,
                temperature=TEMPERATURE,
            )
            return checks.judge(channel, original, *response)
        except Exception as error:  # noqa: BLE001 whatever it is, the original goes out
            fields = {"channel": channel, "cause": reason(error)}
            _log.warning("a text could not be adapted", extra=fields)
            return checks.keep(original, _find_failure(error))

    def _count(self, found: AdaptedText) -> None:
        """Log the outcome, which CloudWatch counts by its embedded metric format."""
        outcome = found.code or "adapted"
        _log.info("a text was adapted or kept", extra=make_metric(outcome, self.clock()))


def make_metric(outcome: str, at: float) -> Mapping[str, object]:
    """The fields of a log line that CloudWatch counts as `AdaptedTexts`, by `Outcome`."""
    metrics = {
        "Namespace": "OmniData",
        "Dimensions": [["Outcome"]],
        "Metrics": [{"Name": "AdaptedTexts", "Unit": "Count"}],
    }
    about = {"Timestamp": int(at * 1000), "CloudWatchMetrics": [metrics]}
    return {"_aws": about, "Outcome": outcome, "AdaptedTexts": 1}


def _find_failure(error: Exception) -> AdaptationFailure:
    if reason(error) == READ_TIMEOUT:
        return AdaptationFailure.SLOW
    if isinstance(error, Unavailable):
        return AdaptationFailure.UNAVAILABLE
    return AdaptationFailure.REFUSED if isinstance(error, AWS_ERRORS) else AdaptationFailure.FAILED
