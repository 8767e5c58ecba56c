"""The bill as text: ours by workload and service, then beside the seeds, then the verdicts."""

from collections.abc import Iterable, Iterator

from infra.cost import ours, pipelines, prices, seeds
from infra.cost.bill import Bill, Traffic, bill
from infra.cost.seeds import Claim, Range

WIDTH = 13
DEAREST = 3


def report(traffic: Traffic) -> Iterator[str]:
    """The lines of the report, all sums in US$ a month."""
    whole, compared = bill(ours.WORKLOADS, traffic), bill(ours.ONE_WORKLOAD, traffic)
    each = f"{traffic.requests_per_day:,} requests a day ({traffic.requests:,.0f} a month)"
    yield f"{each} to each workload"
    yield f"US$ a month, {prices.REGION_NAME}, no free tier"
    yield f"at prices entered by hand in {prices.AS_OF}, not compared with AWS's price list"
    yield ""
    yield from _table(whole)
    yield ""
    yield _row("", ["claimed", "computed", "ours", "saved"])
    yield from _workloads(whole, traffic)
    yield from _designs(compared, traffic)
    extra = _only_in(whole, bill(seeds.SEEDS_000, traffic), "records")
    for_extra = f"{sum(extra.values()):.2f} is for what seed 000 lacks: {', '.join(extra)}"
    yield f"Of our records {for_extra}."
    yield ""
    yield from _verdicts(compared, traffic)


def _table(whole: Bill) -> Iterator[str]:
    workloads = whole.by_workload()
    yield _row("", [*workloads, "total"])
    for service, cost in whole.by_service().items():
        yield _row(service, [*(whole.cost(each, service) for each in workloads), cost])
    yield _row("total", [*workloads.values(), whole.total])


def _workloads(whole: Bill, traffic: Traffic) -> Iterator[str]:
    """The same traffic through the designs of the seeds, workload by workload."""
    mine = whole.by_workload()
    mine["orders in digests"] = bill((pipelines.orders_in_digests,), traffic).total
    for seed, name, design in (
        ("000", "records", seeds.seed_records),
        ("000", "worker", seeds.seed_worker),
        ("003", "orders", seeds.seed_orders),
        ("003", "orders in digests", seeds.seed_orders),
        ("004", "tenant_logs", seeds.seed_logs),
    ):
        cost = bill((design,), traffic).total
        yield _row(f"seed {seed} {name}", ["-", cost, mine[name], _saved(mine[name], cost)])


def _designs(mine: Bill, traffic: Traffic) -> Iterator[str]:
    """Seed 002's two, of which each is a whole system for one workload."""
    claim = seeds.claim_for(traffic)
    second, boxes = bill(seeds.SEED_002, traffic), bill(seeds.CONTAINERS, traffic)
    claimed = _range(claim.serverless) if claim else "-"
    yield _row("seed 002 serverless", [claimed, second.total, mine.total, "-"])
    claimed = _range(claim.containers) if claim else "-"
    saved = _saved(mine.total, boxes.total)
    yield _row("seed 002 containers", [claimed, boxes.total, mine.total, saved])


def _verdicts(mine: Bill, traffic: Traffic) -> Iterator[str]:
    claim = seeds.claim_for(traffic)
    if claim is None:
        most = seeds.CLAIMS[-1].requests_per_day
        yield f"Seed 002 claims nothing beyond {most:,} requests a day."
        return
    yield f"Seed 002, {claim.level}:"
    design = bill(seeds.SEED_002, traffic)
    yield _verdict("its own design", design, claim.serverless)
    yield _verdict("ours", mine, claim.serverless)
    yield _savings(mine, claim)
    yield f"  (its containers, computed here: {bill(seeds.CONTAINERS, traffic).total:.2f})"
    covered = ", ".join(mine.by_workload())
    yield f"Ours is {covered} here; the seed's claim is for its publisher."


def _verdict(name: str, its: Bill, claimed: Range) -> str:
    if its.total <= claimed.high:
        return f"  {name}: claim of {_range(claimed)} reached with {its.total:.2f}"
    dearest = list(its.by_service().items())[:DEAREST]
    because = ", ".join(f"{service} {cost:.2f}" for service, cost in dearest)
    return f"  {name}: claim of {_range(claimed)} NOT reached with {its.total:.2f} ({because}, ...)"


def _savings(mine: Bill, claim: Claim) -> str:
    """Against the containers as the seed itself prices them, at the low end."""
    percent = 100 * (1 - mine.total / claim.containers.low)
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
    return f"{name:<27}" + "".join(f"{each:>{WIDTH}}" for each in shown).rstrip()


def _range(both: Range) -> str:
    return f"{both.low:.0f}-{both.high:.0f}"


def _saved(cost: float, instead_of: float) -> str:
    return f"{100 * (1 - cost / instead_of):.0f} %"
