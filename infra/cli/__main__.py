"""`python -m infra.cli`, which the launcher `omni` runs."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # Ctrl-C while modules are loaded ends without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import sys

from infra.cli.main import main

if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
    signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
