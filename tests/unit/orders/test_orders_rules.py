"""Which bodies may become orders, what they come to, and which times may be asked for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support.orders import line

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.orders import rules
from chalicelib.orders.model import OrderList

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def nested(levels):
    value: dict = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


# --- Bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{}, {"lines": []}, {"anything": [None, {"ü": True}]}])
def test_any_object_is_an_order(body):
    assert rules.check_order(body) is body


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (None, "$.lines"),
        ({}, "$.lines"),
        ("mop", "$.lines"),
        ([3], "$.lines[0]"),
        ([line(), {"sku": "mop"}], "$.lines[1]"),
        ([line(sku="")], "$.lines[0].sku"),
        ([line(sku="x" * 129)], "$.lines[0].sku"),
        ([line(quantity="2")], "$.lines[0].quantity"),
        ([line(quantity=True)], "$.lines[0].quantity"),
        ([line(quantity=0)], "$.lines[0]"),
        ([line(quantity=Decimal("-0.5"))], "$.lines[0]"),
        ([line(unit_price=-1)], "$.lines[0]"),
        ([line(unit_price=None)], "$.lines[0].unit_price"),
        ([line(note=1)], "$.lines[0].note"),
        ([line(note="x" * 1001)], "$.lines[0].note"),
        ([line(colour="red")], "$.lines[0]"),
    ],
)
def test_lines_that_are_none_are_refused_by_their_path(lines, path):
    with pytest.raises(InvalidInput) as refused:
        rules.check_order({"lines": lines})
    assert f"`{path}`" in str(refused.value)


def test_a_rule_of_numbers_is_named():
    with pytest.raises(InvalidInput, match="quantity must be greater than 0"):
        rules.check_order({"lines": [line(quantity=0)]})


def test_an_order_may_be_nested_as_deep_as_the_table_holds_it_one_level_down():
    rules.check_order(nested(31))
    with pytest.raises(InvalidInput, match="31 levels"):
        rules.check_order(nested(32))


def test_an_order_beyond_what_an_item_holds_is_too_large():
    rules.check_order({"x": "a" * 400_000})
    with pytest.raises(TooLarge, match="400 KB"):
        rules.check_order({"x": "a" * 409_000})


# --- Totals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        ([], "0"),
        ([line(quantity=3, unit_price=Decimal("0.1"))], "0.3"),
        ([line(quantity=2, unit_price=5), line(quantity=Decimal("1.5"), unit_price=2)], "13"),
        ([line(quantity=1, unit_price=0)], "0"),
        (
            [line(quantity=1, unit_price=0), line(quantity=1, unit_price=Decimal("1E-100"))],
            "1E-100",
        ),
        ([line(quantity=10**37, unit_price=Decimal("0.1"))], "1E+36"),
    ],
)
def test_the_total_is_the_exact_sum_of_the_lines(lines, total):
    assert rules.total_of({"lines": lines}) == Decimal(total)


def test_without_lines_there_is_no_total():
    assert rules.total_of({"total": 5}) is None


@pytest.mark.parametrize(
    "lines",
    [
        [line(quantity=10**37 + 1, unit_price=Decimal("0.333"))],
        [line(quantity=1, unit_price=10**37), line(quantity=1, unit_price=Decimal("0.01"))],
        [line(quantity=Decimal("1E-100"), unit_price=Decimal("1E-100"))],
        [line(quantity=Decimal("1E+100"), unit_price=Decimal("1E+100"))],
    ],
)
def test_a_total_that_38_digits_do_not_hold_is_refused(lines):
    with pytest.raises(InvalidInput, match="38 digits"):
        rules.check_order({"lines": lines})


# --- Ids ------------------------------------------------------------------------------------------


def test_an_idempotency_key_names_one_order_of_one_caller():
    first = rules.order_id("u-1", "k")
    assert first == rules.order_id("u-1", "k")
    assert len({first, rules.order_id("u-2", "k"), rules.order_id("u-1", "k2")}) == 3
    assert rules.order_id("u-1", "1k") != rules.order_id("u-11", "k")


# --- Times ----------------------------------------------------------------------------------------


def test_by_default_the_last_seven_days_are_listed():
    span = rules.span(OrderList(), NOW)
    assert span == (datetime(2026, 2, 22, 12, 0, tzinfo=UTC), NOW)
    assert list(rules.days(span)) == [
        "2026-03-01",
        "2026-02-28",
        "2026-02-27",
        "2026-02-26",
        "2026-02-25",
        "2026-02-24",
        "2026-02-23",
        "2026-02-22",
    ]


def test_the_end_of_a_span_is_no_part_of_it():
    span = rules.span(OrderList("2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"), NOW)
    assert list(rules.days(span)) == ["2026-02-01"]
    assert rules.bounds(span) == ("2026-02-01T00:00:00.000000Z", "2026-02-01T23:59:59.999999Z")


def test_31_days_over_the_clock_change_of_october_are_taken():
    """They have one hour more."""
    span = rules.span(OrderList("2026-10-01T00:00:00 02:00", "2026-11-01T00:00:00 01:00"), NOW)
    assert span.until - span.since == timedelta(days=31, hours=1)


def test_the_times_of_a_span_may_be_ages():
    span = rules.span(OrderList("2d", "1h"), NOW)
    assert (NOW - span.since, NOW - span.until) == (timedelta(days=2), timedelta(hours=1))


def test_times_of_other_zones_are_taken():
    span = rules.span(OrderList("2026-02-01T00:00:00+02:00", "2026-02-01T01:00:00Z"), NOW)
    assert list(rules.days(span)) == ["2026-02-01", "2026-01-31"]


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("yesterday", None, "since must be a time"),
        (None, "2026-13-01T00:00:00Z", "until must be a time"),
        ("2026-02-01T00:00:00", None, "time zone"),
        ("2026-03-01T12:00:00Z", None, "before until"),
        ("2026-02-02T00:00:00Z", "2026-02-01T00:00:00Z", "before until"),
        ("2026-01-01T00:00:00Z", "2026-02-01T01:00:01Z", "31 days"),
        (None, "0001-01-02T00:00:00Z", "until is too early"),
    ],
)
def test_a_span_that_cannot_be_is_refused(since, until, says):
    with pytest.raises(InvalidInput, match=says):
        rules.span(OrderList(since, until), NOW)


def test_31_days_may_be_asked_for():
    span = rules.span(OrderList("2026-01-29T12:00:00Z"), NOW)
    assert len(list(rules.days(span))) == 32
