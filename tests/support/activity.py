"""Activity that is counted, in memory."""

from collections import Counter
from typing import Any

from chalicelib.aws.activity import Workload


class FakeActivityCounts:
    """Takes the place of ActivityCounts; `counted` has the sums by workload and owner."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str | None]] = Counter()

    def count(self, workload: Workload, owner: str | None, amount: int = 1) -> Any:
        """Count for the owner."""
        self.counted[str(workload), owner] += amount
