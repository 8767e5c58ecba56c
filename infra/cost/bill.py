"""A bill: lines of workload, service and quantity, and sums over them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from infra.cost.prices import DAYS_A_MONTH


class Traffic(NamedTuple):
    """Requests of seed 000's two routes: most search, the others add a record."""

    requests_per_day: int
    search_share: float = 0.8

    @property
    def requests(self) -> float:
        """Requests a month."""
        return self.requests_per_day * DAYS_A_MONTH

    @property
    def searches(self) -> float:
        """Searches a month, each with one message to the worker."""
        return self.requests * self.search_share

    @property
    def writes(self) -> float:
        """Records added a month."""
        return self.requests - self.searches


class Line(NamedTuple):
    """One item of a bill; `price` is US$ for one unit of `quantity`."""

    workload: str
    service: str
    what: str
    quantity: float
    price: float

    @property
    def cost(self) -> float:
        """US$ a month."""
        return self.quantity * self.price


Workload = Callable[[Traffic], Iterable[Line]]


class Bill(NamedTuple):
    """The cost of a design per month."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """US$ a month."""
        return sum(line.cost for line in self.lines)

    def sum_by_workload(self) -> dict[str, float]:
        """US$ a month by workload, in the order of the lines."""
        return _sum_by_name((line.workload, line.cost) for line in self.lines)

    def sum_by_service(self) -> dict[str, float]:
        """US$ a month by service, the most expensive first."""
        sums = _sum_by_name((line.service, line.cost) for line in self.lines)
        return dict(sorted(sums.items(), key=lambda item: -item[1]))

    def sum_cost(self, workload: str, service: str) -> float:
        """US$ a month of one service in one workload."""
        return sum(
            line.cost for line in self.lines if (line.workload, line.service) == (workload, service)
        )


def compute_bill(workloads: Iterable[Workload], traffic: Traffic) -> Bill:
    """The bill of all `workloads` under `traffic`."""
    return Bill(tuple(line for workload in workloads for line in workload(traffic)))


def _sum_by_name(costs: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for name, cost in costs:
        sums[name] += cost
    return dict(sums)
