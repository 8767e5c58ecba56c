"""Tests that share a costly fixture are given to one process."""

from types import SimpleNamespace

import pytest
from support.scheduling import FilesAndGroups, group_by_shared_fixtures


def test_the_id_of_a_test_names_its_group_where_the_scheduler_reads_it(request, monkeypatch):
    item = request.node
    monkeypatch.setattr(item, "_id", item._id)  # put back afterwards
    monkeypatch.setattr(item, "fixturenames", ["tmp_path", "system", "browser"])
    group_by_shared_fixtures([item])
    assert item.nodeid.endswith("@browser")
    assert FilesAndGroups._split_scope(object.__new__(FilesAndGroups), item.nodeid) == "browser"


@pytest.mark.parametrize("fixtures", [[], ["tmp_path"]])
def test_the_scheduler_keeps_the_other_tests_of_a_file_together(request, fixtures):
    item = SimpleNamespace(nodeid=request.node.nodeid, fixturenames=fixtures)
    group_by_shared_fixtures([item])
    scope = FilesAndGroups._split_scope(object.__new__(FilesAndGroups), item.nodeid)
    assert scope == "tests/unit/test_scheduling.py"
