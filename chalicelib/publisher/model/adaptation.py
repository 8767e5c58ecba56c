"""The adaptation of texts to channels: what authors wish, and what they see; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.publisher.model.statuses import Channel

Adapt = Annotated[
    bool | dict[Channel, bool],
    Meta(
        description="True for Facebook, LinkedIn and Instagram, or by channel which are adapted.",
        examples=[True, {"linkedin": True, "email": False}],
    ),
]


class AdaptationFailure(StrEnum):
    """Why the original is used."""

    OFF = "off"
    BEFORE_APPROVAL = "before_approval"
    ORIGINAL_TOO_LONG = "original_too_long"
    SLOW = "slow"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    FAILED = "failed"
    STOPPED_EARLY = "stopped_early"
    FILTERED = "filtered"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    LINKS_CHANGED = "links_changed"
    NOT_A_TEXT = "not_a_text"


class AdaptedText(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a channel; with a `code` it is the original, and `reason` says why."""

    text: str
    code: AdaptationFailure | None = None
    reason: str | None = None
