"""What the orders workload runs on."""

from functools import cache

from chalicelib import times, wiring
from chalicelib.aws import API, PUBLISH, Timeouts
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table
from chalicelib.aws.topic import Topic
from chalicelib.orders.announcing import Announcer
from chalicelib.orders.placing import Placing
from chalicelib.orders.service import Orders
from chalicelib.orders.store import OrderStore, Receipts


def orders() -> Orders:
    """The orders workload."""
    settings, client = wiring.settings(), wiring.aws().client("dynamodb")
    table = settings.orders_table
    store = OrderStore(Table(client, table), Bulk(client, table, ("orderID",)))
    receipts = Receipts(wiring.state_table(API))
    queue = Queue(wiring.aws().client("sqs"), settings.orders_queue_url)

    @cache  # only the function that announces needs it, and it remembers what it has told
    def announcer() -> Announcer:
        return Announcer(
            store, _topic(PUBLISH), digest_orders=settings.digest_orders, now=times.now
        )

    return Orders(
        placing=Placing(queue, store, receipts, now=times.now, new_id=wiring.new_id),
        store=store,
        receipts=receipts,
        announcer=announcer,
        topic=lambda: _topic(API),
        cursors=wiring.cursors(),
        now=times.now,
    )


def _topic(timeouts: Timeouts) -> Topic:
    return Topic(wiring.aws().client("sns", timeouts), wiring.settings().orders_topic_arn)
