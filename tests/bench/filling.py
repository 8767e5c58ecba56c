"""Tables of declared shape, full of items, on the emulator."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Any

from chalicelib.aws.attributes import Item, to_attributes
from infra.local.provision.declared_resources import ensure_table
from tests.bench import declared

WRITE_BATCH = 25  # the most that BatchWriteItem takes
WRITERS = 2


def table(client: Any, output: str, name: str, items: Iterable[Item]) -> str:
    """Make a table of the shape that is declared for `output`, with `items`; answers its name."""
    shape = next(entry for entry in declared.resources_of("local").tables if entry.output == output)
    ensure_table(client, replace(shape, name=name))
    put(client, name, items)
    return name


def put(client: Any, name: str, items: Iterable[Item]) -> None:
    """Write items over what is there."""

    def write(batch: list[Item]) -> None:
        puts = [{"PutRequest": {"Item": to_attributes(item)}} for item in batch]
        answer = client.batch_write_item(RequestItems={name: puts})
        if answer["UnprocessedItems"]:
            raise RuntimeError("the emulator left items unprocessed")

    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in pool.map(write, _batches(items)):
            pass


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, WRITE_BATCH)):
        yield batch
