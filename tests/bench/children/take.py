"""Takes one hostile body: `take.py <intake|json|cpu> <name>`; prints CPU seconds, MB, outcome.

The intake is the product's own, from the compressed bytes to the messages of its queue, between
hand-written parts; `json` is `json.loads` of the same bytes, or protobuf's own parser.
"""

import gzip
import json
import resource
import sys
import time
from pathlib import Path

# Run as a script: its own folder is on the path, the project's are not.
sys.path[:0] = [str(Path(__file__).parents[3]), str(Path(__file__).parents[2])]

from support.calls import call_of_sender  # noqa: E402 the path comes first
from support.logs import NDJSON, Desk  # noqa: E402

from chalicelib.errors import OmniError  # noqa: E402
from chalicelib.web import payload  # noqa: E402
from chalicelib.web.payload import Upload  # noqa: E402
from tests.bench.hostile_bodies import BODIES, JSON, PROTOBUF, TEXT  # noqa: E402

UPLOAD = Upload(dict.fromkeys((JSON, *NDJSON, TEXT, PROTOBUF)))
ROUNDS = 40


def main():
    how, name = sys.argv[1:]
    if how == "cpu":
        sys.stdout.write(json.dumps(cpu()))
        return
    body = BODIES[name]
    raw = body.make()
    sent = gzip.compress(raw) if body.gzipped else raw
    if body.gzipped:
        raw = b"" if how == "intake" else raw
    desk = Desk()
    take = intake if how == "intake" else parser
    warm_up()
    before_kb, started = peak_kb(), time.process_time()
    outcome = take(desk, body, sent if how == "intake" else raw)
    figures = {"s": time.process_time() - started, "mb": (peak_kb() - before_kb) / 1024}
    sys.stdout.write(json.dumps({**figures, "outcome": outcome}))


def intake(desk, body, sent):
    headers = {"content-type": body.media_type}
    if body.gzipped:
        headers["content-encoding"] = "gzip"
    try:
        received = payload.read_body(headers, sent, UPLOAD)
        if body.path == "/v1/logs":
            desk.intake.otlp(received, call_of_sender("acme"))
            return "200"
        result = desk.intake.ingest(received, call_of_sender("acme"))
    except OmniError as error:
        return error.code
    return f"202, {result.accepted} of {result.accepted + result.rejected}"


def parser(desk, body, raw):
    try:
        if body.media_type == PROTOBUF:
            from opentelemetry.proto.collector.logs.v1 import logs_service_pb2

            logs_service_pb2.ExportLogsServiceRequest.FromString(raw)
        elif body.media_type in NDJSON:
            for line in raw.split(b"\n"):
                json.loads(line)
        else:
            json.loads(raw)
    except (ValueError, RecursionError) as error:
        return type(error).__name__
    return "read"


def warm_up():
    """Every library is loaded, as in a process that has taken a request."""
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    export = ExportLogsServiceRequest()
    export.resource_logs.add().scope_logs.add().log_records.add().body.string_value = "x"
    for media_type, data, path in (
        (JSON, b'[{"text":"x","n":NaN}]', "/ingest"),
        (JSON, b'{"resourceLogs":[]}', "/v1/logs"),
        (PROTOBUF, export.SerializeToString(), "/v1/logs"),
    ):
        intake(Desk(), BODIES["quotes"]._replace(media_type=media_type, path=path), data)


def cpu():
    """CPU microseconds a record, of the intake and of `json.loads` and `json.dumps` alone."""
    lines = [json.dumps(record(number)).encode() for number in range(100)]
    sent = b"\n".join(lines)
    body = BODIES["quotes"]._replace(media_type=NDJSON[0])
    desk = Desk()
    both = {"intake": [], "json": []}
    for _ in range(ROUNDS):
        for how, work in (
            ("intake", lambda: intake(desk, body, sent)),
            ("json", lambda: [json.dumps(json.loads(line)) for line in lines]),
        ):
            started = time.process_time()
            work()
            both[how].append((time.process_time() - started) * 1e6 / len(lines))
    return {how: min(item) for how, item in both.items()}


def record(number):
    return {
        "ts": f"2026-01-31T09:29:{number % 60:02}.123Z",
        "severity": "INFO",
        "text": f"GET /api/v1/items/{number} took {number * 3} ms",
        "source": "shop",
        "attrs": {"status": 200, "path": f"/api/v1/items/{number}", "user": f"u-{number}"},
    }


def peak_kb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
