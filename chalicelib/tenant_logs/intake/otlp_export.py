"""The one walk over an OTLP export, in either encoding, to the records it holds; pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.strict_json import MAX_ITEM_BYTES
from chalicelib.tenant_logs.intake import otlp_decoding, otlp_json, otlp_records, otlp_wire
from chalicelib.tenant_logs.intake.otlp_decoding import Form
from chalicelib.tenant_logs.intake.otlp_json import Scoped
from chalicelib.tenant_logs.intake.repairs import Budget, Repairs
from chalicelib.tenant_logs.model import (
    MAX_QUEUED_BYTES,
    PROTOBUF,
    LogRejectCode,
    Refusal,
    Sent,
)
from chalicelib.web.payload import Payload

_MAX_VALUES = 250_000  # of all attributes, a dozen for each of 20,000 records

_SHARED_TOO_LARGE = Refusal(
    LogRejectCode.TOO_LARGE, f"its resource and scope exceed {MAX_ITEM_BYTES} bytes"
)


def read_records(body: Payload, now: datetime) -> list[Sent | Refusal]:
    """The records of an export, in its order; a bad one does not spoil the others.

    Raises InvalidInput for what is no export, TooLarge for one of too many records, or whose
    records become too many bytes with what they share.
    """
    walk = _Walk(now)
    if body.media_type == PROTOBUF:
        groups = otlp_wire.read_groups(body.data)
        form = otlp_decoding.protobuf_form()
        return [record for group in groups for record in walk.records(group, form)]
    groups = otlp_json.read_groups(body.data)
    form = otlp_decoding.json_form(mended=bool(groups) and groups[0].mended)
    return [record for group in groups for record in walk.records(group, form)]


class _Walk:
    """Reads the records of one export, which share its limits."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._budget = Budget(_MAX_VALUES)
        self._shared_bytes = 0

    def records(self, group: Scoped, form: Form) -> Iterator[Sent | Refusal]:
        """The records of one resource and scope."""
        if not group.records:
            return
        if len(group.resource) + len(group.scope) > MAX_ITEM_BYTES:
            yield from [_SHARED_TOO_LARGE] * len(group.records)
            return
        try:
            shared, repaired, shared_bytes = self._measure_shared(group, form)
        except (InvalidInput, RecursionError) as error:
            refusal = Refusal(LogRejectCode.INVALID_RECORD, f"its resource or scope: {error}")
            yield from [refusal] * len(group.records)
            return
        if shared_bytes > MAX_ITEM_BYTES:
            yield from [_SHARED_TOO_LARGE] * len(group.records)
            return
        for raw in group.records:
            yield self._record(raw, form, shared, repaired, shared_bytes)

    def _measure_shared(self, group: Scoped, form: Form) -> tuple[dict[str, Any], set[str], int]:
        """What the records of a group share, measured once for all of them."""
        done = Repairs(self._budget)
        resource, scope = form.resource(group.resource, done), form.scope(group.scope, done)
        shared = otlp_records.around(resource, scope, done)
        shared_bytes = len(strict_json.encode(shared).encode())
        self._shared_bytes += shared_bytes * len(group.records)
        if self._shared_bytes > MAX_QUEUED_BYTES:
            raise TooLarge(
                "what the records share, repeated in each, is more than "
                f"{MAX_QUEUED_BYTES} bytes; send fewer at once"
            )
        return shared, done.done, shared_bytes

    def _record(
        self, raw: bytes, form: Form, shared: dict[str, Any], repaired: set[str], shared_bytes: int
    ) -> Sent | Refusal:
        done = Repairs(self._budget)
        done.done |= repaired
        try:
            message = form.record(raw, done)
            return otlp_records.read_record(
                message, shared, done, self._now, len(raw) + shared_bytes
            )
        except (InvalidInput, RecursionError) as error:
            return Refusal(
                LogRejectCode.INVALID_RECORD, str(error) or "the record is nested too deep"
            )
