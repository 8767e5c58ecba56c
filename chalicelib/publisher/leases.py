"""Conditional changes of one delivery: claim, arm, finish, and what its author may do.

A delivery is published under a lease. Arming it says that the publish call is about to be made:
after that nobody makes the call again, unless its author says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.publisher import keys, stored
from chalicelib.publisher.model import (
    DeliveryAttempt,
    MessageDeliveryError,
    MessageDeliveryStatus,
)
from chalicelib.publisher.stored import StoredDelivery
from chalicelib.publisher.transitions import CLAIMABLE

MOST_ATTEMPTS = 2 * stored.ATTEMPTS_KEPT  # of a delivery whose processes die
_OURS = "lease_owner = :owner AND lease_until > :now AND #s = :sending"
_END_LEASE = "lease_owner, lease_until"


class DeliveryRef(NamedTuple):
    """Which delivery of which message."""

    message_id: str
    name: str

    @property
    def text(self) -> str:
        """As one text: what a stream record and a log line say."""
        return f"{self.message_id}#{self.name}"


@dataclass(frozen=True, slots=True)
class Leases:
    """The deliveries in their table. A change returns the delivery, None if too late."""

    table: Table

    def claim(
        self, ref: DeliveryRef, *, owner: str, now: str, until: str, begun_at: str
    ) -> StoredDelivery | None:
        """Take a delivery that is due, or whose holder died before it armed it.

        That begins an attempt.
        """
        ready = " OR ".join(f"#s = :{status}" for status in CLAIMABLE)
        condition = (
            f"(({ready}) AND (attribute_not_exists(next_attempt_at) OR next_attempt_at = :null "
            "OR next_attempt_at <= :now)) OR (#s = :sending AND lease_until <= :now "
            "AND (attribute_not_exists(armed_at) OR armed_at = :null))"
        )
        values = {
            **{f":{status}": status for status in CLAIMABLE},
            ":sending": MessageDeliveryStatus.SENDING,
            ":null": None,
            ":now": now,
            ":owner": owner,
            ":until": until,
            ":one": 1,
            ":none": [],
            ":begun": [msgspec.to_builtins(DeliveryAttempt(at=begun_at))],
        }
        change = (
            "SET #s = :sending, lease_owner = :owner, lease_until = :until, "
            "last_attempts = list_append(if_not_exists(last_attempts, :none), :begun) "
            "REMOVE armed_at, next_attempt_at ADD attempts :one"
        )
        held = self._change(ref, change, condition, values)
        if held is None or len(held.last_attempts) <= MOST_ATTEMPTS:
            return held
        # Whose process dies each time ends none of its attempts, which would cut the list.
        last = msgspec.to_builtins(held.last_attempts[-stored.ATTEMPTS_KEPT :])
        cut = "SET last_attempts = :last"
        return self._change(ref, cut, _OURS, {":last": last, **_hold(held, now)})

    def take_armed(
        self, ref: DeliveryRef, *, owner: str, now: str, until: str
    ) -> StoredDelivery | None:
        """Take a delivery whose holder died after it armed it, to find out what became of it."""
        condition = "#s = :sending AND lease_until <= :now AND attribute_type(armed_at, :text)"
        values = {
            ":sending": MessageDeliveryStatus.SENDING,
            ":text": "S",
            ":now": now,
            ":owner": owner,
            ":until": until,
        }
        change = "SET lease_owner = :owner, lease_until = :until"
        return self._change(ref, change, condition, values)

    def arm(
        self,
        ref: DeliveryRef,
        held: StoredDelivery,
        *,
        text: str,
        prepared: Mapping[str, str],
        now: str,
    ) -> StoredDelivery | None:
        """Say that the publish call is made now, of which text and with which platform's ids."""
        return self._change(
            ref,
            "SET #t = :text, prepared = :prepared, armed_at = :now",
            f"{_OURS} AND attribute_not_exists(armed_at)",
            {":text": text, ":prepared": dict(prepared), **_hold(held, now)},
            {"#t": "text"},
        )

    def disarm(self, ref: DeliveryRef, held: StoredDelivery, now: str) -> StoredDelivery | None:
        """Take an arming back, since the platform refused the call."""
        return self._change(ref, "REMOVE armed_at", _OURS, _hold(held, now))

    def finish(
        self,
        ref: DeliveryRef,
        held: StoredDelivery,
        status: MessageDeliveryStatus,
        facts: Mapping[str, Any],
    ) -> StoredDelivery | None:
        """End the lease with a status and what is known; also after its time, if nobody took it."""
        fields = {f"#f{number}": name for number, name in enumerate(facts)}
        values = {
            f":f{number}": msgspec.to_builtins(value) for number, value in enumerate(facts.values())
        }
        sets = "".join(f", #f{number} = :f{number}" for number in range(len(facts)))
        keep = "" if status is MessageDeliveryStatus.UNCONFIRMED else ", armed_at"
        return self._change(
            ref,
            f"SET #s = :new{sets} REMOVE {_END_LEASE}{keep}",
            "lease_owner = :owner AND #s = :sending",
            {
                ":new": status,
                ":owner": held.lease_owner,
                ":sending": MessageDeliveryStatus.SENDING,
                **values,
            },
            fields,
        )

    def cancel(self, ref: DeliveryRef) -> StoredDelivery | None:
        """Cancel a delivery that nobody holds."""
        return self._move(ref, CLAIMABLE, MessageDeliveryStatus.CANCELLED)

    def give_up(self, ref: DeliveryRef, error: MessageDeliveryError) -> StoredDelivery | None:
        """Fail a delivery that nobody holds."""
        return self._move(
            ref,
            CLAIMABLE,
            MessageDeliveryStatus.FAILED,
            {"error": msgspec.to_builtins(error)},
        )

    def retry(self, ref: DeliveryRef) -> StoredDelivery | None:
        """Make a failed delivery due again, with its attempts counted anew."""
        return self._move(
            ref, (MessageDeliveryStatus.FAILED,), MessageDeliveryStatus.PENDING, _ANEW
        )

    def post_again(self, ref: DeliveryRef) -> StoredDelivery | None:
        """Make an unconfirmed delivery due again, since its author says that it is not live."""
        facts = {**_ANEW, "was_unconfirmed": True}
        return self._move(
            ref, (MessageDeliveryStatus.UNCONFIRMED,), MessageDeliveryStatus.PENDING, facts
        )

    def confirm(self, ref: DeliveryRef, sent_at: str) -> StoredDelivery | None:
        """Make an unconfirmed delivery a sent one, since its author saw it."""
        facts = {"sent_at": sent_at, "error": None}
        return self._move(
            ref, (MessageDeliveryStatus.UNCONFIRMED,), MessageDeliveryStatus.SENT, facts
        )

    def _move(
        self,
        ref: DeliveryRef,
        sources: tuple[MessageDeliveryStatus, ...],
        target: MessageDeliveryStatus,
        facts: Mapping[str, Any] | None = None,
    ) -> StoredDelivery | None:
        given = facts or {}
        condition = " OR ".join(f"#s = :from{number}" for number in range(len(sources)))
        sets = "".join(f", #f{number} = :f{number}" for number in range(len(given)))
        return self._change(
            ref,
            f"SET #s = :new{sets} REMOVE armed_at, next_attempt_at, {_END_LEASE}",
            condition,
            {
                ":new": target,
                **{f":from{number}": source for number, source in enumerate(sources)},
                **{f":f{number}": value for number, value in enumerate(given.values())},
            },
            {f"#f{number}": field for number, field in enumerate(given)},
        )

    def _change(
        self,
        ref: DeliveryRef,
        change: str,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> StoredDelivery | None:
        parts = Condition(change, {"#s": "status", **(names or {})}, values)
        try:
            item = self.table.update(keys.delivery(*ref), parts, Condition(condition))
        except ConditionFailed:
            return None
        return stored.to_delivery(item)


_ANEW: dict[str, Any] = {"attempts": 0, "error": None, "prepared": {}}


def _hold(held: StoredDelivery, now: str) -> dict[str, Any]:
    return {":owner": held.lease_owner, ":now": now, ":sending": MessageDeliveryStatus.SENDING}
