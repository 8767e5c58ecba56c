"""The outputs file: names and addresses of what runs, under the CDK stacks' output names."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


class NothingRuns(Exception):
    """There is no outputs file, so no local system was started with this state."""


def write(path: Path, outputs: Mapping[str, str]) -> None:
    """Write all outputs at once: a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(outputs, file, indent=2)
        file.write("\n")
    draft.replace(path)


def read(path: Path) -> dict[str, str]:
    """The outputs as last written.

    Raises NothingRuns when there are none.
    """
    try:
        outputs: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise NothingRuns(f"no local system runs with this state: {path} is missing") from error
    return outputs


def forget(path: Path) -> None:
    """Remove the outputs: nothing runs any more, or not yet."""
    path.unlink(missing_ok=True)
