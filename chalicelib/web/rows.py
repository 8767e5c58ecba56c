"""The rows of an import: NDJSON, or CSV with the fields' names in its first row; pure."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, OmniError, TooLarge
from chalicelib.web.payload import CSV, Payload

_MAX_MESSAGE = 200


class Row(NamedTuple):
    """What a row says, or why it says nothing; `number` is as an editor shows it, from 1."""

    number: int
    content: dict[str, Any]
    error: OmniError | None = None


class ImportRow(msgspec.Struct, frozen=True):
    """Why a row was not added; `row` is its number as an editor or a spreadsheet shows it."""

    row: Annotated[int, Meta(ge=1)]
    code: str
    message: str


def refuse(number: int, error: OmniError) -> ImportRow:
    """Why a row was not added, with at most 200 characters of its reason."""
    return ImportRow(number, error.code, str(error)[:_MAX_MESSAGE])


def read(body: Payload, *, required: str | None, max_rows: int) -> list[Row]:
    """The rows of a body; CSV's header must name the field that is `required`.

    Raises InvalidInput for one without rows or without CSV's header, TooLarge for too many rows.
    """
    rows: list[Row] = []
    found = _read_csv(body.data, required) if body.media_type == CSV else _read_ndjson(body.data)
    for row in found:
        if len(rows) == max_rows:
            raise TooLarge(f"an import has at most {max_rows} rows; send it in parts")
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


def _read_csv(data: bytes, required: str | None) -> Iterator[Row]:
    numbered = enumerate(_list_cells(data), start=1)
    _, names = next(numbered, (0, []))
    if len(set(names)) < len(names) or "" in names or not {required} - {None} <= set(names):
        also = f", with {required}" if required else ""
        raise InvalidInput(f"the first row must name the fields, each once{also}")
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
