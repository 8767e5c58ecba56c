"""What the messages table keeps of a template, as plain values; pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher.model import MessageTemplate, NewTemplate
from chalicelib.publisher.model.requests import MAX_FIELDS
from chalicelib.publisher.templates import fields

MAX_BYTES = 300_000  # of a template; DynamoDB takes 400 KB


class StoredTemplate(NewTemplate, frozen=True, kw_only=True):
    """A template with its author; `fields` are the names in all its texts."""

    id: str
    user: str
    fields: list[str]
    created_at: str
    updated_at: str
    rev: int = 1


def read_given(new: NewTemplate) -> dict[str, Any]:
    """What a person says of a template, and the names of its fields.

    Raises InvalidInput for what is no template: a bad field, too many of them, or too large.
    """
    given = {name: getattr(new, name) for name in NewTemplate.__struct_fields__}
    for name in ("channels", "media"):
        if len(set(given[name])) < len(given[name]):
            raise InvalidInput(f"{name} names one twice")
    if len(msgspec.json.encode(new)) > MAX_BYTES:
        raise InvalidInput(f"the template has more than {MAX_BYTES:,} bytes")
    names = list(dict.fromkeys(_list_names(new)))
    if len(names) > MAX_FIELDS:
        raise InvalidInput(f"the template has {len(names)} fields, and at most {MAX_FIELDS}")
    return {**given, "fields": names}


def _list_names(new: NewTemplate) -> Iterator[str]:
    texts = {"content": new.content, "subject": new.subject}
    for channel, override in new.overrides.items():
        texts[f"overrides.{channel}.content"] = override.content
        texts[f"overrides.{channel}.subject"] = override.subject
    for where, text in texts.items():
        yield from fields.list_fields(text or "", where)


def show(template: StoredTemplate) -> MessageTemplate:
    """A template as people see it."""
    kept = {
        name: getattr(template, name)
        for name in MessageTemplate.__struct_fields__
        if name != "created_by"
    }
    return MessageTemplate(created_by=template.user, **kept)
