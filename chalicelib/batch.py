"""Partial batch responses: only what failed of a batch is delivered again.

Chalice never sets `ReportBatchItemFailures` on a mapping, and Lambda takes a response with
`batchItemFailures` as full success when that flag is off: silent loss. So the response is returned
only when the stage says that the flag is on; otherwise the successes are deleted here and the
invocation fails, which makes SQS deliver just the rest again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalice.app import DynamoDBEvent, KinesisEvent, SQSEvent

from chalicelib import observability
from chalicelib.aws.changes import Change, change
from chalicelib.aws.failures import reason
from chalicelib.aws.queue import Received, SqsMapping, raise_if_refused
from chalicelib.errors import BatchFailed, Unavailable

if TYPE_CHECKING:
    from chalicelib.aws.stream import StreamRecord

Work = Callable[[Sequence[Received]], Mapping[str, Exception]]  # why each failed, by message id
StreamWork = Callable[[Sequence[Change]], Collection[str]]
KinesisWork = Callable[[Sequence["StreamRecord"]], Collection[str]]
Response = dict[str, list[dict[str, str]]]

_log = observability.logger(__name__)


def handle_each(handle: Callable[[Received], None]) -> Work:
    """Work that handles one message at a time; whatever it raises is caught here."""
    return lambda messages: _collect(messages, (_try(handle, message) for message in messages))


def handle_in_threads(handle: Callable[[Received], None]) -> Work:
    """As `handle_each`, all messages of a batch at once: for what waits on others."""

    def work(messages: Sequence[Received]) -> dict[str, Exception]:
        # A module that only some functions need costs every cold start otherwise.
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 as above

        with ThreadPoolExecutor(len(messages)) as pool:
            return _collect(messages, pool.map(lambda message: _try(handle, message), messages))

    return work


def _try(handle: Callable[[Received], None], message: Received) -> Exception | None:
    with observability.request(message.message_id):
        try:
            handle(message)
        except Exception as error:  # noqa: BLE001 whatever it is, this message alone fails
            _log_failure(error, message)
            return error
    return None


def _collect(
    messages: Sequence[Received], errors: Iterable[Exception | None]
) -> dict[str, Exception]:
    tried = zip(messages, errors, strict=True)
    return {message.message_id: error for message, error in tried if error is not None}


def sqs(event: SQSEvent, work: Work, mapping: SqsMapping) -> Response:
    """Run `work` over the event's messages; returns the ids of those that failed.

    Raises BatchFailed, after deleting the successes, when something failed and the mapping's flag
    is off.
    """
    messages = [_read_message(record) for record in event.to_dict()["Records"]]
    try:
        failed = work(messages)
    except Exception as error:
        _note(mapping, messages, {message.message_id: error for message in messages})
        raise
    _note(mapping, messages, failed)
    if mapping.reports_failures or not failed:
        return _list_failures(sorted(failed))
    done = [message.receipt_handle for message in messages if message.message_id not in failed]
    if done:
        raise_if_refused(mapping.delete(done))
    raise BatchFailed(f"{len(failed)} of {len(messages)} messages failed")


def stream(event: DynamoDBEvent, work: StreamWork, *, reports_failures: bool) -> Response:
    """Run `work` over the event's records; returns the sequence numbers of those that failed.

    Lambda goes on from the first of them: what comes after is delivered again.
    Raises BatchFailed when something failed and the mapping's flag is off: then all comes again,
    in halves where the mapping bisects.
    """
    failed = work([change(record) for record in event.to_dict()["Records"]])
    return _report_records(failed, reports_failures=reports_failures)


def kinesis(event: KinesisEvent, work: KinesisWork, *, reports_failures: bool) -> Response:
    """Run `work` over the event's records, as `stream` does for a table's."""
    # A module that only readers of a data stream need costs every cold start otherwise.
    from chalicelib.aws.stream import read_stream_record  # noqa: PLC0415 as above

    failed = work([read_stream_record(record) for record in event.to_dict()["Records"]])
    return _report_records(failed, reports_failures=reports_failures)


def _report_records(numbers: Collection[str], *, reports_failures: bool) -> Response:
    failed = set(numbers)
    if failed and not reports_failures:
        raise BatchFailed(f"{len(failed)} records failed")
    return _list_failures(sorted(failed, key=int))


def _list_failures(ids: Sequence[str]) -> Response:
    return {"batchItemFailures": [{"itemIdentifier": failed} for failed in ids]}


def _note(
    mapping: SqsMapping, messages: Sequence[Received], failed: Mapping[str, Exception]
) -> None:
    """Store why messages failed; best effort: it must not decide what becomes of the batch."""
    for message in messages:
        if mapping.note is None or message.message_id not in failed:
            continue
        try:
            mapping.note(message, failed[message.message_id])
        except Exception as error:  # noqa: BLE001 whatever it is, the reasons alone are lost
            _log.warning("reasons were not stored", extra={"cause": reason(error)})
            return  # the others would only wait for the same


def _log_failure(error: Exception, message: Received) -> None:
    fields = {"receives": message.receive_count}
    if isinstance(error, Unavailable) and not error.is_fault:
        _log.info("a message is not finished", extra=fields)
    else:
        _log.exception("a message failed", extra=fields)


def _read_message(record: dict[str, Any]) -> Received:
    attributes = record.get("attributes", {})
    return Received(
        message_id=record["messageId"],
        receipt_handle=record["receiptHandle"],
        body=record["body"],
        sent_at_ms=int(attributes.get("SentTimestamp", 0)),
        receive_count=int(attributes.get("ApproximateReceiveCount", 1)),
        trace_header=attributes.get("AWSTraceHeader"),
    )
