"""The functions behind the queues against a put a record, as seeds 003 and 004 write.

Whole handlers, from the event to the answer, a record a message. A loopback endpoint answers
botocore at once or after 5 ms. Log records whose senders name them need a marker each, and so two
calls a batch. Interleaved, medians.
"""

import sys
from collections.abc import Mapping
from statistics import median
from typing import Any, NamedTuple

from tests.bench import aws_stub, declared, packages, queue_events
from tests.bench.table import Row, Target

ROUNDS = 4
MESSAGES = {("seed", 0): 300, ("seed", 5): 60, ("ours", 0): 750, ("ours", 5): 500}
BATCHES = (10, 25)
FIGURES = ("messages_per_s", "cpu_us_per_message", "calls_per_1000")


class Case(NamedTuple):
    """Who writes what, in which batches, at which cost a call."""

    which: str
    what: str
    batch: int
    call_ms: int

    @property
    def name(self) -> str:
        """The words of the table."""
        who = "seed, a put each" if self.which == "seed" else f"batches of {self.batch}"
        return f"{self.what}, {who}, +{self.call_ms} ms"


def _cases() -> dict[Case, Case]:
    """Each case, and the one that it is compared with."""
    cases: dict[Case, Case] = {}
    for what in ("orders", "logs", "named logs"):
        for call_ms in (0, 5):
            # A named log record is one more log record to the seed.
            seed = Case("seed", what.removeprefix("named "), 10, call_ms)
            cases[seed] = seed
            cases |= {Case("ours", what, batch, call_ms): seed for batch in BATCHES}
    return cases


CASES = _cases()


def run() -> list[Row]:
    """A row a case."""
    runs: dict[Case, list[packages.Figures]] = {case: [] for case in CASES}
    with aws_stub.endpoint() as at_once, aws_stub.endpoint(wait_s=0.005) as later:
        for _ in range(ROUNDS):
            for (which, call_ms), messages in MESSAGES.items():
                url = later if call_ms else at_once
                cases = [item for item in CASES if (item.which, item.call_ms) == (which, call_ms)]
                for case, figures in _written(url, which, cases, messages).items():
                    runs[case].append(figures)
    figures = {
        case: {name: median(figures[name] for figures in timing) for name in FIGURES}
        for case, timing in runs.items()
    }
    return [_row(case, figures[case], figures[CASES[case]]) for case in CASES]


def _written(
    url: str, which: str, cases: list[Case], messages: int
) -> Mapping[Case, packages.Figures]:
    stdin = [_request(case, messages) for case in cases]
    variables = {
        **declared.variables("dev", url),
        "AWS_ENDPOINT_URL": url,
        "PARTIAL_BATCH_RESPONSES": "1",
    }
    arguments = [str(packages.ROOT), which]
    found = packages.child_figures(sys.executable, "write", arguments, stdin, variables)
    return {case: {name: found[f"{case.name} {name}"] for name in FIGURES} for case in cases}


def _request(case: Case, messages: int) -> dict[str, Any]:
    return {
        "name": case.name,
        "function": "orders" if case.what == "orders" else "logs",
        "events": queue_events.build_events(case.what, messages, case.batch),
    }


def _row(case: Case, figures: packages.Figures, seed: packages.Figures) -> Row:
    is_judged = case.which == "ours" and case.call_ms and case.what != "named logs"
    return Row(
        what=case.name,
        measured=f"{figures['messages_per_s']:,.0f} messages/s, "
        f"{figures['cpu_us_per_message']:,.0f} us CPU a message, "
        f"{figures['calls_per_1000']:,.0f} calls a thousand",
        ratio=figures["messages_per_s"] / seed["messages_per_s"],
        against="seed",
        target=Target(at_least=8) if is_judged else None,
    )
