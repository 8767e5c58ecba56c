"""The use case of intake: records checked, masked and queued at once.

A request's records go through the same steps, each of which leaves a record or, in its place, a
Refusal; so every record keeps its position.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.errors import InvalidInput, TooLarge, TooManyRequests
from chalicelib.tenant_logs.intake import bodies, envelope, otlp, outcomes
from chalicelib.tenant_logs.intake.masking import Masks, masked
from chalicelib.tenant_logs.model import IngestResult, LogRecord, Refusal, Sent
from chalicelib.tenant_logs.queueing import packing
from chalicelib.tenant_logs.queueing.packing import Written
from chalicelib.tenant_logs.queueing.sending import Outbox
from chalicelib.tenant_logs.tenants.admission import Admission
from chalicelib.tenant_logs.tenants.model import checked_tenant
from chalicelib.web.call import Call
from chalicelib.web.payload import Payload


class Intake:
    """Takes records into the queue. `now` gives UTC."""

    def __init__(
        self, admission: Admission, outbox: Outbox, *, now: Callable[[], datetime]
    ) -> None:
        self._admission = admission
        self._outbox = outbox
        self._now = now

    def ingest(self, body: Payload, call: Call) -> IngestResult:
        """Queue the records of a request, and say of each whether the queue took it.

        Raises Forbidden when one names another tenant than its sender's, TooManyRequests,
        TooLarge, InvalidInput when none is fit, and Unavailable when the queue took none.
        """
        tenant_id = self._admission.tenant(call.sender)
        objects = bodies.objects(body)
        if tenant_id is not None:
            envelope.require_tenant(objects, tenant_id)
        sent = [
            each if isinstance(each, Refusal) else envelope.sent_record(each) for each in objects
        ]
        return outcomes.result(self._take(sent, tenant_id, call.request_id, call.trace_header))

    def otlp(self, body: Payload, call: Call) -> Payload:
        """Queue the records of an OTLP export; answers ExportLogsServiceResponse.

        Raises what `ingest` raises.
        """
        tenant_id = self._admission.tenant(call.sender)
        sent = otlp.sent_records(body)
        done = self._take(sent, tenant_id, call.request_id, call.trace_header) if sent else []
        # What a partial success rejects is never sent again; twice is better than never.
        outcomes.require_final(done)
        rejected = sum(isinstance(each, Refusal) for each in done)
        return otlp.answer(body.media_type, rejected, outcomes.reasons(done))

    def _take(
        self,
        sent: Sequence[Sent | Refusal],
        tenant_id: str | None,
        request_id: str,
        trace_header: str | None,
    ) -> list[Written | Refusal]:
        """Every step of the way; raises as soon as nothing is left."""
        at = self._now()
        # Ids of one width: lines without a time of their own keep their order in the table.
        records = [
            each
            if isinstance(each, Refusal)
            else self._record(each, tenant_id or each.tenant_id, f"{request_id}-{n:05}", at)
            for n, each in enumerate(sent)
        ]
        outcomes.require_some(records)
        ready = self._ready(self._admitted(records))
        outcomes.require_some(ready)
        done = self._send(ready, trace_header)
        outcomes.require_some(done)
        return done

    def _record(
        self, sent: Sent, tenant_id: str | None, derived_id: str, at: datetime
    ) -> LogRecord | Refusal:
        if tenant_id is None:
            return Refusal("no tenant: send X-Tenant-ID, or tenant_id in the record")
        try:
            settings = self._admission.settings(checked_tenant(tenant_id))
        except InvalidInput as error:
            return Refusal(str(error))
        return envelope.enveloped(
            sent,
            tenant_id=tenant_id,
            derived_id=derived_id,
            received_at=at,
            retention=timedelta(days=settings.retention_days),
        )

    def _admitted(self, records: Sequence[LogRecord | Refusal]) -> list[LogRecord | Refusal]:
        """What the tenants' rates and quotas allow: all of a tenant's records or none.

        Raises TooManyRequests when nothing is left.
        """
        over: dict[str, TooManyRequests] = {}
        for tenant_id, count in outcomes.by_tenant(records).items():
            try:
                self._admission.take(tenant_id, count)
            except TooManyRequests as error:
                over[tenant_id] = error
        left = [
            Refusal(str(over[each.tenant_id]), again=True)
            if isinstance(each, LogRecord) and each.tenant_id in over
            else each
            for each in records
        ]
        if over and not outcomes.by_tenant(left):
            raise next(iter(over.values()))
        return left

    def _ready(self, records: Sequence[LogRecord | Refusal]) -> list[Written | Refusal]:
        """The records as they are queued: masked, unless their tenant wants none of it."""
        masks = Masks()
        ready: list[Written | Refusal] = []
        for each in records:
            try:
                ready.append(
                    each
                    if isinstance(each, Refusal)
                    else packing.written(self._masked(each, masks))
                )
            except TooLarge as error:
                ready.append(Refusal(str(error)))
        return ready

    def _masked(self, record: LogRecord, masks: Masks) -> LogRecord:
        if not self._admission.settings(record.tenant_id).masks:
            return record
        return msgspec.structs.replace(
            record,
            text=masked(record.text),
            attrs=masks.attributes(record.attrs),
            source=masked(record.source),
        )

    def _send(
        self, ready: Sequence[Written | Refusal], trace_header: str | None
    ) -> list[Written | Refusal]:
        written = {n: each for n, each in enumerate(ready) if isinstance(each, Written)}
        firsts = packing.firsts(written)
        alone = {n: written[n] for n in sorted(set(firsts.values()))}
        unsent = set(self._outbox.send(packing.parcels(alone.items()), trace_header))
        lost = {n for n, first in firsts.items() if first in unsent}
        for tenant_id, count in outcomes.by_tenant(written[n].record for n in lost).items():
            self._admission.give_back(tenant_id, count)
        return [outcomes.NOT_QUEUED if n in lost else each for n, each in enumerate(ready)]
