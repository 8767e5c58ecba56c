"""Tenants and their records apart from each other, and one record that five clients send."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from senders_kit import NDJSON, ndjson

from infra.local.provision.token import find_token
from infra.local.provision.user import make_user
from infra.local.provision.users import WantedUser

JSON = "application/json"
CLIENTS = 5


@pytest.fixture
def other(logs):
    """A second tenant."""
    return logs.new_sender()


@pytest.mark.parametrize("named_at", ["", "2026-03-01T06:30:00Z"])
def test_the_same_log_id_from_five_clients_at_once_is_one_item(logs, sender, named_at):
    together = threading.Barrier(CLIENTS)

    def send(client):
        record = {"log_id": "the-one", "text": f"by client {client}"}
        if named_at:
            record["ts"] = named_at
        together.wait()
        return logs.post(
            "/ingest", json.dumps(record).encode(), JSON, Authorization=sender.bearer
        ).status

    with ThreadPoolExecutor(CLIENTS) as clients:
        statuses = list(clients.map(send, range(CLIENTS)))

    assert statuses == [202] * CLIENTS
    (item,) = logs.until_stored(sender.tenant_id, 1)
    assert item["log_id"] == "the-one"


def with_header(logs, sender, other):
    return logs.post(
        "/ingest", b"a line", "text/plain", Authorization=sender.bearer, X_Tenant_ID=other.tenant_id
    )


def with_one_line_of_a_strict_sender(logs, sender, other):
    lines = [{"text": "fine"}, {"text": "foreign", "tenant_id": other.tenant_id}, {"text": "fine"}]
    strictly = {"Authorization": sender.bearer, "X_Tenant_Strict": "true"}
    return logs.post("/ingest", ndjson(lines), NDJSON, **strictly)


def with_an_otlp_header(logs, sender, other):
    record = {"body": {"stringValue": "foreign"}}
    export = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    return logs.post(
        "/v1/logs",
        json.dumps(export).encode(),
        JSON,
        Authorization=sender.bearer,
        X_Tenant_ID=other.tenant_id,
    )


@pytest.mark.parametrize(
    "send", [with_header, with_one_line_of_a_strict_sender, with_an_otlp_header]
)
def test_a_key_with_the_id_of_another_tenant_is_403_and_nothing_is_queued(
    logs, sender, other, send
):
    answer = send(logs, sender, other)

    assert answer.status == 403
    assert other.tenant_id not in json.dumps(answer.body)
    logs.until_drained()
    assert (logs.count(sender.tenant_id), logs.count(other.tenant_id)) == (0, 0)


@pytest.mark.parametrize("path", ["/api/v1/logs", "/api/v1/logs/export"])
def test_a_person_who_asks_for_the_logs_of_another_tenant_is_refused(logs, other, path):
    logs.post("/ingest", b"secret of another", "text/plain", Authorization=other.bearer)
    logs.until_stored(other.tenant_id, 1)
    config, email = logs.system.config, "reader@example.com"
    make_user(config, WantedUser(email, tenant="acme", groups=()))

    status, answer = logs.system.request(
        "GET", f"{path}?tenant_id={other.tenant_id}", Authorization=find_token(config, email)
    )

    assert status == 403
    assert "secret" not in json.dumps(answer)


def test_a_person_finds_what_their_tenant_sent(logs):
    record = {"tenant_id": "acme", "log_id": "isolation-1", "text": "only for acme"}
    logs.post("/ingest", json.dumps(record).encode(), JSON)
    logs.until_drained()

    status, page = logs.system.request(
        "GET", "/api/v1/logs?text=only%20for%20acme", Authorization=logs.token
    )

    assert status == 200
    assert [log["log_id"] for log in page["logs"]] == ["isolation-1"]


def test_a_revoked_key_is_refused(logs, sender):
    (key,) = logs.operate("GET", f"/api/v1/tenants/{sender.tenant_id}")["keys"]

    status, _ = logs.system.request(
        "DELETE",
        f"/api/v1/tenants/{sender.tenant_id}/keys/{key['key_id']}",
        Authorization=logs.token,
    )

    assert status == 204
    answer = logs.post("/ingest", b"a line", "text/plain", Authorization=sender.bearer)
    assert answer.status == 401
