"""What is said of stored orders: a readable e-mail, JSON for programs, attributes for filters."""

import json
from decimal import Decimal

import pytest
from support.orders import line

from chalicelib.orders.lines import money
from chalicelib.orders.model import Order, OrderStatus, OrderStep
from chalicelib.orders.notice import MAX_TEXT_BYTES, notices
from chalicelib.sns_message import MAX_ATTRIBUTES, MAX_MESSAGE_BYTES, encode_variants

QUEUED, STORED = "2026-02-01T09:30:00.123456Z", "2026-02-01T09:30:01.000000Z"


def order(content=None, order_id="o-1", total=None, placed_by="u-1"):
    return Order(
        orderID=order_id,
        status=OrderStatus.STORED,
        placed_by=placed_by,
        order={} if content is None else content,
        total=total,
        timeline=[OrderStep(OrderStatus.QUEUED, QUEUED), OrderStep(OrderStatus.STORED, STORED)],
    )


def one(*orders):
    (notice,) = notices(orders)
    return notice


def letter(*args, **more):
    return one(order(*args, **more)).variants["email"]


# --- The e-mail -----------------------------------------------------------------------------------


def test_an_order_with_lines_is_a_table_with_a_total():
    content = {
        "customer": {"name": "Jane Doe", "tags": ["new", "shop"]},
        "lines": [
            line("mop", 2, Decimal("4.50"), note="blue"),
            line("soap", 10, Decimal("0.99")),
        ],
        "gift": False,
        "coupon": None,
    }
    assert letter(content, total=Decimal("18.9")) == (
        "New order o-1\n"
        "\n"
        "Received   2026-02-01 09:30:00 UTC\n"
        "Placed by  u-1\n"
        "\n"
        "SKU   Quantity  Unit price  Amount  Note\n"
        "mop          2        4.50    9.00  blue\n"
        "soap        10        0.99    9.90\n"
        "\n"
        "Total      18.90\n"
        "\n"
        "customer.name: Jane Doe\n"
        "customer.tags[0]: new\n"
        "customer.tags[1]: shop\n"
        "gift: no\n"
        "coupon: -\n"
    )


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (12, "12.00"),
        (0, "0.00"),
        (Decimal("12.000000"), "12.00"),
        (Decimal("0.1"), "0.10"),
        (Decimal("0.125000"), "0.125"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("1E-7"), "0.0000001"),
        (3 * (10**24 + 1), "3000000000000000000000003.00"),
        (10**38 - 1, "9" * 38 + ".00"),
        (Decimal("9" * 36 + ".99"), "9" * 36 + ".99"),
        (Decimal(f"{10**37 - 1}E+88"), "9" * 37 + "0" * 88 + ".00"),
    ],
)
def test_money_has_every_digit_and_at_least_two_decimals(amount, text):
    assert money(amount) == text


def test_a_total_beyond_float_is_exact_in_mail_and_json():
    lines = [line("a", 3, 10**24 + 1)]
    notice = one(order({"lines": lines}, total=3 * (10**24 + 1)))
    assert (
        "\na           3  1000000000000000000000001.00  3000000000000000000000003.00\n"
        in (notice.variants["email"])
    )
    assert "\nTotal      3000000000000000000000003.00\n" in notice.variants["email"]
    assert '"total":3000000000000000000000003,' in notice.variants["default"]
    digest = one(order(total=3 * (10**24 + 1)), order(order_id="o-2"))
    assert "  total 3000000000000000000000003.00\n" in digest.variants["email"]


def test_an_order_without_lines_is_names_and_values():
    assert letter({"sku": "mop", "n": Decimal("1E+3"), "empty": {}, "none": []}).endswith(
        "\n\nsku: mop\nn: 1000\nempty: -\nnone: -\n"
    )


def test_an_order_that_was_sent_as_a_text_is_that_text():
    assert letter("Hello from SQS!", placed_by="queue").endswith(
        "Placed by  queue\n\norder: Hello from SQS!\n"
    )


@pytest.mark.parametrize(
    "lines", [3, [{"sku": "mop"}], [line(quantity=10**37 + 1, unit_price=Decimal("0.333"))]]
)
def test_lines_that_are_none_are_shown_as_they_are(lines):
    assert "\nlines" in letter({"lines": lines})
    assert "Quantity" not in letter({"lines": lines})


@pytest.mark.parametrize("content", [None, 5, ["a"], b"x"])
def test_whatever_another_tool_put_is_told(content):
    bare = Order(
        orderID="o-1",
        status=OrderStatus.STORED,
        placed_by="",
        order=content,
        total=None,
        timeline=[],
    )
    notice = one(bare)
    assert "Received   unknown\nPlaced by  unknown\n" in notice.variants["email"]
    assert json.loads(notice.variants["default"])["orders"][0]["queued_at"] is None


def test_no_value_can_look_like_a_line_of_ours():
    content = {
        "a\nTotal      9": "b\r\nPlaced by  admin\x1b[31m\u202e",
        "lines": [line(sku="x\ny")],
    }
    text = letter(content)
    assert [row.partition(" ")[0] for row in text.splitlines()].count("Placed") == 1
    assert not {"\r", "\x1b", "\u202e"} & set(text)
    assert "\nx y " in text


@pytest.mark.parametrize(
    "content",
    [
        {"x": "😀" * 100_000},
        {f"name-{n}": "😀" * 500 for n in range(180)},
        {"lines": [line(f"sku-{n}") for n in range(5_000)]},
        {"a" * 60_000: 1},
    ],
)
def test_an_e_mail_has_an_end(content):
    text = letter(content)
    assert len(text.encode()) < MAX_TEXT_BYTES + 100


def test_what_was_left_out_of_an_e_mail_is_said():
    assert letter({f"n{n}": "x" * 290 for n in range(200)}).endswith(
        "… and more: look the order up by its id.\n"
    )


# --- The subject ----------------------------------------------------------------------------------


def test_the_subject_is_the_seeds_with_the_id():
    assert one(order()).subject == "New Order Notification o-1"


@pytest.mark.parametrize(
    ("order_id", "subject"),
    [
        ("x\r\nBcc: evil@example.com", "New Order Notification x Bcc: evil@example.com"),
        ("ü\u202e1\x00", "New Order Notification 1"),
        ("a" * 128, "New Order Notification " + "a" * 76),
    ],
)
def test_the_subject_is_one_short_line_of_ascii(order_id, subject):
    assert one(order(order_id=order_id)).subject == subject
    assert len(subject) < 100


# --- JSON and attributes --------------------------------------------------------------------------


def test_programs_get_the_order_and_the_e_mails_text():
    content = {"price": Decimal("0.10"), "odd": "\uffff"}
    notice = one(order(content, total=Decimal("1.50")))
    text = notice.variants["default"]
    assert json.loads(text, parse_float=str) == {
        "v": 1,
        "subject": "New Order Notification o-1",
        "text": notice.variants["email"],
        "orders": [
            {
                "orderID": "o-1",
                "status": "stored",
                "placed_by": "u-1",
                "queued_at": QUEUED,
                "stored_at": STORED,
                "total": "1.50",
                "order": {"price": "0.10", "odd": "\uffff"},
            }
        ],
    }
    assert "\uffff" not in text


def test_a_text_message_to_a_phone_is_the_subject():
    assert one(order()).variants["sms"] == "New Order Notification o-1"


def test_subscriptions_may_filter():
    assert one(order(total=Decimal("18.9"))).attributes == {
        "kind": "order",
        "orders": Decimal(1),
        "orderID": "o-1",
        "status": "stored",
        "placed_by": "u-1",
        "total": Decimal("18.9"),
    }
    assert len(one(order(total=Decimal(1))).attributes) <= MAX_ATTRIBUTES


@pytest.mark.parametrize("total", [None, Decimal("1E+100"), Decimal("1E-100")])
def test_a_total_beyond_what_filters_compare_is_no_attribute(total):
    assert "total" not in one(order(total=total)).attributes


def test_an_empty_text_is_no_attribute():
    assert "placed_by" not in one(order(placed_by="")).attributes


# --- Digests --------------------------------------------------------------------------------------


def test_several_orders_are_one_e_mail():
    first, second = order(total=Decimal(5)), order(order_id="o-2", placed_by="")
    notice = one(first, second)
    assert notice.subject == "New Order Notification 2 orders"
    assert notice.order_ids == ("o-1", "o-2")
    assert notice.variants["email"] == (
        "2 new orders\n"
        "\n"
        "o-1  2026-02-01 09:30:00 UTC  by u-1  total 5.00\n"
        "o-2  2026-02-01 09:30:00 UTC  by unknown\n"
    )
    assert [item["orderID"] for item in json.loads(notice.variants["default"])["orders"]] == [
        "o-1",
        "o-2",
    ]
    assert notice.attributes == {"kind": "digest", "orders": Decimal(2)}


def test_orders_too_large_for_one_message_are_several():
    orders = [order({"x": "é" * 30_000}, order_id=f"o-{n}") for n in range(10)]
    found = list(notices(orders))
    assert len(found) > 1
    assert [order_id for notice in found for order_id in notice.order_ids] == [
        f"o-{n}" for n in range(10)
    ]
    for notice in found:
        assert len(encode_variants(notice.variants).encode()) < MAX_MESSAGE_BYTES
        assert all(item["order"] for item in json.loads(notice.variants["default"])["orders"])


@pytest.mark.parametrize("character", ["x", '"', "\x01", "😀"])
def test_an_order_too_large_for_any_message_is_told_without_its_content(character):
    large = order({"x": character * 70_000, "y": character * 30_000, "z": "x" * 200_000})
    found = list(notices([large, order(order_id="o-2")]))
    assert [notice.order_ids for notice in found] == [("o-1",), ("o-2",)]
    assert json.loads(found[0].variants["default"])["orders"][0]["order"] is None
    assert len(encode_variants(found[0].variants).encode()) < MAX_MESSAGE_BYTES


def test_a_full_digest_names_every_order():
    orders = [order(order_id=f"{n:0128}", placed_by="p" * 128) for n in range(100)]
    text = one(*orders).variants["email"]
    assert all(item.orderID in text for item in orders)


def test_of_nothing_nothing_is_said():
    assert list(notices([])) == []
