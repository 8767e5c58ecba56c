"""Times a warm function: `overhead.py <package> <module.function>`, the two events on stdin.

CPU time, since nothing here waits: another program on the machine then disturbs less.
"""

import importlib
import json
import sys
import time
from statistics import median

WARM_UP, BATCHES, CALLS = 300, 5, 300


class Context:
    """What Lambda hands to a function."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "bench"


def main():
    package, entry = sys.argv[1:]
    events = json.load(sys.stdin)
    sys.path[0] = package
    module, _, name = entry.partition(".")
    function = getattr(importlib.import_module(module), name)
    figures = {step: us_a_call(function, event) for step, event in events.items()}
    sys.stdout.write(json.dumps(figures))


def us_a_call(function, event):
    context = Context()
    for _ in range(WARM_UP):
        answer = function(event, context)
    if answer["statusCode"] != 200:
        raise SystemExit(f"answered {answer}")
    return median(_batch(function, event, context) for _ in range(BATCHES))


def _batch(function, event, context):
    started = time.process_time()
    for _ in range(CALLS):
        function(event, context)
    return (time.process_time() - started) / CALLS * 1e6


if __name__ == "__main__":
    main()
