"""How the channels count text: SMS by 3GPP TS 23.038, the others by characters."""

import pytest

from chalicelib.publisher.limits import GSM_7, GSM_7_EXTENDED, LIMITS, count_segments
from chalicelib.publisher.model import Channel

# 3GPP TS 23.038, 6.2.1: the default alphabet by its septets, row by row; ESC is no character.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
EXTENSION = "\f^{}\\[~]|€"  # 6.2.1.1


def test_the_alphabet_is_that_of_the_standard():
    assert [len(row) for row in TABLE] == [16] * 8
    assert frozenset("".join(TABLE)) - {"\x1b"} == GSM_7
    assert frozenset(EXTENSION) == GSM_7_EXTENDED


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 1600, 11),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("a" * 159 + "{", 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("a" * 69 + "ç", 1),  # small c with cedilla is none of the alphabet's, the capital is
        ("Ç" * 160, 1),
        ("a" * 70 + "\u2019", 2),  # a typographic apostrophe makes all of it UCS-2
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("\t", 1),
        ("a" * 70 + "\t", 2),
    ],
)
def test_the_parts_of_an_sms(text, segments):
    assert count_segments(text) == segments


def test_each_channel_has_its_documented_limits():
    assert {channel: limit.text for channel, limit in LIMITS.items()} == {
        Channel.FACEBOOK: 63_206,
        Channel.INSTAGRAM: 2_200,
        Channel.LINKEDIN: 3_000,
        Channel.EMAIL: 100_000,
        Channel.SMS: 1_600,
    }
    assert {channel: limit.media for channel, limit in LIMITS.items()} == {
        Channel.FACEBOOK: 10,
        Channel.INSTAGRAM: 10,
        Channel.LINKEDIN: 20,
        Channel.EMAIL: 0,
        Channel.SMS: 0,
    }
