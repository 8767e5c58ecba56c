"""Splits a file of records into parts that one import takes, and knows where their rows were."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.cli.failures import BadUsage

MAX_ROWS = 1000
MAX_BYTES = 4_500_000  # the API takes 5 MB


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file. `numbers` are their rows there, by their rows in `body`, from 1."""

    body: bytes
    numbers: Sequence[int]

    def find_row(self, number: int) -> int:
        """The row in the file of a row of this part."""
        return self.numbers[number - 1]


def split_ndjson(data: bytes) -> Iterator[Part]:
    """Parts of whole lines; empty lines are left out."""
    lines = ((number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip())
    for group in _group((number, line + b"\n") for number, line in lines):
        yield Part(b"".join(line for _, line in group), [number for number, _ in group])


def split_csv(data: bytes) -> Iterator[Part]:
    """Parts that begin with the file's first row. Raises BadUsage for what is no CSV."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadUsage(f"the file is not CSV in UTF-8: {error}") from error
    header = _write_row(rows[0]) if rows else b""
    encoded = ((number, _write_row(row)) for number, row in enumerate(rows[1:], 2) if row)
    for group in _group(encoded):
        body = header + b"".join(row for _, row in group)
        yield Part(body, [1, *(number for number, _ in group)])


def _group(rows: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    group: list[tuple[int, bytes]] = []
    size = 0
    for number, row in rows:
        if group and (len(group) == MAX_ROWS or size + len(row) > MAX_BYTES):
            yield group
            group, size = [], 0
        group.append((number, row))
        size += len(row)
    if group:
        yield group


def _write_row(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
