"""The bill as text: ours by workload and service, the seeds' beside it, and their claims."""

from collections.abc import Iterable, Iterator
from typing import Any

from infra.cost import containers, ours, parts, pipelines, prices, seeds
from infra.cost.bill import Bill, Levers, Traffic, compute_bill
from infra.cost.seeds import CostClaim, CostRange

WIDTH = 13
MOST_EXPENSIVE = 3


# Each on top of those before it: settings, then how senders send, then what would come next.
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("as deployed: DIGEST_ORDERS 25", {}),
    ("QUEUE_WINDOW_S 5", {"queue_window_s": 5}),
    ("TRACED_SHARE 0.001", {"traced_share": 0.001}),
    ("DIGEST_ORDERS 100", {"digest_orders": 100}),
    ("TABLE_CAPACITY 10-4000", {"provisioned": 10}),
    ("TABLE_CLASS infrequent-access", {"rarely_read": True}),
    ("SYSTEM_LOG_LEVEL WARN", {"quiet_functions": True}),
    ("INTAKE_API http", {"http_api": True}),
    ("orders sent to the API's own address", {"direct_orders": True}),
    ("programs call the API's own address", {"direct_programs": True}),
    ("ten log records a request", {"records_a_request": 10}),
    ("a hundred log records a request", {"records_a_request": 100}),
    ("not tried: CloudFront's flat rate", {"flat_rate": True}),
    ("not built: HTTP API for programs", {"http_programs": True}),
    ("not built: packed log items", {"packed_logs": True}),
    ("not built: a month in the tables", {"archived": True}),
    ("capacity reserved for a year", {"reserved": True, "rarely_read": False}),
)


def format_report(traffic: Traffic) -> Iterator[str]:
    """The lines of the report, all sums in US$ a month."""
    whole = compute_bill(ours.WORKLOADS, traffic)
    compared = compute_bill(ours.ONE_WORKLOAD, traffic)
    volume = f"{traffic.requests_per_day:,} requests a day ({traffic.requests:,.0f} a month)"
    yield f"{volume} to each workload"
    yield f"US$ a month, {prices.REGION_NAME}, no free tier"
    yield f"at prices entered by hand in {prices.AS_OF}, not compared with AWS's price list"
    yield f"in month {parts.MONTHS_KEPT}: what has no end is kept since the first"
    yield ""
    yield from _format_table(
        whole, compute_bill(ours.WORKLOADS, traffic._replace(requests_per_day=0))
    )
    yield ""
    yield from _format_kinds(whole, containers.compute_containers_bill(traffic))
    yield ""
    yield _format_row("", ["claimed", "computed", "ours", "saved"])
    yield from _format_workloads(whole, traffic)
    yield from _format_designs(compared, traffic)
    extra = _list_extra_services(whole, compute_bill(seeds.SEEDS_000, traffic), "records")
    for_extra = f"{sum(extra.values()):.2f} is for what seed 000 lacks: {', '.join(extra)}"
    yield f"Of our records {for_extra}."
    yield ""
    yield from _format_ratios(traffic)
    yield ""
    yield from _format_verdicts(compared, traffic)


def _format_ratios(traffic: Traffic) -> Iterator[str]:
    """Ours without what mails and text messages cost, which the seeds do not count either."""
    theirs = compute_bill(seeds.ALL, traffic).total
    yield f"ratio to the seeds: {_sum_ours(traffic) / theirs:.2f}"
    yield f"(all of ours but recipients, beside seeds 000, 002, 003 and 004 with {theirs:.2f})"
    alone = _sum_ours(traffic._replace(levers=Levers(digest_orders=1)))
    yield _format_step("a mail an order: DIGEST_ORDERS 1", alone, theirs)
    levers, before = Levers(), float("inf")
    for name, change in STEPS:
        changed = levers._replace(**change)
        total = _sum_ours(traffic._replace(levers=changed))
        if total > before:
            yield f"{_format_step(name, total, theirs)}  dearer here, and left out below"
            continue
        yield _format_step(name, total, theirs)
        levers, before = changed, total


def _format_step(name: str, total: float, theirs: float) -> str:
    return f"  {name:<36}{total:>12.2f}{total / theirs:>8.2f}"


def _sum_ours(traffic: Traffic) -> float:
    return compute_bill(ours.COMPARED, traffic).total


def _format_table(whole: Bill, idle: Bill) -> Iterator[str]:
    """By service; then what is paid without any traffic, and what the traffic adds."""
    fixed = idle.sum_by_workload()
    workloads = whole.sum_by_workload()
    yield _format_row("", [*workloads, "total"])
    for service, cost in whole.sum_by_service().items():
        yield _format_row(
            service, [*(whole.sum_cost(workload, service) for workload in workloads), cost]
        )
    yield _format_row("total", [*workloads.values(), whole.total])
    yield _format_row("of it fixed", [*(fixed[name] for name in workloads), idle.total])
    added = (cost - fixed[name] for name, cost in workloads.items())
    yield _format_row("of it by use", [*added, whole.total - idle.total])


def _format_kinds(functions: Bill, boxes: Bill) -> Iterator[str]:
    """Ours by functions and by containers: what is of one kind alone."""
    yield f"INFRA_TYPE serverless: {functions.total:.2f}"
    own = {
        service: boxes.sum_cost(containers.NAME, service)
        for service in boxes.sum_by_service()
        if boxes.sum_cost(containers.NAME, service)
    }
    parts_of_it = ", ".join(f"{service} {cost:.2f}" for service, cost in own.items())
    yield f"INFRA_TYPE containers: {boxes.total:.2f} (of it {parts_of_it})"


def _format_workloads(whole: Bill, traffic: Traffic) -> Iterator[str]:
    """The seeds' designs with the same traffic, by workload."""
    mine = whole.sum_by_workload()
    alone = traffic._replace(levers=Levers(digest_orders=1))
    mine["orders, a mail each"] = compute_bill((pipelines.bill_orders,), alone).total
    for seed, name, design in (
        ("000", "records", seeds.bill_records),
        ("000", "worker", seeds.bill_worker),
        ("003", "orders", seeds.bill_orders),
        ("003", "orders, a mail each", seeds.bill_orders),
        ("004", "tenant_logs", seeds.bill_logs),
    ):
        cost = compute_bill((design,), traffic).total
        yield _format_row(
            f"seed {seed} {name}", ["-", cost, mine[name], _format_saving(mine[name], cost)]
        )


def _format_designs(mine: Bill, traffic: Traffic) -> Iterator[str]:
    """Seed 002's two designs, each a whole system for one workload."""
    claim = seeds.find_claim(traffic)
    second, boxes = compute_bill(seeds.SEED_002, traffic), compute_bill(seeds.CONTAINERS, traffic)
    claimed = _format_range(claim.serverless) if claim else "-"
    yield _format_row("seed 002 serverless", [claimed, second.total, mine.total, "-"])
    claimed = _format_range(claim.containers) if claim else "-"
    saved = _format_saving(mine.total, boxes.total)
    yield _format_row("seed 002 containers", [claimed, boxes.total, mine.total, saved])


def _format_verdicts(mine: Bill, traffic: Traffic) -> Iterator[str]:
    claim = seeds.find_claim(traffic)
    if claim is None:
        most = seeds.CLAIMS[-1].requests_per_day
        yield f"Seed 002 claims nothing beyond {most:,} requests a day."
        return
    yield f"Seed 002, {claim.level}:"
    design = compute_bill(seeds.SEED_002, traffic)
    yield _format_verdict("its own design", design, claim.serverless)
    yield _format_verdict("ours", mine, claim.serverless)
    yield _format_savings(mine, claim)
    yield f"  (its containers, computed here: {compute_bill(seeds.CONTAINERS, traffic).total:.2f})"
    covered = ", ".join(mine.sum_by_workload())
    yield f"Ours is {covered} here, as the seed's claim is for its publisher; neither has"
    yield "what mails and text messages cost."


def _format_verdict(name: str, its: Bill, claimed: CostRange) -> str:
    claim = f"  {name}: claim of {_format_range(claimed)}"
    if its.total <= claimed.high:
        return f"{claim} reached with {its.total:.2f}"
    services = list(its.sum_by_service().items())[:MOST_EXPENSIVE]
    because = ", ".join(f"{service} {cost:.2f}" for service, cost in services)
    return f"{claim} NOT reached with {its.total:.2f} ({because}, ...)"


def _format_savings(mine: Bill, claim: CostClaim) -> str:
    """Savings against the low end of the seed's own price for containers."""
    percent = 100 * (1 - mine.total / claim.containers.low)
    reached = "reached" if percent >= claim.savings_percent else "NOT reached"
    return (
        f"  savings of {claim.savings_percent} %+ against its containers: {reached} "
        f"with {percent:.0f} % below {claim.containers.low:.0f}"
    )


def _list_extra_services(mine: Bill, other: Bill, workload: str) -> dict[str, float]:
    """Costs of the services that a workload uses in `mine` and not in `other`."""
    costs = {service: mine.sum_cost(workload, service) for service in mine.sum_by_service()}
    return {
        service: cost
        for service, cost in costs.items()
        if cost and not other.sum_cost(workload, service)
    }


def _format_row(name: str, cells: Iterable[str | float]) -> str:
    texts = (cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells)
    return f"{name:<27}" + "".join(f"{text:>{WIDTH}}" for text in texts).rstrip()


def _format_range(cost: CostRange) -> str:
    return f"{cost.low:.0f}-{cost.high:.0f}"


def _format_saving(cost: float, instead_of: float) -> str:
    return f"{100 * (1 - cost / instead_of):.0f} %"
