"""Certificates of people: kept by their owners, and found by nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from chalicelib import ids
from chalicelib.aws.idempotency import CreateRequest, IdempotentCreate
from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from chalicelib.publisher import keys, reminders, rules
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.model import (
    Certification,
    CertificationList,
    CertificationPage,
    NewCertification,
)
from chalicelib.publisher.model.certificates import read_status
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

SCOPE = "certifications"
PATH = "/certificates/"  # of the public pages
FindMedia = Callable[[Sequence[str], str], Sequence[rules.MediaProperties]]


@dataclass(frozen=True, slots=True)
class Certifications:
    """The certificates of one person at a time; another's are not found.

    `base_url` is where the API is called from outside.
    """

    store: CertificationStore
    idempotent: IdempotentCreate[StoredCertification]
    cursors: Cursors
    find_media: FindMedia
    base_url: str
    _: KW_ONLY
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def create(self, new: NewCertification, call: Call) -> Certification:
        """Keep a certificate; the same Idempotency-Key returns the same one.

        Raises InvalidInput for dates that contradict each other and an unknown badge, Conflict for
        a key that was used with another body.
        """
        by = call.principal.id
        request = CreateRequest.of(by, call.idempotency_key, new)
        if earlier := self.idempotent.find(request):
            return self._show(earlier)
        self._require_valid(new, by)
        made = self._make(new, call)
        existing = self.idempotent.write(request, made.id, partial(self.store.create, made))
        return self._show(existing or made)

    def get(self, certification_id: str, call: Call) -> Certification:
        """A certificate of the caller.

        Raises NotFound, also for another's.
        """
        return self._show(self.find_own(certification_id, call))

    def page(self, query: CertificationList, call: Call) -> CertificationPage:
        """The caller's certificates, newest first.

        Raises InvalidInput for a foreign cursor.
        """
        by = call.principal.id
        start = self.cursors.open(query.cursor, owner=by, query=SCOPE)
        part = self.store.list_newest(by, query.limit, start)
        found = [self._show(certification) for certification in part.certifications]
        return CertificationPage(found, self.cursors.seal(part.last_key, owner=by, query=SCOPE))

    def replace(self, certification_id: str, new: NewCertification, call: Call) -> Certification:
        """Replace a certificate.

        Raises NotFound, InvalidInput as `create` does, PreconditionFailed for another revision
        than expected, Conflict when it changed meanwhile.
        """
        seen = self._find_expected(certification_id, call)
        self._require_valid(new, call.principal.id)
        now = self.now()
        at = keys.due_time(now)
        changed = msgspec.structs.replace(seen, **_read(new), updated_at=at, rev=seen.rev + 1)
        planned = reminders.plan(changed, seen, call, now)
        if not self.store.replace(planned, seen):
            raise _make_conflict()
        return self._show(planned)

    def delete(self, certification_id: str, call: Call) -> None:
        """Delete a certificate.

        Raises as `replace` does.
        """
        if not self.store.delete(self._find_expected(certification_id, call)):
            raise _make_conflict()

    def find_own(self, certification_id: str, call: Call) -> StoredCertification:
        """A certificate of the caller as it is stored. Raises NotFound, also for another's."""
        found = self.store.get(ids.require_id(certification_id, "certification_id"))
        if found is None or found.user != call.principal.id:
            raise NotFound("Certification not found")
        return found

    def _make(self, new: NewCertification, call: Call) -> StoredCertification:
        now = self.now()
        at = keys.due_time(now)
        made = StoredCertification(
            **_read(new),
            id=ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits()),
            user=call.principal.id,
            created_at=at,
            updated_at=at,
        )
        return reminders.plan(made, None, call, now)

    def _require_valid(self, new: NewCertification, user: str) -> None:
        if new.expires_on is not None and new.expires_on < new.issued_on:
            raise InvalidInput("expires_on is before issued_on")
        if new.badge_media is not None:
            self.find_media([new.badge_media], user)

    def _find_expected(self, certification_id: str, call: Call) -> StoredCertification:
        seen = self.find_own(certification_id, call)
        if not call.precondition.holds(seen.rev):
            raise PreconditionFailed(f"the certificate is at revision {seen.rev}")
        return seen

    def _show(self, stored: StoredCertification) -> Certification:
        status = read_status(stored.expires_on, self.now().date())
        page_url = f"{self.base_url.rstrip('/')}{PATH}{stored.id}" if stored.public else None
        derived: dict[str, Any] = {"status": status, "page_url": page_url}
        names = set(Certification.__struct_fields__) - derived.keys()
        return Certification(**derived, **{name: getattr(stored, name) for name in names})


def _read(new: NewCertification) -> dict[str, Any]:
    """What its owner says of a certificate."""
    return {name: getattr(new, name) for name in NewCertification.__struct_fields__}


def _make_conflict() -> Conflict:
    return Conflict("the certificate changed meanwhile; read it again")
