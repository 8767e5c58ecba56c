"""What a command prints: tables and fields for people, the API's own documents for programs."""

import select
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

import msgspec

from infra.cli.text import escape, escape_json, escape_lines, fit, measure

_GAP = "  "
_MIN_WIDTH = 6  # narrower columns say nothing


@dataclass(frozen=True, slots=True)
class Screen:
    """Standard output and standard error.

    `width` is the terminal's; None: it is no terminal. `out_number` is the descriptor of a pipe.
    """

    out: TextIO
    err: TextIO
    width: int | None = None
    out_number: int | None = None

    def put_table(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print aligned columns; in a terminal the widest ones are cut to its width."""
        lines = [titles, *([escape(cell) for cell in row] for row in rows)]
        widths = [max(map(measure, column)) for column in zip(*lines, strict=True)]
        if self.width is not None:
            widths = shrink(widths, self.width)
        for line in lines:
            cells = (fit(cell, width) for cell, width in zip(line, widths, strict=True))
            self._write(_GAP.join(cells).rstrip() + "\n")

    def put_fields(self, fields: Iterable[tuple[str, str | None]]) -> None:
        """Print a name and a value a line; those without a value are left out."""
        given = [(name, value) for name, value in fields if value]
        width = max((len(name) for name, _ in given), default=0)
        for name, value in given:
            self._write(f"{name:<{width}}{_GAP}{escape(value)}\n")

    def put_line(self, text: str) -> None:
        """Print one line of text."""
        self._write(escape(text) + "\n")

    def put_lines(self, text: str) -> None:
        """Print text with its line feeds."""
        self._write(escape_lines(text) + "\n")

    def put_document(self, body: bytes) -> None:
        """Print JSON as the API sent it, on a line."""
        self._write(escape_json(body.decode()) + "\n")

    def put_indented(self, body: bytes) -> None:
        """Print JSON for people; numbers keep their digits."""
        self._write(escape_json(msgspec.json.format(body, indent=2).decode()) + "\n")

    def put_part(self, part: str) -> None:
        """Print a part of a file as it is; in a terminal without its control characters."""
        self.out.write(part if self.width is None else escape_lines(part.replace("\r\n", "\n")))

    def flush(self) -> None:
        """Show what was printed now, also through a pipe."""
        self.out.flush()

    def require_reader(self) -> None:
        """Raise BrokenPipeError if nobody reads any more, though there was nothing to print."""
        if self.out_number is not None:
            pipe = select.poll()
            pipe.register(self.out_number, 0)
            if any(events & select.POLLERR for _, events in pipe.poll(0)):
                raise BrokenPipeError

    def say(self, sentence: str) -> None:
        """Print a line on standard error."""
        self.err.write(f"omni: {escape(sentence)}\n")
        self.err.flush()

    def _write(self, text: str) -> None:
        self.out.write(text)


def open_screen(out: TextIO, err: TextIO) -> Screen:
    """The screen of this process."""
    if out.isatty():
        return Screen(out, err, shutil.get_terminal_size().columns)
    return Screen(out, err, out_number=out.fileno() if out is sys.__stdout__ else None)


def shrink(widths: Sequence[int], total: int) -> list[int]:
    """The widths of columns that fit into `total` cells: the widest give way first."""
    shrunk = list(widths)
    surplus = sum(shrunk) + len(_GAP) * (len(shrunk) - 1) - total
    while surplus > 0 and max(shrunk) > _MIN_WIDTH:
        shrunk[shrunk.index(max(shrunk))] -= 1
        surplus -= 1
    return shrunk
