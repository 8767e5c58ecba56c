"""Tests that share a costly fixture are given to one process."""

from types import SimpleNamespace

import pytest
from support.scheduling import FilesAndGroups, group_by_shared_fixtures


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
