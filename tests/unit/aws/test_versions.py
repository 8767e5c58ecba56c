"""A process says once with which botocore it runs, where that is older than the tested one."""

import re
from pathlib import Path

import pytest

from chalicelib.aws import versions

PINS = Path(__file__).parents[3] / "constraints.txt"


@pytest.mark.parametrize(
    ("found", "is_older"),
    [("1.42.97", True), ("1.43.0", False), ("1.44.1", False), ("0.99.1", True), ("2.0.0", False)],
)
def test_an_older_minor_version_is_a_warning(found, is_older, monkeypatch):
    said = []
    monkeypatch.setattr(versions._log, "warning", lambda text, extra: said.append(extra))
    assert versions.warn_of_older_botocore(found) is is_older
    assert said == ([{"botocore": found, "tested": versions.TESTED}] if is_older else [])


def test_the_tested_version_is_the_one_that_is_pinned_here():
    assert re.search(rf"^botocore=={re.escape(versions.TESTED)}$", PINS.read_text(), re.MULTILINE)
