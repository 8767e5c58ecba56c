"""OmniData's timetable: every route and event handler, workload by workload, and no logic."""

from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    CloudWatchEvent,
    DynamoDBEvent,
    KinesisEvent,
    Rate,
    SQSEvent,
)

import chalicelib
from chalicelib import batch, observability
from chalicelib.analytics.model import SearchesQuery, SearchReport
from chalicelib.errors import Conflict, Forbidden, NotFound, OmniError, TooManyRequests
from chalicelib.ids import Id, TenantId
from chalicelib.operations.model import (
    AllLettersQuery,
    DeadLetter,
    DeadLetterResult,
    DeadLetters,
    DeadLetterSelection,
    DeadLetterSummaries,
    Health,
    LetterList,
    NewRedriveJob,
    Pipeline,
    RedriveJob,
    RedriveJobList,
    RedriveJobPage,
)
from chalicelib.orders.model import (
    NewOrder,
    Order,
    OrderAccepted,
    OrderList,
    OrderPage,
    OrderSubscriptions,
)
from chalicelib.overview import rights
from chalicelib.overview.model import LookupQuery, LookupResult, Me, Overview, OverviewQuery
from chalicelib.publisher import certificate_page, unsubscribe_page
from chalicelib.publisher import media_types as message_types
from chalicelib.publisher.model import (
    BulkResult,
    CalendarLink,
    Certification,
    CertificationList,
    CertificationPage,
    ChannelRetry,
    ChannelStates,
    DeliveryResolution,
    ImageUpload,
    MailAddress,
    Media,
    MessageChange,
    MessageExport,
    MessageFilter,
    MessageImport,
    MessageImportResult,
    MessageList,
    MessagePage,
    MessageSeries,
    MessageTemplate,
    MessageValidation,
    NewAnnouncement,
    NewApproval,
    NewCertification,
    NewImageUpload,
    NewMessage,
    NewMessageTime,
    NewSendBack,
    NewSeries,
    NewSuppression,
    NewTemplate,
    OccurrenceCalendar,
    OccurrenceChange,
    OccurrenceList,
    OutboundMessage,
    SeriesChange,
    SeriesList,
    SeriesOccurrence,
    SeriesPage,
    SeriesQuery,
    Suppression,
    SuppressionList,
    SuppressionPage,
    TemplateList,
    TemplatePage,
)
from chalicelib.records import media_types as record_types
from chalicelib.records.model import (
    NewContent,
    OtherContent,
    Record,
    RecordAdded,
    RecordExport,
    RecordImportResult,
    RecordList,
    RecordPage,
    RecordSearch,
)
from chalicelib.settings import LOCAL_STAGE, api_settings, queue_name
from chalicelib.tenant_logs.intake import media_types, otlp
from chalicelib.tenant_logs.model import LogIngestResult
from chalicelib.tenant_logs.search.queries import (
    AuditList,
    AuditPage,
    LogExport,
    LogPage,
    LogQuery,
)
from chalicelib.tenant_logs.search.summaries import (
    FacetQuery,
    HistogramQuery,
    LogFacets,
    LogHistogram,
)
from chalicelib.tenant_logs.tenants.model import (
    KeyId,
    NewTenant,
    NewTenantKey,
    Tenant,
    TenantKeyRotation,
    TenantList,
    TenantPage,
    TenantSettings,
    TenantUsage,
    UsageQuery,
)
from chalicelib.web.access import (
    MAIL_KEEPERS,
    OPEN,
    OPERATORS,
    ORDERERS,
    PUBLISHERS,
    SENDERS,
    TEMPLATE_KEEPERS,
    WEBHOOK_OWNERS,
)
from chalicelib.web.api import Api
from chalicelib.web.call import Call
from chalicelib.web.operation import SharedOptions
from chalicelib.web.payload import CSV, Payload, Upload
from chalicelib.webhooks.model import (
    DeliveriesQuery,
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookDeliveries,
    WebhookList,
    WebhookSecret,
    WebhookTestResult,
)
from chalicelib.wiring import Wiring

settings = api_settings()
wiring = Wiring(settings)  # what the functions below run on, built when it is first asked for
observability.configure()

app = Api(
    "omnidata",
    cors_origin=settings.cors_origin,
    user_pool_arn=settings.user_pool_arn,
    open_intake=settings.open_intake,
    note_failure=lambda failed: wiring.failed_requests.note(failed),  # noqa: PLW0108 built when needed
)
if settings.stage == LOCAL_STAGE:  # on AWS it is a file beside the pages
    app.serve_document(chalicelib.__version__)


# --- Overview --------------------------------------------------------------------------------


@app.get("/api/v1/me")
def show_me(call: Call) -> Me:
    """Show who calls, by the ID token, and what they may do here."""
    needed = wiring.settings.publisher.need_approval
    return rights.describe(call, settings.stage, app.operations, need_approval=needed)


@app.get("/api/v1/overview", query=OverviewQuery)
def show_overview(query: OverviewQuery, call: Call) -> Overview:
    """Show how everything is: what needs attention, how much came when, and what is recent.

    Operators see everybody's; anyone else their own, and their tenant's logs. A part that fails, or
    returns nothing within four seconds, says so; the rest is served.
    """
    return wiring.overview.look(query, call)


@app.get("/api/v1/lookup", query=LookupQuery)
def look_up(query: LookupQuery, call: Call) -> LookupResult:
    """Look an id up among all that the caller may see.

    That is records, the caller's orders and messages, and its tenant's logs; for operators all
    orders, jobs, dead letters and requests that failed on our side too. The id of a request leads
    to what it made.
    """
    return wiring.id_lookup.find(query, call)


# --- Operations ------------------------------------------------------------------------------


@app.get("/health", access=OPEN)
def health() -> Health:
    """Say that this function is up, and which stage and version it is."""
    return Health("ok", settings.stage, chalicelib.__version__)


@app.get("/api/v1/pipeline", access=OPERATORS)
def show_pipeline() -> Pipeline:
    """Show how queues, streams and workers do."""
    return wiring.operations.watch.look()


@app.get("/api/v1/dead-letters", query=AllLettersQuery, access=OPERATORS)
def summarize_dead_letters(query: AllLettersQuery) -> DeadLetterSummaries:
    """Look at every queue's dead letters by reason, those of announcements and deliveries too."""
    return wiring.operations.summaries.look(query)


@app.get("/api/v1/dead-letters/{queue}", query=LetterList, access=OPERATORS, failures=(NotFound,))
def list_dead_letters(query: LetterList, queue: str) -> DeadLetters:
    """Look at a window of a queue's dead letters."""
    return wiring.operations.dead_letters.look(queue, query)


@app.get("/api/v1/dead-letters/{queue}/{letter_id}", access=OPERATORS, failures=(NotFound,))
def get_dead_letter(queue: str, letter_id: Id) -> DeadLetter:
    """Get one dead letter, its text whole; it stays where it is."""
    return wiring.operations.dead_letters.get(queue, letter_id)


@app.post(
    "/api/v1/dead-letters/{queue}/redrive",
    body=DeadLetterSelection,
    access=OPERATORS,
    failures=(NotFound,),
)
def redrive_dead_letters(
    selection: DeadLetterSelection, queue: str, call: Call
) -> DeadLetterResult:
    """Give the chosen dead letters to their queue again."""
    return wiring.operations.dead_letters.redrive(queue, selection, call)


@app.post(
    "/api/v1/dead-letters/{queue}/delete",
    body=DeadLetterSelection,
    access=OPERATORS,
    failures=(NotFound,),
)
def delete_dead_letters(selection: DeadLetterSelection, queue: str, call: Call) -> DeadLetterResult:
    """Delete the chosen dead letters for good."""
    return wiring.operations.dead_letters.delete(queue, selection, call)


@app.post(
    "/api/v1/dead-letters/{queue}/jobs",
    body=NewRedriveJob,
    status=202,
    access=OPERATORS,
    failures=(NotFound, Conflict),
)
def redrive_all_dead_letters(new: NewRedriveJob, queue: str, call: Call) -> RedriveJob:
    """Begin to redrive all dead letters of a queue at a set velocity."""
    return wiring.operations.jobs.start(queue, new, call)


@app.get("/api/v1/jobs", query=RedriveJobList, access=OPERATORS)
def list_jobs(query: RedriveJobList, call: Call) -> RedriveJobPage:
    """List redrives of whole queues, newest first, also those of one status."""
    return wiring.operations.jobs.page(query, call)


@app.get("/api/v1/jobs/{job_id}", access=OPERATORS, failures=(NotFound,))
def get_job(job_id: Id) -> RedriveJob:
    """Show how far a redrive is."""
    return wiring.operations.jobs.get(job_id)


@app.post("/api/v1/jobs/{job_id}/stop", access=OPERATORS, failures=(NotFound,))
def stop_job(job_id: Id) -> RedriveJob:
    """Stop a redrive after its current step."""
    return wiring.operations.jobs.stop(job_id)


@app.post(
    "/api/v1/jobs/{job_id}/resume", status=202, access=OPERATORS, failures=(NotFound, Conflict)
)
def resume_job(job_id: Id, call: Call) -> RedriveJob:
    """Go on with a redrive that was stopped, or whose messages were lost."""
    return wiring.operations.jobs.resume(job_id, call)


@app.on_sqs_message(
    queue=queue_name(settings.jobs_queue_url), batch_size=1, name="run_jobs", maximum_concurrency=2
)
def run_jobs(event: SQSEvent) -> batch.Response:
    """Run one step of each queued redrive."""
    return batch.sqs(event, batch.handle_each(wiring.operations.jobs.run), wiring.mapping("jobs"))


# --- Records ---------------------------------------------------------------------------------


@app.post("/stream", body=NewContent, headers=("Idempotency-Key",), failures=(Conflict,))
def add_record(item: NewContent, call: Call) -> RecordAdded:
    """Add the record of a `user_id`, with any other attributes.

    The same content, or the same Idempotency-Key, again returns the first response; other content
    under the same `user_id` is a 409.
    """
    return wiring.records.create(item, call)


@app.get("/get-user", query=RecordSearch, api_key=True, failures=(NotFound,))
def find_record(query: RecordSearch, call: Call) -> dict[str, Any]:
    """Find a record, exactly as it was posted; all may read any. Each search is counted."""
    return wiring.records.search(query, call)


@app.get("/api/v1/records", query=RecordList, access=OPERATORS)
def list_records(query: RecordList, call: Call) -> RecordPage:
    """List all records, or those whose id begins with `prefix`, page by page.

    For a prefix up to 5,000 records are read for a response: a page may be short, even empty,
    and not the last one.
    """
    return wiring.record_sets.listing.page(query, call)


@app.post(
    "/api/v1/records:import",
    body=Upload(record_types.IMPORTED),
    access=OPERATORS,
    headers=("Idempotency-Key",),
)
def import_records(body: Payload, call: Call) -> RecordImportResult:
    """Add up to 1,000 records of 5 MB, as NDJSON or CSV; a bad row does not spoil the others.

    Each is added as by `POST /stream`, so that a repeat adds nothing twice: what is stored as it
    was sent counts as added. Under the same Idempotency-Key the first result is returned. 503 means
    that not all rows were tried: the same request again goes on.
    """
    return wiring.record_sets.importing.add(body, call)


@app.get(
    "/api/v1/records:export",
    query=RecordExport,
    access=OPERATORS,
    sends=("X-Next-Cursor", "Link"),
    content=record_types.EXPORTED,
)
def export_records(query: RecordExport, call: Call) -> Payload:
    """Export all records, or those whose id begins with `prefix`, in parts that `Link` leads on.

    As NDJSON a line is what was posted, and an import takes it back. As CSV it has the bookkeeping
    and the content as JSON; a cell that a spreadsheet would run begins with an apostrophe.
    """
    return wiring.record_sets.listing.export(query, call)


@app.get("/api/v1/records/{user_id}", etag="version", failures=(NotFound,))
def get_record(user_id: Id, call: Call) -> Record:
    """Get a record with its bookkeeping; its version is the entity tag.

    Who created it is shown to that person and to operators.
    """
    return wiring.records.get(user_id, call)


@app.put(
    "/api/v1/records/{user_id}",
    body=OtherContent,
    headers=("If-Match", "If-None-Match"),
    etag="version",
    failures=(Forbidden, NotFound),
)
def replace_record(item: dict[str, Any], user_id: Id, call: Call) -> Record:
    """Replace a record's whole content; for its creator and operators."""
    return wiring.records.replace(user_id, item, call)


@app.patch(
    "/api/v1/records/{user_id}",
    body=Upload(record_types.PATCHED),
    headers=("If-Match",),
    etag="version",
    failures=(Forbidden, NotFound),
)
def patch_record(body: Payload, user_id: Id, call: Call) -> Record:
    """Change members of a record's content by a JSON merge patch; null removes one (RFC 7396).

    For its creator and operators. Without a change nothing is written.
    """
    return wiring.records.patch(user_id, body, call)


@app.delete(
    "/api/v1/records/{user_id}",
    status=204,
    headers=("If-Match",),
    failures=(Forbidden, NotFound),
)
def delete_record(user_id: Id, call: Call) -> None:
    """Delete a record; for its creator and operators."""
    wiring.records.delete(user_id, call)


# --- Analytics -------------------------------------------------------------------------------


@app.get(
    "/api/v1/analytics/searches",
    query=SearchesQuery,
    sends=("X-Complete",),
    content={CSV: str},
)
def count_searches(query: SearchesQuery, call: Call) -> SearchReport | Payload:
    """Count the searches of a time range: over time, found and missed; as CSV the series alone.

    Operators get the searches of everybody, with the users who were searched for most; anyone else
    gets the searches that they made.
    """
    return wiring.analytics.searches(query, call)


# --- Orders ----------------------------------------------------------------------------------


@app.post("/orders", body=NewOrder, status=202, access=ORDERERS, headers=("Idempotency-Key",))
def place_order(order: NewOrder, call: Call) -> OrderAccepted:
    """Queue an order and return its `orderID` at once.

    The same Idempotency-Key again gets the same order; with another body it is a 409. Its mail
    comes at least once: at most once more per kill between publish and mark, by the same `orderID`.
    """
    return wiring.orders.placing.place(order, call)


@app.get("/orders", query=OrderList, access=OPERATORS)
def list_orders(query: OrderList, call: Call) -> OrderPage:
    """List stored orders by time, newest first, or some of them by status, placer or id.

    For those up to 5,000 orders of the time are read for a response: a page may be short, even
    empty, and not the last one.
    """
    return wiring.orders.listing.page(query, call)


@app.get("/orders/{orderID}", failures=(NotFound,))
def get_order(orderID: Id, call: Call) -> Order:  # noqa: N803 its spelling on the wire
    """Get an order with its timeline, also while it is queued; for who placed it and operators."""
    return wiring.orders.lookup.get(orderID, call)


@app.get("/api/v1/orders/subscriptions", access=OPERATORS)
def list_subscriptions() -> OrderSubscriptions:
    """List who is notified of orders, and who has yet to confirm it."""
    return wiring.orders.lookup.subscriptions()


@app.on_sqs_message(
    queue=queue_name(settings.orders_queue_url),
    batch_size=10,
    name="store_orders",
    maximum_concurrency=10,
    maximum_batching_window_in_seconds=settings.queue_window_s,
)
def store_orders(event: SQSEvent) -> batch.Response:
    """Write queued orders to the `orders` table."""
    return batch.sqs(event, wiring.orders.storing.store, wiring.mapping("orders"))


@app.on_dynamodb_record(
    stream_arn=settings.orders_stream_arn,
    batch_size=max(settings.digest_orders, 10),
    starting_position="TRIM_HORIZON",  # with LATEST what comes before the mapping works is lost
    name="announce_orders",
    maximum_batching_window_in_seconds=settings.digest_window_s,
)
def announce_orders(event: DynamoDBEvent) -> batch.Response:
    """Announce each stored order on the topic."""
    return batch.stream(
        event,
        wiring.orders.announcer.announce,
        reports_failures=wiring.settings.partial_batch_responses,
    )


# --- Tenant logs -----------------------------------------------------------------------------


@app.tenant_key_authorizer(ttl_seconds=60)
def tenant_key(request: AuthRequest) -> AuthResponse:
    """Let in whoever bears a tenant's live key, for that tenant."""
    bearer = wiring.logs.admission.bearer(request.token)
    if bearer is None:
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(
        routes=["/ingest", "/v1/logs"],
        principal_id=bearer.tenant_id,
        context={"tenant_id": bearer.tenant_id, "key_id": bearer.key.key_id},
    )


def count_refused_body(error: OmniError, call: Call) -> None:
    """Count a request for logs whose body was refused as a whole."""
    wiring.logs.intake.reject(error, call)


@app.post(
    "/ingest",
    body=Upload(media_types.INGEST),
    status=202,
    access=SENDERS,
    headers=("X-Tenant-ID", "X-Tenant-Strict"),
    failures=(TooManyRequests,),
    rejected=count_refused_body,
)
def ingest(body: Payload, call: Call) -> LogIngestResult:
    """Queue log records: one or an array as JSON, one a line as NDJSON, or one text.

    At most 1,000 records, plain, gzip or deflate. A record is an object with `text` and, as
    wanted, `tenant_id`, `log_id`, `ts`, `severity`, `attrs` and `source`, also by the names that
    loggers give them; what else it has goes into its `attrs`, where `_repaired` says what was
    repaired. The same `log_id` again is the same record. Only what the queue took is accepted;
    what was rejected says why, and by `index` which it was. A bad record does not spoil the
    others, and 400 means that all were bad. `text/plain` is one record, unless its lines are
    syslog or CRI. With `X-Tenant-Strict: true` a record of another tenant is a 403 for all.
    """
    return wiring.logs.intake.ingest(body, call)


@app.post(
    "/v1/logs",
    body=Upload(media_types.EXPORT),
    content=media_types.EXPORTED,
    access=SENDERS,
    headers=("X-Tenant-ID",),
    failures=(TooManyRequests,),
    refusal=otlp.refusal,
    rejected=count_refused_body,
    refusal_content=media_types.REFUSED,
)
def export_otlp(body: Payload, call: Call) -> Payload:
    """Queue the log records of an OTLP/HTTP export, JSON or protobuf, plain, gzip or deflate.

    At most 20,000 records within 5 MB; the response is an ExportLogsServiceResponse, with
    `partialSuccess` where some were rejected. Failures are a google.rpc.Status: 429 and 503 may be
    tried again after Retry-After, others not.
    """
    return wiring.logs.intake.otlp(body, call)


@app.get("/api/v1/logs", query=LogQuery, headers=("X-Tenant-ID",), failures=(Forbidden,))
def find_logs(query: LogQuery, call: Call) -> LogPage:
    """Find log records of a tenant by time and filters, or follow what arrives.

    A page may be short and not the last one: go on while there is a cursor; until then `read` is
    not complete. Filters look at 11,000 records a response at most. With `order=arrival&tail=true`
    each record is shown once, in the order of arrival and whatever its `ts`, so also one that
    comes late; ask again with the cursor for what came since. A record is missed only if it can be
    read later than 10 s after it arrived; of the last 10 s at most 128 are shown at once.
    Operators name any tenant by `tenant_id` or `X-Tenant-ID`; each such query is audited.
    """
    return wiring.logs.reading.page(query, call)


@app.get(
    "/api/v1/logs/histogram",
    query=HistogramQuery,
    headers=("X-Tenant-ID",),
    failures=(Forbidden,),
)
def show_log_histogram(query: HistogramQuery, call: Call) -> LogHistogram:
    """Count log records of a tenant by time and severity, at most 31 days of them.

    By time and `severity` alone it is from counts of whole minutes, however many records there
    are; any other filter reads the newest 11,000 records of the range at most.
    """
    return wiring.logs.histograms.build(query, call)


@app.get(
    "/api/v1/logs/facets",
    query=FacetQuery,
    headers=("X-Tenant-ID",),
    failures=(Forbidden,),
)
def list_log_facets(query: FacetQuery, call: Call) -> LogFacets:
    """List the most frequent values of severity, source and attributes of log records.

    They are of the newest 5,000 records of the range at most, which is 31 days at most.
    """
    return wiring.logs.facets.find(query, call)


@app.get(
    "/api/v1/logs/export",
    query=LogExport,
    headers=("X-Tenant-ID",),
    sends=("X-Next-Cursor", "Link"),
    content=media_types.FOUND,
    failures=(Forbidden,),
)
def export_logs(query: LogExport, call: Call) -> Payload:
    """Export log records of a tenant as NDJSON or CSV; `Link` and `X-Next-Cursor` lead on.

    A response has at most `limit` records and 4 MB, and may be empty and not the last. All parts
    in a row are one file: every record is in it once.
    """
    return wiring.logs.reading.export(query, call)


@app.get("/api/v1/audit", query=AuditList, access=OPERATORS)
def list_audit_records(query: AuditList, call: Call) -> AuditPage:
    """List which operators read which tenant's logs, the newest first."""
    return wiring.logs.audit.page(query, call)


@app.post("/api/v1/tenants", body=NewTenant, status=201, access=OPERATORS, failures=(Conflict,))
def create_tenant(new: NewTenant, call: Call) -> Tenant:
    """Create a tenant."""
    return wiring.logs.tenants.create(new, call)


@app.get("/api/v1/tenants", query=TenantList, access=OPERATORS)
def list_tenants(query: TenantList, call: Call) -> TenantPage:
    """List tenants."""
    return wiring.logs.tenants.page(query, call)


@app.get("/api/v1/tenants/{tenant_id}", access=OPERATORS, failures=(NotFound,))
def get_tenant(tenant_id: TenantId) -> Tenant:
    """Get a tenant with its settings and keys."""
    return wiring.logs.tenants.get(tenant_id)


@app.get(
    "/api/v1/tenants/{tenant_id}/usage",
    query=UsageQuery,
    access=OPERATORS,
    failures=(NotFound,),
)
def show_tenant_usage(query: UsageQuery, tenant_id: TenantId) -> TenantUsage:
    """Show what a tenant sent on each of the last days: records, bytes, and rejects by reason."""
    return wiring.logs.tenants.usage(tenant_id, query)


@app.put("/api/v1/tenants/{tenant_id}", body=TenantSettings, access=OPERATORS, failures=(NotFound,))
def change_tenant(changed: TenantSettings, tenant_id: TenantId, call: Call) -> Tenant:
    """Replace a tenant's settings."""
    return wiring.logs.tenants.change(tenant_id, changed, call)


@app.post(
    "/api/v1/tenants/{tenant_id}/keys",
    status=201,
    access=OPERATORS,
    failures=(NotFound, Conflict),
)
def add_tenant_key(tenant_id: TenantId, call: Call) -> NewTenantKey:
    """Give a tenant one more key, shown this once."""
    return wiring.logs.tenants.add_key(tenant_id, call)


@app.post(
    "/api/v1/tenants/{tenant_id}/keys/{key_id}/rotate",
    body=TenantKeyRotation,
    status=201,
    access=OPERATORS,
    failures=(NotFound, Conflict),
)
def rotate_tenant_key(
    rotation: TenantKeyRotation, tenant_id: TenantId, key_id: KeyId, call: Call
) -> NewTenantKey:
    """Replace a key; the old one ends after the grace that is given."""
    return wiring.logs.tenants.rotate_key(tenant_id, key_id, rotation, call)


@app.delete(
    "/api/v1/tenants/{tenant_id}/keys/{key_id}",
    status=204,
    access=OPERATORS,
    failures=(NotFound,),
)
def revoke_tenant_key(tenant_id: TenantId, key_id: KeyId, call: Call) -> None:
    """End a key at once."""
    wiring.logs.tenants.revoke_key(tenant_id, key_id, call)


@app.on_sqs_message(
    queue=queue_name(settings.logs_queue_url),
    batch_size=10,
    name="process_logs",
    maximum_concurrency=10,
    maximum_batching_window_in_seconds=settings.queue_window_s,
)
def process_logs(event: SQSEvent) -> batch.Response:
    """Write queued log records to their tenants' partitions."""
    return batch.sqs(event, wiring.logs.processing.process, wiring.mapping("logs"))


# --- Publisher -------------------------------------------------------------------------------

# One thing of the caller's own; another's is not found.
OWN = SharedOptions(access=PUBLISHERS, failures=(NotFound,), etag="rev")
OF_OWN = SharedOptions(access=PUBLISHERS, failures=(NotFound,))
ONE_OF_OWN = SharedOptions(access=PUBLISHERS, failures=(NotFound, Conflict))
DECISION = SharedOptions(access=PUBLISHERS, failures=(NotFound, Conflict), etag="rev")
TEMPLATE = SharedOptions(access=TEMPLATE_KEEPERS, failures=(NotFound,), etag="rev")
UNSUBSCRIBE = SharedOptions(
    access=OPEN,
    kept=False,
    content=unsubscribe_page.PAGE,
    failures=(NotFound,),
    refusal=unsubscribe_page.refuse,
    refusal_content=unsubscribe_page.PAGE,
)
CERTIFICATE_PAGE = SharedOptions(
    access=OPEN,
    content=certificate_page.PAGE,
    failures=(NotFound,),
    refusal=certificate_page.refuse,
    refusal_content=certificate_page.PAGE,
)
CERTIFICATE_BADGE = SharedOptions({**CERTIFICATE_PAGE, "kept": False})


@app.post(
    "/api/v1/messages",
    body=NewMessage,
    status=201,
    access=PUBLISHERS,
    headers=("Idempotency-Key",),
)
def create_message(new: NewMessage, call: Call) -> OutboundMessage:
    """Publish a message now, at a time, or keep it as a draft.

    The same Idempotency-Key again is the same message; with another body it is a 409.
    """
    return wiring.publisher.creating.create(new, call)


@app.post("/api/v1/messages/validate", body=NewMessage, access=PUBLISHERS)
def validate_message(new: NewMessage, call: Call) -> MessageValidation:
    """Show a message's text, length and problems on every channel; nothing is written."""
    return wiring.publisher.creating.validate(new, call)


@app.get("/api/v1/messages", query=MessageList, access=PUBLISHERS)
def list_messages(query: MessageList, call: Call) -> MessagePage:
    """List the caller's messages, newest first; with `from` or `to` it is their calendar."""
    return wiring.publisher.lookup.page(query, call)


@app.post(
    "/api/v1/messages:import",
    body=Upload(message_types.IMPORTED),
    query=MessageImport,
    access=PUBLISHERS,
    headers=("Idempotency-Key",),
)
def import_messages(body: Payload, query: MessageImport, call: Call) -> MessageImportResult:
    """Make up to 5,000 messages of a file, NDJSON or CSV; a bad row does not spoil the others.

    Each is made once, however often the file is sent: 503 means that not all rows were tried, and
    the same request again goes on. Without an Idempotency-Key the body counts as one.
    """
    return wiring.publisher.exchange.importing.add(body, query, call)


@app.get(
    "/api/v1/messages:export",
    query=MessageExport,
    access=PUBLISHERS,
    sends=("X-Next-Cursor", "Link"),
    content=message_types.EXPORTED,
)
def export_messages(query: MessageExport, call: Call) -> Payload:
    """Export the messages that a list shows, in parts that `Link` leads on.

    A cell of CSV that a spreadsheet would run begins with an apostrophe.
    """
    return wiring.publisher.exchange.exporting.export(query, call)


@app.post("/api/v1/messages:cancel", body=MessageFilter, access=PUBLISHERS)
def cancel_messages(which: MessageFilter, call: Call) -> BulkResult:
    """Cancel what has not gone out of the caller's messages that a filter names.

    Without a status that is all but drafts. A filter that names nothing is refused.
    """
    return wiring.publisher.exchange.bulk.cancel(which, call)


@app.post("/api/v1/messages:retry", body=ChannelRetry, access=PUBLISHERS)
def retry_channel(which: ChannelRetry, call: Call) -> BulkResult:
    """Try the failed deliveries of one channel again, of all of the caller's messages."""
    return wiring.publisher.exchange.bulk.retry(which, call)


@app.post("/api/v1/calendar-link", status=201, access=PUBLISHERS)
def create_calendar_link(call: Call) -> CalendarLink:
    """Make a link by which calendar programs read the caller's messages; the one before ends."""
    return wiring.publisher.exchange.calendar_links.make(call)


@app.get("/api/v1/calendar-link", access=PUBLISHERS, failures=(NotFound,))
def get_calendar_link(call: Call) -> CalendarLink:
    """Get the caller's calendar link."""
    return wiring.publisher.exchange.calendar_links.get(call)


@app.delete("/api/v1/calendar-link", status=204, access=PUBLISHERS, failures=(NotFound,))
def delete_calendar_link(call: Call) -> None:
    """End the caller's calendar link: who has it reads nothing any more."""
    wiring.publisher.exchange.calendar_links.delete(call)


@app.get(
    "/calendar/{token}",
    access=OPEN,
    content=message_types.CALENDAR,
    failures=(NotFound,),
)
def show_calendar(token: str) -> Payload:
    """Show what an author has scheduled, as iCalendar (RFC 5545), to who has the link."""
    return wiring.publisher.exchange.calendar_feed.show(token)


@app.get("/api/v1/messages/{message_id}", **OWN)
def get_message(message_id: Id, call: Call) -> OutboundMessage:
    """Get a message with its deliveries; another author's is not found."""
    return wiring.publisher.lookup.get(message_id, call)


@app.patch("/api/v1/messages/{message_id}", body=MessageChange, headers=("If-Match",), **OWN)
def change_message(changes: MessageChange, message_id: Id, call: Call) -> OutboundMessage:
    """Replace fields of a message that has not gone out; one that was approved waits again."""
    return wiring.publisher.editing.change(message_id, changes, call)


@app.post(
    "/api/v1/messages/{message_id}/reschedule",
    body=NewMessageTime,
    headers=("If-Match",),
    **OWN,
)
def reschedule_message(new: NewMessageTime, message_id: Id, call: Call) -> OutboundMessage:
    """Give a message that has not gone out another time."""
    return wiring.publisher.editing.reschedule(message_id, new, call)


@app.post("/api/v1/messages/{message_id}/cancel", **DECISION)
def cancel_message(message_id: Id, call: Call) -> OutboundMessage:
    """Cancel what has not gone out yet."""
    return wiring.publisher.editing.cancel(message_id, call)


@app.post("/api/v1/messages/{message_id}/approve", body=NewApproval, **DECISION)
def approve_message(approval: NewApproval, message_id: Id, call: Call) -> OutboundMessage:
    """Let a message go out that waits for approval, by another person than its author.

    What is approved is the revision that was looked at; a later change waits for approval again.
    """
    return wiring.publisher.approving.approve(message_id, approval, call)


@app.post("/api/v1/messages/{message_id}/send-back", body=NewSendBack, **DECISION)
def send_back_message(decision: NewSendBack, message_id: Id, call: Call) -> OutboundMessage:
    """Make a message that waits for approval its author's draft again, with a comment."""
    return wiring.publisher.approving.send_back(message_id, decision, call)


@app.post("/api/v1/messages/{message_id}/retry", **DECISION)
def retry_message(message_id: Id, call: Call) -> OutboundMessage:
    """Try the failed channels again; what was sent stays as it is."""
    return wiring.publisher.resolving.retry(message_id, call)


@app.post("/api/v1/messages/{message_id}/resolve", body=DeliveryResolution, **DECISION)
def resolve_delivery(resolution: DeliveryResolution, message_id: Id, call: Call) -> OutboundMessage:
    """Say what became of an unconfirmed delivery: it is live, or to be posted again."""
    return wiring.publisher.resolving.resolve(message_id, resolution, call)


@app.post(
    "/api/v1/series",
    body=NewSeries,
    status=201,
    access=PUBLISHERS,
    headers=("Idempotency-Key",),
    failures=(Conflict,),
)
def create_series(new: NewSeries, call: Call) -> MessageSeries:
    """Let a message recur by a rule; each occurrence is a message of its own 12 hours before.

    A local time stays the same over clock changes. There may be 100 series of a person.
    """
    return wiring.publisher.series.service.create(new, call)


@app.get("/api/v1/series", query=SeriesList, access=PUBLISHERS)
def list_series(query: SeriesList, call: Call) -> SeriesPage:
    """List the caller's series, newest first."""
    return wiring.publisher.series.service.page(query, call)


@app.get("/api/v1/series/{series_id}", query=SeriesQuery, **OWN)
def get_series(query: SeriesQuery, series_id: Id, call: Call) -> MessageSeries:
    """Get a series with its next occurrences; another author's is not found."""
    return wiring.publisher.series.service.get(series_id, query.occurrences, call)


@app.patch("/api/v1/series/{series_id}", body=SeriesChange, headers=("If-Match",), **OWN)
def change_series(change: SeriesChange, series_id: Id, call: Call) -> MessageSeries:
    """Replace fields of a series for all that is to come; messages that were made stay."""
    return wiring.publisher.series.service.change(series_id, change, call)


@app.delete("/api/v1/series/{series_id}", status=204, headers=("If-Match",), **OF_OWN)
def delete_series(series_id: Id, call: Call) -> None:
    """End a series; messages that were made stay."""
    wiring.publisher.series.service.delete(series_id, call)


@app.patch("/api/v1/series/{series_id}/occurrences/{at}", body=OccurrenceChange, **ONE_OF_OWN)
def change_occurrence(
    change: OccurrenceChange, series_id: Id, at: Id, call: Call
) -> SeriesOccurrence:
    """Change one of the next 100 occurrences, or its message if that was made already."""
    return wiring.publisher.series.single.change(series_id, at, change, call)


@app.delete("/api/v1/series/{series_id}/occurrences/{at}", status=204, **ONE_OF_OWN)
def skip_occurrence(series_id: Id, at: Id, call: Call) -> None:
    """Let one of the next 100 occurrences not take place, or cancel its message."""
    wiring.publisher.series.single.skip(series_id, at, call)


@app.get("/api/v1/occurrences", query=OccurrenceList, access=PUBLISHERS)
def list_occurrences(query: OccurrenceList, call: Call) -> OccurrenceCalendar:
    """List what is to come of all the caller's series; what is a message already is not in it."""
    return wiring.publisher.series.calendar.list_coming(query, call)


@app.post(
    "/api/v1/templates",
    body=NewTemplate,
    status=201,
    access=TEMPLATE_KEEPERS,
    headers=("Idempotency-Key",),
)
def create_template(new: NewTemplate, call: Call) -> MessageTemplate:
    """Keep a template, whose texts have fields such as `{{day}}`; all publishers may use it."""
    return wiring.publisher.templates.create(new, call)


@app.get("/api/v1/templates", query=TemplateList, access=TEMPLATE_KEEPERS)
def list_templates(query: TemplateList, call: Call) -> TemplatePage:
    """List everybody's templates, newest first."""
    return wiring.publisher.templates.page(query, call)


@app.get("/api/v1/templates/{template_id}", **TEMPLATE)
def get_template(template_id: Id) -> MessageTemplate:
    """Get a template with the names of its fields."""
    return wiring.publisher.templates.get(template_id)


@app.put("/api/v1/templates/{template_id}", body=NewTemplate, headers=("If-Match",), **TEMPLATE)
def replace_template(new: NewTemplate, template_id: Id, call: Call) -> MessageTemplate:
    """Replace a template; for its author and operators. Messages that were made of it stay."""
    return wiring.publisher.templates.replace(template_id, new, call)


@app.delete(
    "/api/v1/templates/{template_id}",
    status=204,
    access=TEMPLATE_KEEPERS,
    headers=("If-Match",),
    failures=(NotFound,),
)
def delete_template(template_id: Id, call: Call) -> None:
    """Delete a template; for its author and operators. Messages that were made of it stay."""
    wiring.publisher.templates.delete(template_id, call)


@app.get("/api/v1/channels", access=PUBLISHERS)
def list_channels() -> ChannelStates:
    """List the channels: as whom they publish, their limits, holds and last attempts."""
    return wiring.publisher.channels.lookup.list_all()


@app.post("/api/v1/media", body=NewImageUpload, status=201, access=PUBLISHERS)
def begin_upload(new: NewImageUpload, call: Call) -> ImageUpload:
    """Get a form by which a browser uploads one image, straight to the bucket."""
    return wiring.publisher.uploads.begin(new, call)


@app.post("/api/v1/media/{media_id}/confirm", access=PUBLISHERS, failures=(NotFound, Conflict))
def confirm_upload(media_id: Id, call: Call) -> Media:
    """Check what was uploaded; only then messages may use it."""
    return wiring.publisher.uploads.confirm(media_id, call)


@app.get("/api/v1/media/{media_id}", access=PUBLISHERS, failures=(NotFound,), kept=False)
def get_media(media_id: Id, call: Call) -> Media:
    """Get an upload with a link to it; another author's is not found."""
    return wiring.publisher.uploads.get(media_id, call)


@app.post(
    "/api/v1/certifications",
    body=NewCertification,
    status=201,
    access=PUBLISHERS,
    headers=("Idempotency-Key",),
)
def create_certification(new: NewCertification, call: Call) -> Certification:
    """Keep a certificate of the caller's."""
    return wiring.publisher.certificates.service.create(new, call)


@app.get("/api/v1/certifications", query=CertificationList, access=PUBLISHERS)
def list_certifications(query: CertificationList, call: Call) -> CertificationPage:
    """List the caller's certificates, newest first."""
    return wiring.publisher.certificates.service.page(query, call)


@app.get("/api/v1/certifications/{certification_id}", **OWN)
def get_certification(certification_id: Id, call: Call) -> Certification:
    """Get a certificate with its status of today."""
    return wiring.publisher.certificates.service.get(certification_id, call)


@app.put(
    "/api/v1/certifications/{certification_id}",
    body=NewCertification,
    headers=("If-Match",),
    **OWN,
)
def replace_certification(new: NewCertification, certification_id: Id, call: Call) -> Certification:
    """Replace a certificate."""
    return wiring.publisher.certificates.service.replace(certification_id, new, call)


@app.delete(
    "/api/v1/certifications/{certification_id}",
    status=204,
    headers=("If-Match",),
    **OF_OWN,
)
def delete_certification(certification_id: Id, call: Call) -> None:
    """Delete a certificate."""
    wiring.publisher.certificates.service.delete(certification_id, call)


@app.post(
    "/api/v1/certifications/{certification_id}/announce",
    body=NewAnnouncement,
    status=201,
    **DECISION,
)
def announce_certification(
    new: NewAnnouncement, certification_id: Id, call: Call
) -> OutboundMessage:
    """Announce a certificate, once on each channel.

    Asked again, also at the same time, the response is the message that announced it.
    """
    return wiring.publisher.certificates.announcing.announce(certification_id, new, call)


@app.head("/certificates/{certification_id}", **CERTIFICATE_PAGE)
@app.get("/certificates/{certification_id}", **CERTIFICATE_PAGE)
def show_certificate(certification_id: Id) -> Payload:
    """Show a certificate that its owner has made public, to anybody."""
    return wiring.publisher.certificates.public.show(certification_id)


@app.get(
    "/certificates/{certification_id}/badge",
    status=302,
    sends=("Location",),
    **CERTIFICATE_BADGE,
)
def show_certificate_badge(certification_id: Id) -> Payload:
    """Lead on to the picture of a public certificate."""
    return wiring.publisher.certificates.public.show_badge(certification_id)


@app.get("/api/v1/suppressions", query=SuppressionList, access=MAIL_KEEPERS)
def list_suppressions(query: SuppressionList, call: Call) -> SuppressionPage:
    """List the addresses that get no e-mail, newest first, or look one up."""
    return wiring.publisher.mail.suppressions.page(query, call)


@app.post("/api/v1/suppressions", body=NewSuppression, status=201, access=MAIL_KEEPERS)
def add_suppression(new: NewSuppression, call: Call) -> Suppression:
    """Let an address get no e-mail any more; the entry of one that is suppressed stays."""
    return wiring.publisher.mail.suppressions.add(new, call)


@app.delete("/api/v1/suppressions/{address}", status=204, access=OPERATORS, failures=(NotFound,))
def remove_suppression(address: MailAddress, call: Call) -> None:
    """Let an address get e-mail again."""
    wiring.publisher.mail.suppressions.remove(address, call)


@app.head("/unsubscribe/{token}", **UNSUBSCRIBE)
@app.get("/unsubscribe/{token}", **UNSUBSCRIBE)
def ask_to_unsubscribe(token: str) -> Payload:
    """Show the page with the button of an e-mail's unsubscribe link; it changes nothing."""
    return wiring.publisher.mail.unsubscribing.show(token)


@app.post("/unsubscribe/{token}", body=unsubscribe_page.FORMS, **UNSUBSCRIBE)
def unsubscribe(form: Payload, token: str) -> Payload:
    """Send no further e-mail to the recipient of the link's e-mail (RFC 8058)."""
    return wiring.publisher.mail.unsubscribing.unsubscribe(token, form)


@app.on_sqs_message(
    queue=queue_name(settings.mail_events_queue_url),
    batch_size=10,
    name="process_mail_events",
    maximum_concurrency=2,
)
def process_mail_events(event: SQSEvent) -> batch.Response:
    """Suppress the addresses of e-mails that bounced or were complained about."""
    work = batch.handle_each(wiring.publisher.mail.feedback.handle)
    return batch.sqs(event, work, wiring.mapping("mail_events"))


@app.on_kinesis_record(
    stream=settings.publisher.messages_stream,
    batch_size=10,
    starting_position="TRIM_HORIZON",  # as for orders
    name="deliver_messages",
    maximum_batching_window_in_seconds=5,
)
def deliver_messages(event: KinesisEvent) -> batch.Response:
    """Deliver messages to their channels."""
    return batch.kinesis(
        event,
        wiring.publisher.delivery.handle,
        reports_failures=wiring.settings.partial_batch_responses,
    )


@app.schedule(Rate(1, unit=Rate.MINUTES), name="publish_due")
def publish_due(_: CloudWatchEvent) -> None:
    """Dispatch the messages that are due, and look again at what was dropped."""
    wiring.publisher.tick.run()


# --- Webhooks --------------------------------------------------------------------------------

OWN_WEBHOOK = SharedOptions(access=WEBHOOK_OWNERS, failures=(NotFound,), etag="rev")
OF_WEBHOOK = SharedOptions(access=WEBHOOK_OWNERS, failures=(NotFound,))


@app.post(
    "/api/v1/webhooks", body=NewWebhook, status=201, access=WEBHOOK_OWNERS, failures=(Conflict,)
)
def create_webhook(new: NewWebhook, call: Call) -> WebhookSecret:
    """Create a webhook, which tells a URL of events; its secret is shown this once.

    Publishers' webhooks are told of their own messages; operators' of all messages and orders.
    There may be 10 of a person and 50 of all.
    """
    return wiring.webhooks.service.create(new, call)


@app.get("/api/v1/webhooks", access=WEBHOOK_OWNERS)
def list_webhooks(call: Call) -> WebhookList:
    """List the caller's webhooks with how they do; operators see all."""
    return wiring.webhooks.service.list_all(call)


@app.get("/api/v1/webhooks/{webhook_id}", **OWN_WEBHOOK)
def get_webhook(webhook_id: Id, call: Call) -> Webhook:
    """Get a webhook; another's is not found, but by operators."""
    return wiring.webhooks.service.get(webhook_id, call)


@app.patch(
    "/api/v1/webhooks/{webhook_id}", body=WebhookChange, headers=("If-Match",), **OWN_WEBHOOK
)
def change_webhook(change: WebhookChange, webhook_id: Id, call: Call) -> Webhook:
    """Change where a webhook sends what, pause it, or let it go on."""
    return wiring.webhooks.service.change(webhook_id, change, call)


@app.delete("/api/v1/webhooks/{webhook_id}", status=204, headers=("If-Match",), **OF_WEBHOOK)
def delete_webhook(webhook_id: Id, call: Call) -> None:
    """Delete a webhook; what waits to be sent to it is not sent."""
    wiring.webhooks.service.delete(webhook_id, call)


@app.post("/api/v1/webhooks/{webhook_id}/rotate", headers=("If-Match",), **OF_WEBHOOK)
def rotate_webhook_secret(webhook_id: Id, call: Call) -> WebhookSecret:
    """Give a webhook another secret; for 24 hours the last one signs beside it."""
    return wiring.webhooks.service.rotate(webhook_id, call)


@app.post("/api/v1/webhooks/{webhook_id}/test", **OF_WEBHOOK)
def try_webhook(webhook_id: Id, call: Call) -> WebhookTestResult:
    """Send a `webhook.test` event at once, and show what the receiver responded."""
    return wiring.webhooks.trial.try_out(webhook_id, call)


@app.get("/api/v1/webhooks/{webhook_id}/deliveries", query=DeliveriesQuery, **OF_WEBHOOK)
def list_webhook_deliveries(
    query: DeliveriesQuery, webhook_id: Id, call: Call
) -> WebhookDeliveries:
    """List the newest events for a webhook, with attempts and errors; kept for 15 days."""
    return wiring.webhooks.service.list_deliveries(query, webhook_id, call)


@app.on_sqs_message(
    queue=queue_name(settings.webhooks_queue_url),
    batch_size=10,
    name="deliver_webhooks",
    maximum_concurrency=5,
)
def deliver_webhooks(event: SQSEvent) -> batch.Response:
    """Send queued events to the webhooks that want them."""
    work = batch.handle_in_threads(wiring.webhooks.delivery.handle)
    return batch.sqs(event, work, wiring.mapping("webhooks"))
