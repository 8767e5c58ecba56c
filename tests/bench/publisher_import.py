"""A table of 5,000 messages taken in, against one message after another by the same code."""

import time
from functools import partial

import msgspec

from chalicelib.aws import Aws
from chalicelib.publisher.model import Channel, MessageImport, NewMessage
from chalicelib.settings import api_settings
from chalicelib.waves import TimeUp
from chalicelib.web.call import Call
from chalicelib.web.payload import CSV, Payload
from chalicelib.web.principal import Principal
from chalicelib.wiring import Wiring
from chalicelib.wiring.publisher import PublisherWiring
from tests.bench import declared, emulator, filling
from tests.bench.table import Row, Target

ROWS, SINGLE = 5_000, 500
NAME = "Messages-import"
AUTHOR = Principal(id="ada", email="", tenant=None, groups=frozenset({"publisher"}))
CALL = Call(request_id="request-1", caller=AUTHOR)
AT = "2030-01-31T09:00:00Z"


def run() -> list[Row]:
    """Seconds and requests until all are made."""
    with emulator.running(emulator.PatientAws) as aws:
        publisher = _build(aws)
        started = time.monotonic()
        for number in range(SINGLE):
            publisher.creating.create(_make(number), CALL)
        single_s = (time.monotonic() - started) / SINGLE
        elapsed_s, requests = _import_all(publisher)
    return [
        Row(
            what=f"import of {ROWS:,} rows",
            measured=f"{elapsed_s:.1f} s in {requests} request(s), "
            f"{elapsed_s / ROWS * 1000:.1f} ms a row",
            ratio=single_s / (elapsed_s / ROWS),
            against=f"one after another, {single_s * 1000:.1f} ms",
            target=Target(at_least=0.9),
        )
    ]


def _import_all(publisher: PublisherWiring) -> tuple[float, int]:
    lines = [f"Row {number},facebook sms,{AT}" for number in range(ROWS)]
    body = Payload(
        media_type=CSV, data="\n".join(("content,channels,scheduled_at", *lines)).encode()
    )
    add = partial(publisher.exchange.importing.add, body, MessageImport(), CALL)
    started, requests = time.monotonic(), 1
    while True:
        try:
            result = add()
        except TimeUp:
            requests += 1
            continue
        if (result.added, result.failed) != (ROWS, 0):
            raise ValueError(f"{result.added} rows were added, {result.failed} failed")
        return time.monotonic() - started, requests


def _make(number: int) -> NewMessage:
    channels = [Channel.FACEBOOK, Channel.SMS]
    return NewMessage(content=f"Message {number}", channels=channels, scheduled_at=AT)


def _build(aws: Aws) -> PublisherWiring:
    settings = api_settings(declared.variables("local"))
    filling.table(aws.client("dynamodb"), "MessagesTable", NAME, ())
    filling.table(aws.client("dynamodb"), "StateTable", settings.state_table, ())
    publisher = msgspec.structs.replace(settings.publisher, messages_table=NAME)
    return Wiring(msgspec.structs.replace(settings, publisher=publisher), aws=aws).publisher
