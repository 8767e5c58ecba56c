"""What is masked, what must not be, and that no text costs more than its length."""

import random
import tracemalloc

import pytest
from support.masking_corpus import HOSTILE

from chalicelib.tenant_logs.intake import card_issuers, masking_card_groups, masking_cards
from chalicelib.tenant_logs.intake.masking import Masks, mask

EMAILS = [
    ("john@doe.com", "[email]"),
    ("to <j.doe+tag@mail.example.co.uk>.", "to <[email]>."),
    ("GET /reset?email=john%40example.com&x=1", "GET /reset?email=[email]&x=1"),
    ("mailto:a@b.org, c_d@e-f.io", "mailto:[email], [email]"),
    ("jürgen@müller.de", "[email]"),
    ("?email=j.doe%2Btag%40example.com&x=1", "?email=[email]&x=1"),
    ("%22john%40example.com%22", "%[email]%22"),
    ("?next=%3Fu%3Djohn%2540example.com", "?next=%3Fu%[email]"),
    ("JOHN@EXAMPLE.COM, John@Example.Com, JoHn@ExAmPlE.CoM", "[email], [email], [email]"),
    ("\u043f\u043e\u0447\u0442\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "[email]"),
    ("a@xn--e1afmkfd.xn--p1ai", "[email]"),
    ("\u90ae\u7bb1 a@b.com\u5df2\u6ce8\u518c", "\u90ae\u7bb1 [email]\u5df2\u6ce8\u518c"),
    ('"john doe"@example.com', "[email]"),
    ('{"a":"b","at":"@example.com"}', '{"a":"b","at":"@example.com"}'),
    ("john@163.com John@163.com Anna@face.de", "[email] [email] [email]"),
    ("john@doe.com-failed john@doe.com: bounced", "[email]-failed [email]: bounced"),
    ("john@doe.com.2026-03-01", "[email].2026-03-01"),
    ("john@doe.com-ada@doe.com,a%2Bb@doe.com%2Bc", "[email][email],[email]%2Bc"),
    (
        "git@github.com:acme/app.git a@b.com Pool@1b2c.close",
        "git@github.com:acme/app.git [email] Pool@1b2c.close",
    ),
    ("john@mail.service.example.com", "[email]"),
    ("\x1b[31mjohn@doe.com\x1b[0m", "\x1b[31m[email]\x1b[0m"),
]
CARDS = [
    ("4111 1111 1111 1111", "[card]"),
    ("pan=5555-5555-5555-4444;", "pan=[card];"),
    ("378282246310005", "[card]"),
    ("3782 822463 10005", "[card]"),
    ("3056 930902 5904", "[card]"),
    ("4222222222222", "[card]"),
    ("4000000000000000006", "[card]"),
    ("6304 0000 0000 0000 000", "[card]"),
    ("id 7 4111 1111 1111 1111", "id 7 [card]"),
    ("4111 1111 1111 1111 123 12/29", "[card] 123 12/29"),
    ("4111111111111111 and 5555555555554444", "[card] and [card]"),
    ("4111 1111 1111 1111 5555 5555 5555 4444", "[card] [card]"),
    ("2026 4111 1111 1111 1111 12 29", "2026 [card] 12 29"),
    ("5555555555554444, 2223003122003222", "[card], [card]"),
    ("6011111111111117 3530111333300000 30569309025904", "[card] [card] [card]"),
    ("6200000000000005 6759649826438453 2200000000000004", "[card] [card] [card]"),
    ("\x1b[31m4111111111111111\x1b[0m", "\x1b[31m[card]\x1b[0m"),
    ("\x1b[1;38;5;196m4111 1111 1111 1111\x1b[K", "\x1b[1;38;5;196m[card]\x1b[K"),
    (r"\u001b[31m4111111111111111\u001b[0m", r"\u001b[31m[card]\u001b[0m"),
    ("#033[31m4111111111111111#033[0m", "#033[31m[card]#033[0m"),
    ("4111\u00a01111\u00a01111\u00a01111", "[card]"),
    ("4111\u20131111\u20131111\u20131111", "[card]"),
    ("4111\u20091111\u20091111\u20091111", "[card]"),
    (r"4111\u00a01111\u00a01111\u00a01111", "[card]"),
    ("id_4111111111111111", "id_[card]"),
    ("id=4111111111111111 order: 4111111111111111", "id=[card] order: [card]"),
    ("payments=4111111111111111", "payments=[card]"),
    ("7,4111111111111111,12/29", "7,[card],12/29"),
    ("?card=4111+1111+1111+1111&x", "?card=[card]&x"),
    ("?card=4111%201111%201111%201111&x", "?card=[card]&x"),
    ("%7B%22pan%22%3A%224111111111111111%22%7D", "%7B%22pan%22%3A%22[card]%22%7D"),
    (r"pan:\n4111111111111111\n", r"pan:\n[card]\n"),
    ("\u5361\u53f74111111111111111\u5df2", "\u5361\u53f7[card]\u5df2"),
    (
        "\u5361\u53f7: 4111111111111111 caf\u00e9 5555555555554444",
        "\u5361\u53f7: [card] caf\u00e9 [card]",
    ),
    ("4111111111111111-5555-5555-5555-4444", "[card]-[card]"),
    ("4111111111111111 5555 5555 5555 4444 1 2 3 4 5", "[card] [card] 1 2 3 4 5"),
]
PHONES = [
    "+49 171 1234567",
    "+491711234567",
    "+1 (555) 123-4567",
    "+1-555-123-4567",
    "+44 20 7946 0958",
    "+33 1 23 45 67 89",
    "+49 (0)30 1234567",
    "+49 (0)30 1234-567",
    "%2B491701234567",
    "+86 138 1234 5678",
    "0049 171 1234567",
    "(555) 123-4567",
    "555-123-4567",
    "555.123.4567",
    "555 123 4567",
    "1-800-555-1234",
    "030 1234567",
    "(030) 1234567",
    "0171/1234567",
    "020 7946 0958",
    "01 23 45 67 89",
    "01.23.45.67.89",
    "(11) 91234-5678",
    "090-1234-5678",
    "138-1234-5678",
]
LEFT_ALONE = [
    "173.234.31.186 port 38926 ssh2",
    "10.0.0.1:8080",
    "010.020.030.040",
    "220-135-151-1.hinet-ip.hinet.net",
    "root@10.0.0.1 on user@localhost",
    "sshd[24200]: pid 1234 5678 9012",
    "2026-01-31 09:30:00",
    "2026-01-31T09:30:00.123456+02:00",
    "01/02/2026 10:30",
    "01-02-2026 1030 12",
    "20260131-093000",
    "09:30:00 +1100 12345678",
    "[10/Oct/2000:13:55:36 -0700] 12345678",
    '"GET / HTTP/1.1" 200 512 1043',
    '"GET / HTTP/1.1" 404 123 4567',
    "123456789012",
    "5551234567",
    "1234567890123456",
    "1706693400123 1706693400123456789",
    "4111111111111112",
    "0.6666666666666666 0.8349201938475610",
    "550e8400-e29b-41d4-a716-446655440000",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "00:1a:2b:3c:4d:5e 00 01 02 03 04 05 06 07 08",
    "v1.2.3-rc.1 100 200 300 400 1,234,567.89",
]
# What real senders sent and an earlier form of masking destroyed.
NO_SECRETS = [
    "user@1000.service",
    "Started user@1000.service: User Manager for UID 1000.",
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice",
    "user@1000.service.d/override.conf getty@tty1.service dbus@a.socket session@2.scope",
    "HikariPool@1b2c.getConnection",
    "com.zaxxer.hikari.HikariPool@1b2c3d4e.close(HikariPool.java:12)",
    "git@github.com:acme/app.git",
    "git@github.com: Permission denied (publickey).",
    "org-7@github.com:acme/app.git deploy@web.example.com:/var/www",
    "ssh://git@github.com/acme/app.git git+ssh://john@git.example.com/x.git",
    "https://john@bitbucket.org/acme/app.git",
    "icon@2x.png logo@3x.min.svg lodash@4.17.21 react@18.2.0-beta.rc root@10.0.0.1",
    "Linux version 2.6.5-1.358 (build@host.example.com) (gcc version 3.3.3)",
    "size 2000398934016 B",
    "size 4000787030016 B, 4532015112830366 bytes, 4532015112830366ns",
    "order_id: 7000000000003",
    "order_id: 4111111111111111, orderId=4111111111111111, requestid 4111111111111111",
    "cpu0 2255 34 2290 22625 6290 0 0",
    "4705 3560 4532 0151 1283 0366 0 0 0 0",
    '{"trace_id":"45320151128303664532015112830366","spanId":"4532015112830366"}',
    "00-0af7651916cd43dd8448eb211c80319c-4532015112830366-01",
    "550e8400-e29b-41d4-a716-501800000009",
    "1234-4111-1111-1111-1111",
    "41111111111111111111 0x4111111111111111 a4111111111111111 4111111111111111L",
    "0.4111111111111111 4111111111111111.5",
    "4111-1111 1111-1111 41111111 11111111 411111 1111111111",
    "7111111111111118 9000000000000001",
]


@pytest.mark.parametrize(("text", "expected"), EMAILS + CARDS)
def test_addresses_and_cards_are_masked_and_what_is_around_them_stays(text, expected):
    assert mask(text) == expected


@pytest.mark.parametrize("number", PHONES)
def test_a_phone_number_is_masked_wherever_it_stands(number):
    assert mask(number) == "[phone]"
    assert mask(f"call {number}, then") == "call [phone], then"
    assert mask(f"tel={number}") == "tel=[phone]"


@pytest.mark.parametrize("text", LEFT_ALONE + NO_SECRETS)
def test_other_numbers_times_and_addresses_of_machines_are_left_alone(text):
    assert mask(text) == text


def test_every_text_in_attributes_is_masked_and_names_and_other_numbers_are_not():
    attrs = {
        "a@b.org": "a@b.org",
        "deep": {"list": ["x", {"to": "c@d.org"}], "n": 4111111111111112, "none": None},
        "ok": True,
    }
    assert Masks().attributes(attrs) == {
        "a@b.org": "[email]",
        "deep": {"list": ["x", {"to": "[email]"}], "n": 4111111111111112, "none": None},
        "ok": True,
    }
    assert attrs["deep"]["list"][1] == {"to": "c@d.org"}


def test_a_cards_number_is_masked_as_a_number_too():
    attrs = {"pan": 4111111111111111, "all": [378282246310005], "at": 1706693400123456789}
    assert Masks().attributes(attrs) == {
        "pan": "[card]",
        "all": ["[card]"],
        "at": 1706693400123456789,
    }


def test_what_records_share_is_masked_once_and_shared_still():
    masks, shared = Masks(), {"owner": "a@b.org"}
    first, second = masks.attributes({"r": shared}), masks.attributes({"r": shared, "n": 1})
    assert first["r"] == {"owner": "[email]"}
    assert first["r"] is second["r"]


def test_ids_of_traces_and_spans_are_never_masked_but_what_else_such_a_field_holds_is():
    attrs = {
        "trace_id": "45320151128303664532015112830366",
        "span_id": "4532015112830366",
        "dd.span_id": 4532015112830366,
        "context": {"parentSpanId": "4532015112830366", "traceId": "a@b.org"},
    }
    assert Masks().attributes(attrs) == {
        "trace_id": "45320151128303664532015112830366",
        "span_id": "4532015112830366",
        "dd.span_id": 4532015112830366,
        "context": {"parentSpanId": "4532015112830366", "traceId": "[email]"},
    }


def test_a_fields_name_is_the_label_of_its_value():
    attrs = {
        "order_id": 4111111111111111,
        "bytes": ["4111111111111111"],
        "pan": "4111111111111111",
        "big": 10**5000,
        "flag": True,
    }
    assert Masks().attributes(attrs) == {
        "order_id": 4111111111111111,
        "bytes": ["4111111111111111"],
        "pan": "[card]",
        "big": 10**5000,
        "flag": True,
    }
    assert mask("4111111111111111", "size") == "4111111111111111"


def test_cards_are_those_of_the_issuers_ranges_lengths_and_check_digits():
    issued = ["4222222222222", "371449635398431", "2720999999999996", "6304000000000000000"]
    others = ["2721000000000004", "411111111111116", "3411111111111111", "4111111111111112", "4"]
    assert [card_issuers.is_card(digits) for digits in issued] == [True] * 4
    assert [card_issuers.is_card(digits) for digits in others] == [False] * 5


@pytest.mark.parametrize(("part", "before", "behind"), HOSTILE)
def test_the_numbers_checked_grow_with_the_text_alone(part, before, behind, monkeypatch):
    """A card has 12 digits or more and is checked with and without its last group."""
    checked = []
    for module in (masking_cards, masking_card_groups):
        monkeypatch.setattr(
            module,
            "is_card",
            lambda digits: checked.append(digits) or card_issuers.is_card(digits),
        )
    text = before + part * (20_000 // len(part)) + behind
    mask(text)
    assert len(checked) <= len(text) / 5
    assert all(len(digits) <= 19 for digits in checked)


@pytest.mark.thorough
@pytest.mark.parametrize(("part", "before", "behind"), HOSTILE)
def test_masking_takes_memory_in_proportion_to_its_text(part, before, behind):
    text = before + part * (60_000 // len(part)) + behind
    tracemalloc.start()
    try:
        mask(text)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 40 * len(text.encode()) + 100_000


def test_escape_codes_stay_where_they_were():
    rng = random.Random(5)  # noqa: S311 the same codes each time
    codes = ("\x1b[m", "\x1b", "\x1b[31m", "\x1b[1;2K", r"\x1b[0m", r"\u001b[0m", "\x1b[3")
    for _ in range(200):
        words = [rng.choice((*codes, "x ", "a@b.org ", "4111111111111111 ")) for _ in range(20)]
        expected = {"a@b.org ": "[email] ", "4111111111111111 ": "[card] "}
        # Letters and digits right before would be another number, and right behind another code.
        text = "|".join(words)
        assert mask(text) == "|".join(expected.get(word, word) for word in words)
