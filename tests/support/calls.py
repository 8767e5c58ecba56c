"""Calls of services, as the edge makes them."""

from typing import Any

from chalicelib.web.call import Call
from chalicelib.web.principal import Principal, Sender


def call_by(sub: str, *groups: str, tenant: str | None = None, **more: Any) -> Call:
    """A call by someone signed in."""
    caller = Principal(sub, f"{sub}@e.org", frozenset(groups), tenant)
    return Call(**{"request_id": "r-1", "caller": caller, **more})


def call_of_sender(named: str | None = None, **more: Any) -> Call:
    """A call by a program without a key; `named` is X-Tenant-ID."""
    return Call(**{"request_id": "r-1", "sender": Sender(named=named), **more})
