"""Python imports this at its start, if its folder is on PYTHONPATH: see `failpoints`."""

import os
import sys
from pathlib import Path

FOLDER, MODULE = "KILLS_FAILPOINTS", "infra.local.event_sources"

if FOLDER in os.environ and MODULE in sys.orig_argv:
    sys.path.insert(0, str(Path(__file__).parents[4]))

    from tests.kills.publisher import failpoints

    failpoints.install(Path(os.environ[FOLDER]))
