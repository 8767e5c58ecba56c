"""Masking of hostile texts: CPU seconds a megabyte of 400 KB, and the memory; 0.3 s are the bound.

The last row is what a byte of 400 KB costs against one of 40 KB, for the text where that is most.
CPU time in one process, the least of five, for a machine that others use is slower at times;
`json.loads` of the same text is there for comparison. Peak memory is what Python allocated beyond
the text.
"""

import json
import time
import tracemalloc
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.tenant_logs.intake.masking import mask
from tests.bench.table import Row, Target
from tests.support.masking_corpus import HOSTILE

ROUNDS = 5
SHORT, LONG = 40_000, 400_000  # characters
SHOWN = 12  # the slowest
BOUND_S_PER_MB = 0.3


class Cost(NamedTuple):
    """What one text costs, in CPU seconds a megabyte."""

    long_s: float
    short_s: float
    what: str
    text: str


def run() -> list[Row]:
    """A row for each of the slowest texts, and one for the growth."""
    costs = sorted(map(_cost_of, HOSTILE))
    return [*map(_row, costs[-SHOWN:]), _growth(costs)]


def _cost_of(hostile: tuple[str, str, str]) -> Cost:
    part, before, _ = hostile
    return Cost(
        _s_per_mb(mask, _text(*hostile, LONG)),
        _s_per_mb(mask, _text(*hostile, SHORT)),
        f"{part!r}{' behind an address' if before else ''}",
        _text(*hostile, LONG),
    )


def _row(cost: Cost) -> Row:
    return Row(
        what=cost.what,
        measured=f"{cost.long_s:.2f} s/MB, peak {_peak_mb(cost.text):.1f} MB; "
        f"json.loads {_s_per_mb(json.loads, json.dumps(cost.text)):.3f} s/MB",
        ratio=cost.long_s / BOUND_S_PER_MB,
        against="bound",
        target=Target(at_most=1),
    )


def _growth(costs: list[Cost]) -> Row:
    most = max(costs, key=lambda cost: cost.long_s / cost.short_s)
    return Row(
        what=f"a byte of 400 KB of {most.what}",
        measured=f"{most.long_s:.3f} s/MB",
        ratio=most.long_s / most.short_s,
        against="40 KB",
        target=Target(at_most=2),
    )


def _text(part: str, before: str, behind: str, size: int) -> str:
    return before + part * (size // len(part)) + behind


def _s_per_mb(work: Callable[[str], object], text: str) -> float:
    return min(_cost_s(work, text) for _ in range(ROUNDS)) / len(text.encode()) * 1e6


def _cost_s(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started


def _peak_mb(text: str) -> float:
    tracemalloc.start()
    try:
        mask(text)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
