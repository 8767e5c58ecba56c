"""The rehearsal of a deployment, without an account: `python -m infra.rehearsal [--whole]`.

The package for this machine is deployed to an emulator by CloudFormation, with the finishing step
of AWS, and must pass seed 001's verification tests. A second deployment must not change anything,
and a destroyed one must leave nothing. A sample application verifies a queue's handler. With
--whole, all of `make deploy` is rehearsed too: the CDK's stacks, Chalice, and their order.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.declared.stages import STAGES
from infra.deploy.cdk import CdkFailed
from infra.deploy.chalice_cli import ChaliceFailed
from infra.deploy.wheels import MissingWheel
from infra.rehearsal.assertions import CheckFailed
from infra.rehearsal.checks import CHECKS, SAMPLE_CHECKS, Check
from infra.rehearsal.deployment import Rehearsal, prepare
from infra.rehearsal.emulator import WITH_PLACEHOLDERS, NotReady, RunningEmulator, run_emulator
from infra.rehearsal.full_deploy import rehearse_full_deploy
from infra.rehearsal.inventory import Inventory, take_inventory

# Both on one emulator, with the names of different stages.
PRODUCT, SAMPLE = STAGES["dev"], STAGES["prod"]


def prepare_product(running: RunningEmulator) -> Rehearsal:
    """Package the product."""
    return prepare(running, running.copy_project(), PRODUCT)


def prepare_sample(running: RunningEmulator) -> Rehearsal:
    """Package the sample application."""
    return prepare(running, running.copy_sample(), SAMPLE)


def does_not_change(rehearsal: Rehearsal) -> None:
    """A second deployment updates nothing and keeps every id."""
    before = take_inventory(rehearsal.emulator)
    if rehearsal.deploy():
        raise CheckFailed("an unchanged template was deployed as an update")
    rehearsal.finish()
    expect_inventory(before, rehearsal.emulator)


def expect_inventory(expected: Inventory, running: RunningEmulator) -> None:
    """Raise CheckFailed unless the emulator has exactly the expected resources."""
    found = take_inventory(running)
    if found != expected:
        raise CheckFailed(f"there is {found} instead of {expected}")


def rehearse(running: RunningEmulator, say: Callable[[str], None] = print) -> None:
    """Rehearse both projects and report each step; raises the error of the first failed step."""
    for prepare_project, checks_before_finish, checks in (
        (prepare_product, (), CHECKS),
        (prepare_sample, SAMPLE_CHECKS, SAMPLE_CHECKS),
    ):
        before = take_inventory(running)
        rehearsal = prepare_project(running)
        rehearsal.deploy()
        say(f"{rehearsal.stack.name}: deployed")
        for check in checks_before_finish:  # as a plain `chalice deploy` would leave it
            _run_timed(check, rehearsal, say)
        rehearsal.finish()
        for check in (*checks, does_not_change):
            _run_timed(check, rehearsal, say)
        rehearsal.destroy()
        expect_inventory(before, running)
        say(f"{rehearsal.stack.name}: destroyed, and nothing is left")


def _run_timed(check: Check, rehearsal: Rehearsal, say: Callable[[str], None]) -> None:
    label = f"{rehearsal.stack.name}: {check.__name__.replace('_', ' ')}"
    started_s = time.monotonic()
    try:
        check(rehearsal)
    except CheckFailed as failure:
        raise CheckFailed(f"{label}: {failure}") from failure
    say(f"{label} ({time.monotonic() - started_s:.1f} s)")


def main(arguments: list[str] | None = None) -> int:
    """Rehearse on new emulators; return 1 if a step failed."""
    parser = argparse.ArgumentParser(prog="python -m infra.rehearsal")
    parser.add_argument("--whole", action="store_true", help="and all of `make deploy`")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder, run_emulator(Path(folder)) as running:
            rehearse(running)
        if given.whole:
            with _run_emulator_for_stacks() as running:
                rehearse_full_deploy(running)
    except (CheckFailed, CdkFailed, ChaliceFailed, MissingWheel, NotReady) as failure:
        sys.stderr.write(f"failed: {failure}\n")
        return 1
    print("The rehearsal is green.")
    return 0


@contextmanager
def _run_emulator_for_stacks() -> Iterator[RunningEmulator]:
    """Without IAM enforcement: the emulator denies the CDK's own roles."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_emulator(Path(folder), module=WITH_PLACEHOLDERS, enforces_iam=False) as running,
    ):
        yield running


if __name__ == "__main__":
    raise SystemExit(main())
