"""The tick's part for certificates: makes the messages that remind their owners, each once.

A reminder is an ordinary message of the owner's, to the owner alone. It and the certificate, whose
next reminder is then another one, are written in one transaction. From there on it is delivered as
any e-mail is: once, and to nobody who is suppressed.
"""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import ids, observability
from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.publisher import composing, keys, reminders
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.composing import Origin
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.due_times import DueTime
from chalicelib.publisher.due_work import handle_all
from chalicelib.publisher.model import Channel, MessageRecipients, MessageStatus
from chalicelib.publisher.rules import Audience, Composition
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.publisher.stored_certificate import StoredCertification

MOST = 100  # in one tick: all are due at the same hour, and posts must not wait behind them
_NOBODY = Audience(email=[], sms=[])

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class ReminderMaker:
    """Looks through the due index for certificates of whose expiry their owners must know."""

    store: CertificationStore
    messages: MessageStore
    due: DueStore
    activity: ActivityCounts
    _: KW_ONLY
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic

    def run(self, pool: ThreadPoolExecutor, deadline: float) -> Exception | None:
        """Make the first that are due, until the deadline; returns the last failure."""
        due = self.due.list_due(keys.EXPIRING, keys.due_time(self.now()), pool.map)
        made, failure = handle_all(due, self.make, pool, lambda: self.clock() < deadline, MOST)
        if made:
            _log.info("reminders were made", extra={"messages": made})
        return failure

    def make(self, certification_id: str) -> bool:
        """Make the reminder of a certificate that is due; whether there was one to make.

        Of several that are late it is one. A certificate that has expired has none.
        """
        seen, now = self.store.get(certification_id), self.now()
        if seen is None or not reminders.is_due(seen, now):  # the index is eventually consistent
            return False
        following = msgspec.structs.replace(
            seen, next_reminder_at=reminders.find_next(seen.expires_on, now)
        )
        if seen.expires_on is None or seen.expires_on < now.date():
            self.store.replace(following, seen)
            return False
        loaded = _compose(seen, now)
        noted = msgspec.structs.replace(following, last_reminder_message_id=loaded.message.id)
        if self.messages.create(loaded, [self.store.make_put(noted, seen)]):
            self.activity.count(Workload.MESSAGES, seen.user)
            return True
        # It was changed at this moment; or planned anew by a clock behind, after it was made.
        self.store.replace(noted, seen)
        return False


def _compose(certificate: StoredCertification, now: datetime) -> Loaded:
    """The message to the owner, which the next tick sends."""
    origin = Origin(_find_message_id(certificate), certificate.user, certificate.request_id, now)
    said = Composition(
        content=reminders.compose_text(certificate, now.date()),
        channels=[Channel.EMAIL],
        subject=reminders.compose_subject(certificate, now.date()),
        recipients=MessageRecipients(email=[certificate.owner_email or ""]),
    )
    message = composing.begin(said, origin)
    return composing.place(message, MessageStatus.QUEUED, DueTime(now), now, _NOBODY)


def _find_message_id(certificate: StoredCertification) -> str:
    """The id of the message of a reminder, always the same."""
    due_at = certificate.next_reminder_at or ""
    digest = hashlib.sha256(f"{certificate.id} {due_at}".encode()).digest()
    made_at = datetime.fromisoformat(due_at)
    return ids.new_uuid7(int(made_at.timestamp() * 1000), int.from_bytes(digest[:10], "big"))
