"""Deliveries of one process: the function behind the stream against one delivery after another."""

import sys
from statistics import median
from typing import NamedTuple

from tests.bench import aws_stub, declared, packages
from tests.bench.table import Row, Target

ROUNDS = 3


class Case(NamedTuple):
    """Who delivers how many at which cost an outside call."""

    which: str
    deliveries: int
    call_ms: int

    @property
    def name(self) -> str:
        """The words of the table."""
        who = {"plain": "deliveries one after another", "ours": "deliveries by batches of 10"}
        return f"{who[self.which]}, +{self.call_ms} ms"


PLAIN_FREE, PLAIN_SLOW = Case("plain", 400, 0), Case("plain", 30, 50)
OURS_SLOW = Case("ours", 400, 50)
CASES = {
    PLAIN_FREE: PLAIN_FREE,
    Case("ours", 600, 0): PLAIN_FREE,
    PLAIN_SLOW: PLAIN_SLOW,
    OURS_SLOW: PLAIN_SLOW,
}


def run() -> list[Row]:
    """A row a case."""
    runs: dict[Case, list[packages.Figures]] = {case: [] for case in CASES}
    with aws_stub.endpoint() as at_once, aws_stub.endpoint(wait_s=0.05) as later:
        for _ in range(ROUNDS):
            for case in CASES:
                runs[case].append(_deliver(case, later if case.call_ms else at_once))
    figures = {
        case: {name: median(figures[name] for figures in timing) for name in timing[0]}
        for case, timing in runs.items()
    }
    return [_row(case, figures[case], figures[CASES[case]]) for case in CASES]


def _deliver(case: Case, platform_url: str) -> packages.Figures:
    variables = {
        **declared.variables("dev"),
        "META_BASE_URL": platform_url,
        "MAIL_FROM": "omnidata@example.com",
        "PARTIAL_BATCH_RESPONSES": "1",
    }
    stdin = {
        "deliveries": case.deliveries,
        "call_s": case.call_ms / 1000,
    }
    arguments = [str(packages.ROOT), case.which]
    return packages.child_figures(sys.executable, "deliver", arguments, stdin, variables)


def _row(case: Case, figures: packages.Figures, plain: packages.Figures) -> Row:
    return Row(
        what=case.name,
        measured=f"{figures['per_s']:,.0f} a second, {figures['calls']:.1f} calls and "
        f"{figures['cpu_ms']:.1f} ms CPU each",
        ratio=figures["per_s"] / plain["per_s"],
        against="one after another",
        target=Target(at_least=6) if case == OURS_SLOW else None,
    )
