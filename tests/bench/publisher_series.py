"""The tick among 1,000 series of which each is due: all are served, in one run or in the next."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib import ids
from chalicelib.aws import Aws
from chalicelib.publisher import keys
from chalicelib.publisher.due import THREADS
from chalicelib.publisher.model import Channel
from chalicelib.publisher.series import occurrences, stored
from chalicelib.publisher.series.making import BUDGET_S
from chalicelib.publisher.series.occurrences import LEAD
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.settings import api_settings
from chalicelib.wiring import Wiring
from tests.bench import capacity, declared, emulator, filling
from tests.bench.table import Row, Target

SERIES = 1_000
NAME = "Messages-series"
NOW = datetime.now(UTC).replace(microsecond=0)
PLAIN_CALLS = 2  # a read of the series, and a transaction


def run() -> list[Row]:
    """How long the tick takes for all, against its share of the function's time."""
    with emulator.running(emulator.PatientAws) as aws:
        client = aws.client("dynamodb")
        items = ({**keys.series(made.id), **_index(made), **stored.to_attributes(made)} for made in map(_make, range(SERIES)))
        filling.table(client, "MessagesTable", NAME, items)
        maker = _wire(aws).publisher._series_maker
        with capacity.measured(aws) as used, ThreadPoolExecutor(THREADS) as pool:
            elapsed_s, runs, made = 0.0, 0, 0
            while made < SERIES:
                started = time.perf_counter()
                if failure := maker.run(pool):
                    raise failure
                elapsed_s, runs = elapsed_s + time.perf_counter() - started, runs + 1
                made = _count_messages(client)
    return [
        Row(
            what=f"tick among {SERIES:,} series, all due",
            measured=f"{elapsed_s:.1f} s in {runs} run(s), {elapsed_s / SERIES * 1000:.1f} ms, "
            f"{used.calls.total() / SERIES:.2f} calls and {used.write_units / SERIES:.1f} write "
            "units a message",
            ratio=elapsed_s / BUDGET_S,
            against=f"its {BUDGET_S:.0f} s of a run",
            target=Target(at_most=1.0),
        )
    ]
