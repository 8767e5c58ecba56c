"""The bill as text: ours by workload and service, then beside the seeds, then the verdicts."""

from collections.abc import Iterable, Iterator

from infra.cost import prices, seeds
from infra.cost.bill import Bill, Traffic, bill
from infra.cost.ours import WORKLOADS
from infra.cost.seeds import Claim, Range

WIDTH = 16
DEAREST = 3


def report(traffic: Traffic) -> Iterator[str]:
    """The lines of the report, all sums in US$ a month."""
    ours = bill(WORKLOADS, traffic)
    yield f"{traffic.requests_per_day:,} requests a day ({traffic.requests:,.0f} a month)"
    yield f"US$ a month, {prices.REGION_NAME}, no free tier"
    yield f"at prices entered by hand in {prices.AS_OF}, not compared with AWS's price list"
    yield ""
    yield from _table(ours)
    yield ""
    yield from _beside(ours, traffic)
    yield ""
    yield from _verdicts(ours, traffic)


def _table(ours: Bill) -> Iterator[str]:
    workloads = ours.by_workload()
    yield _row("", [*workloads, "total"])
    for service, cost in ours.by_service().items():
        yield _row(service, [*(ours.cost(each, service) for each in workloads), cost])
    yield _row("total", [*workloads.values(), ours.total])


def _beside(ours: Bill, traffic: Traffic) -> Iterator[str]:
    """The same traffic through the designs of the seeds."""
    claim = seeds.claim_for(traffic)
    first = bill(seeds.SEEDS_000, traffic)
    second, boxes = bill(seeds.SEED_002, traffic), bill(seeds.CONTAINERS, traffic)
    mine = ours.by_workload()
    yield _row("", ["claimed", "computed", "ours", "saved"])
    for workload, cost in first.by_workload().items():
        saved = _saved(mine[workload], cost)
        yield _row(f"seed 000 {workload}", ["-", cost, mine[workload], saved])
    claimed = _range(claim.serverless) if claim else "-"
    yield _row("seed 002 serverless", [claimed, second.total, ours.total, "-"])
    claimed = _range(claim.containers) if claim else "-"
    saved = _saved(ours.total, boxes.total)
    yield _row("seed 002 containers", [claimed, boxes.total, ours.total, saved])
    extra = _only_in(ours, first, "records")
    for_extra = f"{sum(extra.values()):.2f} is for what seed 000 lacks: {', '.join(extra)}"
    yield f"Of our records {for_extra}."


def _verdicts(ours: Bill, traffic: Traffic) -> Iterator[str]:
    claim = seeds.claim_for(traffic)
    if claim is None:
        most = seeds.CLAIMS[-1].requests_per_day
        yield f"Seed 002 claims nothing beyond {most:,} requests a day."
        return
    yield f"Seed 002, {claim.level}:"
    design = bill(seeds.SEED_002, traffic)
    yield _verdict("its own design", design, claim.serverless)
    yield _verdict("ours", ours, claim.serverless)
    yield _savings(ours, claim)
    yield f"  (its containers, computed here: {bill(seeds.CONTAINERS, traffic).total:.2f})"
    covered = ", ".join(ours.by_workload())
    yield f"Ours covers {covered}; the seed's claim is for its publisher."


def _verdict(name: str, its: Bill, claimed: Range) -> str:
    if its.total <= claimed.high:
        return f"  {name}: claim of {_range(claimed)} reached with {its.total:.2f}"
    dearest = list(its.by_service().items())[:DEAREST]
    because = ", ".join(f"{service} {cost:.2f}" for service, cost in dearest)
    return f"  {name}: claim of {_range(claimed)} NOT reached with {its.total:.2f} ({because}, ...)"


def _savings(ours: Bill, claim: Claim) -> str:
    """Against the containers as the seed itself prices them, at the low end."""
    percent = 100 * (1 - ours.total / claim.containers.low)
    reached = "reached" if percent >= claim.savings_percent else "NOT reached"
    return (
        f"  savings of {claim.savings_percent} %+ against its containers: {reached} "
        f"with {percent:.0f} % below {claim.containers.low:.0f}"
    )


def _only_in(mine: Bill, other: Bill, workload: str) -> dict[str, float]:
    """Services, with their costs, that a workload uses here and not there."""
    costs = {service: mine.cost(workload, service) for service in mine.by_service()}
    return {
        service: cost
        for service, cost in costs.items()
        if cost and not other.cost(workload, service)
    }


def _row(name: str, cells: Iterable[str | float]) -> str:
    shown = (each if isinstance(each, str) else f"{each:.2f}" for each in cells)
    return f"{name:<22}" + "".join(f"{each:>{WIDTH}}" for each in shown).rstrip()


def _range(both: Range) -> str:
    return f"{both.low:.0f}-{both.high:.0f}"


def _saved(cost: float, instead_of: float) -> str:
    return f"{100 * (1 - cost / instead_of):.0f} %"
