"""Suppresses the addresses that bounced or complained, by SES's events from their queue."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability
from chalicelib.aws.queue import Received
from chalicelib.publisher import keys, mail_events
from chalicelib.publisher.model import Suppression
from chalicelib.publisher.suppression_store import SuppressionStore

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class MailFeedback:
    """Takes events, each as often as it comes: an entry that is there stays."""

    store: SuppressionStore
    _: KW_ONLY
    now: Callable[[], datetime]

    def handle(self, received: Received) -> None:
        """Handle one event.

        Raises InvalidInput for one that is none of SES's, and Unavailable: then it comes again.
        """
        feedback = mail_events.read(received.body)
        fields = {"kind": feedback.kind, "message_id": feedback.message_id}
        if feedback.reason is None:
            _log.info("an event of an e-mail suppresses nobody", extra=fields)
            return
        for address in feedback.addresses:
            made = Suppression(
                address=keys.normalize_address(address),
                reason=feedback.reason,
                at=keys.due_time(self.now()),
                message_id=feedback.message_id,
            )
            is_new = self.store.add(made)
            _log.info("an address was suppressed", extra={**fields, "is_new": is_new})
