"""What takes many messages in and out, and shows them in calendars."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.publisher.exchange.bulk import BulkDecisions
from chalicelib.publisher.exchange.calendar_feed import CalendarFeed, CalendarLinks
from chalicelib.publisher.exchange.exporting import MessageExporting
from chalicelib.publisher.exchange.importing import MessageImporting

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


class ExchangeWiring:
    """The parts of the publisher that many messages go through at a time."""

    def __init__(self, wiring: "Wiring", publisher: "PublisherWiring") -> None:
        self._wiring = wiring
        self._publisher = publisher

    @cached_property
    def importing(self) -> MessageImporting:
        """What takes many messages in."""
        return MessageImporting(self._publisher.creating, self._wiring.state(API))

    @cached_property
    def exporting(self) -> MessageExporting:
        """What writes messages out."""
        return MessageExporting(self._publisher.lookup)

    @cached_property
    def bulk(self) -> BulkDecisions:
        """What decides on many messages."""
        publisher = self._publisher
        return BulkDecisions(publisher.lookup, publisher.editing, publisher.resolving)

    @cached_property
    def calendar_links(self) -> CalendarLinks:
        """What makes and ends the links to calendars."""
        tokens, base_url = self._wiring.cursors, self._wiring.settings.publisher.public_url
        return CalendarLinks(self._publisher.stores.table, tokens, base_url, now=times.now)

    @cached_property
    def calendar_feed(self) -> CalendarFeed:
        """What is behind such a link."""
        publisher = self._publisher
        return CalendarFeed(
            self.calendar_links,
            publisher.stores.messages,
            publisher.series.calendar,
            now=times.now,
        )
