"""A bill: lines of workload, service and quantity, and sums over them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from infra.cost.prices import DAYS_A_MONTH, TIERS, Tiers
from infra.declared.stages import PROD


class Levers(NamedTuple):
    """What changes the bill without changing what the product does; as deployed by default."""

    digest_orders: int = 25
    queue_window_s: int = 0
    traced_share: float = PROD.traces.share
    provisioned: int = 0  # units of each table at least: TABLE_CAPACITY; 0 is on demand
    rarely_read: bool = False  # TABLE_CLASS, for what has no end
    quiet_functions: bool = False  # SYSTEM_LOG_LEVEL
    http_api: bool = False  # INTAKE_API
    # They come by the API's own address, as log records do, and not by CloudFront.
    direct_orders: bool = False
    direct_programs: bool = False  # which call for records and messages
    records_a_request: int = 1
    # Not built: a flat-rate plan of CloudFront, which has its web ACL; the HTTP API for all
    # programs; many log records an item; orders and messages that leave the tables after a month;
    # and, which AWS sells, capacity reserved for a year.
    flat_rate: bool = False
    http_programs: bool = False
    packed_logs: bool = False
    archived: bool = False
    reserved: bool = False


class Traffic(NamedTuple):
    """Requests of seed 000's two routes: most search, the others add a record."""

    requests_per_day: int
    search_share: float = 0.8
    levers: Levers = Levers()

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


Name = TypeVar("Name")
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
    """The bill of all `workloads` under `traffic`; what has tiers is priced by the sum of all."""
    lines = [line for workload in workloads for line in workload(traffic)]
    quantities = _sum_by_name(((line.service, line.what), line.quantity) for line in lines)
    return Bill(tuple(_price_by_tier(line, quantities[line.service, line.what]) for line in lines))


def _price_by_tier(line: Line, total: float) -> Line:
    """The line at the mean price of `total`, which the account uses of it."""
    tiers = TIERS.get((line.service, line.what))
    return line if tiers is None or not total else line._replace(price=_mean(tiers, total))


def _mean(tiers: Tiers, total: float) -> float:
    cost = begin = 0.0
    for end, price in tiers:
        cost += max(0.0, min(total, end) - begin) * price
        begin = end
    return cost / total


def _sum_by_name(costs: Iterable[tuple[Name, float]]) -> dict[Name, float]:
    sums: dict[Name, float] = defaultdict(float)
    for name, cost in costs:
        sums[name] += cost
    return dict(sums)
