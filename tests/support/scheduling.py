"""Which tests run in one process, so that what they share is made once: `--dist loadgroup`."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

SHARED_SYSTEM = "system"  # the fixture, and the group of who uses it


def group_users_of_the_system(items: list[pytest.Item]) -> None:
    """Give what uses the shared system to one process: each more would start one of its own.

    Such a system takes a tenth of a core even while nobody asks it for anything.
    """
    for item in items:
        if SHARED_SYSTEM in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(SHARED_SYSTEM))


class FilesAndGroups(LoadGroupScheduling):
    """Gives a group to one process, and of the other tests those of one file."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        # By default what has the fewest tests comes last, and that is what takes longest.
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return super()._split_scope(nodeid).partition("::")[0]
