"""Images for messages: uploaded straight to the bucket, then confirmed, then used by id.

The form can be used again and overwrites, so a confirmation pins the version that it saw: what
comes later is never published.
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

import msgspec

from chalicelib import ids
from chalicelib.aws.attributes import Item
from chalicelib.aws.bucket import Bucket, ObjectVersion
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.publisher import images, keys, rules
from chalicelib.publisher.channels.base import MediaFile
from chalicelib.publisher.images import ImageFacts
from chalicelib.publisher.model import ImageUpload, Media, MediaStatus, NewImageUpload
from chalicelib.web.call import Call

FORM_LIFE, LINK_LIFE = timedelta(minutes=15), timedelta(hours=1)


class StoredMedia(msgspec.Struct, frozen=True, kw_only=True):
    """An upload as the table keeps it; `version_id` is the version that was confirmed.

    One that is `shared` may be seen and used by all publishers, since a template has it.
    """

    id: str
    user: str
    key: str
    content_type: str
    size_bytes: int
    created_at: str
    status: MediaStatus = MediaStatus.PENDING
    version_id: str | None = None
    width: int | None = None
    height: int | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Uploads:
    """The images of all authors; another author's is not found.

    Where messages `need_approval`, who approves has to see their images: all publishers may see
    confirmed ones.
    """

    table: Table
    bulk: Bulk
    bucket: Bucket
    _: KW_ONLY
    need_approval: bool = False
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def begin(self, new: NewImageUpload, call: Call) -> ImageUpload:
        """Give the caller a form for one image of this type and size."""
        now = self.now()
        media = self._make(new, call.principal.id, now)
        self.table.put({**keys.media(media.id), **msgspec.to_builtins(media)})
        form = self.bucket.presign_post(
            media.key,
            new.content_type,
            min_bytes=new.size_bytes,
            max_bytes=new.size_bytes,
            expires_in_s=int(FORM_LIFE.total_seconds()),
        )
        expires_at = keys.due_time(now + FORM_LIFE)
        return ImageUpload(id=media.id, url=form.url, fields=form.fields, expires_at=expires_at)

    def confirm(self, media_id: str, call: Call) -> Media:
        """Look at what was uploaded, and pin it; confirming again returns the same.

        What is not the image that was announced is deleted. Raises NotFound, Conflict when nothing
        was uploaded yet, InvalidInput for another kind of file.
        """
        media = self._own(media_id, call)
        if media.status is MediaStatus.CONFIRMED:
            return self._show(media)
        try:
            found = self.bucket.look(media.key, images.LOOK_BYTES)
        except NotFound as error:
            raise Conflict("nothing was uploaded yet") from error
        return self._show(self._pin(media, found, self._judge(media, found)))

    def get(self, media_id: str, call: Call) -> Media:
        """An upload of the caller, or one that everybody may see.

        Raises NotFound, also for another author's.
        """
        media = self._find(media_id)
        if media is not None and self._is_everybodys(media):
            return self._show(media)
        return self._show(self._own(media_id, call))

    def _is_everybodys(self, media: StoredMedia) -> bool:
        return media.shared or (self.need_approval and media.status is MediaStatus.CONFIRMED)

    def find(self, media_ids: Sequence[str], user: str) -> list[rules.MediaProperties]:
        """Confirmed uploads that an author may use, in this order.

        Raises InvalidInput for one that is unknown, not confirmed, or another's that is not shared.
        """
        found = self._load([ids.require_id(media_id, "media") for media_id in media_ids])
        for media_id, media in zip(media_ids, found, strict=True):
            if media is None or not (media.shared or media.user == user):
                raise InvalidInput(f"media: there is no upload {media_id}")
            if media.status is not MediaStatus.CONFIRMED:
                raise InvalidInput(f"media: the upload {media_id} is not confirmed")
        return [_to_rule(media) for media in found if media is not None]

    def share(self, media_ids: Sequence[str]) -> None:
        """Let all publishers see and use confirmed uploads, from now on."""
        there = Condition("attribute_exists(PK)")
        for media_id in media_ids:
            change = Condition("SET #s = :shared", {"#s": "shared"}, {":shared": True})
            self.table.update(keys.media(media_id), change, there)

    def load_files(self, media_ids: Sequence[str]) -> tuple[MediaFile, ...]:
        """The confirmed uploads of a message, as the channels take them."""
        found = self._load(media_ids)
        return tuple(self._to_file(media) for media in found if media is not None)

    def _make(self, new: NewImageUpload, user: str, now: datetime) -> StoredMedia:
        media_id = ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits())
        return StoredMedia(
            id=media_id,
            user=user,
            key=f"media/{media_id}",
            content_type=new.content_type,
            size_bytes=new.size_bytes,
            created_at=keys.due_time(now),
        )

    def _load(self, media_ids: Sequence[str]) -> list[StoredMedia | None]:
        items = self.bulk.get_all([keys.media(media_id) for media_id in media_ids])
        return [None if item is None else _to_media(item) for item in items]

    def _find(self, media_id: str) -> StoredMedia | None:
        item = self.table.get(keys.media(ids.require_id(media_id, "media_id")))
        return None if item is None else _to_media(item)

    def _own(self, media_id: str, call: Call) -> StoredMedia:
        media = self._find(media_id)
        if media is None or media.user != call.principal.id:
            raise NotFound("Upload not found")
        return media

    def _judge(self, media: StoredMedia, found: ObjectVersion) -> ImageFacts:
        try:
            facts = images.read(found.beginning)
            _require_announced(media, facts, found.size_bytes)
        except InvalidInput:
            self.bucket.delete_version(media.key, found.version_id)
            raise
        return facts

    def _pin(self, media: StoredMedia, found: ObjectVersion, facts: ImageFacts) -> StoredMedia:
        confirmed = msgspec.structs.replace(
            media,
            status=MediaStatus.CONFIRMED,
            version_id=found.version_id,
            width=facts.width,
            height=facts.height,
        )
        pending = Condition("#s = :pending", {"#s": "status"}, {":pending": MediaStatus.PENDING})
        try:
            self.table.put({**keys.media(media.id), **msgspec.to_builtins(confirmed)}, pending)
        except ConditionFailed as failed:
            return confirmed if failed.existing is None else _to_media(failed.existing)
        return confirmed

    def _show(self, media: StoredMedia) -> Media:
        return Media(
            id=media.id,
            status=media.status,
            content_type=media.content_type,
            size_bytes=media.size_bytes,
            width=media.width,
            height=media.height,
            created_at=media.created_at,
            url=None if media.version_id is None else self._link(media),
        )

    def _link(self, media: StoredMedia) -> str:
        life_s = int(LINK_LIFE.total_seconds())
        return self.bucket.presign_get(media.key, media.version_id or "", expires_in_s=life_s)

    def _to_file(self, media: StoredMedia) -> MediaFile:
        return MediaFile(
            media_id=media.id,
            content_type=media.content_type,
            size_bytes=media.size_bytes,
            width=media.width or 0,
            height=media.height or 0,
            url=lambda: self._link(media),
            read=lambda: self.bucket.get(media.key, media.version_id),
        )


def _require_announced(media: StoredMedia, facts: ImageFacts, size_bytes: int) -> None:
    if facts.content_type != media.content_type:
        raise InvalidInput(f"the upload is {facts.content_type}, not {media.content_type}")
    if size_bytes != media.size_bytes:
        raise InvalidInput(f"the upload has {size_bytes} bytes, not {media.size_bytes}")


def _to_media(item: Item) -> StoredMedia:
    return msgspec.convert(
        {name: value for name, value in item.items() if name not in ("PK", "SK")}, StoredMedia
    )


def _to_rule(media: StoredMedia) -> rules.MediaProperties:
    return rules.MediaProperties(
        media_id=media.id,
        content_type=media.content_type,
        size_bytes=media.size_bytes,
        width=media.width or 0,
        height=media.height or 0,
    )
