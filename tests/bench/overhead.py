"""Warm overhead of the framework: CPU time a request, with AWS calls that cost nothing.

The first candidates run the same two views on a constant, so what is left is the framework;
`Api` is this project's. The last two also do what stands around the AWS calls: app.py checks,
fingerprints and converts the record, bare Chalice only converts it, as boto3 does.
"""

from pathlib import Path
from statistics import median

from tests.bench import declared, packages, proxy_events
from tests.bench.table import Row, Target

ROUNDS = 5
BARE = "bare Chalice"
OURS = "this project's Api"
CONVERTING = "bare Chalice, converting"
WHOLE = "this project's app.py"
CANDIDATES = {  # handler, backend, and what it is compared with
    "raw handler": ("raw", "stubbed", BARE),
    BARE: ("bare_chalice", "stubbed", BARE),
    OURS: ("api", "stubbed", BARE),
    "Powertools resolver": ("powertools", "stubbed", BARE),
    "FastAPI + Mangum": ("fastapi_mangum", "stubbed", BARE),
    CONVERTING: ("bare_chalice", "converting", CONVERTING),
    WHOLE: ("whole_app", "stubbed", CONVERTING),
}
SHORT = {BARE: "bare", CONVERTING: "converting"}
STEPS = {"get": "GET", "post": "POST"}
VARIABLES = declared.variables("local")


def run() -> list[Row]:
    """A row a candidate and method."""
    runs: dict[str, list[packages.Figures]] = {name: [] for name in CANDIDATES}
    events = {"get": proxy_events.get_user(), "post": proxy_events.stream()}
    with packages.packages({name: _fill(name) for name in CANDIDATES}) as made:
        for _ in range(ROUNDS):
            for name, package in made.items():
                figures = packages.measured(
                    "overhead", package, ["function.handler"], events, VARIABLES
                )
                runs[name].append(figures)
    us = {
        (name, step): median(figure[step] for figure in figures)
        for name, figures in runs.items()
        for step in STEPS
    }
    return [_row(name, step, us) for step in STEPS for name in CANDIDATES]


def _fill(candidate: str) -> packages.Fill:
    handler, backend, _against = CANDIDATES[candidate]
    fill = packages.handler(handler, backend)

    def with_product(package: Path) -> None:
        fill(package)
        packages.product(package)

    return with_product


def _row(name: str, step: str, us: dict[tuple[str, str], float]) -> Row:
    against = CANDIDATES[name][2]
    return Row(
        what=f"{name}, {STEPS[step]}",
        measured=f"{us[name, step]:.1f} us",
        ratio=us[name, step] / us[against, step],
        against=SHORT[against],
        target=Target(at_most=2) if name in (OURS, WHOLE) else None,
    )
