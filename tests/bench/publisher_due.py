"""The tick among many scheduled messages of which 100 are due, and what it costs a message."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from statistics import median
from typing import NamedTuple

import msgspec

from chalicelib import ids
from chalicelib.aws import Aws
from chalicelib.aws.attributes import Item
from chalicelib.publisher import keys, stored
from chalicelib.publisher.due import Tick
from chalicelib.publisher.model import Channel, MessageStatus
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.settings import api_settings
from chalicelib.wiring import Wiring
from tests.bench import capacity, declared, emulator, filling
from tests.bench.table import Row, Target

ROUNDS, DUE = 11, 100
CHANNELS = [Channel.FACEBOOK, Channel.EMAIL]
SMALLEST, LARGEST = 1_000, 50_000
STREAM = "omnichannel-messages"
NOW = datetime.now(UTC)
PAST, FUTURE = (keys.due_time(NOW + timedelta(minutes=minutes)) for minutes in (-5, 24 * 60))
BEGIN_MS = int(NOW.timestamp() * 1000)
WORDS = {MessageStatus.SCHEDULED: "a due message", MessageStatus.QUEUED: "a dropped message"}
# One message after another: a change, and a read of the message and one of its deliveries; for a
# dropped message a read more, before the change.
PLAIN_CALLS = {MessageStatus.SCHEDULED: 3, MessageStatus.QUEUED: 4}


class Case(NamedTuple):
    """A table with so many scheduled messages, whose index has so many partitions a status."""

    messages: int
    shards: int = 1

    @property
    def name(self) -> str:
        """The words of the table."""
        shards = "" if self.shards == 1 else f" in {self.shards} shards"
        return f"tick among {self.messages:,} scheduled messages{shards}, {DUE} due"


AGAINST = {
    Case(SMALLEST): Case(SMALLEST),
    Case(10_000): Case(SMALLEST),
    Case(LARGEST): Case(SMALLEST),
    Case(10_000, 10): Case(10_000),
}


class Messages:
    """A case's table, and the tick that looks through it."""

    def __init__(self, aws: Aws, case: Case) -> None:
        self._client, self._shards = aws.client("dynamodb"), case.shards
        self._name = f"Messages-{case.messages}-{case.shards}"
        self._due = [_make_message(number, PAST) for number in range(DUE)]
        others = (_make_message(number, FUTURE) for number in range(DUE, case.messages))
        filling.table(
            self._client, "MessagesTable", self._name, chain.from_iterable(map(self._items, others))
        )
        self._tick = _build_tick(aws, self._name, case.shards)

    def reset(self, status: MessageStatus = MessageStatus.SCHEDULED) -> None:
        """Let the same messages be due, in this status."""
        due = (
            msgspec.structs.replace(message, status=status, look_at=PAST) for message in self._due
        )
        items = chain.from_iterable(map(self._items, due))
        filling.put(self._client, self._name, items)

    def run_tick(self) -> float:
        """Milliseconds of a tick, which must send what is due and nothing else."""
        started = time.perf_counter()
        sent = self._tick.run()
        elapsed_ms = (time.perf_counter() - started) * 1000
        if sent != DUE * len(CHANNELS):
            raise ValueError(f"the tick sent {sent} deliveries")
        return elapsed_ms

    def _items(self, message: StoredMessage) -> Iterator[Item]:
        """A message, and its deliveries where they are looked at."""
        yield {
            **keys.message(message.id),
            "GSI1PK": keys.user(message.user),
            "GSI1SK": f"MSG#{message.id}",
            "GSI2PK": keys.due(message.status, message.id, self._shards),
            "GSI2SK": message.due_at,
            **stored.to_attributes(message),
        }
        for channel in CHANNELS if message.due_at == PAST else ():
            delivery = StoredDelivery(name=channel, channel=channel)
            yield {**keys.delivery(message.id, channel), **stored.to_attributes(delivery)}


def run() -> list[Row]:
    """A row a table, as a ratio of the median, and one of what a message costs."""
    samples: dict[Case, list[float]] = {case: [] for case in AGAINST}
    with emulator.running(emulator.PatientAws) as aws:
        aws.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
        tables = {case: Messages(aws, case) for case in AGAINST}
        for number in range(ROUNDS + 1):
            for case, table in tables.items():
                table.reset()
                elapsed_ms = table.run_tick()
                if number:  # the first round only warms up
                    samples[case].append(elapsed_ms)
        costs = [_cost_row(aws, tables[Case(SMALLEST)], status) for status in WORDS]
    return [*(_row(case, samples) for case in AGAINST), *costs]


def _row(case: Case, samples: dict[Case, list[float]]) -> Row:
    measured, against = samples[case], AGAINST[case]
    return Row(
        what=case.name,
        measured=f"p50 {median(measured):.0f} ms, {min(measured):.0f} to {max(measured):.0f}",
        ratio=median(measured) / median(samples[against]),
        against=f"{against.messages:,}",
        target=Target(at_most=1.3) if case == Case(LARGEST) else None,
    )


def _cost_row(aws: Aws, table: Messages, status: MessageStatus) -> Row:
    """What a due message costs; the ratio is of calls to three, without batches."""
    table.reset(status)
    with capacity.measured(aws) as used:
        elapsed_ms = table.run_tick()
    calls = used.calls.total() / DUE
    return Row(
        what=f"tick, {WORDS[status]}",
        measured=f"{calls:.2f} calls, {used.write_units / DUE:.2f} write and "
        f"{used.read_units / DUE:.2f} read units, {elapsed_ms / DUE:.1f} ms",
        ratio=calls / PLAIN_CALLS[status],
        against="one after another",
    )


def _make_message(number: int, at: str) -> StoredMessage:
    return StoredMessage(
        id=ids.new_uuid7(BEGIN_MS, number),
        user="6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
        status=MessageStatus.SCHEDULED,
        content="The doors open at nine: come and see what is new. " * 6,
        channels=CHANNELS,
        deliveries=[*CHANNELS],
        due_at=at,
        released_at=at,
        created_at=at,
        updated_at=at,
        scheduled_at=at,
        request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    )


def _build_tick(aws: Aws, table: str, shards: int) -> Tick:
    """The tick as the function has it."""
    settings = api_settings(declared.variables("local"))
    publisher = msgspec.structs.replace(
        settings.publisher, messages_table=table, due_shards=shards, messages_stream=STREAM
    )
    return Wiring(msgspec.structs.replace(settings, publisher=publisher), aws=aws).publisher.tick
