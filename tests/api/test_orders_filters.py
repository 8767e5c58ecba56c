"""Orders by status, by who placed them and by the beginning of their ids, within bounds."""

from dataclasses import replace
from datetime import timedelta

import pytest

import app as functions
from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.web.pages import ReadBounds


@pytest.fixture
def operator(callers):
    return callers.operator()


@pytest.fixture
def days(aws):
    """Twelve orders over three days: of two people, each third one notified."""
    table = Table(aws.client("dynamodb"), "orders-test")
    for number in range(12):
        at = times.sortable_text(times.now() - timedelta(hours=5 * number))
        item = {
            "orderID": f"{'even' if number % 2 == 0 else 'odd'}-{number}",
            "placed_by": "ada" if number < 6 else "bob",
            "day": at[:10],
            "queued_at": at,
            "stored_at": at,
            "status": "stored",
            "order": {},
        }
        if number % 3 == 0:
            item |= {"status": "notified", "notified_at": at}
        table.put(item)


def follow(operator, query):
    """The numbers of the orders on each page, and what was read for them."""
    pages, reads, cursor = [], [], ""
    while cursor is not None:
        status, page = operator.send("GET", f"/orders?{query}{cursor and f'&cursor={cursor}'}")
        assert status == 200, page
        pages.append([int(order["orderID"].partition("-")[2]) for order in page["orders"]])
        reads.append(page["read"])
        cursor = page["next_cursor"]
    return pages, reads


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=notified", [0, 3, 6, 9]),
        ("status=stored", [1, 2, 4, 5, 7, 8, 10, 11]),
        ("placed_by=ada", [0, 1, 2, 3, 4, 5]),
        ("q=odd-", [1, 3, 5, 7, 9, 11]),
        ("q=odd-1", [1, 11]),
        ("q=odd-&placed_by=bob&status=stored", [7, 11]),
        ("placed_by=nobody", []),
    ],
)
def test_some_orders_are_found_newest_first_page_by_page(operator, days, limit, query, expected):
    pages, _ = follow(operator, f"{query}&limit={limit}")
    assert [number for page in pages for number in page] == expected
    assert all(len(page) <= limit for page in pages)


def test_a_page_says_what_was_read_for_it(operator, days):
    _, (read,) = follow(operator, "q=odd-1")
    assert read == {"scanned": 12, "matched": 2, "complete": True}
    _, reads = follow(operator, "limit=10")
    assert [(read["matched"], read["complete"]) for read in reads] == [(10, False), (2, True)]


def test_a_read_ends_at_its_bound_and_leads_on_even_without_a_match(operator, days):
    orders = functions.wiring.orders
    orders.listing = replace(orders.listing, bounds=ReadBounds(items=1))
    pages, reads = follow(operator, "q=odd-11")
    assert [number for page in pages for number in page] == [11]
    assert len(pages) >= 3  # a day each
    assert sum(read["scanned"] for read in reads) == 12
    assert [read["complete"] for read in reads] == [False] * (len(reads) - 1) + [True]


def test_a_read_ends_when_its_time_is_up(operator, days):
    orders, ticks = functions.wiring.orders, iter([0.0, 3.0])
    orders.listing = replace(orders.listing, clock=lambda: next(ticks))
    _, page = operator.send("GET", "/orders?q=odd-11")
    assert (page["orders"], page["read"]["complete"]) == ([], False)
    assert page["next_cursor"] is not None


def test_a_cursor_goes_with_what_was_asked(operator, days):
    _, page = operator.send("GET", "/orders?q=odd-&limit=1")
    for query in ("q=even-", "limit=1", "q=odd-&status=stored"):
        status, problem = operator.send("GET", f"/orders?{query}&cursor={page['next_cursor']}")
        assert (status, problem["code"]) == (400, "invalid_input")


def test_queued_orders_are_in_no_list_and_the_status_says_so(operator):
    status, problem = operator.send("GET", "/orders?status=queued")
    assert (status, problem["message"]) == (400, "status must be one of stored, notified")


@pytest.mark.parametrize("query", ["q=", "q=a%20b", f"q={'x' * 129}", "status=", "placed_by=a%23"])
def test_what_cannot_be_asked_for_is_refused(operator, query):
    assert operator.send("GET", f"/orders?{query}")[0] == 400
