"""POST /ingest at the running local system, its processing halted and running.

One client, eight connections, twenty tenants in turn, single records and NDJSON of 100. Gateway,
emulator, event sources and client share the machine, so what the processing takes is missing from
the intake; on AWS they share nothing. While it runs it also works off what came while it was
halted. In turn, medians; p99 over all rounds.

The first row is what a record costs the API's process, masked and packed for the queue: CPU time,
against `json.loads` and `json.dumps` of the same record.
"""

import sys
from statistics import median

from tests.bench import load, local_system, packages
from tests.bench.table import Row, Target
from tests.support.local_system import LocalSystem

ROUNDS = 3
CONNECTIONS = 8
TENANTS = [f"tenant-{number:02}" for number in range(20)]  # one may send 200 requests a second
REQUESTS = {1: 500, 100: 30}  # by records a request
MAX_CPU_RATIO = 4
WORDS = {1: "single records", 100: "NDJSON of 100"}

Case = tuple[int, bool]  # records a request, and whether the processing runs


def run() -> list[Row]:
    """A row of CPU time, and one a kind of request and state of the processing."""
    cpu = _cpu()
    runs: dict[Case, list[load.Driven]] = {(n, r): [] for n in REQUESTS for r in (False, True)}
    with local_system.running() as system:
        _round(system, runs)
        for timing in runs.values():
            timing.clear()  # the first round only warmed up
        for _ in range(ROUNDS):
            _round(system, runs)
    rates = {
        case: median(driven.requests_per_s for driven in timing) for case, timing in runs.items()
    }
    return [cpu, *(_row(case, runs[case], rates) for case in runs)]


def _cpu() -> Row:
    figures = packages.child_figures(sys.executable, "take", ["cpu", "-"], None, {})
    return Row(
        what="CPU a record of 100 as NDJSON",
        measured=f"{figures['intake']:.1f} us; loads and dumps {figures['json']:.1f} us",
        ratio=figures["intake"] / figures["json"],
        against="loads and dumps",
        target=Target(at_most=MAX_CPU_RATIO),
    )


def _round(system: LocalSystem, runs: dict[Case, list[load.Driven]]) -> None:
    for (records, runs_too), done in runs.items():
        requests = [local_system.records_of(tenant, range(records)) for tenant in TENANTS]
        sent = load.Load(requests, REQUESTS[records], CONNECTIONS, status=202)
        with local_system.processing(system, runs=runs_too):
            done.append(load.driven(system.config.port, sent))


def _row(case: Case, done: list[load.Driven], rates: dict[Case, float]) -> Row:
    records, runs_too = case
    latencies_ms = [latency_ms for driven in done for latency_ms in driven.latencies_ms]
    return Row(
        what=f"{WORDS[records]}, processing {'running' if runs_too else 'halted'}",
        measured=f"{rates[case]:,.0f} requests/s, {rates[case] * records:,.0f} records/s, "
        f"p50 {median(latencies_ms):.1f} ms, p99 {load.p99(latencies_ms):.1f} ms",
        ratio=rates[case] / rates[records, False],
        against="halted",
    )
