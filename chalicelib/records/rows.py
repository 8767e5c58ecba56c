"""The rows of an import: NDJSON, or CSV with the attributes' names in its first row; pure."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, OmniError, TooLarge
from chalicelib.records.model import MAX_ROWS, Content
from chalicelib.web.payload import CSV, NDJSON, Payload


class Row(NamedTuple):
    """A record to add, or why it is none; `number` is the row's as an editor shows it, from 1."""

    number: int
    content: Content
    error: OmniError | None = None


def read(body: Payload) -> list[Row]:
    """The rows of a body.

    Raises InvalidInput for one without rows or without CSV's header, TooLarge for too many rows.
    """
    rows: list[Row] = []
    for row in _READERS[body.media_type](body.data):
        if len(rows) == MAX_ROWS:
            raise TooLarge(f"an import has at most {MAX_ROWS} rows; send it in parts")
        rows.append(row)
    if not rows:
        raise InvalidInput("there is no row to add")
    return rows


def _read_ndjson(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield _read_line(number, line)


def _read_line(number: int, line: bytes) -> Row:
    try:
        return Row(number, strict_json.decode_object(line))
    except OmniError as error:
        return Row(number, {}, error)


def _read_csv(data: bytes) -> Iterator[Row]:
    numbered = enumerate(_list_cells(data), start=1)
    _, names = next(numbered, (0, []))
    if "user_id" not in names or len(set(names)) < len(names) or "" in names:
        raise InvalidInput("the first row must name the attributes, each once, with user_id")
    for number, cells in numbered:
        if cells:
            yield _read_cells(number, names, cells)


def _list_cells(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8") from error
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise InvalidInput(f"the body is not valid CSV: {error}") from error


def _read_cells(number: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) > len(names):
        error = InvalidInput(f"the row has {len(cells)} cells for {len(names)} names")
        return Row(number, {}, error)
    content = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
    try:
        strict_json.check(content)
    except InvalidInput as error:
        return Row(number, {}, error)
    return Row(number, content)


_READERS: Mapping[str, Callable[[bytes], Iterator[Row]]] = MappingProxyType(
    {NDJSON: _read_ndjson, CSV: _read_csv}
)
