"""OpenTelemetry for Python as a sender: its SDK and `logging`, by OTLP/HTTP in protobuf."""

import logging
import threading
import uuid
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    LogRecordExportResult,
    SimpleLogRecordProcessor,
)
from opentelemetry.sdk.resources import Resource
from support.waiting import until

RECORDS = 1000
AT = datetime(2026, 3, 1, 6, 30, 15, 123456, tzinfo=UTC)
SPAN = trace.SpanContext(
    trace_id=0x0AF7651916CD43DD8448EB211C80319C,
    span_id=0xB7AD6B7169203331,
    is_remote=False,
    trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
)
IN_SPAN = trace.set_span_in_context(trace.NonRecordingSpan(SPAN))
SEVERITIES = (
    (SeverityNumber.TRACE, "TRACE"),
    (SeverityNumber.DEBUG, "DEBUG"),
    (SeverityNumber.INFO, "INFO"),
    (SeverityNumber.WARN, "WARN"),
    (SeverityNumber.ERROR4, "ERROR"),
)


class RememberingExporter(OTLPLogExporter):
    """Remembers what the exporter made of each answer."""

    def __init__(self, **options):
        super().__init__(**options)
        self.told = Counter()

    def export(self, batch):
        result = super().export(batch)
        self.told[result] += len(batch)
        return result


def exporter(logs, compression=Compression.NoCompression, **headers):
    """The SDK's exporter for the local system; header names have `_` for `-`."""
    return RememberingExporter(
        endpoint=f"{logs.system.base_url}v1/logs",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        compression=compression,
    )


def provider(processor):
    resource = Resource.create({"service.name": "shop", "service.instance.id": "shop-1"})
    made = LoggerProvider(resource=resource, shutdown_on_exit=False)
    made.add_log_record_processor(processor)
    return made


def emit(through, count=RECORDS):
    """Records that differ in all that can be told apart."""
    logger = through.get_logger("checkout", "1.2.3")
    for index in range(count):
        number, text = SEVERITIES[index % len(SEVERITIES)]
        logger.emit(
            LogRecord(
                timestamp=int(AT.timestamp()) * 10**9 + AT.microsecond * 1000 + index * 10**6,
                context=IN_SPAN,
                severity_number=number,
                severity_text=text,
                body=f"python record {index}",
                attributes={"index": index, "ratio": index / 4, "ok": True, "tags": ["a", "b"]},
            )
        )


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_a_thousand_records_of_the_sdk_arrive_exactly_once(logs, sender, compression):
    exports = exporter(logs, compression, Authorization=sender.bearer)
    through = provider(BatchLogRecordProcessor(exports))

    emit(through)
    through.force_flush()
    through.shutdown()

    assert exports.told == {LogRecordExportResult.SUCCESS: RECORDS}
    items = logs.until_stored(sender.tenant_id, RECORDS)
    expected = sorted(f"python record {index}" for index in range(RECORDS))
    assert sorted(item["text"] for item in items) == expected


def test_severity_time_trace_attributes_and_resource_are_kept(logs, sender):
    through = provider(SimpleLogRecordProcessor(exporter(logs, Authorization=sender.bearer)))

    emit(through, 5)
    through.shutdown()

    items = logs.until_stored(sender.tenant_id, 5)
    assert [item["severity"] for item in items] == ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]
    assert items[0]["ts"] == "2026-03-01T06:30:15.123456Z"
    assert items[3]["sk"].startswith("2026-03-01T06:30:15.126456Z#")
    assert items[3]["source"] == "shop"
    attributes = items[3]["attrs"]
    assert attributes["index"] == 3
    assert attributes["ratio"] == Decimal("0.75")
    assert (attributes["ok"], attributes["tags"]) == (True, ["a", "b"])
    assert attributes["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert attributes["span_id"] == "b7ad6b7169203331"
    assert attributes["scope"] == {"name": "checkout", "version": "1.2.3"}
    assert attributes["resource"]["service.instance.id"] == "shop-1"


def test_a_record_with_a_unique_id_is_one_however_often_it_is_sent(logs, sender):
    through = provider(SimpleLogRecordProcessor(exporter(logs, Authorization=sender.bearer)))
    uid = "01J9Z3N7Q8V5T2W4X6Y8Z0A1B2"
    for number, attributes in enumerate(({"log.record.uid": uid},) * 3 + ({},)):
        record = LogRecord(body=f"record {number}", attributes=attributes)
        through.get_logger("checkout").emit(record)
    through.shutdown()

    items = logs.until_stored(sender.tenant_id, 2)
    assert [item["log_id"] == uid for item in items] == [True, False]
    assert len({item["text"] for item in items} & {"record 0", "record 1", "record 2"}) == 1


def test_open_intake_takes_the_tenant_that_a_header_names(logs):
    tenant_id = f"t-{uuid.uuid4().hex[:12]}"
    through = provider(SimpleLogRecordProcessor(exporter(logs, X_Tenant_ID=tenant_id)))

    emit(through, 3)
    through.shutdown()

    assert len(logs.until_stored(tenant_id, 3)) == 3


@pytest.mark.filterwarnings("ignore:.*LoggingHandler.*:DeprecationWarning")
def test_logging_brings_its_extra_fields_and_exceptions(logs, sender):
    through = provider(BatchLogRecordProcessor(exporter(logs, Authorization=sender.bearer)))
    logger = logging.Logger("shop.checkout")  # noqa: LOG001 one that ends with this test
    logger.addHandler(LoggingHandler(logger_provider=through))

    logger.warning("cart %s is %d days old", "c-17", 3, extra={"cart": "c-17", "lines": 4})
    try:
        _ = {}["price"]
    except KeyError:
        logger.exception("no price")
    through.shutdown()

    warned, failed = logs.until_stored(sender.tenant_id, 2)
    assert (warned["text"], warned["severity"]) == ("cart c-17 is 3 days old", "WARN")
    assert (warned["attrs"]["cart"], warned["attrs"]["lines"]) == ("c-17", 4)
    assert warned["attrs"]["code.function.name"].startswith("test_logging_brings")
    assert (failed["text"], failed["severity"]) == ("no price", "ERROR")
    assert failed["attrs"]["exception.type"] == "KeyError"
    assert "Traceback (most recent call last)" in failed["attrs"]["exception.stacktrace"]


def test_an_unknown_key_is_refused_and_the_sdk_says_so(logs, caplog):
    exports = exporter(logs, Authorization="Bearer omk_" + "x" * 43)
    through = provider(SimpleLogRecordProcessor(exports))

    emit(through, 1)

    assert exports.told == {LogRecordExportResult.FAILURE: 1}
    assert "401" in caplog.text


def test_an_export_while_the_queue_is_away_is_tried_again_and_arrives_once(logs, sender, caplog):
    exports = exporter(logs, Authorization=sender.bearer)
    through = provider(SimpleLogRecordProcessor(exports))
    exporting = threading.Thread(target=emit, args=(through, 1))

    with logs.without_queue(logs.queue_url):
        exporting.start()
        until(lambda: "Transient error" in caplog.text, what="a refusal")
    exporting.join(10)

    assert exports.told == {LogRecordExportResult.SUCCESS: 1}
    assert len(logs.until_stored(sender.tenant_id, 1)) == 1
