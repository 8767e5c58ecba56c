"""Kill parts under load and print what was lost or doubled: `python -m tests.kills`."""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.kills.finding import Finding, table
from tests.kills.findings import judge
from tests.kills.killing import PARTS, Kill, kill, kill_parts
from tests.kills.load import Load, Sent
from tests.kills.publisher import run as publisher
from tests.kills.stored import Stored
from tests.support.local_system import LocalSystem
from tests.support.waiting import until

HEALTHY_WITHIN_S = 60


def main() -> int:
    """Exit 0 when every promise held, 1 when one did not."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("parts", "publisher"), default="parts", help="(parts)"
    )
    parser.add_argument("--kills", type=int, default=30, help="how many SIGKILLs (30)")
    parser.add_argument("--seed", type=int, default=1, help="decides parts, times and load (1)")
    parser.add_argument(
        "--visibility-s", type=int, help="another visibility timeout of orders and logs"
    )
    parser.add_argument("--state-dir", type=Path, help="keep state and logs there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        folder = options.state_dir or Path(directory, "state")
        if options.what == "publisher":
            findings = publisher.run(folder, options.seed, _say)
        else:
            findings = _kill_parts(folder, options)
    return 0 if all(finding.holds for finding in findings) else 1


def _kill_parts(folder: Path, options: argparse.Namespace) -> list[Finding]:
    system = LocalSystem(folder)
    try:
        findings = run(system, options.seed, options.kills, options.visibility_s)
        _say(table(findings))
        last = kill_emulator(system)
        _say(table(last))
    finally:
        system.end()
    return [*findings, *last]


def run(system: LocalSystem, seed: int, kills: int, visibility_s: int | None) -> list[Finding]:
    """One run on a system that is not started; it runs when this returns.

    `visibility_s` is None for the product's own. A short one makes dead letters: kills spend the
    receives of messages that nothing is wrong with.
    """
    _say(f"Seed {seed}: {kills} SIGKILLs under load; this takes some minutes ...")
    system.start()
    stored = Stored(system)
    stored.prepare(visibility_s)
    load = Load(system, seed)
    load.start()
    try:
        done = kill_parts(system, seed=seed, kills=kills)
        until(system.is_healthy, HEALTHY_WITHIN_S, "health after the kills")
    finally:
        load.stop()
    stored.wait_until_drained()
    _describe(done, load.sent)
    return judge(load.sent, stored.read(done), done, may_die=visibility_s is not None)


def kill_emulator(system: LocalSystem) -> list[Finding]:
    """Kill the emulator right after a clean stop and a start: what was saved is all there is.

    It keeps its data in memory until a stop, so under load a kill loses what it took since.
    """
    before = Stored(system).keys()
    status, took_s = system.stop()
    system.start()
    kill(system, "emulator")
    until(system.is_healthy, HEALTHY_WITHIN_S, "health after the emulator's kill")
    lost = before - Stored(system).keys()
    return [
        Finding("exit status of the clean stop", status, 0, f"{took_s:.1f} s"),
        Finding("orders and log records lost by the emulator's kill", len(lost), 0),
    ]


def _describe(kills: list[Kill], sent: Sent) -> None:
    counts = Counter(kill.part for kill in kills)
    longest_s = max((kill.back_after_s for kill in kills), default=0)
    parts = ", ".join(f"{counts[part]} {part}" for part in PARTS)
    _say(f"{len(kills)} kills: {parts}; back after {longest_s:.1f} s at most.")
    _say(
        f"Taken: {len(sent.orders)} orders, {len(sent.logs)} log records, {len(sent.searches)} "
        f"searches; {len(sent.unanswered)} searches without a response.\n"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
