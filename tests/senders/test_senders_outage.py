"""Queues that are gone: what cannot be queued is never accepted, and works again afterwards."""

import json

import pytest


@pytest.mark.parametrize(
    ("path", "queue", "body"),
    [
        ("/ingest", "LogsQueueUrl", {"tenant_id": "outage", "log_id": "o-1", "text": "a line"}),
        ("/orders", "OrdersQueueUrl", {"item": "a book"}),
        (
            "/v1/logs",
            "LogsQueueUrl",
            {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "a"}}]}]}]},
        ),
    ],
)
def test_without_its_queue_a_request_is_503_with_retry_after(logs, path, queue, body):
    sent = json.dumps(body).encode(), "application/json"
    with logs.without_queue(logs.system.outputs[queue]):
        refused = logs.post(path, *sent, X_Tenant_ID="outage")

    assert refused.status == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert "Traceback" not in json.dumps(refused.body)
    taken = logs.post(path, *sent, X_Tenant_ID="outage")
    assert taken.status in {200, 202}
    logs.until_drained()
