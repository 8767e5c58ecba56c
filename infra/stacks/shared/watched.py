"""What the monitoring stack needs of the containers in order to watch them."""

from typing import NamedTuple


class WatchedContainers(NamedTuple):
    """Names as CloudWatch's dimensions have them."""

    balancer: str
    targets: str
    cluster: str
    events_service: str
