"""Tenants made through the routes, and senders with their keys."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from chalice.test import Client
from support.clouds import RESOURCES

from chalicelib import times
from chalicelib.aws import Aws
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.storage.items import add_arrival, item

TENANTS = "/api/v1/tenants"
LOGS_TABLE = next(
    declared_table.name
    for declared_table in RESOURCES.tables
    if declared_table.output == "LogsTable"
)
RECORD = {"text": "hello"}


class Answered(NamedTuple):
    """An answer as it came: that of an authorizer has not the product's shape."""

    status: int
    headers: dict[str, str]
    body: bytes


def made_tenant(operator: Any, tenant_id: str, **settings: Any) -> str:
    """Create a tenant; answers its key."""
    status, body = operator.send("POST", TENANTS, {"tenant_id": tenant_id, "settings": settings})
    assert status == 201, body
    return added_key(operator, tenant_id)["key"]


def added_key(operator: Any, tenant_id: str) -> dict[str, str]:
    """Add a key; answers it with its id."""
    status, body = operator.send("POST", f"{TENANTS}/{tenant_id}/keys")
    assert status == 201, body
    return body


def send(client: Client, authorization: str | None, path: str, **more: Any) -> Answered:
    """A request with any Authorization; header names in `more` have `_` for `-`."""
    method, body = more.pop("method", "POST"), more.pop("body", b'{"text": "hello"}')
    headers = {"Content-Type": "application/json"} if body else {}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    if authorization is not None:
        headers["Authorization"] = authorization
    answer = client.http.request(method, path, headers=headers, body=body)
    return Answered(answer.status_code, answer.headers, answer.body)


def ingest(client: Client, key: str, **more: Any) -> Answered:
    """Send one record with a key."""
    return send(client, f"Bearer {key}", "/ingest", **more)


def keep_logs(aws: Aws, tenant_id: str, *texts: str) -> None:
    """Put records into a tenant's partition, a second apart and just now."""
    table = Table(aws.client("dynamodb"), LOGS_TABLE)
    now = datetime.now(UTC)
    for number, text in enumerate(texts):
        at = times.text(now - timedelta(minutes=1) + timedelta(seconds=number))
        record = LogRecord(
            tenant_id=tenant_id,
            log_id=f"{tenant_id}-{number}",
            ts=at,
            received_at=at,
            expires_at=int(now.timestamp()) + 3600,
            text=text,
        )
        (stored,) = add_arrival(
            [item(record)], now - timedelta(minutes=1) + timedelta(seconds=number)
        )
        table.put(stored)
