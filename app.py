"""OmniData's table of contents: every route and event handler, and no logic."""

from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    CognitoUserPoolAuthorizer,
    DynamoDBEvent,
    SQSEvent,
)

import chalicelib
from chalicelib import batch, observability, wiring
from chalicelib.analytics.model import SearchesQuery, SearchReport
from chalicelib.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    TooManyRequests,
    Unauthenticated,
)
from chalicelib.operations.model import (
    DeadLetters,
    Health,
    Job,
    LetterList,
    LetterResult,
    NewJob,
    Pipeline,
    Selection,
)
from chalicelib.orders.model import (
    NewOrder,
    Order,
    OrderAccepted,
    OrderList,
    OrderPage,
    Subscriptions,
)
from chalicelib.records.model import (
    Message,
    NewContent,
    Record,
    RecordList,
    RecordPage,
    RecordSearch,
)
from chalicelib.settings import queue_name
from chalicelib.tenant_logs.intake import otlp
from chalicelib.tenant_logs.model import (
    JSON,
    NDJSON,
    PROTOBUF,
    TEXT,
    IngestResult,
)
from chalicelib.tenant_logs.search.queries import LogExport, LogPage, LogQuery
from chalicelib.tenant_logs.tenants.model import (
    NewKey,
    NewTenant,
    Rotation,
    Tenant,
    TenantList,
    TenantPage,
    TenantSettings,
)
from chalicelib.web.api import Api
from chalicelib.web.payload import Payload, Upload

settings = wiring.settings()
observability.configure()

app = Api("omnidata", cors_origin=settings.cors_origin)
signed_in = CognitoUserPoolAuthorizer("OmniCognito", provider_arns=[settings.user_pool_arn])


@app.authorizer(ttl_seconds=60, name="tenant_key")
def tenant_key(request: AuthRequest) -> AuthResponse:
    """Let in whoever bears a tenant's live key, for that tenant."""
    bearer = wiring.admission().bearer(request.token)
    if bearer is None:
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(
        routes=["/ingest", "/v1/logs"],
        principal_id=bearer.tenant_id,
        context={"tenant_id": bearer.tenant_id, "key_id": bearer.key.key_id},
    )


# With open intake, as on a laptop, the seeds' own curl lines work as written.
sender = None if settings.open_intake else tenant_key
orderer = None if settings.open_intake else signed_in


# --- Operations ------------------------------------------------------------------------------


@app.route("/health", methods=["GET"])
def health() -> Health:
    """Say that this function is up, and which stage and version it is."""
    return Health("ok", settings.stage, chalicelib.__version__)


@app.route("/api/v1/pipeline", methods=["GET"], authorizer=signed_in, failures=(Forbidden,))
def show_pipeline() -> Pipeline:
    """Show how queues, streams and workers do; for operators."""
    return wiring.operations().pipeline(app.principal())


@app.route(
    "/api/v1/dead-letters/{queue}",
    methods=["GET"],
    query=LetterList,
    authorizer=signed_in,
    failures=(Forbidden, NotFound),
)
def list_dead_letters(query: LetterList, queue: str) -> DeadLetters:
    """Look at a window of a queue's dead letters; for operators."""
    return wiring.operations().letters(queue, query, app.principal())


@app.route(
    "/api/v1/dead-letters/{queue}/redrive",
    methods=["POST"],
    body=Selection,
    authorizer=signed_in,
    failures=(Forbidden, NotFound),
)
def redrive_dead_letters(selection: Selection, queue: str) -> LetterResult:
    """Give the chosen dead letters to their queue again; for operators."""
    return wiring.operations().redrive(queue, selection, app.principal())


@app.route(
    "/api/v1/dead-letters/{queue}/delete",
    methods=["POST"],
    body=Selection,
    authorizer=signed_in,
    failures=(Forbidden, NotFound),
)
def delete_dead_letters(selection: Selection, queue: str) -> LetterResult:
    """Delete the chosen dead letters for good; for operators."""
    return wiring.operations().delete(queue, selection, app.principal())


@app.route(
    "/api/v1/dead-letters/{queue}/jobs",
    methods=["POST"],
    body=NewJob,
    status=202,
    authorizer=signed_in,
    failures=(Forbidden, NotFound, Conflict),
)
def redrive_all_dead_letters(new: NewJob, queue: str) -> Job:
    """Begin to redrive all dead letters of a queue at a set velocity; for operators."""
    return wiring.jobs().start(queue, new, app.principal())


@app.route(
    "/api/v1/jobs/{job_id}",
    methods=["GET"],
    authorizer=signed_in,
    failures=(InvalidInput, Forbidden, NotFound),
)
def get_job(job_id: str) -> Job:
    """Show how far a redrive is; for operators."""
    return wiring.jobs().get(job_id, app.principal())


@app.route(
    "/api/v1/jobs/{job_id}/stop",
    methods=["POST"],
    authorizer=signed_in,
    failures=(InvalidInput, Forbidden, NotFound),
)
def stop_job(job_id: str) -> Job:
    """Stop a redrive after its current step; for operators."""
    return wiring.jobs().stop(job_id, app.principal())


@app.route(
    "/api/v1/jobs/{job_id}/resume",
    methods=["POST"],
    status=202,
    authorizer=signed_in,
    failures=(InvalidInput, Forbidden, NotFound, Conflict),
)
def resume_job(job_id: str) -> Job:
    """Go on with a redrive that was stopped, or whose messages were lost; for operators."""
    return wiring.jobs().resume(job_id, app.principal())


@app.on_sqs_message(
    queue=queue_name(settings.jobs_queue_url), batch_size=1, name="run_jobs", maximum_concurrency=2
)
def run_jobs(event: SQSEvent) -> batch.Response:
    """Run one step of each queued redrive."""
    return batch.sqs(
        event,
        batch.each(wiring.jobs().run),
        delete=wiring.delete_from(settings.jobs_queue_url),
        reports_failures=settings.partial_batch_responses,
    )


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


# --- Orders (seed 003) -----------------------------------------------------------------------


@app.route(
    "/orders",
    methods=["POST"],
    body=NewOrder,
    status=202,
    authorizer=orderer,
    headers=("Idempotency-Key",),
    failures=(Conflict,),
)
def place_order(order: NewOrder) -> OrderAccepted:
    """Queue an order; its `orderID` answers at once.

    The same Idempotency-Key again gets the same order; with another body it is a 409.
    """
    by = None if settings.open_intake else app.principal()
    return wiring.orders().place(order, by, app.idempotency_key(), app.trace_header())


@app.route(
    "/orders",
    methods=["GET"],
    query=OrderList,
    authorizer=signed_in,
    failures=(Forbidden,),
)
def list_orders(query: OrderList) -> OrderPage:
    """List orders by time, newest first; for operators."""
    return wiring.orders().page(query, app.principal())


@app.route(
    "/orders/{orderID}",
    methods=["GET"],
    authorizer=signed_in,
    failures=(InvalidInput, NotFound),
)
def get_order(orderID: str) -> Order:  # noqa: N803 the seed's spelling on the wire
    """Get an order with its timeline, also while it is queued; for who placed it and operators."""
    return wiring.orders().get(orderID, app.principal())


@app.route(
    "/api/v1/orders/subscriptions",
    methods=["GET"],
    authorizer=signed_in,
    failures=(Forbidden,),
)
def list_subscriptions() -> Subscriptions:
    """List who is notified of orders, and who has yet to confirm it; for operators."""
    return wiring.orders().subscriptions(app.principal())


@app.on_sqs_message(
    queue=queue_name(settings.orders_queue_url),
    batch_size=10,
    name="store_orders",
    maximum_concurrency=10,
)
def store_orders(event: SQSEvent) -> batch.Response:
    """Write queued orders to the `orders` table."""
    return batch.sqs(
        event,
        wiring.orders().store,
        delete=wiring.delete_from(settings.orders_queue_url),
        reports_failures=settings.partial_batch_responses,
    )


@app.on_dynamodb_record(
    stream_arn=settings.orders_stream_arn,
    batch_size=max(settings.digest_orders, 10),
    starting_position="TRIM_HORIZON",  # with LATEST what comes before the mapping works is lost
    name="announce_orders",
    maximum_batching_window_in_seconds=settings.digest_window_s,
)
def announce_orders(event: DynamoDBEvent) -> batch.Response:
    """Tell the topic of each order that was stored."""
    return batch.stream(
        event, wiring.orders().announce, reports_failures=settings.partial_batch_responses
    )


# --- Tenant logs (seed 004) ------------------------------------------------------------------


@app.route(
    "/ingest",
    methods=["POST"],
    body=Upload((JSON, *NDJSON, TEXT)),
    status=202,
    authorizer=sender,
    headers=("X-Tenant-ID", "X-Tenant-Strict"),
    failures=(Unauthenticated, Forbidden, TooManyRequests),
)
def ingest(body: Payload) -> IngestResult:
    """Queue log records: one or an array as JSON, one a line as NDJSON, or one text.

    At most 1,000 records, plain, gzip or deflate. A record is an object with `text` and, as
    wanted, `tenant_id`, `log_id`, `ts`, `severity`, `attrs` and `source`, also by the names that
    loggers give them; what else it has goes into its `attrs`, where `_repaired` says what was
    repaired. The same `log_id` again is the same record. Only what the queue took is accepted;
    what was rejected says why, and by `index` which it was. A bad record does not spoil the
    others, and 400 means that all were bad. `text/plain` is one record, unless its lines are
    syslog or CRI. With `X-Tenant-Strict: true` a record of another tenant is a 403 for all.
    """
    return wiring.intake().ingest(body, app.sender(), app.request_id(), app.trace_header())


@app.route(
    "/v1/logs",
    methods=["POST"],
    body=Upload((JSON, PROTOBUF)),
    authorizer=sender,
    headers=("X-Tenant-ID",),
    failures=(Unauthenticated, Forbidden, TooManyRequests),
    refusal=otlp.refusal,
)
def export_otlp(body: Payload) -> Payload:
    """Queue the log records of an OTLP/HTTP export, JSON or protobuf, plain, gzip or deflate.

    At most 20,000 records within 5 MB; the answer is an ExportLogsServiceResponse, with
    `partialSuccess` where some were rejected. Failures are a google.rpc.Status: 429 and 503 may be
    tried again after Retry-After, others not.
    """
    return wiring.intake().otlp(body, app.sender(), app.request_id(), app.trace_header())


@app.on_sqs_message(
    queue=queue_name(settings.logs_queue_url),
    batch_size=10,
    name="process_logs",
    maximum_concurrency=10,
)
def process_logs(event: SQSEvent) -> batch.Response:
    """Write queued log records to their tenants' partitions."""
    return batch.sqs(
        event,
        wiring.processing().process,
        delete=wiring.delete_from(settings.logs_queue_url),
        reports_failures=settings.partial_batch_responses,
    )


@app.route(
    "/api/v1/logs",
    methods=["GET"],
    query=LogQuery,
    authorizer=signed_in,
    headers=("X-Tenant-ID",),
    failures=(Forbidden, NotFound),
)
def find_logs(query: LogQuery) -> LogPage:
    """Find log records of the caller's tenant by time, severity and text.

    A page may be short and not the last one: go on while there is a cursor. With `tail` and
    `order=oldest` it can be asked again for what came since; a record that arrives late, with an
    older `ts`, is then not shown.
    """
    return wiring.reading().page(query, app.principal(), app.named_tenant())


@app.route(
    "/api/v1/logs/export",
    methods=["GET"],
    query=LogExport,
    authorizer=signed_in,
    headers=("X-Tenant-ID",),
    failures=(Forbidden, NotFound),
)
def export_logs(query: LogExport) -> Payload:
    """Export log records of the caller's tenant as NDJSON; `X-Next-Cursor` leads on.

    An answer has at most `limit` records and 4 MB.
    """
    return wiring.reading().export(query, app.principal(), app.named_tenant())


@app.route(
    "/api/v1/tenants",
    methods=["POST"],
    body=NewTenant,
    status=201,
    authorizer=signed_in,
    failures=(Forbidden, Conflict),
)
def create_tenant(new: NewTenant) -> Tenant:
    """Create a tenant; for operators."""
    return wiring.tenants().create(new, app.principal())


@app.route(
    "/api/v1/tenants",
    methods=["GET"],
    query=TenantList,
    authorizer=signed_in,
    failures=(Forbidden,),
)
def list_tenants(query: TenantList) -> TenantPage:
    """List tenants; for operators."""
    return wiring.tenants().page(query, app.principal())


@app.route(
    "/api/v1/tenants/{tenant_id}",
    methods=["GET"],
    authorizer=signed_in,
    failures=(InvalidInput, Forbidden, NotFound),
)
def get_tenant(tenant_id: str) -> Tenant:
    """Get a tenant with its settings and keys; for operators."""
    return wiring.tenants().get(tenant_id, app.principal())


@app.route(
    "/api/v1/tenants/{tenant_id}",
    methods=["PUT"],
    body=TenantSettings,
    authorizer=signed_in,
    failures=(Forbidden, NotFound),
)
def change_tenant(changed: TenantSettings, tenant_id: str) -> Tenant:
    """Replace a tenant's settings; for operators."""
    return wiring.tenants().change(tenant_id, changed, app.principal())


@app.route(
    "/api/v1/tenants/{tenant_id}/keys",
    methods=["POST"],
    status=201,
    authorizer=signed_in,
    failures=(InvalidInput, Forbidden, NotFound, Conflict),
)
def add_tenant_key(tenant_id: str) -> NewKey:
    """Give a tenant one more key, shown this once; for operators."""
    return wiring.tenants().add_key(tenant_id, app.principal())


@app.route(
    "/api/v1/tenants/{tenant_id}/keys/{key_id}/rotate",
    methods=["POST"],
    body=Rotation,
    status=201,
    authorizer=signed_in,
    failures=(Forbidden, NotFound, Conflict),
)
def rotate_tenant_key(rotation: Rotation, tenant_id: str, key_id: str) -> NewKey:
    """Replace a key; the old one ends after the grace that is given; for operators."""
    return wiring.tenants().rotate_key(tenant_id, key_id, rotation, app.principal())


@app.route(
    "/api/v1/tenants/{tenant_id}/keys/{key_id}",
    methods=["DELETE"],
    status=204,
    authorizer=signed_in,
    failures=(InvalidInput, Forbidden, NotFound),
)
def revoke_tenant_key(tenant_id: str, key_id: str) -> None:
    """End a key at once; for operators."""
    wiring.tenants().revoke_key(tenant_id, key_id, app.principal())
