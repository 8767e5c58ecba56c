"""Which texts are adapted, and what an adapted text must be; pure."""

from chalicelib.errors import InvalidInput
from chalicelib.publisher import rules
from chalicelib.publisher.adaptation import links, prompts
from chalicelib.publisher.limits import LIMITS
from chalicelib.publisher.model import Adapt, AdaptationFailure, AdaptedText, Channel
from chalicelib.publisher.rules import Composition

END_TURN = "end_turn"
FILTERED = ("content_filtered", "guardrail_intervened")
MAX_ORIGINAL = 3_000  # characters: about what the model rewrites within its time

REASONS = {
    AdaptationFailure.OFF: "texts are not adapted on this stage",
    AdaptationFailure.BEFORE_APPROVAL: "what was approved is sent, and it was not adapted before",
    AdaptationFailure.ORIGINAL_TOO_LONG: f"texts of more than {MAX_ORIGINAL} characters stay",
    AdaptationFailure.SLOW: "the language model took too long",
    AdaptationFailure.UNAVAILABLE: "the language model was not available",
    AdaptationFailure.REFUSED: "the language model may not be used, or refused the request",
    AdaptationFailure.FAILED: "the answer of the language model could not be read",
    AdaptationFailure.STOPPED_EARLY: "the language model did not end its text",
    AdaptationFailure.FILTERED: "a filter of the language model intervened",
    AdaptationFailure.EMPTY: "the adapted text was empty",
    AdaptationFailure.TOO_LONG: "the adapted text was longer than the channel takes",
    AdaptationFailure.LINKS_CHANGED: (
        "the adapted text had other links, addresses, mentions or phone numbers"
    ),
    AdaptationFailure.NOT_A_TEXT: "the adapted text had hidden characters or our own instructions",
}


def list_channels(adapt: Adapt, said: Composition) -> list[Channel]:
    """The channels whose text is adapted: what a person wrote for a channel stays."""
    return [channel for channel in said.channels if _is_wished(adapt, said, channel)]


def _is_wished(adapt: Adapt, said: Composition, channel: Channel) -> bool:
    override = said.overrides.get(channel)
    if override is not None and override.content is not None:
        return False
    if isinstance(adapt, dict):
        return adapt.get(channel, False)
    return adapt and channel in prompts.BY_DEFAULT


def require_sound(adapt: Adapt, said: Composition) -> None:
    """Raise InvalidInput where `adapt` names a channel that the message does not go to."""
    for channel in adapt if isinstance(adapt, dict) else ():
        if channel not in said.channels:
            raise InvalidInput(f"adapt names {channel}, which channels does not")


def keep(original: str, failure: AdaptationFailure) -> AdaptedText:
    """The original, and why."""
    return AdaptedText(text=original, code=failure, reason=REASONS[failure])


def judge(channel: Channel, original: str, text: str, stop_reason: str) -> AdaptedText:
    """The model's text if it may be sent, else the original."""
    found = text.strip()
    failure = _judge_end(found, stop_reason) or _judge_text(channel, original, found)
    return AdaptedText(text=found) if failure is None else keep(original, failure)


def _judge_end(text: str, stop_reason: str) -> AdaptationFailure | None:
    if not stop_reason:
        return AdaptationFailure.FAILED
    if stop_reason in FILTERED:
        return AdaptationFailure.FILTERED
    if stop_reason != END_TURN:
        return AdaptationFailure.STOPPED_EARLY
    return None if text else AdaptationFailure.EMPTY


def _judge_text(channel: Channel, original: str, text: str) -> AdaptationFailure | None:
    if len(rules.render(text, channel)) > LIMITS[channel].text:
        return AdaptationFailure.TOO_LONG
    if not _is_text(channel, original, text):
        return AdaptationFailure.NOT_A_TEXT
    if links.list_places(text) != links.list_places(original):
        return AdaptationFailure.LINKS_CHANGED
    return None


def _is_text(channel: Channel, original: str, text: str) -> bool:
    """Whether it says none of the instructions and has no new characters that nobody sees."""
    said = any(line in text for line in prompts.make_system(channel).splitlines())
    return not said and not links.list_hidden(text) - links.list_hidden(original)
