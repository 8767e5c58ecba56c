"""The overview's sample data, as the public API lists them."""

from typing import Any

from tests.support.local_system import LocalSystem

SAMPLE = {"records": 50, "orders": 20, "logs": 5000, "messages": 12}
MESSAGES = "/api/v1/messages?limit=100"
MADE = "Made again it changes nothing"  # what the page says when it has made them


def count_things(system: LocalSystem) -> dict[str, int]:
    """How many there are of each kind; of log records those of the last two hours."""
    return {
        "records": len(read(system, "/api/v1/records?limit=100")["records"]),
        "orders": len(read(system, "/orders?limit=100")["orders"]),
        "logs": read(system, "/api/v1/logs/histogram?since=2h")["total"],
        "messages": len(read(system, MESSAGES)["messages"]),
    }


def read(system: LocalSystem, path: str) -> Any:
    """The demo user's response to a GET."""
    status, answer = system.request("GET", path, None, Authorization=system.token())
    assert status == 200, answer
    return answer
