"""Images for messages: the shapes of their requests and responses; pure."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_UPLOAD_BYTES = 8 * 1024 * 1024


class NewImageUpload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An image to upload, JPEG or PNG, of at most 8 MiB."""

    content_type: Literal["image/jpeg", "image/png"]
    size_bytes: Annotated[int, Meta(ge=1, le=MAX_UPLOAD_BYTES)]


class ImageUpload(msgspec.Struct, frozen=True, kw_only=True):
    """Where to post a form with `fields` and then the file as `file`, before `expires_at`."""

    id: str
    url: str
    fields: dict[str, str]
    expires_at: str


class MediaStatus(StrEnum):
    """Whether an upload may be used."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """An image; `url` shows it for an hour. Sizes in bytes and pixels, null until confirmed."""

    id: str
    status: MediaStatus
    content_type: str
    size_bytes: int
    width: int | None
    height: int | None
    created_at: str
    url: str | None
