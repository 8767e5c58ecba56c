"""`docs/reported-failures.md` names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reported-failures.md").read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_every_test_that_the_page_names_exists():
    missing = [
        (file, name) for file, name in NAMED if f"\ndef {name}(" not in (ROOT / file).read_text()
    ]
    assert missing == []
    assert len(NAMED) > 20


def test_every_failure_has_its_tests_or_says_that_it_is_open():
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][1:]
    open_rows = [row for row in rows if "`tests/" not in row[-1]]
    assert [row for row in open_rows if " yet" not in row[1]] == []
