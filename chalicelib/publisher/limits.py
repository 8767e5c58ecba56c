"""The limits of the channels as their documentation states them, and how each counts; pure.

Facebook: Graph API reference, Page feed and photos. Instagram: Content Publishing. LinkedIn: Posts
API. SES: quotas. SMS: 3GPP TS 23.038, and the 1,600 characters of SNS.
"""

import math
from dataclasses import dataclass

from chalicelib.publisher.model import Channel

JPEG, PNG = "image/jpeg", "image/png"
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one channel takes: text in its own count, and images."""

    text: int
    media: int = 0
    media_required: bool = False
    media_types: tuple[str, ...] = (JPEG, PNG)
    media_bytes: int = 8 * MIB
    width_px: tuple[int, int] = (1, 20_000)
    ratio: tuple[float, float] = (0.0, math.inf)


LIMITS = {
    Channel.FACEBOOK: Limit(text=63_206, media=10, media_bytes=4 * MIB),
    Channel.INSTAGRAM: Limit(
        text=2_200,
        media=10,
        media_required=True,
        media_types=(JPEG,),
        width_px=(320, 1_440),
        ratio=(0.8, 1.91),
    ),
    Channel.LINKEDIN: Limit(text=3_000, media=20),
    Channel.EMAIL: Limit(text=100_000),
    Channel.SMS: Limit(text=1_600),
}

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each
_GSM_7_PARTS = (160, 153)  # characters of one part alone, and of one of several
_UCS_2_PARTS = (70, 67)


def count_segments(text: str) -> int:
    """How many parts an SMS takes; an estimate, since SNS cuts at word boundaries."""
    if all(char in GSM_7 or char in GSM_7_EXTENDED for char in text):
        units, (alone, several) = _count_septets(text), _GSM_7_PARTS
    else:
        units, (alone, several) = len(text.encode("utf-16-be")) // 2, _UCS_2_PARTS
    return 1 if units <= alone else math.ceil(units / several)


def _count_septets(text: str) -> int:
    return sum(2 if char in GSM_7_EXTENDED else 1 for char in text)
