"""The two routes on this project's Api, with the arguments that app.py gives them."""

from typing import Any

import backend

from chalicelib.errors import NotFound
from chalicelib.records.model import RecordAdded, RecordSearch
from chalicelib.web.api import Api

handler = app = Api("api", cors_origin="*", user_pool_arn="arn")


@app.post("/stream", body=dict, headers=("Idempotency-Key",))
def add_record(item: dict[str, Any]) -> RecordAdded:
    """Add a record."""
    backend.put(item)
    return RecordAdded("User added successfully!")


@app.get("/get-user", query=RecordSearch, api_key=True, failures=(NotFound,))
def find_record(query: RecordSearch) -> dict[str, Any]:
    """Find a record."""
    found: dict[str, Any] = backend.get(query.user_id)
    return found
