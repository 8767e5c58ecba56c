"""Writes `openapi.json` from the routes, or reports drift: `python -m infra.checks.openapi`."""

import argparse
import json
import os
import sys
from pathlib import Path

import chalicelib

FILE = Path(__file__).parents[2] / "openapi.json"


def render() -> str:
    """The committed document, with the authorizers of the stages on AWS."""
    os.environ["OPEN_INTAKE"] = "0"
    from app import app  # noqa: PLC0415 the routes are what is documented

    return json.dumps(app.openapi(chalicelib.__version__), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file; with --check return 1 if it differs from the routes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when openapi.json drifted")
    if not parser.parse_args().check:
        FILE.write_text(render())
        return 0
    if FILE.exists() and FILE.read_text() == render():
        return 0
    sys.stderr.write("openapi.json is not what the routes say: run `make openapi`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
