"""The rules of a message on each channel, and the text as it would go; pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher import linkedin_text
from chalicelib.publisher.limits import LIMITS, MIB, Limit, count_segments
from chalicelib.publisher.model import (
    Channel,
    ChannelCheck,
    ChannelProblem,
    Content,
    MessageOverride,
    MessageRecipients,
    MessageValidation,
    Suppression,
)
from chalicelib.publisher.model.suppressions import EMAIL_PATTERN

PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
EMAIL = re.compile(EMAIL_PATTERN)
MAX_SUBJECT = 78  # of a subject made of the text: RFC 5322, 2.1.1

RENDER: Mapping[Channel, Callable[[str], str]] = {Channel.LINKEDIN: linkedin_text.escape}
TARGETED = (Channel.EMAIL, Channel.SMS)


class MediaProperties(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules need to know of an upload; sizes in bytes and pixels."""

    media_id: str
    content_type: str
    size_bytes: int
    width: int
    height: int


class Composition(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said where: the parts of a message that the rules judge."""

    content: Content
    channels: list[Channel]
    subject: str | None = None
    media: list[str] = []
    overrides: dict[Channel, MessageOverride] = {}
    recipients: MessageRecipients | None = None


class Audience(msgspec.Struct, frozen=True):
    """The recipients of a stage: of messages that name none."""

    email: list[str]
    sms: list[str]


def read_text(message: Composition, channel: Channel) -> str:
    """The text that a person wrote for a channel."""
    override = message.overrides.get(channel)
    return (override.content if override else None) or message.content


def read_subject(message: Composition, channel: Channel) -> str:
    """The subject of a channel; without one it is the beginning of the text's first line."""
    override = message.overrides.get(channel)
    subject = (override.subject if override else None) or message.subject
    return subject or read_text(message, channel).strip().splitlines()[0][:MAX_SUBJECT]


def render(text: str, channel: Channel) -> str:
    """The text as the platform's API takes it."""
    return RENDER.get(channel, str)(text)


def list_targets(message: Composition, channel: Channel, audience: Audience) -> list[str | None]:
    """To whom a channel goes: the message's own recipients, else the stage's; None for a feed."""
    if channel not in TARGETED:
        return [None]
    own = getattr(message.recipients, channel, None) or getattr(audience, channel)
    return list(dict.fromkeys(own))


def require_sound(message: Composition) -> None:
    """Raise InvalidInput for what no channel can mend: no text, a channel twice, and the like."""
    if len(set(message.channels)) < len(message.channels):
        raise InvalidInput("channels names one twice")
    if len(set(message.media)) < len(message.media):
        raise InvalidInput("media names one twice")
    for channel in message.overrides:
        if channel not in message.channels:
            raise InvalidInput(f"overrides names {channel}, which channels does not")
    for channel in message.channels:
        if not read_text(message, channel).strip():
            raise InvalidInput(f"{channel}: the text is empty")


def check(
    message: Composition, media: Sequence[MediaProperties], audience: Audience
) -> MessageValidation:
    """Every channel with its text and its problems."""
    checks = [_check(message, channel, media, audience) for channel in message.channels]
    return MessageValidation(ok=not any(found.problems for found in checks), channels=checks)


def require_valid(
    message: Composition, media: Sequence[MediaProperties], audience: Audience
) -> None:
    """Raise InvalidInput with the first problem, which names its channel and its rule."""
    require_sound(message)
    for found in check(message, media, audience).channels:
        for problem in found.problems:
            raise InvalidInput(f"{found.channel}: {problem.message}")


def warn_of(suppressed: Sequence[Suppression], found: MessageValidation) -> MessageValidation:
    """The checks with a warning of each address that gets no e-mail."""
    warnings = [
        ChannelProblem("suppressed", f"{gone.address} gets no mail since {gone.at}: {gone.reason}")
        for gone in suppressed
    ]
    checks = [
        msgspec.structs.replace(check, warnings=warnings)
        if check.channel is Channel.EMAIL
        else check
        for check in found.channels
    ]
    return MessageValidation(ok=found.ok, channels=checks)


def _check(
    message: Composition, channel: Channel, media: Sequence[MediaProperties], audience: Audience
) -> ChannelCheck:
    text, limit = render(read_text(message, channel), channel), LIMITS[channel]
    problems = [
        *_judge_text(text, limit),
        *(_judge_media(media, limit) if limit.media else ()),
        *_judge_targets(list_targets(message, channel, audience), channel),
    ]
    return ChannelCheck(
        channel=channel,
        text=text,
        length=len(text),
        limit=limit.text,
        segments=count_segments(text) if channel is Channel.SMS else None,
        problems=problems,
    )


def _judge_text(text: str, limit: Limit) -> Iterator[ChannelProblem]:
    if not text.strip():
        yield ChannelProblem("text_empty", "the text is empty")
    if len(text) > limit.text:
        yield ChannelProblem(
            "text_too_long", f"the text has {len(text)} of {limit.text} characters"
        )


def _judge_media(media: Sequence[MediaProperties], limit: Limit) -> Iterator[ChannelProblem]:
    if limit.media_required and not media:
        yield ChannelProblem("media_required", "an image is required")
    if len(media) > limit.media:
        yield ChannelProblem(
            "too_many_media", f"{len(media)} images, and at most {limit.media} are taken"
        )
    for image in media:
        yield from _judge_image(image, limit)


def _judge_image(image: MediaProperties, limit: Limit) -> Iterator[ChannelProblem]:
    name, (narrow, wide) = f"image {image.media_id}", limit.width_px
    if image.content_type not in limit.media_types:
        allowed = " or ".join(limit.media_types)
        yield ChannelProblem("media_type", f"{name} is {image.content_type}, not {allowed}")
    if image.size_bytes > limit.media_bytes:
        most = limit.media_bytes // MIB
        yield ChannelProblem(
            "media_size", f"{name} has {image.size_bytes} bytes; at most {most} MiB"
        )
    if not narrow <= image.width <= wide:
        yield ChannelProblem(
            "media_width", f"{name} is {image.width} px wide, not {narrow} to {wide}"
        )
    low, high = limit.ratio
    if not low <= image.width / image.height <= high:
        ratio = f"{image.width / image.height:.2f}"
        yield ChannelProblem("media_ratio", f"{name} is {ratio} wide by high, not {low} to {high}")


def _judge_targets(targets: Sequence[str | None], channel: Channel) -> Iterator[ChannelProblem]:
    if not targets:
        yield ChannelProblem(
            "no_recipients", "the message names no recipient, and the stage has none"
        )
    for target in targets:
        if channel is Channel.SMS and not PHONE.fullmatch(target or ""):
            yield ChannelProblem(
                "bad_recipient", f"{target} is not a phone number such as +4915112345678"
            )
        if channel is Channel.EMAIL and not EMAIL.fullmatch(target or ""):
            yield ChannelProblem("bad_recipient", f"{target} is not an e-mail address")
