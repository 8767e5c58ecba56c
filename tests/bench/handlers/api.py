"""The two routes on this project's Api, with the arguments that app.py gives them."""

from typing import Any

import backend
from chalice.app import CognitoUserPoolAuthorizer

from chalicelib.errors import Conflict, NotFound
from chalicelib.records.model import Message, RecordSearch
from chalicelib.web.api import Api

handler = app = Api("api", cors_origin="*")
signed_in = CognitoUserPoolAuthorizer("pool", provider_arns=["arn"])


@app.route(
    "/stream",
    methods=["POST"],
    body=dict,
    authorizer=signed_in,
    headers=("Idempotency-Key",),
    failures=(Conflict,),
)
def add_record(item: dict[str, Any]) -> Message:
    """Add a record."""
    backend.put(item)
    return Message("User added successfully!")


@app.route(
    "/get-user",
    methods=["GET"],
    query=RecordSearch,
    authorizer=signed_in,
    api_key_required=True,
    failures=(NotFound,),
)
def find_record(query: RecordSearch) -> dict[str, Any]:
    """Find a record."""
    found: dict[str, Any] = backend.get(query.user_id)
    return found
