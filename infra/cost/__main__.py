"""`python -m infra.cost [--requests 10000 | --kinds]`: the cost of a month by requests per day.

--kinds prints the table of README.md: functions and containers.
"""

import argparse
import sys

from infra.cost.bill import Traffic
from infra.cost.containers import format_comparison
from infra.cost.report import format_report


def main() -> int:
    """Print the report; argparse exits with 2 for an invalid number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="a day; 10,000 by default")
    parser.add_argument("--kinds", action="store_true", help="functions beside containers")
    given = parser.parse_args()
    if given.kinds:
        print("\n".join(format_comparison()))
        return 0
    requests = given.requests
    if requests < 1:
        parser.error("--requests must be at least 1")
    print("\n".join(format_report(Traffic(requests))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
