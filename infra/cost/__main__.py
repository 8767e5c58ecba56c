"""`python -m infra.cost --requests 10000`: the cost of a month by requests per day."""

import argparse
import sys

from infra.cost.bill import Traffic
from infra.cost.report import format_report


def main() -> int:
    """Print the report; argparse exits with 2 for an invalid number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="a day; 10,000 by default")
    requests = parser.parse_args().requests
    if requests < 1:
        parser.error("--requests must be at least 1")
    print("\n".join(format_report(Traffic(requests))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
