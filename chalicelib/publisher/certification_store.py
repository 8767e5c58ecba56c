"""Certificates in the messages table; found by their owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.publisher import keys
from chalicelib.publisher.stored_certificate import StoredCertification

_NEW = Condition("attribute_not_exists(PK)")


class CertificationPart(NamedTuple):
    """Some certificates, and the key to go on from, None at the end."""

    certifications: list[StoredCertification]
    last_key: Item | None


@dataclass(frozen=True, slots=True)
class CertificationStore:
    """The certificates of all people; `shards` is of the due index.

    Whoever writes one saw its last state: `rev` counts what people change, and the tick moves on
    the next reminder.
    """

    table: Table
    shards: int

    def create(self, made: StoredCertification, markers: Sequence[Put]) -> bool:
        """Write a certificate and `markers` together; False if one was there."""
        put = Put(self.table.name, self._to_item(made), _NEW)
        return not transact(self.table.client, [put, *markers])

    def get(self, certification_id: str) -> StoredCertification | None:
        """A certificate as of the last acknowledged write; None if there is none."""
        item = self.table.get(keys.certification(certification_id))
        return None if item is None else _from_item(item)

    def list_newest(self, user: str, limit: int, start: Item | None) -> CertificationPart:
        """A user's certificates, newest first."""
        partition = Condition(
            "GSI1PK = :user AND begins_with(GSI1SK, :kind)",
            values={":user": keys.user(user), ":kind": "CERT#"},
        )
        page = self.table.query_page(
            partition, limit=limit, start=start, index=keys.USER_INDEX, forward=False
        )
        return CertificationPart([_from_item(item) for item in page.items], page.last_key)

    def replace(self, changed: StoredCertification, seen: StoredCertification) -> bool:
        """Write the next revision; False if `seen` is past."""
        try:
            self.table.put(self._to_item(changed), _same(seen))
        except ConditionFailed:
            return False
        return True

    def make_put(self, changed: StoredCertification, seen: StoredCertification) -> Put:
        """The write of the next revision as a part of a transaction, refused if `seen` is past."""
        return Put(self.table.name, self._to_item(changed), _same(seen))

    def delete(self, seen: StoredCertification) -> bool:
        """Delete this revision; False if `seen` is past. Gone already is deleted."""
        try:
            self.table.delete(keys.certification(seen.id), _at_rev(seen))
        except ConditionFailed as failed:
            return failed.existing is None
        return True

    def _to_item(self, stored: StoredCertification) -> Item:
        key = keys.certification(stored.id)
        index = {"GSI1PK": keys.user(stored.user), "GSI1SK": key["PK"]}
        if stored.next_reminder_at is not None:
            index["GSI2PK"] = keys.due(keys.EXPIRING, stored.id, self.shards)
            index["GSI2SK"] = stored.next_reminder_at
        return {**key, **index, **msgspec.to_builtins(stored)}


def _from_item(item: Item) -> StoredCertification:
    known = {name: item[name] for name in StoredCertification.__struct_fields__ if name in item}
    return msgspec.convert(known, StoredCertification)


def _at_rev(seen: StoredCertification) -> Condition:
    return Condition("rev = :rev", values={":rev": seen.rev})


def _same(seen: StoredCertification) -> Condition:
    at_rev = _at_rev(seen)
    if seen.next_reminder_at is None:
        return at_rev._replace(expression=f"{at_rev.expression} AND attribute_not_exists(GSI2SK)")
    values = {**at_rev.values, ":at": seen.next_reminder_at}
    return Condition(f"{at_rev.expression} AND GSI2SK = :at", values=values)
