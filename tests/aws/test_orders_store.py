"""Orders in their table and the receipts of those that wait, by the table's own conditions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support.failpoints import failpoint, lost_response
from support.orders import line

from chalicelib.aws.bulk import Bulk, Outcome
from chalicelib.aws.table import Table
from chalicelib.orders.message import Queued
from chalicelib.orders.model import Order, OrderStatus, OrderStep
from chalicelib.orders.rules import Span
from chalicelib.orders.store import RECEIPT_TTL_S, OrderStore, Receipt, Receipts

STORED, TOLD = "2026-02-01T09:31:00.000000Z", "2026-02-01T09:32:00.000000Z"
NEW, EXISTS, FAILED = Outcome.NEW, Outcome.EXISTS, Outcome.FAILED


def queued(order_id, order=None, at="2026-02-01T09:30:00.000000Z", placed_by="u-1"):
    return Queued(
        orderID=order_id,
        placed_by=placed_by,
        queued_at=at,
        order={} if order is None else order,
    )


def store_on(cloud):
    client = cloud.client("dynamodb")
    table = Table(client, "orders-test")
    return OrderStore(table, Bulk(client, table.name, ("orderID",))), table


@pytest.fixture
def stored(on_emulator):
    """The store and its table where PartiQL works."""
    return store_on(on_emulator)


@pytest.fixture
def plain(aws, pauses):
    """The store and its table on moto."""
    return store_on(aws)


# --- Storing --------------------------------------------------------------------------------------


def test_the_item_is_the_body_beside_the_typed_fields(stored):
    store, table = stored
    content = {"lines": [line(quantity=2, unit_price=Decimal("1.25"))], "who": {"ü": [None, True]}}
    assert store.insert_all([queued("a", content)], STORED) == [NEW]
    assert table.get({"orderID": "a"}) == {
        "orderID": "a",
        "order": content,
        "placed_by": "u-1",
        "day": "2026-02-01",
        "queued_at": "2026-02-01T09:30:00.000000Z",
        "stored_at": STORED,
        "status": "stored",
        "announcement": "pending",
        "total": Decimal("2.5"),
    }


@pytest.mark.parametrize("order", ["Hello from SQS!", {"lines": 3}, {"a": 1}])
def test_without_lines_an_item_has_no_total(stored, order):
    store, table = stored
    store.insert_all([queued("a", order)], STORED)
    item = table.get({"orderID": "a"})
    assert item["order"] == order
    assert "total" not in item


def test_an_order_is_stored_once(stored):
    store, table = stored
    store.insert_all([queued("a", {"n": 1})], STORED)
    store.mark_notified("a", TOLD)
    before = table.get({"orderID": "a"})
    again = [queued("a", {"n": 2}), queued("b"), queued("b")]
    assert store.insert_all(again, TOLD) == [EXISTS, NEW, EXISTS]
    assert table.get({"orderID": "a"}) == before


def test_an_order_as_deep_as_the_rules_allow_is_stored_and_a_bad_one_fails_alone(stored):
    store, _ = stored
    deep: dict = {}
    for _ in range(30):
        deep = {"a": deep}
    orders = [queued("deep", deep), queued("big", "x" * 420_000), queued("c")]
    assert store.insert_all(orders, STORED) == [NEW, FAILED, NEW]


def test_an_order_comes_back_with_its_timeline(stored):
    store, _ = stored
    store.insert_all([queued("a", {"n": 1})], STORED)
    found = store.get("a")
    assert found == Order(
        orderID="a",
        status=OrderStatus.STORED,
        placed_by="u-1",
        order={"n": 1},
        total=None,
        timeline=[
            OrderStep(OrderStatus.QUEUED, "2026-02-01T09:30:00.000000Z"),
            OrderStep(OrderStatus.STORED, STORED),
        ],
    )
    store.mark_notified("a", TOLD)
    told = store.get("a")
    assert told.status == OrderStatus.NOTIFIED
    assert told.timeline == [*found.timeline, OrderStep(OrderStatus.NOTIFIED, TOLD)]


def test_an_item_as_the_seed_wrote_it_is_an_order(plain):
    store, table = plain
    table.put({"orderID": "a", "order": "Hello from SQS!"})
    assert store.get("a") == Order(
        orderID="a",
        status=OrderStatus.STORED,
        placed_by="",
        order="Hello from SQS!",
        total=None,
        timeline=[],
    )


def test_orders_are_read_together(plain):
    store, table = plain
    for item in "ab":
        table.put({"orderID": item})
    assert [item.orderID for item in store.get_all(["b", "x", "a"])] == ["b", "a"]


# --- Marks ----------------------------------------------------------------------------------------


def test_the_first_mark_stays(plain):
    store, table = plain
    table.put({"orderID": "a", "status": "stored", "announcement": "pending", "queued_at": "1"})
    store.mark_notified("a", "1")
    store.mark_notified("a", "2")
    assert table.get({"orderID": "a"}) == {
        "orderID": "a",
        "status": "notified",
        "queued_at": "1",
        "notified_at": "1",
    }


def test_a_mark_whose_answer_was_lost_is_there(aws, plain):
    store, table = plain
    table.put({"orderID": "a"})
    with failpoint(aws.client("dynamodb"), "UpdateItem", lost_response) as point:
        store.mark_notified("a", "1")
    assert point.attempts == 2
    assert table.get({"orderID": "a"})["notified_at"] == "1"


def test_a_mark_does_not_bring_back_what_is_gone(plain):
    store, table = plain
    store.mark_notified("a", "1")
    assert table.get({"orderID": "a"}) is None


def test_orders_wait_until_they_are_told_of_the_oldest_first(plain):
    store, table = plain
    for number in (3, 1, 2):
        table.put({"orderID": f"o{number}", "announcement": "pending", "queued_at": str(number)})
    store.mark_notified("o2", "9")
    assert store.pending() == (["o1", "o3"], None)


def test_orders_that_wait_may_be_asked_for_by_the_time_they_were_stored(plain):
    store, table = plain
    for second in range(3):
        at = f"2026-03-01T12:00:0{second}.500000Z"
        waits = {"announcement": "pending", "queued_at": at, "stored_at": at}
        table.put({"orderID": f"o{second}", **waits})
    stored_by = datetime(2026, 3, 1, 12, 0, 1, 500000, tzinfo=UTC)
    assert store.pending(None, stored_by) == (["o0", "o1"], None)


def test_many_orders_wait_page_by_page(plain):
    store, table = plain
    for number in range(30):
        table.put({"orderID": f"{number}", "announcement": "pending", "queued_at": f"{number:03}"})
    first, start = store.pending()
    second, end = store.pending(start)
    assert (len(first), len(second), end) == (25, 5, None)
    assert len({*first, *second}) == 30


# --- Listing --------------------------------------------------------------------------------------

DAY = datetime(2026, 2, 10, tzinfo=UTC)


def listed(store, since, until, *, after=None, limit=100):
    parts = store.newest_first(Span(since, until), after, limit)
    found = [entry for part in parts for entry in part.orders]
    return [order.orderID for order, _ in found], [key for _, key in found]


@pytest.fixture
def month(plain):
    """Ten orders, one every six hours from the tenth on."""
    store, table = plain
    for number in range(10):
        at = (DAY + timedelta(hours=6 * number)).isoformat(timespec="microseconds")
        at = at.replace("+00:00", "Z")
        table.put({"orderID": f"o{number}", "day": at[:10], "queued_at": at})
    return store


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_orders_are_listed_over_days_the_newest_first(month, limit):
    ids, _ = listed(month, DAY - timedelta(days=9), DAY + timedelta(days=20), limit=limit)
    assert ids == [f"o{number}" for number in reversed(range(10))]


def test_the_span_begins_with_since_and_ends_before_until(month):
    ids, _ = listed(month, DAY + timedelta(hours=6), DAY + timedelta(hours=24))
    assert ids == ["o3", "o2", "o1"]


def test_listing_goes_on_after_any_order(month):
    everything, keys = listed(month, DAY, DAY + timedelta(days=5))
    for position, key in enumerate(keys):
        rest, _ = listed(month, DAY, DAY + timedelta(days=5), after=key, limit=2)
        assert rest == everything[position + 1 :]


def test_listing_reads_no_further_than_it_is_asked(aws, month):
    with failpoint(aws.client("dynamodb"), "Query") as point:
        parts = month.newest_first(Span(DAY, DAY + timedelta(days=5)), None, 2)
        found = [[order.orderID for order, _ in next(parts).orders] for _ in range(3)]
    assert found == [[], [], ["o9", "o8"]]
    assert point.attempts == 3  # two empty days, and the one that has both


def test_listing_goes_on_with_a_day_that_nothing_of_was_read(month):
    span = Span(DAY, DAY + timedelta(days=5))
    parts = list(month.newest_first(span, None, 100))
    assert [part.scanned for part in parts] == [0, 0, 2, 4, 4]
    for position, part in enumerate(parts[:-1]):
        rest = list(month.newest_first(span, part.following, 100))
        assert rest == parts[position + 1 :]
    assert parts[-1].following is None


# --- Receipts -------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    return [1_770_000_000.0]


@pytest.fixture
def receipts(aws, clock):
    return Receipts(Table(aws.client("dynamodb"), "OmniState-test"), lambda: clock[0])


def put(receipts, noted):
    receipts.table.put(receipts.to_item(noted))


def receipt(**changed):
    return Receipt(**{"orderID": "o-1", "placed_by": "u-1", "fingerprint": "f", **changed})


def test_a_receipt_is_found_once_the_queue_took_the_order(receipts):
    assert receipts.get("o-1") is None
    receipts.claim(receipt())
    assert receipts.get("o-1") is None
    put(receipts, receipt(queued_at="t"))
    assert receipts.get("o-1") == receipt(queued_at="t")


def test_the_first_claim_stands(receipts):
    assert receipts.claim(receipt()) == receipt()
    assert receipts.claim(receipt(fingerprint="g", placed_by="u-2")) == receipt()


def test_a_claim_shows_that_the_queue_took_the_order(receipts):
    put(receipts, receipt(queued_at="t"))
    assert receipts.claim(receipt()) == receipt(queued_at="t")


def test_a_receipt_without_a_key_has_no_fingerprint(receipts):
    put(receipts, receipt(fingerprint=None, queued_at="t"))
    assert receipts.get("o-1") == receipt(fingerprint=None, queued_at="t")


def test_a_receipt_that_expired_is_none_even_before_it_is_deleted(receipts, clock):
    put(receipts, receipt(queued_at="t"))
    clock[0] += RECEIPT_TTL_S - 1
    assert receipts.get("o-1") is not None
    clock[0] += 1
    assert receipts.get("o-1") is None
    assert receipts.claim(receipt(fingerprint="g")) == receipt(fingerprint="g")
