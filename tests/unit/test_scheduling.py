"""Tests that share a costly fixture are given to one process."""

from types import SimpleNamespace

import pytest
from support.scheduling import FilesAndGroups, group_by_shared_fixtures, is_last_of_its_group


def test_a_test_in_a_browser_is_of_that_group_alone(request, monkeypatch):
    item = request.node
    monkeypatch.setattr(item, "fixturenames", ["tmp_path", "system", "browser"])
    group_by_shared_fixtures([item])
    assert [mark.args for mark in item.iter_markers("xdist_group")] == [("browser",)]


@pytest.mark.parametrize("fixtures", [[], ["tmp_path"]])
def test_the_scheduler_keeps_the_other_tests_of_a_file_together(request, fixtures):
    item = SimpleNamespace(nodeid=request.node.nodeid, fixturenames=fixtures)
    group_by_shared_fixtures([item])
    scope = FilesAndGroups._split_scope(object.__new__(FilesAndGroups), item.nodeid)
    assert scope == "tests/unit/test_scheduling.py"


def in_group(name):
    mark = name and pytest.mark.xdist_group(name).mark
    return SimpleNamespace(get_closest_marker=lambda _: mark)


@pytest.mark.parametrize(
    ("group", "following", "expected"),
    [
        ("system", in_group("system"), False),
        ("system", in_group("browser"), True),
        ("system", in_group(None), True),
        ("system", None, True),
        (None, in_group("system"), False),
        (None, None, False),
    ],
)
def test_a_group_ends_with_the_last_of_its_tests_in_a_row(group, following, expected):
    assert is_last_of_its_group(in_group(group), following) is expected
