"""Channels as authors see them: what they say to a message, their limits, and how they do; pure."""

import msgspec

from chalicelib.publisher.model.adaptation import AdaptedText
from chalicelib.publisher.model.statuses import Channel, MessageDeliveryError
from chalicelib.times import Time


class ChannelProblem(msgspec.Struct, frozen=True):
    """A rule of a channel that the message breaks."""

    code: str
    message: str


class ChannelCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The text as it would go to a channel, its length as the platform counts, and problems.

    `segments` is the number of parts of an SMS. `warnings` do not keep the message from being
    published: what they name is left out. `adapted` is what a language model makes of the text,
    where that is asked for; the rest is about the original.
    """

    channel: Channel
    text: str
    length: int
    limit: int
    segments: int | None = None
    problems: list[ChannelProblem] = []
    warnings: list[ChannelProblem] = []
    adapted: AdaptedText | None = None


class MessageValidation(msgspec.Struct, frozen=True):
    """Whether a message could be published as it is, channel by channel."""

    ok: bool
    channels: list[ChannelCheck]


class ChannelHold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a channel waits, since when, and the setting to mend."""

    since: str
    code: str
    message: str
    setting: str
    next_attempt_at: str


class ChannelState(msgspec.Struct, frozen=True, kw_only=True):
    """A channel: the account it publishes as, its limits, and how it does.

    `token_expires_at` is null where its secret does not say when the token ends.
    """

    channel: Channel
    connected_as: str | None
    token_expires_at: Time | None
    text_limit: int
    media_limit: int
    media_required: bool
    hold: ChannelHold | None = None
    last_success_at: str | None = None
    last_failure: MessageDeliveryError | None = None
    last_failure_at: str | None = None


class ChannelStates(msgspec.Struct, frozen=True):
    """Every channel of the stage."""

    channels: list[ChannelState]
