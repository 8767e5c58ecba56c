"""The tick among 1,000 series of which each is due: all are served, in one run or in the next."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib import ids
from chalicelib.aws import Aws
from chalicelib.publisher import keys
from chalicelib.publisher.due import BUDGET_S, THREADS
from chalicelib.publisher.model import Channel
from chalicelib.publisher.series import occurrences
from chalicelib.publisher.series.making import SeriesMaker
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.settings import api_settings
from chalicelib.wiring import Wiring
from tests.bench import capacity, declared, emulator, filling
from tests.bench.table import Row, Target

SERIES = 1_000
NAME = "Messages-series"
NOW = datetime.now(UTC).replace(microsecond=0)


def run() -> list[Row]:
    """How long the tick takes for all, against its share of the function's time."""
    with emulator.running(emulator.PatientAws) as aws:
        maker = _fill(aws)
        with capacity.measured(aws) as used:
            elapsed_s, runs = _make_all(maker)
    calls = used.calls.total() / SERIES
    return [
        Row(
            what=f"tick, {SERIES:,} series due",
            measured=f"{elapsed_s:.1f} s in {runs} run(s), {elapsed_s / SERIES * 1000:.1f} ms and "
            f"{calls:.2f} calls a message",
            ratio=elapsed_s / BUDGET_S,
            against=f"the {BUDGET_S:.0f} s of a run",
            target=Target(at_most=1.0),
        )
    ]


def _make_all(maker: SeriesMaker) -> tuple[float, int]:
    """Seconds and runs of the tick's part until no series is due."""
    elapsed_s, runs = 0.0, 0
    with ThreadPoolExecutor(THREADS) as pool:
        while any(maker.due.list_due(keys.RECURRING, keys.due_time(NOW))):
            started = time.monotonic()
            if failure := maker.run(pool, started + BUDGET_S):
                raise failure
            elapsed_s, runs = elapsed_s + time.monotonic() - started, runs + 1
    return elapsed_s, runs


def _fill(aws: Aws) -> SeriesMaker:
    """The part of the tick as the function has it, on a table of series that are due."""
    settings = api_settings(declared.variables("local"))
    filling.table(aws.client("dynamodb"), "MessagesTable", NAME, ())
    filling.table(aws.client("dynamodb"), "StateTable", settings.state_table, ())
    publisher = msgspec.structs.replace(settings.publisher, messages_table=NAME)
    wiring = Wiring(msgspec.structs.replace(settings, publisher=publisher), aws=aws)
    maker = wiring.publisher.series.maker
    for number in range(SERIES):
        if not maker.store.create(_make(number), []):
            raise ValueError(f"series {number} was there")
    return maker


def _make(number: int) -> StoredSeries:
    """A weekly series whose next message is due now."""
    begin, at = NOW + timedelta(hours=11), keys.due_time(NOW)
    made = StoredSeries(
        id=ids.new_uuid7(int(NOW.timestamp() * 1000), number),
        user="6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
        content="The doors open at nine: come and see what is new. " * 6,
        channels=[Channel.FACEBOOK, Channel.LINKEDIN],
        rrule="FREQ=WEEKLY;COUNT=52",
        starts_at=begin.strftime("%Y-%m-%dT%H:%M:%S"),
        last_at=(begin + timedelta(weeks=51)).strftime("%Y-%m-%dT%H:%M:%S"),
        time_zone="UTC",
        after=at,
        created_at=at,
        updated_at=at,
        request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    )
    return occurrences.plan(made)
