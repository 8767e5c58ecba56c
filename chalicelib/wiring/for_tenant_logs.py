"""What the tenants' logs run on."""

import secrets
from collections.abc import Callable

from chalicelib import times, wiring
from chalicelib.aws import API, PAGES
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.intake.service import Intake
from chalicelib.tenant_logs.queueing.claim_checks import Claims
from chalicelib.tenant_logs.queueing.sending import Outbox
from chalicelib.tenant_logs.search.log_reader import LogReader
from chalicelib.tenant_logs.search.reading import Reading
from chalicelib.tenant_logs.search.sessions import TenantTables
from chalicelib.tenant_logs.storage.markers import Markers
from chalicelib.tenant_logs.storage.processing import Processing, simulated_work
from chalicelib.tenant_logs.storage.writer import LogWriter
from chalicelib.tenant_logs.tenants import keys
from chalicelib.tenant_logs.tenants.administration import Tenants
from chalicelib.tenant_logs.tenants.admission import Admission
from chalicelib.tenant_logs.tenants.limits import Limits
from chalicelib.tenant_logs.tenants.store import TenantStore


def intake() -> Intake:
    """The intake of logs."""
    settings = wiring.settings()
    queue = Queue(wiring.aws().client("sqs"), settings.logs_queue_url)
    outbox = Outbox(queue, _claims(), message_bytes=settings.log_message_bytes)
    return Intake(wiring.admission(), outbox, now=times.now)


def processing() -> Processing:
    """What writes queued logs."""
    settings, client = wiring.settings(), wiring.aws().client("dynamodb")
    markers = Markers(
        Bulk(client, settings.state_table, ("pk", "sk")), wiring.state_table(API), now=times.now
    )
    return Processing(
        LogWriter(Bulk(client, settings.logs_table, ("tenant_id", "sk")), markers),
        _claims(),
        wiring.state(API),
        work=simulated_work(settings.log_work_ms_per_char),
        now=times.now,
    )


def reading() -> Reading:
    """What reads stored logs."""
    return Reading(LogReader(_logs_table_of()), wiring.cursors(), now=times.now)


def tenants() -> Tenants:
    """The tenants of the logs."""
    return Tenants(
        _tenant_store(),
        wiring.cursors(),
        now=times.now,
        new_secret=lambda: secrets.token_urlsafe(keys.SECRET_BYTES),
    )


def admission() -> Admission:
    """Who may send logs, and how much."""
    return Admission(
        _tenant_store(),
        Limits(wiring.state_table(API), times.now),
        open_intake=wiring.settings().open_intake,
        now=times.now,
    )


def _claims() -> Claims:
    name = wiring.settings().claims_bucket
    return Claims(
        lambda: Bucket(wiring.aws().client("s3"), name, "the claims' bucket"),
        now=times.now,
        new_id=wiring.new_id,
    )


def _logs_table_of() -> Callable[[str], Table]:
    """The table as each tenant's reader sees it."""
    role_arn, name = wiring.settings().tenant_reader_role_arn, wiring.settings().logs_table
    if role_arn:
        return TenantTables(wiring.aws(), role_arn, name, now=times.now)
    table = Table(wiring.aws().client("dynamodb", PAGES), name)
    return lambda _: table


def _tenant_store() -> TenantStore:
    return TenantStore(wiring.aws().client("dynamodb"), wiring.state_table(API))
