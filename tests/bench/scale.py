"""Where each path ends, by a seeded simulation: 10 to 10,000 requests a second for 15 minutes.

Partitions: the writes to each key of a table or an index against DynamoDB's 1,000 write units a
second, with five minutes of unused ones to spend. Tenants and users follow Zipf's law. Queues: what
the handlers take with the concurrency that is declared, from Lambda's ramp on. Each row is the
highest rate that throttles at most one write in 1,000, or keeps messages less than a minute; the
ratio is to 10 million requests a day. `docs/scale.md` says which setting moves an end.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from infra.cost import pipelines
from infra.declared.functions import FUNCTIONS
from tests.bench.table import Row, Target

SEED = 7
TEN_MILLION_A_DAY = 116  # a second
RATES = (10, 30, TEN_MILLION_A_DAY, 300, 1_000, 3_000, 10_000)  # requests a second
DURATION_S = 15 * 60
MOST_THROTTLED, LONGEST_WAIT_S = 0.001, 60.0
# AWS, "Best practices for designing and using partition keys effectively", "burst capacity".
UNITS_A_PARTITION, BURST_S = 1_000, 300
# AWS, "Configuring scaling behavior for SQS event source mappings": the first batches, and how many
# more each minute.
FIRST_POLLERS, MORE_A_MINUTE = 5, 300
BATCH = 10
KEYS, ZIPF = 500, 1.0  # tenants, or people: the busiest one sends 15 %


class Heat(NamedTuple):
    """What requests write to the keys of one table or index: the shares of its keys, and units."""

    what: str
    shares: Sequence[float]
    units: float  # of a request, on its key


class Reader(NamedTuple):
    """A queue's handler: its declared concurrency and what one message takes."""

    what: str
    handler: str
    message_ms: float


def _list_zipf() -> list[float]:
    weights = [1 / rank**ZIPF for rank in range(1, KEYS + 1)]
    return [weight / sum(weights) for weight in weights]


_Part = TypeVar("_Part", Heat, Reader)
TENANTS = _list_zipf()
ONE = (1.0,)
HEATS = (
    # Inserted, and updated as notified, in the partition of the day.
    Heat("orders, index by-day", ONE, 2),
    Heat("orders, index by-announcement", ONE, 2),  # put in, and taken out
    Heat("logs, table and index by tenant", TENANTS, 1),
    Heat("messages, GSI1 by author", TENANTS, 4),  # made, queued, sent, settled
    Heat("messages, GSI2 in one shard", ONE, 3),
    Heat("messages, GSI2 in ten shards", [0.1] * 10, 3),
    Heat("records, one in a hundred writes to one id", (0.01,), 4),
)
READERS = (
    Reader("orders, from queue to table", "store_orders", pipelines.STORE_MS),
    Reader("logs, from queue to table", "process_logs", pipelines.PROCESS_MS),
)


def run() -> list[Row]:
    """A row a path."""
    heats = [_row(heat.what, _find_limit(heat, _share_throttled)) for heat in HEATS]
    return [*heats, *(_row(reader.what, _find_limit(reader, _hold_queue)) for reader in READERS)]


def _find_limit(part: _Part, hold: Callable[[_Part, int], tuple[bool, str]]) -> tuple[int, str]:
    """The highest rate that holds, 0 if none does, and what happens at the next."""
    held = 0
    for rate in RATES:
        holds, said = hold(part, rate)
        if not holds:
            return held, f"at {rate:,} a second {said}"
        held = rate
    return held, "no end was met"


def _row(what: str, limit: tuple[int, str]) -> Row:
    held, beyond = limit
    return Row(
        what=what,
        measured=f"holds {held:,} a second; {beyond}",
        ratio=held / TEN_MILLION_A_DAY,
        against="10 million a day",
        target=Target(at_least=1),
    )


# --- Partitions ------------------------------------------------------------------------------


def _share_throttled(heat: Heat, rate: int) -> tuple[bool, str]:
    chance = random.Random(f"{SEED} {heat.what} {rate}")  # noqa: S311 no secret
    asked = refused = 0.0
    for share in heat.shares:
        units = rate * share * heat.units
        asked += units * DURATION_S
        if units > UNITS_A_PARTITION / 2:  # the others never come near it
            refused += _sum_refused(units, heat.units, chance)
    throttled = refused / asked
    return throttled <= MOST_THROTTLED, f"{throttled:.0%} of the writes are throttled"


def _sum_refused(units: float, a_request: float, chance: random.Random) -> float:
    """How many of a key's units are refused, second by second."""
    spare, refused = float(UNITS_A_PARTITION * BURST_S), 0.0
    for wanted in _arrivals(units / a_request, chance):
        spare += UNITS_A_PARTITION - wanted * a_request
        refused += max(0.0, -spare)
        spare = min(max(0.0, spare), float(UNITS_A_PARTITION * BURST_S))
    return refused


def _arrivals(mean: float, chance: random.Random) -> Iterator[float]:
    """Requests of each second: Poisson's, by the normal distribution where there are many."""
    for _ in range(DURATION_S):
        yield max(0.0, chance.gauss(mean, math.sqrt(mean)))


# --- Queues ----------------------------------------------------------------------------------


def _hold_queue(reader: Reader, rate: int) -> tuple[bool, str]:
    chance = random.Random(f"{SEED} {reader.what} {rate}")  # noqa: S311 no secret
    waiting = longest_s = 0.0
    for second, arrived in enumerate(_arrivals(rate, chance)):
        taken_a_second = _count_running(reader, second) * BATCH / _compute_batch_s(reader)
        waiting = max(0.0, waiting + arrived - taken_a_second)
        longest_s = max(longest_s, waiting / taken_a_second)
    return longest_s <= LONGEST_WAIT_S, f"messages wait {longest_s:,.0f} s"


def _count_running(reader: Reader, second: int) -> float:
    ramp = FIRST_POLLERS + MORE_A_MINUTE * second / 60
    (function,) = (one for one in FUNCTIONS if one.handler == reader.handler)
    if function.source is None or function.source.maximum_concurrency is None:
        raise ValueError(f"{reader.handler} has no declared concurrency")
    return min(ramp, function.source.maximum_concurrency)


def _compute_batch_s(reader: Reader) -> float:
    return reader.message_ms * (1 + (BATCH - 1) / pipelines.BATCH_SPEEDUP) / 1000
