"""Masking of hostile texts: what a byte of 400 KB costs against one of 40 KB, and the memory.

CPU time in one process, the best of two; `json.loads` of the same text is there for comparison.
Peak memory is what Python allocated beyond the text.
"""

import json
import time
import tracemalloc
from collections.abc import Callable

from chalicelib.tenant_logs.intake.masking import mask
from tests.bench.table import Row, Target
from tests.support.masking_corpus import HOSTILE

ROUNDS = 2
SHORT, LONG = 40_000, 400_000  # characters
SHOWN = 12  # the slowest


def run() -> list[Row]:
    """A row for each of the slowest texts."""
    return [_row(hostile) for hostile in sorted(HOSTILE, key=_long_cost)[-SHOWN:]]


def _long_cost(hostile: tuple[str, str, str]) -> float:
    return _s_per_mb(mask, _text(*hostile, LONG))


def _row(hostile: tuple[str, str, str]) -> Row:
    part, before, _ = hostile
    text = _text(*hostile, LONG)
    short_s, long_s = _s_per_mb(mask, _text(*hostile, SHORT)), _long_cost(hostile)
    return Row(
        what=f"{part!r}{' behind an address' if before else ''}",
        measured=f"{long_s:.2f} s/MB, peak {_peak_mb(text):.1f} MB; "
        f"json.loads {_s_per_mb(json.loads, json.dumps(text)):.3f} s/MB",
        ratio=long_s / short_s,
        against="40 KB",
        target=Target(at_most=2),
    )


def _text(part: str, before: str, behind: str, size: int) -> str:
    return before + part * (size // len(part)) + behind


def _s_per_mb(work: Callable[[str], object], text: str) -> float:
    return min(_cost_s(work, text) for _ in range(ROUNDS)) / len(text.encode()) * 1e6


def _cost_s(work: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    work(text)
    return time.thread_time() - started


def _peak_mb(text: str) -> float:
    tracemalloc.start()
    try:
        mask(text)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
