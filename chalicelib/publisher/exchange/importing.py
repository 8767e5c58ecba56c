"""Takes many messages in at once: every good row is made, once."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import msgspec

from chalicelib.aws.state import State
from chalicelib.errors import InvalidInput, OmniError, Unavailable
from chalicelib.publisher.creating import Creating
from chalicelib.publisher.exchange import columns
from chalicelib.publisher.model import MessageImport, MessageImportResult, NewMessage
from chalicelib.publisher.model.exchange import MAX_IMPORT_ROWS, MAX_LISTED
from chalicelib.waves import WAVES, TimeUp, Waves
from chalicelib.web import conversion, rows
from chalicelib.web.call import Call
from chalicelib.web.payload import CSV, Payload
from chalicelib.web.rows import ImportRow, Row

_SCOPE = "message-import"
Refusal = OmniError | None


class _Entry(NamedTuple):
    """A row: the message that it asks for, or why it asks for none."""

    number: int
    new: NewMessage | None
    error: Refusal


class _Progress(msgspec.Struct, frozen=True):
    """The outcome of the first `tried` rows of an import that is not over."""

    result: MessageImportResult = MessageImportResult()
    tried: int = 0
    is_over: bool = False

    def add(self, outcomes: Sequence[tuple[int, Refusal]]) -> "_Progress":
        refused = [rows.refuse(number, error) for number, error in outcomes if error is not None]
        listed: list[ImportRow] = [*self.result.rows, *refused][:MAX_LISTED]
        added = self.result.added + len(outcomes) - len(refused)
        result = MessageImportResult(added, self.result.failed + len(refused), listed)
        return _Progress(result, self.tried + len(outcomes))


@dataclass(frozen=True, slots=True)
class MessageImporting:
    """Imports of messages; each row is a create under a key of its own, so that it is made once."""

    creating: Creating
    state: State
    waves: Waves = WAVES

    def add(self, body: Payload, query: MessageImport, call: Call) -> MessageImportResult:
        """Make the messages of a body's good rows.

        The same Idempotency-Key, or without one the same body, goes on where the request before
        it ended, and returns the same result once it is over. Raises InvalidInput and TooLarge for
        the body as a whole, Conflict for a key that was used with another one, and Unavailable
        where not all rows were tried.
        """
        found = rows.read(body, required=None, max_rows=MAX_IMPORT_ROWS)
        entries = [_read(row, is_csv=body.media_type == CSV) for row in found]
        if query.dry_run:
            judged = self.waves.write(entries, lambda entry: self._judge(entry, call))
            numbers = [entry.number for entry in entries]
            return _Progress().add(list(zip(numbers, judged, strict=True))).result
        digest = hashlib.sha256(body.media_type.encode() + body.data).hexdigest()
        key = call.idempotency_key or digest
        kept = self.state.begin(call.principal.id, _SCOPE, key, digest)
        progress = msgspec.json.decode(kept, type=_Progress) if kept else _Progress()
        if progress.is_over:
            return progress.result
        keep = partial(self._keep, call, key, digest)
        done = self._make_rest(entries, progress, _RowCalls(call, key), keep)
        keep(msgspec.structs.replace(done, is_over=True))
        return done.result

    def _make_rest(
        self,
        entries: Sequence[_Entry],
        progress: _Progress,
        calls: "_RowCalls",
        keep: Callable[[_Progress], None],
    ) -> _Progress:
        """Make what is not tried yet; where the time is up, what was done is kept first."""
        rest = entries[progress.tried :]
        outcomes: list[tuple[int, Refusal]] = []
        waits_s = self.creating.count_wait_s(entry.new for entry in rest if entry.new)
        made = self.waves.write(
            rest, lambda entry: self._make(entry, calls.of(entry.number)), waits_s=waits_s
        )
        try:
            for entry, outcome in zip(rest, made, strict=True):
                outcomes.append((entry.number, outcome))
        except TimeUp:
            keep(progress.add(outcomes))
            raise
        return progress.add(outcomes)

    def _judge(self, entry: _Entry, call: Call) -> Refusal:
        """Why a row would not be made."""
        if entry.new is None:
            return entry.error
        try:
            self.creating.require_valid(entry.new, call)
        except InvalidInput as error:
            return error
        return None

    def _make(self, entry: _Entry, call: Call) -> Refusal:
        if entry.new is None:
            return entry.error
        try:
            self.creating.create(entry.new, call)
        except Unavailable:  # for all rows alike: the same request goes on
            raise
        except OmniError as error:
            return error
        return None

    def _keep(self, call: Call, key: str, digest: str, progress: _Progress) -> None:
        text = msgspec.json.encode(progress).decode()
        self.state.keep_result(call.principal.id, _SCOPE, key, digest, result=text)


class _RowCalls(NamedTuple):
    """The calls that an import makes: each row has its own Idempotency-Key."""

    call: Call
    key: str

    def of(self, number: int) -> Call:
        digest = hashlib.sha256(self.key.encode()).hexdigest()[:32]
        return msgspec.structs.replace(self.call, idempotency_key=f"import-{digest}-{number}")


def _read(row: Row, *, is_csv: bool) -> _Entry:
    if row.error is not None:
        return _Entry(row.number, None, row.error)
    try:
        body: dict[str, Any] = columns.read_row(row.content) if is_csv else row.content
        return _Entry(row.number, conversion.convert(body, NewMessage, strict=True), None)
    except OmniError as error:
        return _Entry(row.number, None, error)
