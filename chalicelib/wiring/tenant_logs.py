"""What the tenants' logs run on: each part is built when it is first asked for."""

import secrets
from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, PAGES
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.keeping import CountKeeper
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.intake.rejections import Rejections
from chalicelib.tenant_logs.intake.service import Intake
from chalicelib.tenant_logs.queueing.claim_checks import ClaimCheckStore
from chalicelib.tenant_logs.queueing.sending import Outbox
from chalicelib.tenant_logs.search.audit import Audit
from chalicelib.tenant_logs.search.facets import LogFacetFinder
from chalicelib.tenant_logs.search.finding import LogFinder
from chalicelib.tenant_logs.search.histogram import LogHistograms
from chalicelib.tenant_logs.search.log_reader import LogReader
from chalicelib.tenant_logs.search.reading import LogSearch
from chalicelib.tenant_logs.search.scanning import LogScan
from chalicelib.tenant_logs.search.sessions import TenantTables
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.tenant_logs.storage.items import add_arrival
from chalicelib.tenant_logs.storage.markers import Markers
from chalicelib.tenant_logs.storage.processing import Processing, simulate_work
from chalicelib.tenant_logs.storage.writer import LogWriter
from chalicelib.tenant_logs.tenants import keys
from chalicelib.tenant_logs.tenants.administration import Tenants
from chalicelib.tenant_logs.tenants.admission import Admission
from chalicelib.tenant_logs.tenants.key_uses import KeyUses
from chalicelib.tenant_logs.tenants.limits import TenantLimits
from chalicelib.tenant_logs.tenants.store import TenantStore
from chalicelib.tenant_logs.tenants.usage import UsageStore
from chalicelib.tenant_logs.tenants.view import TenantView

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


COUNTERS = 8  # threads: a batch may hold records of several tenants


class LogsWiring:
    """The parts of the tenants' logs."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    @cached_property
    def intake(self) -> Intake:
        """What takes log records in."""
        settings = self._wiring.settings
        queue = Queue(self._wiring.aws.client("sqs"), settings.logs_queue_url)
        outbox = Outbox(queue, self._claims, message_bytes=settings.log_message_bytes)
        usage = self._usage_store()
        rejections = Rejections(self._wiring.state(API).count, usage.count_rejected)
        counts = self._wiring.activity_counts
        return Intake(self.admission, outbox, rejections, counts, now=times.now)

    @cached_property
    def processing(self) -> Processing:
        """What writes queued log records."""
        settings = self._wiring.settings
        return Processing(
            self._writer(),
            self._claims,
            self._wiring.state(API),
            work=simulate_work(settings.log_work_ms_per_char),
            now=times.now,
        )

    @cached_property
    def reading(self) -> LogSearch:
        """What reads stored log records."""
        return LogSearch(self._scan, self._wiring.cursors, self._access, now=times.now)

    @cached_property
    def histograms(self) -> LogHistograms:
        """What shows how many log records there are when."""
        counts = self.counts
        begin = cache(counts.get_begin)
        return LogHistograms(
            counts,
            self._scan,
            self._access,
            get_begin=begin,
            settings=self.admission.settings,
            now=times.now,
        )

    @cached_property
    def facets(self) -> LogFacetFinder:
        """What shows which values log records have."""
        return LogFacetFinder(self._scan, self._access, now=times.now)

    @cached_property
    def finder(self) -> LogFinder:
        """What finds one record by its id."""
        return LogFinder(self._wiring.state_table(API), self._table_of, now=times.now)

    @cached_property
    def audit(self) -> Audit:
        """Which operators read which tenant's logs."""
        return Audit(self._wiring.state_table(API), self._wiring.cursors, now=times.now)

    @cached_property
    def tenants(self) -> Tenants:
        """The tenants, as operators manage them."""
        return Tenants(
            self._tenant_store(),
            self._wiring.cursors,
            TenantView(self._key_uses, self._usage_store()),
            now=times.now,
            new_secret=lambda: secrets.token_urlsafe(keys.SECRET_BYTES),
        )

    @cached_property
    def admission(self) -> Admission:
        """Who may send log records, and how many."""
        return Admission(
            self._tenant_store(),
            TenantLimits(self._wiring.state_table(API), times.now),
            self._key_uses,
            open_intake=self._wiring.settings.open_intake,
            now=times.now,
        )

    @cached_property
    def _scan(self) -> LogScan:
        return LogScan(LogReader(self._table_of))

    @cached_property
    def _access(self) -> TenantAccess:
        return TenantAccess(self.audit)

    @cached_property
    def _claims(self) -> ClaimCheckStore:
        wiring = self._wiring
        return ClaimCheckStore(
            lambda: Bucket(
                wiring.aws.client("s3"), wiring.settings.claims_bucket, "the claims' bucket"
            ),
            now=times.now,
            new_id=wiring.new_id,
        )

    @cached_property
    def _key_uses(self) -> KeyUses:
        table = self._wiring.state_table(API)
        return KeyUses(table, in_background=self._wiring.in_background, now=times.now)

    def _usage_store(self) -> UsageStore:
        return UsageStore(self._wiring.state_table(API), now=times.now)

    def _writer(self) -> LogWriter:
        logs = Bulk(
            self._wiring.aws.client("dynamodb"),
            self._wiring.settings.logs_table,
            ("tenant_id", "sk"),
            pause=self._wiring.pause,
            stamp=lambda items: add_arrival(items, times.now()),
        )
        return LogWriter(logs, self._markers(), self._count_keeper(), now=times.now)

    def _count_keeper(self) -> CountKeeper:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 only the writer needs it

        pool = ThreadPoolExecutor(COUNTERS, thread_name_prefix="counts")
        return CountKeeper(self.counts, pool.submit)

    @cached_property
    def counts(self) -> CountStore:
        """How many log records each tenant has, by time and severity."""
        return CountStore(self._wiring.state_table(API), now=times.now)

    def _markers(self) -> Markers:
        wiring = self._wiring
        return Markers(wiring.state_bulk(), wiring.state_table(API), now=times.now)

    @cached_property
    def _table_of(self) -> Callable[[str], Table]:
        """The table as each tenant's reader sees it."""
        settings, aws = self._wiring.settings, self._wiring.aws
        if settings.tenant_reader_role_arn:
            return TenantTables(
                aws, settings.tenant_reader_role_arn, settings.logs_table, now=times.now
            )
        table = Table(aws.client("dynamodb", PAGES), settings.logs_table)
        return lambda _: table

    def _tenant_store(self) -> TenantStore:
        return TenantStore(self._wiring.aws.client("dynamodb"), self._wiring.state_table(API))
