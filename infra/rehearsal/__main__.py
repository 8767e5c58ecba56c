"""The rehearsal of a deployment, without an account: `python -m infra.rehearsal [--whole]`.

The package, made for this machine, goes to an emulator by CloudFormation, is finished as on AWS
and has to pass seed 001's verification tests; deployed again it must not change, and destroyed
it must leave nothing. A sample application shows the same of a queue's handler. With --whole all of
`make deploy` is rehearsed after that: the CDK's stacks, Chalice, and the order between them.
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
from infra.rehearsal.checks import CHECKS, SAMPLE_CHECKS, Check
from infra.rehearsal.deployment import Rehearsal, prepare
from infra.rehearsal.emulated import WITH_STAND_INS, Emulated, NotReady, emulated
from infra.rehearsal.expecting import Failed
from infra.rehearsal.inventory import Inventory, inventory
from infra.rehearsal.whole import rehearse_whole

# Side by side on one emulator, each with the names of its own stage.
PRODUCT, SAMPLE = STAGES["dev"], STAGES["prod"]


def of_the_product(running: Emulated) -> Rehearsal:
    """The product's package, ready to be deployed."""
    return prepare(running, running.project(), PRODUCT)


def of_the_sample(running: Emulated) -> Rehearsal:
    """The sample's package, ready to be deployed."""
    return prepare(running, running.sample(), SAMPLE)


def does_not_change(rehearsal: Rehearsal) -> None:
    """Deployed and finished again, nothing is updated and every id stays."""
    before = inventory(rehearsal.emulated)
    if rehearsal.deploy():
        raise Failed("an unchanged template was deployed as an update")
    rehearsal.finish()
    leaves(before, rehearsal.emulated)


def leaves(expected: Inventory, running: Emulated) -> None:
    """Raise Failed unless the emulator holds exactly what is expected."""
    found = inventory(running)
    if found != expected:
        raise Failed(f"there is {found} instead of {expected}")


def rehearse(running: Emulated, say: Callable[[str], None] = print) -> None:
    """Rehearse both projects, saying each step; raises what the first failing step raises."""
    for make, unfinished, checks in (
        (of_the_product, (), CHECKS),
        (of_the_sample, SAMPLE_CHECKS, SAMPLE_CHECKS),
    ):
        before = inventory(running)
        rehearsal = make(running)
        rehearsal.deploy()
        say(f"{rehearsal.stack.name}: deployed")
        for check in unfinished:  # as a plain `chalice deploy` would leave it
            _timed(check, rehearsal, say)
        rehearsal.finish()
        for check in (*checks, does_not_change):
            _timed(check, rehearsal, say)
        rehearsal.destroy()
        leaves(before, running)
        say(f"{rehearsal.stack.name}: destroyed, and nothing is left")


def _timed(check: Check, rehearsal: Rehearsal, say: Callable[[str], None]) -> None:
    what = f"{rehearsal.stack.name}: {check.__name__.replace('_', ' ')}"
    started = time.monotonic()
    try:
        check(rehearsal)
    except Failed as failure:
        raise Failed(f"{what}: {failure}") from failure
    say(f"{what} ({time.monotonic() - started:.1f} s)")


def main(arguments: list[str] | None = None) -> int:
    """Rehearse on emulators of its own; 1 when a step failed."""
    parser = argparse.ArgumentParser(prog="python -m infra.rehearsal")
    parser.add_argument("--whole", action="store_true", help="and all of `make deploy`")
    given = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder, emulated(Path(folder)) as running:
            rehearse(running)
        if given.whole:
            with _for_the_whole() as running:
                rehearse_whole(running)
    except (Failed, CdkFailed, ChaliceFailed, MissingWheel, NotReady) as failure:
        sys.stderr.write(f"failed: {failure}\n")
        return 1
    print("The rehearsal is green.")
    return 0


@contextmanager
def _for_the_whole() -> Iterator[Emulated]:
    """Roles do not count there: the emulator refuses the CDK's own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        emulated(Path(folder), module=WITH_STAND_INS, roles_count=False) as running,
    ):
        yield running


if __name__ == "__main__":
    raise SystemExit(main())
