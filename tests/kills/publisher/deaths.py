"""Rounds of load: in each one SIGKILL of the event sources meets a delivery at each step."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.kills.finding import Finding
from tests.kills.killing import kill
from tests.kills.publisher.failpoints import STEPS, TAKEN
from tests.kills.publisher.reconciling import LOOKED_UP, Json, Place, Reported
from tests.kills.publisher.submitting import Submitted, make_bodies, submit_all
from tests.support.authors import Author
from tests.support.local_system import LocalSystem
from tests.support.waiting import until

MESSAGES = 4  # of a round, to all channels
MAX_ROUNDS = 22  # Instagram takes 100 posts a day
SANDBOX_EVERY = 3  # rounds: the sandbox is killed too, while it is called
DIED_WITHIN_S = 120


@dataclass
class Deaths:
    """Which deliveries were killed after which step, and the messages of all rounds."""

    by_step: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    submitted: Submitted = field(default_factory=Submitted)
    kills: int = 0
    sandbox_kills: int = 0

    def list_missing(self, wanted: int) -> list[str]:
        """The steps after which fewer deliveries were killed than wanted."""
        return [step for step in STEPS if len(self.by_step[step]) < wanted]


@dataclass(frozen=True, slots=True)
class Killer:
    """Kills on a system that runs with the fail-points of `folder`."""

    system: LocalSystem
    author: Author
    folder: Path
    media: str

    def run(self, name: str, wanted: int) -> Deaths:
        """Kill until so many deliveries were met at each step, or MAX_ROUNDS are over."""
        deaths = Deaths()
        for number in range(MAX_ROUNDS):
            if not (steps := deaths.list_missing(wanted)):
                break
            self._run_round(f"{name} round {number:02}", steps, deaths)
            if number % SANDBOX_EVERY == 0:
                kill(self.system, "sandbox")
                deaths.sandbox_kills += 1
        return deaths

    def _run_round(self, name: str, steps: Sequence[str], deaths: Deaths) -> None:
        before = until(lambda: self.system.pid("events"), DIED_WITHIN_S, "event sources")
        for step in steps:
            (self.folder / step).touch()
        bodies = make_bodies(name, MESSAGES, self.media, are_scheduled=False)
        submitted = submit_all(self.author, bodies)
        deaths.submitted.ids += submitted.ids
        deaths.submitted.wrong += submitted.wrong
        until(
            lambda: self.system.pid("events") not in (0, before), DIED_WITHIN_S, "another process"
        )
        deaths.kills += 1
        for step in steps:
            (self.folder / step).unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                file = self.folder / f"{step}{TAKEN}"
                deaths.by_step[step].append(file.read_text())
                file.unlink()


def judge_deaths(
    deaths: Deaths, wanted: int, deliveries: Sequence[Reported], posts: Sequence[Json]
) -> list[Finding]:
    """What must hold of the deliveries whose process was killed after each step."""
    counts = {step: len(deaths.by_step[step]) for step in STEPS}
    missing = sum(max(wanted - count, 0) for count in counts.values())
    by_ref = {delivery.ref: delivery for delivery in deliveries}
    called = {Place(post["channel"], post["text"]) for post in posts}
    armed = [by_ref[ref] for ref in deaths.by_step["arm"]]
    published = [by_ref[ref] for ref in deaths.by_step["publish"]]
    posted = [delivery.ref for delivery in armed if delivery.place in called]
    wrong = [
        *(delivery.ref for delivery in armed if delivery.status != "unconfirmed"),
        *(delivery.ref for delivery in published if delivery.status != _expect(delivery)),
    ]
    note = ", ".join(f"{count} after {step}" for step, count in counts.items())
    return [
        Finding("kills of a delivery that are missing", missing, 0, note),
        Finding("killed when armed, then posted", len(posted), 0, "; ".join(posted[:3])),
        Finding("killed when armed, not unconfirmed or found", len(wrong), 0, "; ".join(wrong[:3])),
    ]


def _expect(published: Reported) -> str:
    return "sent" if published.place.channel == LOOKED_UP else "unconfirmed"
