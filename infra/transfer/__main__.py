"""Move a stage's data: `make export STAGE= TO=` and `make import STAGE= FROM=`."""

import sys

from infra.transfer.command import main

if __name__ == "__main__":
    sys.exit(main())
