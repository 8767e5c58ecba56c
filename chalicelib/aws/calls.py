"""Splits entries into calls: a service limits the entries and the bytes of each."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Entry = TypeVar("Entry")


def split_calls(
    entries: Iterable[Entry],
    size_bytes: Callable[[Entry], int],
    *,
    max_entries: int,
    max_bytes: int,
) -> Iterator[list[Entry]]:
    """The entries in order, in lists that one call takes.

    An entry that is larger than `max_bytes` is alone: the service says what is wrong with it.
    """
    call: list[Entry] = []
    call_bytes = 0
    for entry in entries:
        entry_bytes = size_bytes(entry)
        if call and (len(call) == max_entries or call_bytes + entry_bytes > max_bytes):
            yield call
            call, call_bytes = [], 0
        call.append(entry)
        call_bytes += entry_bytes
    if call:
        yield call
