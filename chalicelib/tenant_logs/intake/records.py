"""Reads one piece of a request: a record, a line of another form, or a wrapper of many; pure."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from chalicelib.tenant_logs.intake import decoding, lines, shapes
from chalicelib.tenant_logs.intake.given import Given
from chalicelib.tenant_logs.intake.mending import CHARACTERS
from chalicelib.tenant_logs.intake.repairs import Budget, Repairs
from chalicelib.tenant_logs.intake.wrappers import Opener, WrappedLine
from chalicelib.tenant_logs.model import Refusal

_BLANK = b" \t\r\n"


class Reader:
    """Reads the records of one request, which share its limits."""

    def __init__(self) -> None:
        self._budget = Budget()
        self._opener = Opener()

    def records(self, raw: bytes, mended: frozenset[str]) -> Iterable[Given | Refusal]:
        """One record, or those that a wrapper holds; `mended` is what was mended in it."""
        held = self._opener.lines(raw)
        if held is not None:
            return (line if isinstance(line, Refusal) else self._read_line(line) for line in held)
        if raw[:1] != b"{" and lines.is_one(raw):
            return [self.line(raw)]
        found = decoding.record(raw, self._budget, mended)
        return [found if isinstance(found, Refusal) else self._unwrap(found)]

    def line(self, data: bytes) -> Given:
        """A line of syslog or CRI."""
        return self._read_line(WrappedLine(data, {}))

    def text(self, data: bytes) -> Given:
        """A text, whatever it is."""
        done = Repairs(self._budget)
        return Given({}, {"text": _text(data, done)}, frozenset(done.done), len(data))

    def _read_line(self, line: WrappedLine) -> Given:
        """A line of any kind: JSON, syslog or CRI, which may hold JSON themselves, or a text."""
        done = Repairs(self._budget)
        around: dict[str, Any] = done.value(line.around)
        found = self._object(line.data, around, done)
        if found is not None:
            return found
        text = _text(line.data, done)
        parsed = lines.parse(text)
        attrs = {**around.get("attrs", {}), **parsed.get("attrs", {})}
        around = {**around, **parsed, "attrs": attrs}
        inner = None if parsed["text"] is text else str(parsed["text"])
        if inner is not None and inner.startswith("{"):
            without = {name: value for name, value in around.items() if name != "text"}
            found = self._object(inner.encode(), without, done)
        return found or Given({}, around, frozenset(done.done), len(line.data))

    def _object(self, data: bytes, around: dict[str, Any], done: Repairs) -> Given | None:
        """The record that a line of JSON is; None where it is none."""
        if data.lstrip(_BLANK)[:1] != b"{":
            return None
        found = decoding.record(data, self._budget)
        if isinstance(found, Refusal):
            return None
        repaired = found.repaired | done.done
        return self._unwrap(replace(found, around=around, repaired=repaired))

    def _unwrap(self, given: Given) -> Given:
        """A record of a known form; the fields of a line inside of it count before its own."""
        outer, line = shapes.unwrap(given)
        if line is None:
            return outer
        inner = self._read_line(WrappedLine(line.encode(), outer.around))
        return Given(
            {**outer.fields, **inner.fields},
            inner.around,
            outer.repaired | inner.repaired,
            outer.json_bytes,
        )


def _text(data: bytes, done: Repairs) -> str:
    try:
        return done.text(data.decode())
    except UnicodeDecodeError:
        done.done.add(CHARACTERS)
        return done.text(data.decode(errors="replace"))
