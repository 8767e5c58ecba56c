"""How much came to each workload in a range: everybody's for operators, else the caller's own."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import msgspec

from chalicelib.aws.activity import Activity, Series, Workload
from chalicelib.ids import is_tenant_id
from chalicelib.overview import ranges
from chalicelib.overview.model import WorkloadActivities, WorkloadActivity
from chalicelib.overview.ranges import Grid
from chalicelib.parts import PartResult
from chalicelib.tenant_logs.counts.model import Grain
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.web.principal import Principal

Counts = Mapping[datetime, int]


@dataclass(frozen=True, slots=True)
class WorkloadFlow:
    """Reads counts: those of what was accepted, and a tenant's of its stored log records."""

    activity: Activity
    log_counts: CountStore

    def list_questions(self, caller: Principal, grid: Grid) -> dict[str, Callable[[], Counts]]:
        """What may be asked for this person, by name; logs only for whom there are any."""
        owner = None if caller.is_operator else caller.id
        questions: dict[str, Callable[[], Counts]] = {
            _name(workload): partial(
                self.activity.read, Series(workload, owner), grid.since, grid.until
            )
            for workload in Workload
        }
        if not caller.is_operator:
            del questions[_name(Workload.LOGS)]
            if is_tenant_id(caller.tenant):
                questions[_name(Workload.LOGS)] = partial(self._count_logs, caller.tenant, grid)
        return questions

    def _count_logs(self, tenant_id: str, grid: Grid) -> Counts:
        """The tenant's records by the times at which they happened, as histograms have them."""
        interval_s = int(grid.interval.total_seconds())
        grain = next(grain for grain in Grain if interval_s % grain.unit_s == 0)
        since_s, until_s = int(grid.since.timestamp()), int(grid.until.timestamp())
        counts: Counter[datetime] = Counter()
        for hour in self.log_counts.read(tenant_id, since_s, until_s, grain):
            for (at_s, _), count in hour.counts.items():
                if since_s <= at_s < until_s:
                    counts[datetime.fromtimestamp(at_s, UTC)] += count
        return counts


def show_activities(results: Mapping[str, PartResult], grid: Grid) -> WorkloadActivities:
    """What the questions came to."""
    logs = results.get(_name(Workload.LOGS))
    return WorkloadActivities(
        records=_show_activity(results[_name(Workload.RECORDS)], grid),
        orders=_show_activity(results[_name(Workload.ORDERS)], grid),
        logs=None if logs is None else _show_activity(logs, grid),
        messages=_show_activity(results[_name(Workload.MESSAGES)], grid),
    )


def _show_activity(result: PartResult, grid: Grid) -> WorkloadActivity:
    counts: Counts | None = result.value
    return WorkloadActivity(
        total=None if counts is None else sum(counts.values()),
        approximate=True,
        interval_s=int(grid.interval.total_seconds()),
        series=[] if counts is None else ranges.make_series(counts, grid),
        **msgspec.structs.asdict(result.state),
    )


def _name(workload: Workload) -> str:
    return f"workloads.{workload}"
