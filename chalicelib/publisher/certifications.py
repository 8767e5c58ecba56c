"""Certificates of people: kept by their owners, and found by nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, timedelta

import msgspec

from chalicelib import ids
from chalicelib.aws.attributes import Item
from chalicelib.aws.state import State
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from chalicelib.fingerprint import fingerprint
from chalicelib.publisher import keys, rules
from chalicelib.publisher.model import (
    Certification,
    CertificationList,
    CertificationPage,
    CertificationStatus,
    NewCertification,
)
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

EXPIRING = timedelta(days=60)
SCOPE = "certifications"
FindMedia = Callable[[Sequence[str], str], Sequence[rules.Media]]


class StoredCertification(NewCertification, frozen=True, kw_only=True):
    """A certificate as the table keeps it; its status follows from the day."""

    id: str
    user: str
    created_at: str
    updated_at: str
    rev: int = 1


@dataclass(frozen=True, slots=True)
class Certifications:
    """The certificates in the messages table; `client` is for transactions."""

    table: Table
    state: State
    cursors: Cursors
    find_media: FindMedia
    _: KW_ONLY
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def create(self, new: NewCertification, call: Call) -> Certification:
        """Keep a certificate; the same Idempotency-Key returns the same one.

        Raises InvalidInput for dates that contradict each other and an unknown badge, Conflict for
        a key that was used with another body.
        """
        by, now = call.principal.id, self.now()
        self._require_valid(new, by)
        if earlier := self._find_earlier(new, call):
            return self._show(earlier)
        at = keys.due_time(now)
        certification_id = ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits())
        made = msgspec.convert(
            {
                **msgspec.to_builtins(new),
                "id": certification_id,
                "user": by,
                "created_at": at,
                "updated_at": at,
            },
            StoredCertification,
        )
        absent = Condition("attribute_not_exists(PK)")
        puts = [Put(self.table.name, _to_item(made), absent), *self._marker(new, call, made.id)]
        if transact(self.table.client, puts):
            return self._show(self._find_earlier(new, call) or self._own(made.id, call))
        return self._show(made)

    def get(self, certification_id: str, call: Call) -> Certification:
        """A certificate of the caller.

        Raises NotFound, also for another's.
        """
        return self._show(self._own(certification_id, call))

    def page(self, query: CertificationList, call: Call) -> CertificationPage:
        """The caller's certificates, newest first.

        Raises InvalidInput for a foreign cursor.
        """
        by = call.principal.id
        start = self.cursors.open(query.cursor, owner=by, query=SCOPE)
        own = Condition(
            "GSI1PK = :user AND begins_with(GSI1SK, :kind)",
            values={":user": keys.user(by), ":kind": "CERT#"},
        )
        page = self.table.query_page(
            own, limit=query.limit, start=start, index=keys.USER_INDEX, forward=False
        )
        found = [self._show(_from_item(item)) for item in page.items]
        return CertificationPage(found, self.cursors.seal(page.last_key, owner=by, query=SCOPE))

    def replace(self, certification_id: str, new: NewCertification, call: Call) -> Certification:
        """Replace a certificate.

        Raises NotFound, InvalidInput as `create` does, PreconditionFailed for another revision
        than expected, Conflict when it changed meanwhile.
        """
        seen = self._require_expected(self._own(certification_id, call), call)
        self._require_valid(new, call.principal.id)
        changed = msgspec.structs.replace(
            seen,
            **{name: getattr(new, name) for name in NewCertification.__struct_fields__},
            updated_at=keys.due_time(self.now()),
            rev=seen.rev + 1,
        )
        try:
            self.table.put(_to_item(changed), _at_rev(seen))
        except ConditionFailed as failed:
            raise Conflict("the certificate changed meanwhile; read it again") from failed
        return self._show(changed)

    def delete(self, certification_id: str, call: Call) -> None:
        """Delete a certificate.

        Raises as `replace` does.
        """
        seen = self._require_expected(self._own(certification_id, call), call)
        try:
            self.table.delete(keys.certification(seen.id), _at_rev(seen))
        except ConditionFailed as failed:
            if failed.existing is not None:
                raise Conflict("the certificate changed meanwhile; read it again") from failed

    def _require_valid(self, new: NewCertification, user: str) -> None:
        if new.expires_on is not None and new.expires_on < new.issued_on:
            raise InvalidInput("expires_on is before issued_on")
        if new.badge_media is not None:
            self.find_media([new.badge_media], user)

    def _own(self, certification_id: str, call: Call) -> StoredCertification:
        found = self._find(ids.require_id(certification_id, "certification_id"))
        if found is None or found.user != call.principal.id:
            raise NotFound("Certification not found")
        return found

    def _find(self, certification_id: str) -> StoredCertification | None:
        item = self.table.get(keys.certification(certification_id))
        return None if item is None else _from_item(item)

    def _marker(self, new: NewCertification, call: Call, made: str) -> list[Put]:
        if call.idempotency_key is None:
            return []
        by, key = call.principal.id, call.idempotency_key
        return [self.state.idempotency_put(by, SCOPE, key, _digest(new), ref=made)]

    def _find_earlier(self, new: NewCertification, call: Call) -> StoredCertification | None:
        if call.idempotency_key is None:
            return None
        by, key = call.principal.id, call.idempotency_key
        made = self.state.find_ref(by, SCOPE, key, _digest(new))
        return None if made is None else self._find(made)

    def _require_expected(self, seen: StoredCertification, call: Call) -> StoredCertification:
        if not call.precondition.holds(seen.rev):
            raise PreconditionFailed(f"the certificate is at revision {seen.rev}")
        return seen

    def _show(self, stored: StoredCertification) -> Certification:
        status = read_status(stored.expires_on, self.now().date())
        return Certification(
            status=status,
            **{
                name: getattr(stored, name)
                for name in Certification.__struct_fields__
                if name != "status"
            },
        )


def read_status(expires_on: date | None, today: date) -> CertificationStatus:
    """The status on a day; a certificate is valid on the day on which it expires."""
    if expires_on is None or expires_on > today + EXPIRING:
        return CertificationStatus.ACTIVE
    return CertificationStatus.EXPIRED if expires_on < today else CertificationStatus.EXPIRING


def _to_item(stored: StoredCertification) -> Item:
    key = keys.certification(stored.id)
    index = {"GSI1PK": keys.user(stored.user), "GSI1SK": key["PK"]}
    return {**key, **index, **msgspec.to_builtins(stored)}


def _from_item(item: Item) -> StoredCertification:
    known = {name: item[name] for name in StoredCertification.__struct_fields__ if name in item}
    return msgspec.convert(known, StoredCertification)


def _at_rev(seen: StoredCertification) -> Condition:
    return Condition("rev = :rev", values={":rev": seen.rev})


def _digest(new: NewCertification) -> str:
    return fingerprint(msgspec.to_builtins(new))
