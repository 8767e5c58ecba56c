"""Adds many records at once: each by itself, so that a bad row does not spoil the others."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.aws.state import State
from chalicelib.errors import Conflict, OmniError
from chalicelib.fingerprint import fingerprint
from chalicelib.records import model
from chalicelib.records.model import Content, RecordImportResult
from chalicelib.records.store import RecordStore
from chalicelib.waves import WAVES, Waves
from chalicelib.web import rows
from chalicelib.web.call import Call
from chalicelib.web.payload import Payload
from chalicelib.web.principal import Principal
from chalicelib.web.rows import Row

_SCOPE = "import"
_TAKEN = "this user_id is taken by a record with other content"


@dataclass(frozen=True, slots=True)
class RecordImport:
    """Imports."""

    store: RecordStore
    state: State
    activity: ActivityCounts
    _: KW_ONLY
    now: Callable[[], datetime]
    waves: Waves = WAVES

    def add(self, body: Payload, call: Call) -> RecordImportResult:
        """Add the records of a body that are not there.

        A repeat adds nothing twice: what is stored as it was sent counts as added, and under the
        same Idempotency-Key the first result is returned without a look at the rows. Raises
        InvalidInput and TooLarge for the body as a whole, Conflict for a key that was used with
        another one, and Unavailable where not all rows were tried: the same request goes on.
        """
        found = rows.read(body, required="user_id", max_rows=model.MAX_ROWS)
        by, key = call.principal, call.idempotency_key
        if key is None:
            return self._add_all(found, by)
        digest = hashlib.sha256(body.media_type.encode() + body.data).hexdigest()
        kept = self.state.begin(by.id, _SCOPE, key, digest)
        if kept is not None:
            return msgspec.json.decode(kept, type=RecordImportResult)
        result = self._add_all(found, by)
        text = msgspec.json.encode(result).decode()
        self.state.keep_result(by.id, _SCOPE, key, digest, result=text)
        return result

    def _add_all(self, found: Sequence[Row], by: Principal) -> RecordImportResult:
        checked = [_check(row) for row in found]
        firsts = _list_firsts(checked)
        outcomes = self._write([row for row in firsts.values() if row.error is None], by)
        refused = [
            rows.refuse(row.number, error)
            for row in checked
            if (error := row.error or _judge(row, firsts, outcomes)) is not None
        ]
        return RecordImportResult(len(found) - len(refused), len(refused), refused)

    def _write(self, wanted: Sequence[Row], by: Principal) -> dict[int, OmniError | None]:
        """Why each row was not written, by its number."""
        errors = self.waves.write(wanted, lambda row: self._write_one(row.content, by))
        return dict(zip([row.number for row in wanted], errors, strict=True))

    def _write_one(self, content: Content, by: Principal) -> OmniError | None:
        """Why the record was not written; None also for one that is stored as it is sent."""
        existing = self.store.create(model.first_version(content, by, self.now()), None)
        if existing is None:
            self.activity.count(Workload.RECORDS, by.id)
            return None
        return None if fingerprint(existing.content) == fingerprint(content) else Conflict(_TAKEN)


def _check(row: Row) -> Row:
    if row.error is not None:
        return row
    try:
        model.check_content(row.content)
    except OmniError as error:
        return row._replace(error=error)
    return row


def _list_firsts(checked: Iterable[Row]) -> dict[str, Row]:
    """The first good row of each `user_id`."""
    firsts: dict[str, Row] = {}
    for row in checked:
        if row.error is None:
            firsts.setdefault(row.content["user_id"], row)
    return firsts


def _judge(
    row: Row, firsts: dict[str, Row], outcomes: dict[int, OmniError | None]
) -> OmniError | None:
    """Why a good row was not added; one that repeats an earlier row shares its outcome."""
    first = firsts[row.content["user_id"]]
    if first is row or fingerprint(first.content) == fingerprint(row.content):
        return outcomes[first.number]
    return Conflict(f"row {first.number} has the same user_id and other content")
