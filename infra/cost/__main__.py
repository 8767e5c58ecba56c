"""`python -m infra.cost --requests 10000`: what a month costs at so many requests a day."""

import argparse
import sys

from infra.cost.bill import Traffic
from infra.cost.report import report


def main() -> int:
    """Print the report; argparse itself answers 2 for what is no count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="a day; 10,000 by default")
    requests = parser.parse_args().requests
    if requests < 1:
        parser.error("--requests must be at least 1")
    print("\n".join(report(Traffic(requests))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
