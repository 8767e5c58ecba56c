"""How long an orderly stop takes with 50,000 log records in their table, and the next start."""

import time
from collections.abc import Iterator

from chalicelib.aws.attributes import Item
from tests.bench import filling, local_system
from tests.bench.table import Row, Target
from tests.support.local_system import aws_of

ITEMS = 50_000
TENANTS = 10
LIMIT_S = 10.0  # what the local system promises


def run() -> list[Row]:
    """Fill, stop, and start again."""
    with local_system.running() as system:
        client = aws_of(system.config).client("dynamodb")
        filling.table(client, "LogsTable", system.outputs["LogsTable"], _records())
        status, stop_s = system.stop()
        began = time.monotonic()
        system.start()
        start_s = time.monotonic() - began
        client = aws_of(system.config).client("dynamodb")
        name = system.outputs["LogsTable"]
        kept = client.describe_table(TableName=name)["Table"]["ItemCount"]
    return [
        Row(
            what=f"stop with {ITEMS} items",
            measured=f"{stop_s:.1f} s",
            ratio=stop_s / LIMIT_S,
            against=f"{LIMIT_S:g} s",
            target=Target(at_most=1),
        ),
        Row(
            what="items after it",
            measured=f"{kept}, exit status {status}",
            ratio=kept / ITEMS,
            target=Target(at_most=1, at_least=1),
        ),
        Row(what="start with them", measured=f"{start_s:.1f} s"),
    ]


def _records() -> Iterator[Item]:
    for number in range(ITEMS):
        yield {
            "tenant_id": f"tenant-{number % TENANTS}",
            "sk": f"{number:08}",
            "log_id": f"{number:08}",
            "severity": "INFO",
            "text": f"session opened for user news by (uid=0), request {number:08}, 312 bytes",
            "attrs": {"host": "combo", "process": "su(pam_unix)", "pid": 10_000 + number},
        }
