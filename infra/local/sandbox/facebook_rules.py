"""Facebook's rules: of a page's posts, and of the photos in them."""

import re

import msgspec

from infra.local.sandbox import graph
from infra.local.sandbox.calls import Check, Response
from infra.local.sandbox.images import JPEG, PNG, Image

MAX_MESSAGE_CHARS = 63_206
MAX_PHOTOS = 10
MAX_PHOTO_BYTES = 4 * 1024 * 1024
_URL = re.compile(r"https?://[^\s/]+\S*")


class Photo(msgspec.Struct, frozen=True):
    """An unpublished photo of a page, to be attached to a post."""

    page: str
    url: str


class FeedPost(msgspec.Struct, frozen=True, kw_only=True):
    """What a call to the feed asks for; `photos` has None for an id that is not the page's."""

    message: str
    link: str
    photos: list[Photo | None]


CHECKS: tuple[Check[FeedPost], ...] = (
    Check(
        lambda post: not (post.message.strip() or post.link or post.photos),
        lambda _: graph.make_error(100, "(#100) Missing message or attachment"),
    ),
    Check(
        lambda post: len(post.message) > MAX_MESSAGE_CHARS,
        lambda _: graph.make_error(
            100, f"(#100) Param message must be at most {MAX_MESSAGE_CHARS} characters"
        ),
    ),
    Check(
        lambda post: bool(post.link) and _URL.fullmatch(post.link) is None,
        lambda _: graph.make_error(1500, "(#1500) The url you supplied is invalid"),
    ),
    Check(
        lambda post: None in post.photos,
        lambda _: graph.make_error(
            100, "(#100) Param attached_media has a media_fbid that is no photo of this page"
        ),
    ),
    Check(
        lambda post: len(post.photos) > MAX_PHOTOS,
        lambda _: graph.make_error(
            100, f"(#100) Param attached_media must have at most {MAX_PHOTOS} items"
        ),
    ),
)
IMAGE_CHECKS: tuple[Check[Image], ...] = (
    Check(
        lambda image: image.content_type not in (JPEG, PNG),
        lambda _: graph.make_error(324, "(#324) Missing or invalid image file"),
    ),
    Check(
        lambda image: image.size_bytes >= MAX_PHOTO_BYTES,
        lambda _: graph.make_error(1, "(#1) The photo is too large: it must be below 4 MB"),
    ),
)


def make_duplicate() -> Response:
    """The response to a post that is identical to the page's latest one."""
    return graph.make_error(
        506,
        "(#506) Duplicate status message",
        subcode=1455006,
        title="Duplicate Status Update",
        user_message="This status update is identical to the last one you posted.",
    )
