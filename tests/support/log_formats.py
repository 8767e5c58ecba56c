"""Lines as loggers and shippers write them, and what becomes of each; all of one time.

`docs/senders.md` has a table with a row for each of these names.
"""

import base64
import gzip
import json
from typing import Any, NamedTuple

JSON, NDJSON, TEXT = "application/json", "application/x-ndjson", "text/plain"
TS = "2026-01-30T10:00:00.123000Z"
WHOLE = "2026-01-30T10:00:00Z"  # of formats without a fraction
S, MS = 1769767200, 1769767200123
ISO = "2026-01-30T10:00:00.123Z"


class Format(NamedTuple):
    """A line, and the record that it becomes; `attrs` are some of that record's."""

    line: str
    text: str
    severity: str = "ERROR"
    ts: str = TS
    source: str = ""
    attrs: dict[str, Any] = {}  # noqa: RUF012 never written to
    media_type: str = NDJSON


def _json(**fields: Any) -> str:
    return json.dumps(fields)


def _of(fields: dict[str, Any]) -> str:
    return json.dumps(fields)


_SUBSCRIPTION = _json(
    messageType="DATA_MESSAGE",
    owner="123456789012",
    logGroup="/aws/lambda/shop",
    logStream="2026/01/30/[$LATEST]abc",
    subscriptionFilters=["all"],
    logEvents=[
        {
            "id": "37953110237129127433211034628383462383",
            "timestamp": MS,
            "message": '{"level":"ERROR","message":"db down"}\n',
        }
    ],
)

FORMATS = {
    "pino": Format(
        f'{{"level":50,"time":{MS},"pid":7,"hostname":"web-1","msg":"db down"}}',
        "db down",
        attrs={"pid": 7, "hostname": "web-1"},
    ),
    "bunyan": Format(
        _json(name="shop", hostname="web-1", pid=7, level=50, msg="db down", time=ISO, v=0),
        "db down",
        attrs={"name": "shop", "v": 0},
    ),
    "ougai": Format(
        _json(name="shop", hostname="web-1", pid=7, level=50, time=ISO, v=0, msg="db down"),
        "db down",
    ),
    "winston": Format(_json(level="error", message="db down", timestamp=ISO), "db down"),
    "zap": Format(
        _json(level="error", ts=S + 0.123, caller="db/db.go:7", msg="db down", stacktrace="…"),
        "db down",
        attrs={"caller": "db/db.go:7"},
    ),
    "zerolog": Format(_json(level="error", time=S, message="db down"), "db down", ts=WHOLE),
    "slog": Format(_json(time=ISO, level="ERROR+4", msg="db down", err="refused"), "db down"),
    "logrus": Format(
        _json(level="error", msg="db down", time="2026-01-30T11:00:00+01:00"), "db down", ts=WHOLE
    ),
    "klog": Format(
        _json(ts=S + 0.123, caller="db/db.go:7", msg="db down", err="refused"),
        "db down",
        attrs={"err": "refused"},
    ),
    "Caddy": Format(
        _json(level="error", ts=S + 0.123, logger="http.log.error", msg="db down", status=502),
        "db down",
        attrs={"status": 502},
    ),
    "Traefik": Format(
        _json(entryPointName="web", level="error", msg="db down", time="2026-01-30T10:00:00Z"),
        "db down",
        ts=WHOLE,
    ),
    "structlog": Format(_json(event="db down", level="error", timestamp=ISO), "db down"),
    "python-json-logger": Format(
        _json(asctime="2026-01-30 10:00:00,123", levelname="ERROR", message="db down"), "db down"
    ),
    "loguru": Format(
        _json(
            text="2026-01-30 10:00:00.123 | ERROR | db down\n",
            record={
                "elapsed": {"repr": "0:00:01", "seconds": 1.5},
                "extra": {"cart": "c-17"},
                "level": {"icon": "❌", "name": "ERROR", "no": 40},
                "message": "db down",
                "name": "shop",
                "time": {"repr": "2026-01-30 10:00:00.123000+00:00", "timestamp": S + 0.123},
            },
        ),
        "db down",
        attrs={"cart": "c-17", "name": "shop"},
    ),
    "Rust tracing": Format(
        _json(timestamp=ISO, level="ERROR", fields={"message": "db down", "code": 7}, target="db"),
        "db down",
        attrs={"fields": {"code": 7}, "target": "db"},
    ),
    "Serilog CLEF": Format(
        _of({"@t": ISO, "@mt": "{What} down", "@m": "db down", "@l": "Error", "What": "db"}),
        "db down",
        attrs={"@mt": "{What} down", "What": "db"},
    ),
    ".NET console": Format(
        _json(
            Timestamp=ISO,
            EventId=7,
            LogLevel="Error",
            Category="Shop.Db",
            Message="db down",
            State={"Message": "db down", "{OriginalFormat}": "{What} down"},
        ),
        "db down",
        attrs={"EventId": 7, "Category": "Shop.Db"},
    ),
    "ECS": Format(
        _of({"@timestamp": ISO, "log.level": "error", "message": "db down", "ecs.version": "8.11"}),
        "db down",
    ),
    "ECS nested": Format(
        _of(
            {
                "@timestamp": ISO,
                "log": {"level": "error", "logger": "db"},
                "message": "db down",
                "source": {"ip": "10.0.0.1"},
                "event": {"dataset": "shop"},
            }
        ),
        "db down",
        attrs={"log": {"logger": "db"}, "source": {"ip": "10.0.0.1"}},
    ),
    "log4j2 JsonLayout": Format(
        _json(
            instant={"epochSecond": S, "nanoOfSecond": 123_000_000},
            thread="main",
            level="ERROR",
            loggerName="db",
            message="db down",
            endOfBatch=False,
        ),
        "db down",
        attrs={"loggerName": "db"},
    ),
    "log4j2 EcsLayout": Format(
        _of(
            {
                "@timestamp": ISO,
                "ecs.version": "1.2.0",
                "log.level": "ERROR",
                "message": "db down",
                "process.thread.name": "main",
                "log.logger": "db",
            }
        ),
        "db down",
    ),
    "Logstash": Format(
        _of(
            {
                "@timestamp": ISO,
                "@version": "1",
                "message": "db down",
                "level": "ERROR",
                "level_value": 40000,
            }
        ),
        "db down",
        attrs={"level_value": 40000},
    ),
    "Monolog": Format(
        _json(
            message="db down",
            level=400,
            level_name="ERROR",
            channel="app",
            datetime="2026-01-30T10:00:00.123000+00:00",
        ),
        "db down",
        attrs={"channel": "app"},
    ),
    "AWS Lambda": Format(
        _json(timestamp="2026-01-30T10:00:00Z", level="ERROR", message="db down", requestId="8f5…"),
        "db down",
        ts=WHOLE,
        attrs={"requestId": "8f5…"},
    ),
    "Powertools for AWS": Format(
        _json(
            level="ERROR",
            location="handler:7",
            message="db down",
            timestamp="2026-01-30 10:00:00,123+0000",
            service="shop",
        ),
        "db down",
        attrs={"service": "shop"},
    ),
    "Google Cloud": Format(
        _json(severity="ERROR", timestamp=ISO, textPayload="db down", insertId="1"), "db down"
    ),
    "Google Cloud jsonPayload": Format(
        _json(severity="DEFAULT", timestamp=ISO, jsonPayload={"message": "db down", "code": 7}),
        "db down",
        "INFO",
        attrs={"severity": "DEFAULT", "jsonPayload": {"code": 7}, "_repaired": ["severity"]},
    ),
    "Datadog": Format(
        _json(ddsource="python", date=MS, status="error", message="db down", hostname="web-1"),
        "db down",
    ),
    "New Relic": Format(
        _of({"timestamp": MS, "message": "db down", "log.level": "ERROR", "entity.name": "shop"}),
        "db down",
    ),
    "Vercel": Format(
        _json(id="1", message="db down", timestamp=MS, source="lambda", level="error"),
        "db down",
        source="lambda",
    ),
    "PostgreSQL jsonlog": Format(
        _json(
            timestamp="2026-01-30 10:00:00.123 UTC",
            pid=7,
            error_severity="ERROR",
            message="db down",
            backend_type="client backend",
        ),
        "db down",
    ),
    "MongoDB": Format(
        _of(
            {
                "t": {"$date": "2026-01-30T10:00:00.123+00:00"},
                "s": "E",
                "c": "NETWORK",
                "id": 22943,
                "ctx": "listener",
                "msg": "db down",
                "attr": {"n": 7},
            }
        ),
        "db down",
        attrs={"c": "NETWORK", "attr": {"n": 7}},
    ),
    "nginx": Format(
        _json(
            time_iso8601="2026-01-30T10:00:00+00:00",
            remote_addr="10.0.0.1",
            request="GET / HTTP/1.1",
            status="502",
        ),
        "GET / HTTP/1.1",
        "INFO",
        WHOLE,
        attrs={"status": "502"},
    ),
    "Apache": Format(
        _json(
            time="30/Jan/2026:11:00:00 +0100",
            remoteIP="10.0.0.1",
            request="GET / HTTP/1.1",
            status=502,
        ),
        "GET / HTTP/1.1",
        "INFO",
        WHOLE,
    ),
    "OpenTelemetry, flat": Format(
        _json(
            Timestamp=ISO,
            SeverityText="ERROR",
            SeverityNumber=17,
            Body="db down",
            Attributes={"code": 7},
        ),
        "db down",
        attrs={"Attributes": {"code": 7}},
    ),
    "Vector": Format(
        _json(host="web-1", message="db down", source_type="file", timestamp=ISO, level="error"),
        "db down",
    ),
    "Fluent Bit": Format(
        _json(
            date=S + 0.123,
            log='{"level":50,"msg":"db down"}\n',
            stream="stderr",
            kubernetes={"pod_name": "shop-1"},
        ),
        "db down",
        attrs={"stream": "stderr", "kubernetes": {"pod_name": "shop-1"}},
    ),
    "syslog-ng": Format(
        _json(
            SOURCE="s_local",
            PROGRAM="sshd",
            PRIORITY="err",
            MESSAGE="db down",
            HOST="web-1",
            FACILITY="auth",
            DATE="Jan 30 10:00:00",
        ),
        "db down",
        ts=WHOLE,
        source="sshd",
    ),
    "Docker json-file": Format(
        _json(log="db down\n", stream="stderr", time="2026-01-30T10:00:00.123456789Z"),
        "db down",
        "INFO",
        "2026-01-30T10:00:00.123456Z",
        attrs={"stream": "stderr"},
    ),
    "Kubernetes CRI": Format(
        '2026-01-30T10:00:00.123456789Z stderr F {"level":"error","msg":"db down"}',
        "db down",
        ts="2026-01-30T10:00:00.123456Z",
        attrs={"stream": "stderr"},
        media_type=TEXT,
    ),
    "journald": Format(
        _json(
            __REALTIME_TIMESTAMP=f"{MS}000",
            PRIORITY="3",
            SYSLOG_IDENTIFIER="db",
            MESSAGE=[100, 98, 32, 100, 111, 119, 110],
            _PID="7",
        ),
        "db down",
        source="db",
        attrs={"_PID": "7"},
    ),
    "syslog RFC 5424": Format(
        f'<131>1 {ISO} web-1 shop 7 ID47 [origin@32473 ip="10.0.0.1"] db down',
        "db down",
        source="shop",
        attrs={"host": "web-1", "facility": 16, "origin@32473": {"ip": "10.0.0.1"}},
        media_type=TEXT,
    ),
    "syslog RFC 3164": Format(
        "<131>Jan 30 10:00:00 web-1 shop[7]: db down",
        "db down",
        ts=WHOLE,
        source="shop",
        attrs={"host": "web-1", "pid": "7"},
        media_type=TEXT,
    ),
    "GELF": Format(
        _json(
            version="1.1",
            host="web-1",
            short_message="db down",
            timestamp=S + 0.123,
            level=3,
            _code=7,
        ),
        "db down",
        source="web-1",
        attrs={"_code": 7},
    ),
    "Splunk HEC": Format(
        _json(
            time=S + 0.123,
            host="web-1",
            sourcetype="_json",
            event={"message": "db down", "severity": "ERROR"},
            fields={"code": 7},
        ),
        "db down",
        source="web-1",
        attrs={"sourcetype": "_json", "code": 7},
        media_type=JSON,
    ),
    "Loki push": Format(
        _json(
            streams=[
                {
                    "stream": {"app": "shop", "level": "error"},
                    "values": [[f"{MS}000000", "db down", {"trace": "t-1"}]],
                }
            ]
        ),
        "db down",
        source="shop",
        attrs={"app": "shop", "level": "error", "trace": "t-1"},
        media_type=JSON,
    ),
    "CloudWatch Logs subscription": Format(
        _SUBSCRIPTION,
        "db down",
        source="/aws/lambda/shop",
        attrs={"log_group": "/aws/lambda/shop", "log_stream": "2026/01/30/[$LATEST]abc"},
        media_type=JSON,
    ),
    "Amazon Data Firehose": Format(
        _json(
            requestId="ed4acda5-034f-9f42-bba1-f29aea6d7d8f",
            timestamp=MS,
            records=[{"data": base64.b64encode(gzip.compress(_SUBSCRIPTION.encode())).decode()}],
        ),
        "db down",
        source="/aws/lambda/shop",
        media_type=JSON,
    ),
    "Amazon EventBridge": Format(
        _of(
            {
                "version": "0",
                "id": "1",
                "detail-type": "Order",
                "source": "shop",
                "time": "2026-01-30T10:00:00Z",
                "detail": {"order": 7},
            }
        ),
        '{"order":7}',
        "INFO",
        WHOLE,
        "shop",
        attrs={"detail": {"order": 7}, "_repaired": ["text"]},
        media_type=JSON,
    ),
    "Amazon SNS": Format(
        _json(Type="Notification", MessageId="1", Message="db down", Timestamp=ISO),
        "db down",
        "INFO",
        media_type=JSON,
    ),
    "CloudEvents": Format(
        _json(specversion="1.0", type="order", source="shop", id="1", time=ISO, data={"order": 7}),
        '{"order":7}',
        "INFO",
        source="shop",
        media_type=JSON,
    ),
}
