"""Runs sections of the bench and prints one table each: `python -m tests.bench [section ...]`."""

import argparse
import importlib
import inspect
import os
import platform
import sys
import time

from tests.bench import against, table

SECTIONS = (
    "cold",
    "overhead",
    "masking",
    "worker",
    "writers",
    "gateway",
    "intake",
    "flood",
    "pipeline",
    "growth",
    "queries",
    "publisher",
)
# Take long, need Chromium, or their answers are no speed.
BY_NAME_ONLY = ("repeats", "hostile", "stop", "scale", "transfer", "console", "console-logs")


def main() -> None:
    """Run the named sections, all of SECTIONS unless told."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    known = (*SECTIONS, *BY_NAME_ONLY)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(known))
    parser.add_argument("--against", metavar="commit", help="compare the speed with a commit's")
    given = parser.parse_args()
    chosen = given.sections or SECTIONS
    if unknown := set(chosen) - set(known):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    _say(f"Python {platform.python_version()}, {os.cpu_count()} cores; ratios are of this run.")
    if given.against:
        rows = against.compare(given.against, chosen)
        _say(table.printed(rows))
    else:
        rows = [row for name in chosen for row in _section(name)]
    _say(f"\n{table.summary(rows)}")


def _section(name: str) -> list[table.Row]:
    section = importlib.import_module(f"tests.bench.{name.replace('-', '_')}")
    _say(f"\n{name}: {inspect.getdoc(section)}\n")
    started = time.monotonic()
    rows: list[table.Row] = section.run()
    _say(f"{table.printed(rows)}\n  ({time.monotonic() - started:.0f} s)")
    return rows


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()  # a section takes half a minute


if __name__ == "__main__":
    main()
