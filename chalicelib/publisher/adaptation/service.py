"""Adapts messages: before they wait for approval, else when they are sent, and saves the texts."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.publisher import keys, rules, stored
from chalicelib.publisher.adaptation import checks
from chalicelib.publisher.adaptation.asking import Asking
from chalicelib.publisher.model import AdaptationFailure, AdaptedText, Channel, MessageStatus
from chalicelib.publisher.store import Loaded
from chalicelib.publisher.stored import StoredMessage


@dataclass(frozen=True, slots=True)
class Adaptation:
    """The texts of messages by channel; a text that was saved is never asked for again."""

    table: Table
    asking: Asking

    def preview(self, message: StoredMessage) -> dict[Channel, AdaptedText]:
        """The texts as the model has them now; nothing is written. Never raises."""
        said = message.composition
        return self.asking.adapt(said, checks.list_channels(message.adapt, said))

    def prepare(self, loaded: Loaded) -> Loaded:
        """A message that waits for approval, with the texts that it lacks; others as they are."""
        message = loaded.message
        if message.status is not MessageStatus.WAITING:
            return loaded
        missing = _list_missing(message)
        adapted = {**message.adapted, **self.asking.adapt(message.composition, missing)}
        return Loaded(msgspec.structs.replace(message, adapted=adapted), loaded.deliveries)

    def find_text(self, message: StoredMessage, channel: Channel) -> str:
        """The text to send on a channel, which is saved before this returns.

        `message` may be a while old. Raises Unavailable when the text could not be saved.
        """
        original = rules.read_text(message.composition, channel)
        if channel not in checks.list_channels(message.adapt, message.composition):
            return original
        saved = message.adapted if channel in message.adapted else self._read(message.id)
        if channel in saved:
            return saved[channel].text
        return self._save(message.id, channel, self._make(message, channel))

    def _make(self, message: StoredMessage, channel: Channel) -> AdaptedText:
        """The text of a channel; of a message that was approved it is the one that was seen."""
        if message.approval is not None:
            original = rules.read_text(message.composition, channel)
            return checks.keep(original, AdaptationFailure.BEFORE_APPROVAL)
        return self.asking.adapt(message.composition, [channel])[channel]

    def _read(self, message_id: str) -> Mapping[Channel, AdaptedText]:
        item = self.table.get(keys.message(message_id))
        return {} if item is None else stored.to_message(item).adapted

    def _save(self, message_id: str, channel: Channel, found: AdaptedText) -> str:
        """Save the text unless another one was first; returns the one that is stored."""
        change = Condition(
            "SET adapted.#c = :text",
            {"#c": str(channel)},
            {":text": msgspec.to_builtins(found)},
        )
        new = Condition("attribute_exists(PK) AND attribute_not_exists(adapted.#c)")
        try:
            item = self.table.update(keys.message(message_id), change, new)
        except ConditionFailed:
            return self._read(message_id)[channel].text
        return stored.to_message(item).adapted[channel].text


def _list_missing(message: StoredMessage) -> list[Channel]:
    wished = checks.list_channels(message.adapt, message.composition)
    return [channel for channel in wished if channel not in message.adapted]
