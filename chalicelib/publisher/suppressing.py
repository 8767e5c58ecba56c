"""The suppressed addresses for people: listed, added by hand, and removed by operators."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.publisher import keys, rules
from chalicelib.publisher.model import (
    NewSuppression,
    Suppression,
    SuppressionList,
    SuppressionPage,
)
from chalicelib.publisher.suppression_store import SuppressionStore
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

SCOPE = "suppressions"

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Suppressing:
    """What people see and change of the list, which is the stage's."""

    store: SuppressionStore
    cursors: Cursors
    _: KW_ONLY
    now: Callable[[], datetime]

    def page(self, query: SuppressionList, call: Call) -> SuppressionPage:
        """The suppressed addresses, newest first; with `address` that one, if it is suppressed.

        Raises InvalidInput for a foreign cursor.
        """
        by = call.principal.id
        start = self.cursors.open(query.cursor, owner=by, query=SCOPE)
        if query.address is not None:
            return SuppressionPage(self.store.find_all([query.address]), None)
        part = self.store.list_newest(query.limit, start)
        cursor = self.cursors.seal(part.last_key, owner=by, query=SCOPE)
        return SuppressionPage(part.suppressions, cursor)

    def add(self, new: NewSuppression, call: Call) -> Suppression:
        """Suppress an address; one that is already keeps its entry, which is returned.

        Raises InvalidInput for what is no address.
        """
        address = _require_address(new.address)
        made = Suppression(
            address=address, reason=new.reason, at=keys.due_time(self.now()), note=new.note
        )
        is_new = self.store.add(made)
        fields = {"by": call.principal.id, "reason": new.reason, "is_new": is_new}
        _log.info("an address was suppressed by hand", extra=fields)
        return made if is_new else self.store.find(address) or made

    def remove(self, address: str, call: Call) -> None:
        """Let an address get e-mail again; who did it is logged, with the entry's key.

        Raises NotFound for one that is not suppressed.
        """
        key = keys.suppression(_require_address(address))["PK"]
        if not self.store.remove(address):
            raise NotFound("Suppression not found")
        _log.info("a suppression was removed", extra={"by": call.principal.id, "key": key})


def _require_address(text: str) -> str:
    address = keys.normalize_address(text)
    if not rules.EMAIL.fullmatch(address):
        raise InvalidInput("address must be an e-mail address")
    return address
