"""Two routes without sign-in on this project's Api, for servers to be compared by."""

from typing import Any

import msgspec

from chalicelib.web.access import OPEN
from chalicelib.web.api import Api


class Up(msgspec.Struct, frozen=True):
    """The answer of /health."""

    status: str
    stage: str
    version: str


class Echo(msgspec.Struct, frozen=True):
    """What was sent, and how many attributes it has."""

    user_id: str
    attributes: int
    item: dict[str, Any]


app = Api("open", cors_origin="*")


@app.get("/health", access=OPEN)
def health() -> Up:
    """Say that this is up."""
    return Up("ok", "local", "1.0.0")


@app.post("/echo", body=dict, access=OPEN)
def echo(item: dict[str, Any]) -> Echo:
    """Give the item back."""
    return Echo(item["user_id"], len(item), item)
