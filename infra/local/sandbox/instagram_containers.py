"""Instagram's containers: what is to be published, and how far it is."""

import msgspec

from infra.local.sandbox.state import strip_query

CONTAINER_LIFE_S = 24 * 3600
CAROUSEL, IMAGE = "CAROUSEL", "IMAGE"


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """A container; it is IN_PROGRESS for `polls` more reads, and published with a `media_id`."""

    account: str
    caption: str
    media: list[str]
    created_at: float
    is_item: bool = False
    polls: int = 0
    media_id: str | None = None


class NewContainer(msgspec.Struct, frozen=True, kw_only=True):
    """What a call asks for, `at` epoch seconds; `children` has None for an unknown id."""

    caption: str
    image_url: str
    media_type: str
    is_item: bool
    children: list[Container | None]
    at: float

    @property
    def is_carousel(self) -> bool:
        """Whether it is made of other containers."""
        return self.media_type == CAROUSEL

    def list_media(self) -> list[str]:
        """The addresses of its images, without signatures."""
        if not self.is_carousel:
            return [strip_query(self.image_url)]
        return [url for child in self.children if child for url in child.media]


def find_status(container: Container, now: float) -> tuple[str, str]:
    """The status code, and its explanation."""
    if container.media_id is not None:
        return "PUBLISHED", "Media has already been published."
    if now - container.created_at >= CONTAINER_LIFE_S:
        return "EXPIRED", "The media was not published within 24 hours."
    if container.polls > 0:
        return "IN_PROGRESS", "Media is still being processed."
    return "FINISHED", "Media has been uploaded and it is ready to be published."
