"""The console: its overview, which asks all workloads again every few seconds."""

from collections.abc import Iterator

from infra.cost import parts, prices, tables
from infra.cost.bill import Line, Traffic

# Assumptions: three people look at it for an hour on each of twenty days.
HOURS = 60
POLL_S = 5
# Heartbeats, losses and holds, four series of two hours, and the newest five orders.
OVERVIEW_READS = 3 + 4 + 3
SUBSCRIPTION_LISTS = 1


def bill_console(traffic: Traffic) -> Iterator[Line]:
    """The polls of the overview: API, function, and what the parts of it ask."""
    name, polls = "console", HOURS * 3600 / POLL_S
    queues = len(parts.DECLARED.queues) + len(parts.DECLARED.failure_queues)
    yield from parts.bill_edge_requests(name, polls, traffic.levers)
    at = tables.find_prices(traffic.levers)
    yield from tables.bill_calls(name, at, writes=0, reads=polls * OVERVIEW_READS)
    yield Line(name, "SQS", "calls (M)", polls * queues / prices.MILLION, prices.SQS_M)
    lists = polls * SUBSCRIPTION_LISTS / prices.MILLION
    yield Line(name, "SNS", "lists (M)", lists, prices.SNS_PUBLISH_M)
