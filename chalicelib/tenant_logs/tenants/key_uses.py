"""When keys were used last: at most a write an hour a key, which no request waits for.

In `OmniState`, `pk`=`KEY-USE` and `sk`=`<tenant>#<key id>`, so that one query tells it of a page of
tenants.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib import observability, times
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.own_counts import InBackground
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.ids import join_key
from chalicelib.tenant_logs.recent import Recent

EVERY = timedelta(hours=1)
KEPT = timedelta(days=400)
USES = "KEY-USE"
_LAST = "~"  # later than any key id

LastUses = dict[tuple[str, str], str]  # by tenant and key id

_log = observability.logger(__name__)


class KeyUses:
    """The last uses of all keys; `table` is `OmniState`, `now` gives UTC.

    `in_background` runs a write beside the request, which on Lambda may go on with the next one.
    """

    def __init__(
        self, table: Table, *, in_background: InBackground, now: Callable[[], datetime]
    ) -> None:
        self._table = table
        self._in_background = in_background
        self._now = now
        self._noted: Recent[datetime] = Recent()  # when this process wrote last, by key id

    def note(self, tenant_id: str, key_id: str) -> None:
        """Say that a key is used; never fails, and costs nothing within an hour."""
        at, noted = self._now(), self._noted.get(key_id)
        if noted is not None and at - noted < EVERY:
            return
        self._noted.put(key_id, at)
        self._in_background(lambda: self._write(tenant_id, key_id, at), _owes_nothing)

    def find(self, first_tenant: str, last_tenant: str) -> LastUses:
        """When the keys of the tenants of a range of ids were used last.

        Raises Unavailable.
        """
        asked = Condition(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": USES,
                ":first": f"{first_tenant}#",
                ":last": f"{last_tenant}#{_LAST}",
            },
        )
        found: LastUses = {}
        start = None
        while True:
            page = self._table.query_page(asked, start=start)
            for item in page.items:
                tenant_id, _, key_id = str(item["sk"]).partition("#")
                found[tenant_id, key_id] = str(item["last_used_at"])
            start = page.last_key
            if start is None:
                return found

    def _write(self, tenant_id: str, key_id: str, at: datetime) -> None:
        """Other processes see the same key: one of them writes within the hour."""
        change = Condition(
            "SET last_used_at = :at, expires_at = :expires_at",
            values={":at": times.sortable_text(at), ":expires_at": int((at + KEPT).timestamp())},
        )
        older = Condition(
            "attribute_not_exists(pk) OR last_used_at <= :older",
            values={":older": times.sortable_text(at - EVERY)},
        )
        try:
            self._table.update({"pk": USES, "sk": join_key(tenant_id, key_id)}, change, older)
        except ConditionFailed:
            return
        except AWS_ERRORS as error:
            fields = {"tenant_id": tenant_id, "cause": reason(error)}
            _log.warning("the use of a key was not stored", extra=fields)


def _owes_nothing() -> bool:
    """A use that was not written when the process ends is written by the next one."""
    return True
