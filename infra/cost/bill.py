"""A bill: lines of workload, service and quantity, and sums over them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from infra.cost.prices import DAYS_A_MONTH


class Traffic(NamedTuple):
    """What comes in. Seed 000's two routes: most calls search, the others add a record."""

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
    """`quantity` is in the unit that `price` (US$) is for."""

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
    """What a design costs a month."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """US$ a month."""
        return sum(line.cost for line in self.lines)

    def by_workload(self) -> dict[str, float]:
        """Sums by workload, in the order in which they come."""
        return _sums((line.workload, line.cost) for line in self.lines)

    def by_service(self) -> dict[str, float]:
        """Sums by service, the dearest first."""
        sums = _sums((line.service, line.cost) for line in self.lines)
        return dict(sorted(sums.items(), key=lambda each: -each[1]))

    def cost(self, workload: str, service: str) -> float:
        """One cell of the table."""
        return sum(x.cost for x in self.lines if (x.workload, x.service) == (workload, service))


def bill(workloads: Iterable[Workload], traffic: Traffic) -> Bill:
    """The bill of all `workloads` under `traffic`."""
    return Bill(tuple(line for workload in workloads for line in workload(traffic)))


def _sums(costs: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for name, cost in costs:
        sums[name] += cost
    return dict(sums)
