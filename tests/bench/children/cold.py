"""Times one cold start: `cold.py <package> <module.function> [absent module ...]`.

The two events come on stdin.
"""

import importlib
import json
import sys
import time

EXPECTED = {"get": "Ada Lovelace", "post": "User added successfully!"}


class Context:
    """What Lambda hands to a function."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"
    memory_limit_in_mb = 512

    def get_remaining_time_in_millis(self):
        return 29_000


def main():
    package, entry, *absent = sys.argv[1:]
    events = json.load(sys.stdin)
    sys.path[0] = package
    sys.modules |= dict.fromkeys(absent)  # importing them fails, as where they are not installed
    module, _, name = entry.partition(".")
    started, started_cpu = time.perf_counter(), time.process_time()
    function = getattr(importlib.import_module(module), name)
    figures = {"import": _ms_since(started)}
    for step in ("get", "post"):
        before = time.perf_counter()
        answer = function(events[step], Context())
        figures[step] = _ms_since(before)
        if answer["statusCode"] != 200 or EXPECTED[step] not in answer["body"]:
            raise SystemExit(f"{step} answered {answer}")
    figures["total"] = _ms_since(started)
    figures["cpu"] = (time.process_time() - started_cpu) * 1000
    sys.stdout.write(json.dumps(figures))


def _ms_since(started):
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
