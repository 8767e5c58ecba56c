"""Which tests run in one process, so that what they share is made once: `--dist loadgroup`."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

# Fixtures of a session that take seconds to make: a system, which then takes a tenth of a core even
# while nobody asks it for anything, and the templates of all stages. Tests in a browser have a
# system of their own: with all others on it, their process would be the last one to end.
SHARED = ("browser", "system", "synthesis")
# Folders of many small files, which fill what the long ones leave of the time of each process.
LAST = ("tests/aws/", "tests/api/", "tests/unit/")


def put_small_files_last(items: list[pytest.Item]) -> None:
    """A file that takes minutes, begun as the last one, would keep one process of several busy."""
    items.sort(key=lambda item: item.nodeid.startswith(LAST))


def group_by_shared_fixtures(items: list[pytest.Item]) -> None:
    """Give all tests that use such a fixture to one process: each more would make its own."""
    for item in items:
        used = [name for name in SHARED if name in getattr(item, "fixturenames", ())]
        if used:
            item.add_marker(pytest.mark.xdist_group(used[0]))


def is_last_of_its_group(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Whether its process is done with what a group shares; xdist hands a group out whole."""
    group = item.get_closest_marker("xdist_group")
    return group is not None and group != (
        following and following.get_closest_marker("xdist_group")
    )


def check_groups(items: list[pytest.Item]) -> None:
    """Stop when xdist did not take the groups: pytest 9.2 hides the names that xdist 3.8 writes."""
    for item in items:
        if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
            raise pytest.UsageError(f"{item.nodeid} would not run in its group")


class FilesAndGroups(LoadGroupScheduling):
    """Gives a group to one process, and of the other tests those of one file."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        # By default what has the fewest tests comes last, and that is what takes longest.
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return super()._split_scope(nodeid).partition("::")[0]
