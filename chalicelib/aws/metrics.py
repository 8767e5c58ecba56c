"""CloudWatch's newest figures, several in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.aws.failures import translate_errors

PERIOD_S = 60
LOOK_BACK_S = 15 * 60  # SQS and Lambda write once a minute, and some minutes late


class Metric(NamedTuple):
    """One metric of one thing: `dimension` is its name and its value."""

    namespace: str
    name: str
    dimension: tuple[str, str]


class MetricValue(NamedTuple):
    """The greatest value of a minute that begins at `at`."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """Reads metrics; `client` is a low-level CloudWatch client."""

    client: Any

    def latest(self, metrics: Sequence[Metric], now: datetime) -> list[MetricValue | None]:
        """The newest reading of each, aligned by position; None where there is none.

        Raises Unavailable.
        """
        with translate_errors("CloudWatch"):
            response = self.client.get_metric_data(
                MetricDataQueries=[_query(f"m{n}", metric) for n, metric in enumerate(metrics)],
                StartTime=now - timedelta(seconds=LOOK_BACK_S),
                EndTime=now,
                ScanBy="TimestampDescending",
            )
        found = {series["Id"]: _newest(series) for series in response["MetricDataResults"]}
        return [found.get(f"m{n}") for n in range(len(metrics))]


def _query(query_id: str, metric: Metric) -> dict[str, Any]:
    name, value = metric.dimension
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": name, "Value": value}],
            },
            "Period": PERIOD_S,
            "Stat": "Maximum",
        },
    }


def _newest(result: dict[str, Any]) -> MetricValue | None:
    # Sorted here as well: emulators leave `ScanBy` out.
    pairs = sorted(zip(result["Timestamps"], result["Values"], strict=True))
    return MetricValue(*pairs[-1]) if pairs else None
