"""What the publisher keeps in its table, and in which shape: each store is built at first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Table
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.leases import Leases
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.store import MessageStore
from chalicelib.publisher.suppression_store import SuppressionStore
from chalicelib.publisher.templates.store import TemplateStore

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


class PublisherStores:
    """The publisher's table, and the stores on it."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring
        self._settings = wiring.settings.publisher

    @cached_property
    def table(self) -> Table:
        """The table of messages and of what belongs to them."""
        return Table(self._wiring.aws.client("dynamodb"), self._settings.messages_table)

    @cached_property
    def bulk(self) -> Bulk:
        """The same table, many items at a time."""
        client, name = self._wiring.aws.client("dynamodb"), self._settings.messages_table
        return Bulk(client, name, ("PK", "SK"), pause=self._wiring.pause)

    @cached_property
    def messages(self) -> MessageStore:
        """Messages and their deliveries."""
        client = self._wiring.aws.client("dynamodb")
        return MessageStore(client, self.table, self.bulk, self._settings.due_shards)

    @cached_property
    def due(self) -> DueStore:
        """What is due, by its time."""
        return DueStore(self.table, self._settings.due_shards)

    @cached_property
    def leases(self) -> Leases:
        """Who works on a delivery."""
        return Leases(self.table)

    @cached_property
    def series(self) -> SeriesStore:
        """Series and their occurrences."""
        return SeriesStore(self.table, self.messages, self._settings.due_shards)

    @cached_property
    def certificates(self) -> CertificationStore:
        """Certificates."""
        return CertificationStore(self.table, self._settings.due_shards)

    @cached_property
    def templates(self) -> TemplateStore:
        """Texts with fields."""
        return TemplateStore(self.table)

    @cached_property
    def suppressed(self) -> SuppressionStore:
        """Addresses that get no e-mail."""
        return SuppressionStore(self.table, self.bulk)
