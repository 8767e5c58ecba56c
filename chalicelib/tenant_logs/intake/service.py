"""The use case of intake: records checked, masked and queued at once.

A request's records go through the same steps, each of which leaves a record or, in its place, a
Refusal; so every record keeps its position.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime

from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.errors import OmniError, TooLarge, TooManyRequests
from chalicelib.tenant_logs.intake import bodies, envelope, otlp, otlp_export, outcomes
from chalicelib.tenant_logs.intake.envelopes import Envelopes
from chalicelib.tenant_logs.intake.rejections import Rejections
from chalicelib.tenant_logs.intake.writing import Writer
from chalicelib.tenant_logs.model import LogIngestResult, LogRecord, LogRejectCode, Refusal, Sent
from chalicelib.tenant_logs.queueing import packing
from chalicelib.tenant_logs.queueing.packing import EncodedRecord
from chalicelib.tenant_logs.queueing.sending import Outbox
from chalicelib.tenant_logs.tenants.admission import Admission
from chalicelib.web.call import Call
from chalicelib.web.payload import Payload
from chalicelib.web.principal import Sender


class Intake:
    """Takes records into the queue. `now` gives UTC."""

    def __init__(
        self,
        admission: Admission,
        outbox: Outbox,
        rejections: Rejections,
        activity: ActivityCounts,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._admission = admission
        self._outbox = outbox
        self._rejections = rejections
        self._activity = activity
        self._now = now

    def ingest(self, body: Payload, call: Call) -> LogIngestResult:
        """Queue the records of a request, and say of each whether the queue took it.

        Raises Forbidden when one names another tenant than its sender's and the sender is strict
        or has no key, TooManyRequests, TooLarge, InvalidInput when none is fit, and Unavailable
        when the queue took none.
        """
        tenant_id = self._admission.tenant(call.sender)
        with self._rejections.counting_requests(_read_keyed_tenant(call.sender, tenant_id)):
            return self._ingest(body, tenant_id, call)

    def _ingest(self, body: Payload, tenant_id: str | None, call: Call) -> LogIngestResult:
        objects = bodies.objects(body)
        if tenant_id is not None and (call.sender.strict or not _has_key(call.sender)):
            envelope.require_tenant(objects, tenant_id)
        now = self._now()
        sent = [
            given if isinstance(given, Refusal) else envelope.read_record(given, tenant_id, now)
            for given in objects
        ]
        if not sent:
            return outcomes.result([])
        return outcomes.result(self._take(sent, tenant_id, call.request_id, call.trace_header))

    def otlp(self, body: Payload, call: Call) -> Payload:
        """Queue the records of an OTLP export; returns an ExportLogsServiceResponse.

        Raises what `ingest` raises.
        """
        tenant_id = self._admission.tenant(call.sender)
        with self._rejections.counting_requests(_read_keyed_tenant(call.sender, tenant_id)):
            return self._otlp(body, tenant_id, call)

    def reject(self, error: OmniError, call: Call) -> None:
        """Count a request whose body was refused before it was read.

        Raises as `ingest` does where its sender may not send at all.
        """
        tenant_id = self._admission.tenant(call.sender)
        self._rejections.count_request(_read_keyed_tenant(call.sender, tenant_id), error)

    def _otlp(self, body: Payload, tenant_id: str | None, call: Call) -> Payload:
        sent = otlp_export.read_records(body, self._now())
        done = self._take(sent, tenant_id, call.request_id, call.trace_header) if sent else []
        # What a partial success rejects is never sent again; twice is better than never.
        outcomes.require_final(done)
        rejected = sum(isinstance(record, Refusal) for record in done)
        return otlp.response(body.media_type, rejected, outcomes.reasons(done))

    def _take(
        self,
        sent: Sequence[Sent | Refusal],
        tenant_id: str | None,
        request_id: str,
        trace_header: str | None,
    ) -> list[LogRecord | Refusal]:
        """Every step of the way; raises as soon as nothing is left."""
        envelopes = Envelopes(self._admission.settings, self._now(), request_id)
        records = envelopes.of(sent, tenant_id)
        sizes = [0 if isinstance(record, Refusal) else record.json_bytes for record in sent]
        admitted = self._admit(records, sizes)
        self._rejections.count(tenant_id, records)
        outcomes.require_some(admitted)
        done = self._send(admitted, sizes, trace_header)
        outcomes.require_some(done)
        # A tenant's own are counted where they are stored, by their own times.
        self._activity.count(Workload.LOGS, None, sum(outcomes.by_tenant(done).values()))
        return done

    def _admit(
        self, records: Sequence[LogRecord | Refusal], sizes: Sequence[int]
    ) -> list[LogRecord | Refusal]:
        """What the tenants' rates and quotas allow: all of a tenant's records or none.

        Raises TooManyRequests when nothing is left.
        """
        over: dict[str, TooManyRequests] = {}
        for tenant_id, amount in outcomes.amounts_by_tenant(records, sizes).items():
            try:
                self._admission.take(tenant_id, *amount)
            except TooManyRequests as error:
                over[tenant_id] = error
        left = [
            Refusal(LogRejectCode.OVER_LIMIT, str(over[record.tenant_id]), again=True)
            if isinstance(record, LogRecord) and record.tenant_id in over
            else record
            for record in records
        ]
        if over and not outcomes.by_tenant(left):
            raise next(iter(over.values()))
        return left

    def _send(
        self,
        records: Sequence[LogRecord | Refusal],
        sizes: Sequence[int],
        trace_header: str | None,
    ) -> list[LogRecord | Refusal]:
        """Queue the records; of several with one `log_id` the first, whose outcome they share."""
        firsts = outcomes.find_repeated(records)
        try:
            messages = packing.group_records(self._encode(records, sizes, firsts))
        except TooLarge:
            self._give_back(records, sizes)
            raise
        unsent = set(self._outbox.send(messages, trace_header))
        lost = unsent | {n for n, first in firsts.items() if first in unsent}
        self._give_back([records[n] for n in lost], [sizes[n] for n in lost])
        return [outcomes.NOT_QUEUED if n in lost else record for n, record in enumerate(records)]

    def _encode(
        self, records: Sequence[LogRecord | Refusal], sizes: Sequence[int], repeated: Container[int]
    ) -> Iterator[tuple[int, EncodedRecord]]:
        """Records as they are queued: small enough, and masked unless their tenant wants none."""
        writer = Writer(self._admission.settings)
        for n, record in enumerate(records):
            if isinstance(record, LogRecord) and n not in repeated:
                yield n, writer.write(record, sizes[n])

    def _give_back(self, taken: Sequence[LogRecord | Refusal], sizes: Sequence[int]) -> None:
        for tenant_id, amount in outcomes.amounts_by_tenant(taken, sizes).items():
            self._admission.give_back(tenant_id, *amount)


def _has_key(sender: Sender) -> bool:
    """Whether a key says who sends, and not the header `X-Tenant-ID` alone."""
    return sender.tenant is not None or sender.authorization is not None or sender.named is None


def _read_keyed_tenant(sender: Sender, tenant_id: str | None) -> str | None:
    """The tenant, where a key says so: with open intake senders make names up."""
    return tenant_id if sender.tenant is not None or sender.authorization is not None else None
