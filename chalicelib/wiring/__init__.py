"""Which adapter each workload runs on; built at first use and kept while the process lives.

Importing all workloads would be a tenth of a cold start, and a function's first request needs one
of them: records stand here, the others in modules of their own, imported when they are asked for.
What those build is kept here alone.
"""

import uuid
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import observability, times
from chalicelib.aws import API, FAST, Aws, Timeouts
from chalicelib.aws.queue import Queue, Refused
from chalicelib.aws.secrets import Secrets
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.records.service import Records, Searches
from chalicelib.records.store import RecordStore
from chalicelib.settings import ApiSettings, api_settings
from chalicelib.web.cursors import Cursors

if TYPE_CHECKING:
    from chalicelib.analytics.service import Analytics
    from chalicelib.operations.jobs import Jobs
    from chalicelib.operations.service import Operations
    from chalicelib.orders.service import Orders
    from chalicelib.tenant_logs.intake.service import Intake
    from chalicelib.tenant_logs.search.reading import Reading
    from chalicelib.tenant_logs.storage.processing import Processing
    from chalicelib.tenant_logs.tenants.administration import Tenants
    from chalicelib.tenant_logs.tenants.admission import Admission

# ruff: noqa: PLC0415 imports inside functions are this module's point


@cache
def settings() -> ApiSettings:
    """The settings of this process, read once."""
    return api_settings()


@cache
def aws() -> Aws:
    """The one AWS session of this process."""
    observability.start_tracing(settings().tracing, "omnidata")
    return Aws(settings().aws)


@cache
def records() -> Records:
    """The records workload."""
    client = aws().client("dynamodb")
    return Records(
        RecordStore(client, Table(client, settings().records_table)),
        state(API),
        Searches(
            Queue(aws().client("sqs", FAST), settings().search_queue_url), lambda: state(FAST)
        ),
        cursors(),
        now=times.now,
        new_id=new_id,
    )


@cache
def analytics() -> "Analytics":
    """The analytics of searches, over the worker's archive."""
    from chalicelib.wiring import for_operations

    return for_operations.analytics()


@cache
def orders() -> "Orders":
    """The orders workload."""
    from chalicelib.wiring import for_orders

    return for_orders.orders()


@cache
def intake() -> "Intake":
    """The intake of logs."""
    from chalicelib.wiring import for_tenant_logs

    return for_tenant_logs.intake()


@cache
def processing() -> "Processing":
    """What writes queued logs."""
    from chalicelib.wiring import for_tenant_logs

    return for_tenant_logs.processing()


@cache
def reading() -> "Reading":
    """What reads stored logs."""
    from chalicelib.wiring import for_tenant_logs

    return for_tenant_logs.reading()


@cache
def tenants() -> "Tenants":
    """The tenants of the logs."""
    from chalicelib.wiring import for_tenant_logs

    return for_tenant_logs.tenants()


@cache
def admission() -> "Admission":
    """Who may send logs, and how much."""
    from chalicelib.wiring import for_tenant_logs

    return for_tenant_logs.admission()


@cache
def operations() -> "Operations":
    """The pipeline and its dead letters."""
    from chalicelib.wiring import for_operations

    return for_operations.operations()


@cache
def jobs() -> "Jobs":
    """Redrives of whole queues."""
    from chalicelib.wiring import for_operations

    return for_operations.jobs()


def delete_from(queue_url: str) -> Callable[[list[str]], list[Refused]]:
    """Deletes messages of a queue by their receipt handles."""
    return Queue(aws().client("sqs"), queue_url).delete_all


# --- What workloads share --------------------------------------------------------------------


@cache
def cursors() -> Cursors:
    """Page cursors under the stage's secret, which is read at first use."""
    return Cursors(lambda: secrets().get(settings().cursor_secret))


# A client costs a cold start some 4 ms, so what most requests never need is made when needed.
@cache
def secrets() -> Secrets:
    """The reader of secrets."""
    return Secrets(aws().client("secretsmanager"))


@cache
def state(timeouts: Timeouts) -> State:
    """Counters, heartbeats and markers."""
    return State(state_table(timeouts))


def state_table(timeouts: Timeouts) -> Table:
    """The table of the side state."""
    return Table(aws().client("dynamodb", timeouts), settings().state_table)


def new_id() -> str:
    """Thirty-two random hexadecimal digits."""
    return uuid.uuid4().hex
