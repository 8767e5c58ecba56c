"""Cold start: import, first GET and first POST of a fresh process, interleaved, medians.

Every function makes the same three AWS calls: the GET reads an item and sends the search event,
the POST writes an item. botocore signs, serializes, connects and parses for real; a loopback
endpoint answers over TLS. All code is compiled as in a zip; the runtime's own start is not counted.
A candidate finds only what its zip would hold beside the runtime's own libraries. The ratio is
of elapsed time; where that of CPU time is far from it, the machine was busy.

The zip holds botocore's models cut to our calls, and the roots of AWS's certificates. Both are
settings of botocore that anybody may use: rows show the raw handler with them, and us without.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import botocore

from chalicelib.aws.session import PACKAGED, TRUSTED_ROOTS
from tests.bench import aws_stub, declared, packages, proxy_events
from tests.bench.table import Row, Target
from tests.support import certificates

ROUNDS = 15
RAW = "raw handler on boto3.client"
OURS = "this project's app.py"
WITHOUT = "app.py without its publisher"
_BUNDLE = Path(botocore.__file__).with_name("cacert.pem")


class Candidate(NamedTuple):
    """A package, its entry, and which modules of the peers' environment its zip has not.

    With `cut` botocore reads what our zip holds for it.
    """

    fill: packages.Fill
    entry: str = "function.handler"
    without: tuple[str, ...] = ("typing_extensions",)
    cut: bool = False


CANDIDATES = {
    RAW: Candidate(packages.handler("raw", "on_boto3")),
    "raw with our zip's data": Candidate(packages.handler("raw", "on_boto3"), cut=True),
    OURS: Candidate(packages.code_alone, "app.app", cut=True),
    "app.py on the runtime's data": Candidate(packages.code_alone, "app.app"),
    WITHOUT: Candidate(packages.without_publisher, "app.app", cut=True),
    "bare Chalice": Candidate(packages.handler("bare_chalice", "on_boto3")),
    "Powertools resolver": Candidate(packages.handler("powertools", "on_boto3"), without=()),
    "FastAPI + Mangum": Candidate(packages.handler("fastapi_mangum", "on_boto3"), without=()),
}
FIGURES = ("total", "cpu", "import", "get", "post")


def run() -> list[Row]:
    """One row a candidate, as a ratio to the raw handler, and one of what the publisher adds."""
    runs: dict[str, list[packages.Figures]] = {name: [] for name in CANDIDATES}
    fills = {name: candidate.fill for name, candidate in CANDIDATES.items()}
    with _stage() as variables, packages.packages(fills) as made:
        events = {"get": proxy_events.get_user(), "post": proxy_events.stream()}
        for _ in range(ROUNDS):
            for name, candidate in CANDIDATES.items():
                entry = (candidate.entry, *candidate.without)
                figures = packages.measured(
                    "cold", made[name], entry, events, variables[candidate.cut]
                )
                runs[name].append(figures)
    medians = {name: _medians(timing) for name, timing in runs.items()}
    rows = [_row(name, figures, medians[RAW]) for name, figures in medians.items()]
    return [*rows, _publisher_row(medians)]


@contextmanager
def _stage() -> Iterator[Mapping[bool, dict[str, str]]]:
    """The environments of a function on a deployed stage, but for the endpoint.

    That with True has what our zip holds for botocore, that with False what the runtime has.
    """
    with TemporaryDirectory() as directory:
        certificate = certificates.make(Path(directory, "own.pem"), certificates.LOOPBACK)
        packages.cut_data(Path(directory))
        data = Path(directory, PACKAGED.name)
        whole = Path(directory, "whole.pem")
        whole.write_bytes(_BUNDLE.read_bytes() + certificate.read_bytes())
        with (data / TRUSTED_ROOTS).open("ab") as roots:
            roots.write(certificate.read_bytes())
        with aws_stub.endpoint(tls=certificates.serve_by(certificate)) as url:
            common = {
                **declared.variables("dev", url),
                "AWS_ENDPOINT_URL": url,
                # Powertools otherwise announces itself in every user agent, at an import's price.
                "POWERTOOLS_SERVICE_NAME": "bench",
            }
            cut = {"AWS_DATA_PATH": str(data), "AWS_CA_BUNDLE": str(data / TRUSTED_ROOTS)}
            yield {True: common | cut, False: common | {"AWS_CA_BUNDLE": str(whole)}}


def _medians(runs: list[packages.Figures]) -> packages.Figures:
    return {step: median(timing[step] for timing in runs) for step in FIGURES}


def _row(name: str, figures: packages.Figures, raw: packages.Figures) -> Row:
    parts = ", ".join(f"{figure} {figures[figure]:.0f}" for figure in FIGURES[1:])
    return Row(
        what=name,
        measured=f"{figures['total']:.0f} ms ({parts})",
        ratio=figures["total"] / raw["total"],
        against="raw",
        target=Target(at_most=0.80) if name == OURS else None,
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
