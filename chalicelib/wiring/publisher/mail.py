"""Who gets no e-mail, and how an address comes to be one of those."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.publisher.mail_feedback import MailFeedback
from chalicelib.publisher.suppressing import Suppressing
from chalicelib.publisher.unsubscribing import UnsubscribeLinks, Unsubscribing

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher.stores import PublisherStores


class MailWiring:
    """The parts that keep e-mail from those who do not want it."""

    def __init__(self, wiring: "Wiring", stores: "PublisherStores") -> None:
        self._wiring = wiring
        self._stores = stores

    @cached_property
    def suppressions(self) -> Suppressing:
        """Who gets no e-mail."""
        return Suppressing(self._stores.suppressed, self._wiring.cursors, now=times.now)

    @property
    def unsubscribing(self) -> Unsubscribing:
        """What the links in e-mails do."""
        return Unsubscribing(self.links, self._stores.suppressed, now=times.now)

    @property
    def links(self) -> UnsubscribeLinks:
        """What makes and reads those links."""
        return UnsubscribeLinks(self._wiring.cursors, self._wiring.settings.publisher.public_url)

    @cached_property
    def feedback(self) -> MailFeedback:
        """What suppresses addresses that bounced or complained."""
        return MailFeedback(self._stores.suppressed, now=times.now)
