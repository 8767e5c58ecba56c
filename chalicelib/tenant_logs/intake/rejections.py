"""Counts of rejected records by tenant and reason, for operators: many senders never look."""

from collections import Counter
from collections.abc import Callable, Iterable

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.tenant_logs.model import LogRecord, Refusal

COUNTED = "log_rejected"  # how the counters' names begin: log_rejected.<tenant>.<code>
NO_TENANT, OTHER_TENANTS = "-", "*"  # no tenant has such a name
MAX_TENANTS = 100  # that one process counts by name: with open intake senders make them up

_log = observability.logger(__name__)


class Rejections:
    """Counts by `count`, which adds an amount to the counter of a name."""

    def __init__(self, count: Callable[[str, int], None]) -> None:
        self._count = count
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
        counts = {
            f"{COUNTED}.{self._name(tenant_id)}.{code}": amount for code, amount in codes.items()
        }
        for number, (name, amount) in enumerate(counts.items()):
            try:
                self._count(name, amount)
            except AWS_ERRORS as error:  # the others would only wait for the same
                left = dict(list(counts.items())[number:])
                fields = {"counts": left, "cause": reason(error)}
                _log.warning("counts were not confirmed", extra=fields)
                return

    def _name(self, tenant_id: str | None) -> str:
        if tenant_id is None:
            return NO_TENANT
        if len(self._named) < MAX_TENANTS:
            self._named.add(tenant_id)
        return tenant_id if tenant_id in self._named else OTHER_TENANTS
