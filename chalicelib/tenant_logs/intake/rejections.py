"""Counts of rejected records and requests by tenant and reason: many senders never look.

A tenant is counted by name where its key says who sends, or, for records alone, where open intake
lets the header name it: at most MAX_TENANTS of them a process. Who is refused for the lack of a key
is not counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.errors import InvalidInput, OmniError, TooLarge
from chalicelib.tenant_logs.intake.outcomes import NothingTakenError
from chalicelib.tenant_logs.model import LogRecord, Refusal

COUNTED = "log_rejected"  # how the counters' names begin: log_rejected.<tenant>.<code>
REQUEST = "request"  # how the codes of whole requests begin: request_too_large
NO_TENANT, OTHER_TENANTS = "-", "*"  # no tenant has such a name
MAX_TENANTS = 100  # that one process counts by name: with open intake senders make them up

_log = observability.logger(__name__)


CountDay = Callable[[str, Mapping[str, int]], None]


class Rejections:
    """Counts by `count`, which adds an amount to the counter of a name.

    `count_day` adds to what was rejected of a tenant today, by code.
    """

    def __init__(self, count: Callable[[str, int], None], count_day: CountDay) -> None:
        self._count = count
        self._count_day = count_day
        self._named: set[str] = set()

    def count(self, tenant_id: str | None, records: Iterable[LogRecord | Refusal]) -> None:
        """Count the records that were refused for good; never fails.

        `tenant_id` is their sender's, None where each record names its own.
        """
        codes = Counter(
            str(record.code)
            for record in records
            if isinstance(record, Refusal) and not record.again
        )
        self._add(self._name(tenant_id), codes)

    def count_request(self, tenant_id: str | None, error: OmniError) -> None:
        """Count a request that was refused as a whole; never fails.

        `tenant_id` is that of its key; None where it has none.
        """
        self._add(self._name(tenant_id), {f"{REQUEST}_{error.code}": 1})

    @contextmanager
    def counting_requests(self, tenant_id: str | None) -> Iterator[None]:
        """Count the request whose body turns out to be no list of records, or one too long."""
        try:
            yield
        except NothingTakenError:
            raise
        except (InvalidInput, TooLarge) as error:
            self.count_request(tenant_id, error)
            raise

    def _add(self, name: str, codes: Mapping[str, int]) -> None:
        left = {f"{COUNTED}.{name}.{code}": amount for code, amount in codes.items()}
        try:
            if codes and name not in (NO_TENANT, OTHER_TENANTS):
                self._count_day(name, codes)
            for code, amount in codes.items():
                counter = f"{COUNTED}.{name}.{code}"
                self._count(counter, amount)
                del left[counter]
        except AWS_ERRORS as error:  # the others would only wait for the same
            fields = {"counts": left, "cause": reason(error)}
            _log.warning("counts were not confirmed", extra=fields)

    def _name(self, tenant_id: str | None) -> str:
        if tenant_id is None:
            return NO_TENANT
        if len(self._named) < MAX_TENANTS:
            self._named.add(tenant_id)
        return tenant_id if tenant_id in self._named else OTHER_TENANTS
