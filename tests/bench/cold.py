"""Cold start: import, first GET and first POST of a fresh process, interleaved, medians.

Every function makes the same three AWS calls: the GET reads an item and sends the search event,
the POST writes an item. botocore signs, serializes, connects and parses for real; a loopback
endpoint answers. All code is compiled, as in a zip; the runtime's own start is not counted.
A candidate finds only what its zip would hold beside the runtime's own libraries. The ratio is
of elapsed time; where that of CPU time is far from it, the machine was busy.
"""

from statistics import median
from typing import NamedTuple

from tests.bench import aws_stub, declared, packages, proxy_events
from tests.bench.table import Row, Target

ROUNDS = 15
RAW = "raw handler on boto3.client"
OURS = "this project's app.py"
WITHOUT = "app.py without its publisher"


class Candidate(NamedTuple):
    """A package, its entry, and which modules of the peers' environment its zip has not."""

    fill: packages.Fill
    entry: str = "function.handler"
    without: tuple[str, ...] = ("typing_extensions",)


CANDIDATES = {
    RAW: Candidate(packages.handler("raw", "on_boto3")),
    OURS: Candidate(packages.product, "app.app"),
    WITHOUT: Candidate(packages.without_publisher, "app.app"),
    "bare Chalice": Candidate(packages.handler("bare_chalice", "on_boto3")),
    "Powertools resolver": Candidate(packages.handler("powertools", "on_boto3"), without=()),
    "FastAPI + Mangum": Candidate(packages.handler("fastapi_mangum", "on_boto3"), without=()),
}
FIGURES = ("total", "cpu", "import", "get", "post")


def run() -> list[Row]:
    """One row a candidate, as a ratio to the raw handler, and one of what the publisher adds."""
    runs: dict[str, list[packages.Figures]] = {name: [] for name in CANDIDATES}
    with (
        aws_stub.endpoint() as url,
        packages.packages({name: candidate.fill for name, candidate in CANDIDATES.items()}) as made,
    ):
        variables = _stage(url)
        events = {"get": proxy_events.get_user(), "post": proxy_events.stream()}
        for _ in range(ROUNDS):
            for name, candidate in CANDIDATES.items():
                entry = (candidate.entry, *candidate.without)
                figures = packages.measured("cold", made[name], entry, events, variables)
                runs[name].append(figures)
    medians = {name: _medians(timing) for name, timing in runs.items()}
    rows = [_row(name, figures, medians[RAW]) for name, figures in medians.items()]
    return [*rows, _publisher_row(medians)]


def _stage(endpoint_url: str) -> dict[str, str]:
    """The environment of a function on a deployed stage, but for the endpoint."""
    return {
        **declared.variables("dev", endpoint_url),
        "AWS_ENDPOINT_URL": endpoint_url,
        # Powertools otherwise announces itself in every user agent, at an import's price.
        "POWERTOOLS_SERVICE_NAME": "bench",
    }


def _medians(runs: list[packages.Figures]) -> packages.Figures:
    return {step: median(timing[step] for timing in runs) for step in FIGURES}


def _row(name: str, figures: packages.Figures, raw: packages.Figures) -> Row:
    parts = ", ".join(f"{figure} {figures[figure]:.0f}" for figure in FIGURES[1:])
    return Row(
        what=name,
        measured=f"{figures['total']:.0f} ms ({parts})",
        ratio=figures["total"] / raw["total"],
        against="raw",
        target=Target(at_most=1.10) if name == OURS else None,
    )


def _publisher_row(medians: dict[str, packages.Figures]) -> Row:
    ours, without = medians[OURS], medians[WITHOUT]
    return Row(
        what="the publisher's share",
        measured=f"import {ours['import'] - without['import']:+.0f} ms, "
        f"in all {ours['total'] - without['total']:+.0f} ms",
        ratio=ours["total"] / without["total"],
        against="without it",
        target=Target(at_most=1.05),
    )
