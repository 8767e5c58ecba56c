"""From the 202 to what it promises, at the running local system: one after the other, nothing else.

A log record until `GET /api/v1/logs` finds it; an order until its `GET` says stored, and notified.
The clock starts when the 202 is there; the client asks again as soon as it is answered. There is
nothing to compare with: seed 004 sleeps before it writes, and neither seed can be asked.
"""

import json
import time
from collections.abc import Callable
from statistics import median

from tests.bench import load, local_system
from tests.bench.table import Row

WARM_UP, LOGS, ORDERS = 5, 150, 60
WITHIN_S = 20
TENANT = "acme"  # the demo user's


def run() -> list[Row]:
    """A row a promise."""
    with local_system.running() as system:
        connection = load.Connection(system.config.port)
        header = local_system.signed_in(system)
        with connection.socket:
            for _ in range(WARM_UP):
                _log_ms(connection, header)
                _order_ms(connection, header)
            logs = [_log_ms(connection, header) for _ in range(LOGS)]
            orders = [_order_ms(connection, header) for _ in range(ORDERS)]
    return [
        _row("log record, found by its tenant", logs),
        _row("order, stored", [order["stored"] for order in orders]),
        _row("order, notified", [order["notified"] for order in orders]),
    ]


def _log_ms(connection: load.Connection, header: str) -> float:
    accepted = _post(connection, local_system.records_of(TENANT, [0]))
    log_id = accepted["results"][0]["log_id"]
    newest = load.request("GET", "/api/v1/logs?limit=1", headers=[header])

    def found() -> bool:
        return any(log["log_id"] == log_id for log in _get(connection, newest)["logs"])

    return _ms_until(found)


def _order_ms(connection: load.Connection, header: str) -> dict[str, float]:
    """Milliseconds until each step was seen."""
    order = {"lines": [{"sku": "mop-1", "quantity": 2, "unit_price": 9.95}]}
    accepted = _post(connection, load.request("POST", "/orders", json.dumps(order).encode()))
    asked = load.request("GET", f"/orders/{accepted['orderID']}", headers=[header])
    seen: dict[str, float] = {}
    started = time.perf_counter()

    def notified() -> bool:
        for step in _get(connection, asked)["timeline"]:
            seen.setdefault(step["status"], (time.perf_counter() - started) * 1000)
        return "notified" in seen

    _ms_until(notified)
    return seen


def _post(connection: load.Connection, sent: bytes) -> dict[str, list[dict[str, str]]]:
    return _asked(connection, sent, 202)


def _get(connection: load.Connection, sent: bytes) -> dict[str, list[dict[str, str]]]:
    return _asked(connection, sent, 200)


def _asked(
    connection: load.Connection, sent: bytes, status: int
) -> dict[str, list[dict[str, str]]]:
    if connection.ask(sent) != status:
        raise ValueError(f"answered {connection.answer[:400]!r}")
    answer: dict[str, list[dict[str, str]]] = local_system.body(connection)
    return answer


def _ms_until(holds: Callable[[], bool]) -> float:
    started = time.perf_counter()
    while not holds():
        if time.perf_counter() - started > WITHIN_S:
            raise TimeoutError(f"it did not happen within {WITHIN_S} s")
    return (time.perf_counter() - started) * 1000


def _row(what: str, measured_ms: list[float]) -> Row:
    return Row(
        what=what, measured=f"p50 {median(measured_ms):.0f} ms, p99 {load.p99(measured_ms):.0f} ms"
    )
