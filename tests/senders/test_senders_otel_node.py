"""OpenTelemetry for Node as a sender: its SDK, by OTLP/HTTP in JSON and in chunks."""

import json
import os
import subprocess
import uuid
from decimal import Decimal
from pathlib import Path

import pytest

NODE = Path(__file__).parent / "node"
RECORDS = 1000


pytestmark = pytest.mark.usefixtures("node_packages")


def export(logs, run, headers, compression="none", count=RECORDS):
    """What the exporter was told of so many records."""
    done = subprocess.run(  # noqa: S603 our own script
        ["node", "send.mjs", str(count), run],  # noqa: S607
        cwd=NODE,
        env={
            "PATH": os.environ["PATH"],
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": f"{logs.system.base_url}v1/logs",
            "OTEL_EXPORTER_OTLP_LOGS_HEADERS": headers,
            "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION": compression,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_a_thousand_records_of_the_sdk_arrive_exactly_once(logs, sender, compression):
    told = export(logs, "r1", f"Authorization=Bearer%20{sender.key}", compression)

    assert told == {"success": RECORDS, "failed": []}
    items = logs.until_stored(sender.tenant_id, RECORDS)
    assert sorted(item["attrs"]["index"] for item in items) == list(range(RECORDS))
    by_index = {int(item["attrs"]["index"]): item for item in items}
    assert all(item["text"] == f"node record {index}" for index, item in by_index.items())
    third = by_index[3]
    assert (third["severity"], third["source"]) == ("ERROR", "shop-web")
    attributes = third["attrs"]
    assert attributes["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert attributes["span_id"] == "b7ad6b7169203331"
    assert attributes["scope"] == {"name": "checkout", "version": "1.2.3"}
    assert attributes["resource"]["deployment.environment"] == "test"
    assert (attributes["run"], attributes["ok"]) == ("r1", False)
    assert (attributes["ratio"], attributes["tags"]) == (Decimal("0.75"), ["a", "b"])


def test_open_intake_takes_the_tenant_that_a_header_names(logs):
    tenant_id = f"t-{uuid.uuid4().hex[:12]}"

    told = export(logs, "r2", f"X-Tenant-ID={tenant_id}", count=3)

    assert told == {"success": 3, "failed": []}
    assert len(logs.until_stored(tenant_id, 3)) == 3


def test_a_key_with_the_id_of_another_tenant_is_refused_and_the_sdk_says_so(logs, sender):
    other = logs.new_sender()
    headers = f"Authorization=Bearer%20{sender.key},X-Tenant-ID={other.tenant_id}"

    told = export(logs, "r3", headers, count=3)

    assert told["success"] == 0
    assert len(told["failed"]) == 1
    logs.until_drained()
    assert (logs.count(sender.tenant_id), logs.count(other.tenant_id)) == (0, 0)
