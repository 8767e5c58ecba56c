"""Templates of messages as people send and see them; pure."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.publisher.model.requests import Content, MediaIds, Overrides, Subject
from chalicelib.publisher.model.statuses import Channel
from chalicelib.web.cursors import Cursor

TemplateName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^[^\r\n]+(?!\n)$",
        examples=["A new certificate"],
    ),
]
TemplateChannels = Annotated[
    list[Channel],
    Meta(max_length=len(Channel), extra_json_schema={"uniqueItems": True}),
]


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    r"""A template: texts with fields such as `{{place}}`, and what its messages have by default.

    `content`, `subject` and those of `overrides` may have fields; `\{{` is the text `{{`.
    """

    name: TemplateName
    content: Content
    subject: Subject | None = None
    overrides: Overrides = {}
    channels: TemplateChannels = []
    media: MediaIds = []


class MessageTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template with the names of its `fields`. `rev` counts its changes, and is its entity tag.

    All publishers see it; its author and operators change it.
    """

    id: str
    name: str
    content: str
    subject: str | None
    overrides: Overrides
    channels: list[Channel]
    media: list[str]
    fields: list[str]
    created_by: str
    created_at: str
    updated_at: str
    rev: int


class TemplateList(msgspec.Struct, frozen=True):
    """Which page of the templates to list, newest first."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Cursor | None = None


class TemplatePage(msgspec.Struct, frozen=True):
    """Some templates, and the cursor of the next page, null at the end."""

    templates: list[MessageTemplate]
    next_cursor: str | None
