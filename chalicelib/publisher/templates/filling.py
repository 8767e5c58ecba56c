"""What a new message says: by its body, and by the template that it names; pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher.model import Channel, Content, MessageOverride, NewMessage, Subject
from chalicelib.publisher.model.requests import MAX_CONTENT, MAX_SUBJECT
from chalicelib.publisher.rules import Composition
from chalicelib.publisher.templates import fields
from chalicelib.publisher.templates.stored import StoredTemplate

_GIVEN = ("content", "channels", "subject", "media", "overrides")


class _Text(NamedTuple):
    """A text of a template, and its place in the message."""

    where: str
    text: str


def compose(new: NewMessage, template: StoredTemplate | None = None) -> Composition:
    """What a message says; a field that its body names replaces that of the template whole.

    Raises InvalidInput for a message without text or channels, and for a field of the template
    that is missing or unknown.
    """
    said = _list_given(new)
    if template is not None:
        said = _fill(template, new, said)
    for name in NewMessage.REQUIRED_UNLESS[1]:
        if name not in said:
            raise InvalidInput(f"Object missing required field `{name}`")
    return Composition(**said, recipients=new.recipients)


def _list_given(new: NewMessage) -> dict[str, Any]:
    given = {name: getattr(new, name) for name in _GIVEN}
    return {name: value for name, value in given.items() if value is not msgspec.UNSET}


def _fill(template: StoredTemplate, new: NewMessage, said: dict[str, Any]) -> dict[str, Any]:
    """The parts of the template that the body does not name, filled, and those that it names."""
    values = new.template.fields if new.template else {}
    parts = _list_parts(template, said.get("channels", template.channels))
    kept = {name: part for name, part in parts.items() if name not in said}
    _require_fields(template, kept, values)
    return {**{name: _fill_part(name, part, values) for name, part in kept.items()}, **said}


def _list_parts(template: StoredTemplate, channels: Iterable[Channel]) -> dict[str, Any]:
    """What a template has for a message that goes to these channels; other overrides are not."""
    overrides = {
        channel: template.overrides[channel]
        for channel in channels
        if channel in template.overrides
    }
    parts = {"content": template.content, "media": template.media, "overrides": overrides}
    optional = {"subject": template.subject, "channels": template.channels}
    return parts | {name: part for name, part in optional.items() if part}


def _require_fields(
    template: StoredTemplate, kept: Mapping[str, Any], values: Mapping[str, str]
) -> None:
    """Raise InvalidInput for a value without a field, and a field without a value."""
    for name in values:
        if name not in template.fields:
            raise InvalidInput(f"template.fields: the template has no field {name!r}")
    for where, text in _list_texts(kept):
        for name in fields.list_fields(text, where):
            if name not in values:
                raise InvalidInput(f"template.fields: {name!r} of {where} is missing")


def _list_texts(parts: Mapping[str, Any]) -> Iterator[_Text]:
    for name in ("content", "subject"):
        if name in parts:
            yield _Text(name, parts[name])
    for channel, override in parts.get("overrides", {}).items():
        for name in ("content", "subject"):
            if (text := getattr(override, name)) is not None:
                yield _Text(f"overrides.{channel}.{name}", text)


def _fill_part(name: str, part: Any, values: Mapping[str, str]) -> Any:
    if name in ("content", "subject"):
        return _fill_text(name, name, part, values)
    if name == "overrides":
        return {channel: _fill_override(channel, part[channel], values) for channel in part}
    return part


def _fill_override(
    channel: Channel, override: MessageOverride, values: Mapping[str, str]
) -> MessageOverride:
    given = {"content": override.content, "subject": override.subject}
    return MessageOverride(
        **{
            name: _fill_text(name, f"overrides.{channel}.{name}", text, values)
            for name, text in given.items()
            if text is not None
        }
    )


def _fill_text(kind: str, where: str, text: str, values: Mapping[str, str]) -> str:
    """The filled text, which keeps the rules of its kind."""
    longest, rule = (MAX_CONTENT, Content) if kind == "content" else (MAX_SUBJECT, Subject)
    filled = fields.fill(text, values, where, longest)
    try:
        msgspec.convert(filled, rule)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"{where}: {error}, once its fields are filled") from error
    return filled
