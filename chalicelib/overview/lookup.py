"""What an id is of: every kind that the caller may see is asked at once, each by bounded reads."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from functools import partial

import msgspec

from chalicelib.aws.failed_requests import FailedRequests
from chalicelib.aws.request_refs import RequestRef, RequestRefs
from chalicelib.errors import NotFound
from chalicelib.ids import is_tenant_id, require_id
from chalicelib.operations.dead_letters import DeadLetterService
from chalicelib.operations.jobs import Jobs
from chalicelib.orders.lookup import OrderLookup
from chalicelib.overview import found
from chalicelib.overview.model import (
    LookupCheck,
    LookupKind,
    LookupMatch,
    LookupQuery,
    LookupResult,
)
from chalicelib.parts import PartRunner
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.records.service import Records
from chalicelib.tenant_logs.search.finding import LogFinder
from chalicelib.web.access import OPERATORS, PUBLISHERS
from chalicelib.web.call import Call

Finder = Callable[[str, Call], list[LookupMatch]]


@dataclass(frozen=True, slots=True)
class IdLookup:
    """Asks the workloads' own look-ups, which know whose a thing is; another's is not found."""

    runner: PartRunner
    _: KW_ONLY
    records: Records
    orders: OrderLookup
    messages: MessageLookup
    logs: LogFinder
    jobs: Jobs
    dead_letters: DeadLetterService
    requests: RequestRefs
    failures: FailedRequests

    def find(self, query: LookupQuery, call: Call) -> LookupResult:
        """Everything that the id is of.

        Raises InvalidInput for what cannot be an id.
        """
        wanted = require_id(query.id, "id")
        results = self.runner.ask(
            {
                kind: partial(_unless_missing, finder, wanted, call)
                for kind, finder in self._list_finders(call).items()
            }
        )
        return LookupResult(
            id=wanted,
            complete=all(result.state.complete for result in results.values()),
            found=[match for result in results.values() for match in result.value or ()],
            looked=[
                LookupCheck(kind=LookupKind(kind), **msgspec.structs.asdict(result.state))
                for kind, result in results.items()
            ],
        )

    def _list_finders(self, call: Call) -> dict[LookupKind, Finder]:
        """The kinds that this person may see any of."""
        caller = call.principal
        finders: dict[LookupKind, Finder] = {
            LookupKind.RECORD: self._find_record,
            LookupKind.ORDER: self._find_order,
        }
        if PUBLISHERS.allows(caller):
            finders[LookupKind.MESSAGE] = self._find_message
        if is_tenant_id(caller.tenant):
            finders[LookupKind.LOG] = self._find_log
        if OPERATORS.allows(caller):
            finders[LookupKind.JOB] = self._find_job
            finders[LookupKind.DEAD_LETTER] = self._find_dead_letter
            finders[LookupKind.FAILED_REQUEST] = self._find_failed
        return {**finders, LookupKind.REQUEST: self._find_made}

    def _find_record(self, wanted: str, call: Call) -> list[LookupMatch]:
        return [found.show_record(self.records.get(wanted, call))]

    def _find_order(self, wanted: str, call: Call) -> list[LookupMatch]:
        return [found.show_order(self.orders.get(wanted, call))]

    def _find_message(self, wanted: str, call: Call) -> list[LookupMatch]:
        return [found.show_message(self.messages.get(wanted, call))]

    def _find_log(self, wanted: str, call: Call) -> list[LookupMatch]:
        record = self.logs.find(call.principal.require_tenant(), wanted)
        return [] if record is None else [found.show_log(record)]

    def _find_job(self, wanted: str, _: Call) -> list[LookupMatch]:
        return [found.show_job(self.jobs.get(wanted))]

    def _find_dead_letter(self, wanted: str, _: Call) -> list[LookupMatch]:
        located = self.dead_letters.locate(wanted)
        return [] if located is None else [found.show_dead_letter(*located)]

    def _find_failed(self, wanted: str, _: Call) -> list[LookupMatch]:
        failed = self.failures.find(wanted)
        return [] if failed is None else [found.show_failed_request(failed)]

    def _find_made(self, wanted: str, call: Call) -> list[LookupMatch]:
        """What the request of that id made, as its own kind's look-up shows it to the caller."""
        finders = self._list_finders(call)
        return [
            msgspec.structs.replace(match, by_request=True)
            for ref in self.requests.find(wanted)
            for match in _find_ref(finders, ref, call)
        ]


def _find_ref(finders: dict[LookupKind, Finder], ref: RequestRef, call: Call) -> list[LookupMatch]:
    finder = finders.get(LookupKind(ref.kind))
    return [] if finder is None else _unless_missing(finder, ref.id, call)


def _unless_missing(finder: Finder, wanted: str, call: Call) -> list[LookupMatch]:
    try:
        return finder(wanted, call)
    except NotFound:
        return []
