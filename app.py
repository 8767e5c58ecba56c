"""OmniData's table of contents: every route and event handler, and no logic."""

from typing import Any

from chalice.app import CognitoUserPoolAuthorizer

import chalicelib
from chalicelib import observability, wiring
from chalicelib.analytics.model import SearchesQuery, SearchReport
from chalicelib.errors import Conflict, Forbidden, InvalidInput, NotFound, PreconditionFailed
from chalicelib.http import Api
from chalicelib.operations.model import Health
from chalicelib.records.model import (
    Message,
    NewContent,
    Record,
    RecordList,
    RecordPage,
    RecordSearch,
)

settings = wiring.settings()
observability.configure()

app = Api("omnidata", cors_origin=settings.cors_origin)
signed_in = CognitoUserPoolAuthorizer("OmniCognito", provider_arns=[settings.user_pool_arn])


# --- Operations ------------------------------------------------------------------------------


@app.route("/health", methods=["GET"])
def health() -> Health:
    """Say that this function is up, and which stage and version it is."""
    return Health("ok", settings.stage, chalicelib.__version__)


# --- Records (seeds 000 and 001) -------------------------------------------------------------


@app.route(
    "/stream",
    methods=["POST"],
    body=NewContent,
    authorizer=signed_in,
    headers=("Idempotency-Key",),
    failures=(Conflict,),
)
def add_record(item: NewContent) -> Message:
    """Add the record of a `user_id`, with any other attributes.

    The same content, or the same Idempotency-Key, again gets the first answer; other content
    under the same `user_id` is a 409.
    """
    return wiring.records().create(item, app.principal(), app.idempotency_key())


@app.route(
    "/get-user",
    methods=["GET"],
    query=RecordSearch,
    authorizer=signed_in,
    api_key_required=True,
    failures=(NotFound,),
)
def find_record(query: RecordSearch) -> dict[str, Any]:
    """Find a record: exactly what was posted. Every search is counted by the analytics."""
    return wiring.records().search(query.user_id, app.request_id(), app.trace_header())


@app.route(
    "/api/v1/records",
    methods=["GET"],
    query=RecordList,
    authorizer=signed_in,
    failures=(Forbidden,),
)
def list_records(query: RecordList) -> RecordPage:
    """List all records, page by page; for operators."""
    return wiring.records().page(query, app.principal())


@app.route(
    "/api/v1/records/{user_id}",
    methods=["GET"],
    authorizer=signed_in,
    etag="version",
    failures=(InvalidInput, NotFound),
)
def get_record(user_id: str) -> Record:
    """Get a record with its bookkeeping; its version is the entity tag."""
    return wiring.records().get(user_id)


@app.route(
    "/api/v1/records/{user_id}",
    methods=["PUT"],
    body=dict,
    authorizer=signed_in,
    headers=("If-Match",),
    etag="version",
    failures=(Forbidden, NotFound, Conflict, PreconditionFailed),
)
def replace_record(item: dict[str, Any], user_id: str) -> Record:
    """Replace a record's whole content; for its creator and operators."""
    return wiring.records().replace(user_id, item, app.principal(), app.expected_version())


@app.route(
    "/api/v1/records/{user_id}",
    methods=["DELETE"],
    status=204,
    authorizer=signed_in,
    headers=("If-Match",),
    failures=(InvalidInput, Forbidden, NotFound, Conflict, PreconditionFailed),
)
def delete_record(user_id: str) -> None:
    """Delete a record; for its creator and operators."""
    wiring.records().delete(user_id, app.principal(), app.expected_version())


# --- Analytics -------------------------------------------------------------------------------


@app.route("/api/v1/analytics/searches", methods=["GET"], query=SearchesQuery, authorizer=signed_in)
def count_searches(query: SearchesQuery) -> SearchReport:
    """Count the searches of a time range: over time, by user, found and missed."""
    return wiring.analytics().searches(query)
