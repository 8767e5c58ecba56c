"""The publisher's run: a storm, deaths at each step, a dead emulator, and a dead stream."""

import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from tests.kills.finding import Finding, table
from tests.kills.killing import kill
from tests.kills.publisher.deaths import MESSAGES as ROUND
from tests.kills.publisher.deaths import Killer, judge_deaths
from tests.kills.publisher.reconciling import Json, describe, judge, read_all
from tests.kills.publisher.repeating import Repeater, find_stream
from tests.kills.publisher.submitting import (
    DUE_IN_S,
    WITHOUT_IMAGES,
    Submitted,
    find_time,
    make_bodies,
    submit_all,
)
from tests.kills.publisher.ticking import Ticker, wait_until_done
from tests.support.authors import CHANNELS, Author
from tests.support.local_system import LocalSystem, aws_of
from tests.support.pictures import make_jpeg
from tests.support.waiting import until

SITE = Path(__file__).with_name("site")
MESSAGES, DEATHS = 150, 10
SHARE = 0.05  # of the calls meet each fault
MAX_UNCONFIRMED = 0.2  # of the deliveries: more would prove little
STORM_WITHIN_S, LEASES_WITHIN_S, HEALTHY_WITHIN_S = 900, 600, 90
STREAM_DEAD_WITHIN_S = 120
MOVED_BY_S, DAY_S = 15, 24 * 3600
JOURNAL = 1000  # calls that the sandbox shows
Say = Callable[[str], None]


def run(folder: Path, seed: int, say: Say) -> list[Finding]:
    """All of it; `folder` takes the state and logs of two systems."""
    findings: list[Finding] = []
    failpoints = folder / "failpoints"
    failpoints.mkdir(parents=True)
    settings = {"PYTHONPATH": str(SITE), "KILLS_FAILPOINTS": str(failpoints)}
    for system, parts in (
        (LocalSystem(folder / "storm"), (_storm,)),
        (LocalSystem(folder / "deaths", **settings), (_die, _lose_emulator, _lose_stream)),
    ):
        try:
            system.start()
            for part in parts:
                found = part(system, seed, say)
                say(f"{table(found)}\n")
                findings += found
        finally:
            system.end()
    return findings


def _storm(system: LocalSystem, seed: int, say: Say) -> list[Finding]:
    """Equal submissions, equal records, overlapping ticks, and platforms that fail."""
    author, name = Author(system), f"Storm {seed}"
    media = author.upload(make_jpeg(800, 800))
    for number, channel in enumerate(CHANNELS):
        author.set_fault(channel, _make_faults(seed * 100 + number * 10))
    say(f"Seed {seed}: {MESSAGES} messages, each submitted three times at once ...")
    with Repeater(system) as repeater, Ticker(system) as ticker:
        submitted = submit_all(author, make_bodies(name, MESSAGES, media, are_scheduled=True))
        messages = wait_until_done(author, submitted.ids, STORM_WITHIN_S)
    posts = author.posts(name)
    deliveries = read_all(messages)
    say(describe(deliveries, posts))
    say(
        f"{repeater.originals} stream records, {repeater.copies} copies of them, "
        f"{ticker.ticks} ticks by SIGUSR1."
    )
    unknown = sum(delivery.status == "unconfirmed" for delivery in deliveries)
    return [
        *_judge_submitted(submitted, MESSAGES - len(messages), posts),
        *judge(deliveries, posts),
        Finding("unconfirmed", unknown, int(MAX_UNCONFIRMED * len(deliveries))),
        Finding("stream records without two copies", 2 * repeater.originals - repeater.copies, 0),
    ]


def _die(system: LocalSystem, seed: int, say: Say) -> list[Finding]:
    """SIGKILLs of the event sources at each step, and of the sandbox."""
    author, name = Author(system), f"Deaths {seed}"
    folder = Path(system.settings["KILLS_FAILPOINTS"])
    say(f"SIGKILL after each step of a delivery, {DEATHS} times; leases last two minutes ...")
    killer = Killer(system, author, folder, author.upload(make_jpeg(800, 800)))
    with Ticker(system):
        deaths = killer.run(name, DEATHS)
        messages = wait_until_done(author, deaths.submitted.ids, LEASES_WITHIN_S)
    posts = author.posts(name)
    deliveries = read_all(messages)
    say(describe(deliveries, posts))
    say(f"{deaths.kills} kills of the event sources, {deaths.sandbox_kills} of the sandbox.")
    return [
        *_judge_submitted(deaths.submitted, deaths.kills * ROUND - len(messages), posts),
        *judge_deaths(deaths, DEATHS, deliveries, posts),
        *judge(deliveries, posts),
    ]


def _lose_emulator(system: LocalSystem, seed: int, say: Say) -> list[Finding]:
    """Kill the emulator right after a clean stop and a start: that is what it keeps."""
    author, name = Author(system), f"Emulator {seed}"
    bodies = [
        {"content": f"{name} message {number}", "channels": ["linkedin", "sms"], DUE_IN_S: DAY_S}
        for number in range(DEATHS)
    ]
    ids = submit_all(author, bodies).ids
    say("The emulator is killed after a clean stop, with messages scheduled ...")
    system.stop()
    system.start()
    kill(system, "emulator")
    until(system.is_healthy, HEALTHY_WITHIN_S, "health after the emulator's kill")
    author = Author(system)
    lost = len(bodies) - sum(_move(author, message_id) == HTTPStatus.OK for message_id in ids)
    with Ticker(system):
        messages = wait_until_done(author, ids, LEASES_WITHIN_S)
    posts = author.posts(name)
    deliveries = read_all(messages)
    say(describe(deliveries, posts))
    return [Finding("messages lost by the emulator's kill", lost, 0), *judge(deliveries, posts)]


def _lose_stream(system: LocalSystem, seed: int, say: Say) -> list[Finding]:
    """Delete the stream: the tick of each minute delivers alone."""
    author, name = Author(system), f"Stream {seed}"
    say("The stream is deleted; the clock's own ticks deliver ...")
    aws_of(system.config).client("kinesis").delete_stream(StreamName=find_stream())
    bodies = [{"content": f"{name} message", "channels": WITHOUT_IMAGES}]
    began = time.monotonic()
    ids = submit_all(author, bodies).ids
    messages = wait_until_done(author, ids, 2 * STREAM_DEAD_WITHIN_S)
    took_s = round(time.monotonic() - began)
    deliveries = read_all(messages)
    return [
        Finding("seconds without a stream until it was sent", took_s, STREAM_DEAD_WITHIN_S),
        *judge(deliveries, author.posts(name)),
    ]


def _move(author: Author, message_id: str) -> int:
    """Let a scheduled message be due soon; returns the status of the response."""

    def move() -> int | None:
        new = {"scheduled_at": find_time(MOVED_BY_S)}
        status, _ = author.send("POST", f"/messages/{message_id}/reschedule", new)
        return None if status == HTTPStatus.SERVICE_UNAVAILABLE else status

    return int(until(move, what="a response"))


def _make_faults(seed: int) -> Json:
    """The faults of a channel: each strikes calls of its own."""
    share = {"probability": SHARE}
    return {
        "lost_response": {**share, "seed": seed + 1, "on": "publish"},
        "error_500": {**share, "seed": seed + 2},
        "rate_limit": {**share, "seed": seed + 3, "retry_after_s": 30},
    }


def _judge_submitted(submitted: Submitted, missing: int, posts: Sequence[Json]) -> list[Finding]:
    wrong = "; ".join(submitted.wrong[:2])
    return [
        Finding("submissions with another response", len(submitted.wrong), 0, wrong),
        Finding("messages missing", missing, 0),
        Finding("calls that the journal shows", len(posts), JOURNAL - 1),
    ]
