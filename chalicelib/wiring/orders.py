"""What the orders workload runs on: each of its parts is built when it is first asked for."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, EXTRA, PUBLISH, Timeouts
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.queue import Queue
from chalicelib.aws.request_refs import RequestRefs
from chalicelib.aws.table import Table
from chalicelib.aws.topic import Topic
from chalicelib.orders.acceptance import Acceptance
from chalicelib.orders.announcing import Announcer
from chalicelib.orders.failures import QUEUE, OrderFailures
from chalicelib.orders.listing import OrderListing
from chalicelib.orders.lookup import OrderLookup
from chalicelib.orders.placing import Placing
from chalicelib.orders.recent import RecentOrders
from chalicelib.orders.store import OrderStore, Receipts
from chalicelib.orders.storing import Storing

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


class OrdersWiring:
    """The parts of the orders workload."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    @cached_property
    def placing(self) -> Placing:
        """What takes orders in."""
        queue = Queue(self._wiring.aws.client("sqs"), self._wiring.settings.orders_queue_url)
        return Placing(
            queue,
            self._store,
            self._receipts,
            self.acceptance,
            self._wiring.activity_counts,
            now=times.now,
            new_id=self._wiring.new_id,
        )

    @cached_property
    def acceptance(self) -> Acceptance:
        """What is noted of orders that the queue took."""
        wiring = self._wiring
        table = wiring.state_table(API)
        return Acceptance(self._receipts, RequestRefs(table), table, wiring.state_bulk())

    @cached_property
    def storing(self) -> Storing:
        """What writes queued orders."""
        return Storing(self._store, emit=self._wiring.emit, now=times.now)

    @cached_property
    def announcer(self) -> Announcer:
        """What announces stored orders; it keeps those that it could not mark."""
        settings = self._wiring.settings
        return Announcer(
            self._store,
            self._topic(PUBLISH),
            digest_orders=settings.digest_orders,
            pause_s=settings.notification_pause_s,
            emit=self._wiring.emit,
            now=times.now,
        )

    @cached_property
    def lookup(self) -> OrderLookup:
        """What finds an order, and who is notified of them."""
        return OrderLookup(
            self._store,
            self._receipts,
            OrderFailures(
                lambda: self._wiring.state_table(EXTRA),
                self._wiring.settings.watched.queues[QUEUE].max_receives,
                now=times.now,
            ),
            topic=lambda: self._topic(API),
        )

    @cached_property
    def listing(self) -> OrderListing:
        """What lists orders."""
        return OrderListing(self._store, self._wiring.cursors, now=times.now)

    @cached_property
    def recent(self) -> RecentOrders:
        """What lists the newest orders."""
        return RecentOrders(self.lookup, self.acceptance, now=times.now)

    @cached_property
    def _store(self) -> OrderStore:
        client, name = self._wiring.aws.client("dynamodb"), self._wiring.settings.orders_table
        bulk = Bulk(client, name, ("orderID",), pause=self._wiring.pause)
        return OrderStore(Table(client, name), bulk)

    @cached_property
    def _receipts(self) -> Receipts:
        return Receipts(self._wiring.state_table(API))

    def _topic(self, timeouts: Timeouts) -> Topic:
        client = self._wiring.aws.client("sns", timeouts)
        return Topic(client, self._wiring.settings.orders_topic_arn)
