"""A deployment that was killed at any step is finished by running it again, with nothing twice.

At the emulator, by Chalice itself on a small application.
"""

import pytest
from small_deployment import emulated

from infra.deploy.flow import FINISHED, LAST_STACKS, MADE, PREPARED, PUBLISHED, STACKS, STEPS
from infra.rehearsal.assertions import CheckFailed
from infra.rehearsal.inventory import take_inventory
from infra.rehearsal.killing import kill_after, kill_when

# The ids are AWS's to choose.
BY_NUMBER = ("mappings", "apis")

pytestmark = pytest.mark.timeout(600)  # real runs of Chalice, on a machine that may be busy


def has_more(running, kind, before):
    """Whether there is more of a kind than before; Chalice is still running then."""
    return lambda: len(take_inventory(running)[kind]) > len(before[kind])


def look(running):
    """What there is, with numbers in place of ids."""
    found = take_inventory(running)
    return found | {kind: len(found[kind]) for kind in BY_NUMBER}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a deployment makes that nobody kills, and another one leaves as it is."""
    with emulated(tmp_path_factory.mktemp("undisturbed")) as (running, flow):
        flow.deploy()
        made = look(running)
        with pytest.raises(CheckFailed, match="ended with 0 before never"):
            kill_when(flow, lambda: False, "never")
        assert look(running) == made
        return made


def test_killed_at_every_step_a_deployment_is_finished_by_running_it_again(tmp_path, undisturbed):
    with emulated(tmp_path) as (running, flow):
        kill_everywhere(running, flow)
        flow.deploy()
        assert look(running) == undisturbed


def kill_everywhere(running, flow):
    """Each run goes on from what the killed one before it left, and gets a step further."""
    before = take_inventory(running)
    for step in (PREPARED, STACKS):
        kill_after(flow, step)
    for kind in (
        "roles",
        "functions",
        "mappings",
        "apis",
    ):  # in the order in which Chalice makes them
        kill_when(flow, has_more(running, kind, before), f"there was one of the {kind}")
    for step in (MADE, LAST_STACKS, FINISHED, PUBLISHED):
        kill_after(flow, step)


def test_a_deployment_makes_each_thing_once(undisturbed):
    assert (undisturbed["apis"], undisturbed["mappings"]) == (1, 1)
    assert undisturbed["functions"] == ["omnidata-dev", "omnidata-dev-count_messages"]


def test_every_step_is_one_at_which_a_deployment_is_killed():
    assert STEPS == (PREPARED, STACKS, MADE, LAST_STACKS, FINISHED, PUBLISHED)
