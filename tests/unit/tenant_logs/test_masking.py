"""What is masked, what must not be, and that no text makes it slow."""

import time

import pytest

from chalicelib.tenant_logs.intake.masking import Masks, masked

EMAILS = [
    ("john@doe.com", "[email]"),
    ("to <j.doe+tag@mail.example.co.uk>.", "to <[email]>."),
    ("GET /reset?email=john%40example.com&x=1", "GET /reset?email=[email]&x=1"),
    ("mailto:a@b.org, c_d@e-f.io", "mailto:[email], [email]"),
    ("jürgen@müller.de", "[email]"),
    ("?email=j.doe%2Btag%40example.com&x=1", "?email=[email]&x=1"),
    ("%22john%40example.com%22", "%[email]%22"),
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
# What is repeated, and what stands before and behind.
HOSTILE = [
    ("a", "", ""),
    ("a", "", "@"),
    ("a@", "", ""),
    ("a@b.", "", ""),
    ("a.", "", "@"),
    ("%40", "", ""),
    ("4", "", ""),
    ("4", "", "x"),
    ("9", "1 2 3 4 5 6 7 8 9 0 1 ", "x"),
    ("1 ", "", ""),
    ("4111 ", "", ""),
    ("4 ", "4" * 15 + " ", ""),
    ("1234-", "", ""),
    ("+", "", ""),
    ("+1", "", ""),
    ("+1 (1) ", "", ""),
    ("(0", "", ""),
    ("0171 ", "", ""),
    ("01 ", "", ""),
    ("00 1 ", "", ""),
    ("a%2B", "", ""),
    ("%2B1", "", "x"),
    ("555-", "", ""),
]


@pytest.mark.parametrize(("text", "expected"), EMAILS + CARDS)
def test_addresses_and_cards_are_masked_and_what_is_around_them_stays(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize("number", PHONES)
def test_a_phone_number_is_masked_wherever_it_stands(number):
    assert masked(number) == "[phone]"
    assert masked(f"call {number}, then") == "call [phone], then"
    assert masked(f"tel={number}") == "tel=[phone]"


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_other_numbers_times_and_addresses_of_machines_are_left_alone(text):
    assert masked(text) == text


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


def _cost_s(text: str) -> float:
    began = time.thread_time()
    masked(text)
    return time.thread_time() - began


@pytest.mark.parametrize(("part", "before", "behind"), HOSTILE)
def test_ten_times_the_text_takes_about_ten_times_as_long(part, before, behind):
    """400 KB against a tenth of it: were it quadratic, a hundred times as long."""
    short, long = (before + part * (n // len(part)) + behind for n in (40_000, 400_000))
    short_s = min(_cost_s(short) for _ in range(3))
    assert _cost_s(long) < 40 * max(short_s, 0.002)
