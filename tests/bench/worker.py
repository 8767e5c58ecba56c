"""The archive worker against our own re-creation of seed 000's loop, draining a full queue.

botocore signs, serializes and parses for real; below it every SQS call takes 0 or 10 ms and every
S3 call 0 or 25 ms. Requests are counted by 1,000 messages. Interleaved, medians.
"""

import sys
from statistics import median
from typing import NamedTuple

from tests.bench import packages
from tests.bench.table import Row, Target

ROUNDS = 3
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Case(NamedTuple):
    """What drains how many messages at which cost a call."""

    which: str
    messages: int
    sqs_ms: int
    s3_ms: int
    pollers: int = 0

    @property
    def name(self) -> str:
        """The words of the table."""
        who = "seed's loop" if self.which == "seed" else f"worker, {self.pollers} pollers"
        return f"{who}, SQS {self.sqs_ms} ms, S3 {self.s3_ms} ms"


SEED_FREE = Case("seed", 400, 0, 0)
OURS_FREE = Case("ours", 6_000, 0, 0, 6)
SEED_SLOW = Case("seed", 80, 10, 25)
OURS_SLOW = Case("ours", 6_000, 10, 25, 6)
CASES = {
    SEED_FREE: SEED_FREE,
    OURS_FREE: SEED_FREE,
    SEED_SLOW: SEED_SLOW,
    OURS_SLOW: SEED_SLOW,
    Case("ours", 6_000, 10, 25, 12): SEED_SLOW,
}


def run() -> list[Row]:
    """A row of speed a case, and one of requests."""
    runs: dict[Case, list[packages.Figures]] = {case: [] for case in CASES}
    for _ in range(ROUNDS):
        for case in CASES:
            runs[case].append(_drained(case))
    figures = {case: _medians(timing) for case, timing in runs.items()}
    rows = [_speed(case, figures[case], figures[CASES[case]]) for case in CASES]
    requests = figures[OURS_SLOW]["all_per_1000"] / figures[SEED_SLOW]["all_per_1000"]
    calls = ("ReceiveMessage", "PUT", "Delete")
    parts = [f"{figures[OURS_SLOW][f'{call}_per_1000']:.0f}" for call in calls]
    return [
        *rows,
        Row(
            what="worker, requests per 1,000 messages",
            measured=f"{figures[OURS_SLOW]['all_per_1000']:.0f} (receive, put, delete: "
            f"{' + '.join(parts)}) against {figures[SEED_SLOW]['all_per_1000']:.0f}",
            ratio=requests,
            against="seed",
            target=Target(at_most=0.1),
        ),
    ]


def _drained(case: Case) -> packages.Figures:
    stdin = {
        "messages": case.messages,
        "sqs_s": case.sqs_ms / 1000,
        "s3_s": case.s3_ms / 1000,
        "pollers": case.pollers,
    }
    arguments = [str(packages.ROOT), case.which]
    return packages.child_figures(sys.executable, "drain", arguments, stdin, CREDENTIALS)


def _medians(runs: list[packages.Figures]) -> packages.Figures:
    return {name: median(timing[name] for timing in runs) for name in runs[0]}


def _speed(case: Case, figures: packages.Figures, seed: packages.Figures) -> Row:
    return Row(
        what=case.name,
        measured=f"{figures['messages_per_s']:,.0f} messages/s, "
        f"{figures['cpu_ms_per_message']:.2f} ms CPU a message",
        ratio=figures["messages_per_s"] / seed["messages_per_s"],
        against="seed",
        target=Target(at_least=150) if case == OURS_SLOW else None,
    )
