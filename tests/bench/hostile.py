"""Bodies made to cost as much as 5 MB can, each in a fresh process, and what their parser takes.

The ratio is to the bound that is used up more: 1 s (2 s for what real senders send) and 100 MB of
growth. Times are of the CPU, since nothing here waits.
"""

import sys
from typing import Any

from tests.bench import packages
from tests.bench.hostile_bodies import BODIES, Body
from tests.bench.table import Row, Target

BOUND_S, HONEST_S, BOUND_MB = 1.0, 2.0, 100


def run() -> list[Row]:
    """A row a body."""
    return [_row(name, body) for name, body in BODIES.items()]


def _row(name: str, body: Body) -> Row:
    ours, parser = _taken("intake", name), _taken("json", name)
    used = max(ours["s"] / (HONEST_S if body.is_honest else BOUND_S), ours["mb"] / BOUND_MB)
    return Row(
        what=name,
        measured=f"{_figures(ours)}; parser {_figures(parser)}",
        ratio=used,
        against="bound",
        target=Target(at_most=1),
    )


def _taken(how: str, name: str) -> dict[str, Any]:
    return packages.child_figures(sys.executable, "take", [how, name], None, {})


def _figures(taken: dict[str, Any]) -> str:
    return f"{taken['s']:.2f} s, +{taken['mb']:.0f} MB ({taken['outcome']})"
