"""Instagram's rules: of images, captions, carousels, and of what may be published when."""

from infra.local.sandbox import graph
from infra.local.sandbox.calls import Check, Response
from infra.local.sandbox.images import JPEG, MAX_BYTES, Image
from infra.local.sandbox.instagram_containers import IMAGE, Container, NewContainer, find_status

MAX_CAPTION_CHARS = 2_200
MIN_RATIO, MAX_RATIO = 0.8, 1.91
MIN_ITEMS, MAX_ITEMS = 2, 10


def make_not_fetchable(url: str) -> Response:
    """The response when there is no image at `url`."""
    return graph.make_error(
        9004,
        "Only photo or video can be accepted as media type.",
        subcode=2207052,
        title="Media download has failed. The media URI doesn't meet our requirements.",
        user_message=f"The media could not be fetched from this URI: {url}",
    )


def make_unknown_container(creation_id: str) -> Response:
    """The response for a container that the account does not have."""
    return graph.make_error(
        24,
        "The requested resource does not exist",
        subcode=2207008,
        title="Media not found",
        user_message=f"The media builder with creation id = {creation_id} does not exist.",
    )


def make_quota_used() -> Response:
    """The response when the account has published as much as it may in a day."""
    return graph.make_error(
        9,
        "Application request limit reached",
        subcode=2207042,
        title="Maximum number of posts reached",
        user_message="You reached maximum number of posts that is allowed to be published by "
        "Content Publishing API.",
    )


def _make_not_ready() -> Response:
    return graph.make_error(
        9007,
        "Media ID is not available",
        subcode=2207027,
        title="Cannot publish",
        user_message="The media is not ready to be published. Please wait a moment.",
    )


def _make_expired() -> Response:
    return graph.make_error(
        -2,
        "Media builder expired",
        subcode=2207020,
        title="Media expired",
        user_message="The media you are trying to access has expired. Please try to upload again.",
    )


_CAPTION: Check[NewContainer] = Check(
    lambda new: len(new.caption) > MAX_CAPTION_CHARS,
    lambda new: graph.make_error(
        36004,
        "The caption was too long.",
        subcode=2207010,
        title="Caption too long",
        user_message=f"The caption has {len(new.caption)} characters; {MAX_CAPTION_CHARS} at most.",
    ),
)
CHECKS: tuple[Check[NewContainer], ...] = (
    Check(
        lambda new: new.media_type != IMAGE,
        lambda new: graph.make_error(
            100, f"(#100) Media type {new.media_type} is unknown", subcode=2207023
        ),
    ),
    Check(
        lambda new: not new.image_url,
        lambda _: graph.make_error(100, "(#100) The parameter image_url is required"),
    ),
    _CAPTION,
)
CAROUSEL_CHECKS: tuple[Check[NewContainer], ...] = (
    Check(
        lambda new: not MIN_ITEMS <= len(new.children) <= MAX_ITEMS,
        lambda _: graph.make_error(
            100,
            "Invalid parameter",
            subcode=2207028,
            title="Carousel cannot be created",
            user_message="Your post won't work as a carousel. Carousels need at least 2 "
            "photos/videos and no more than 10 photos/videos.",
        ),
    ),
    Check(
        lambda new: not all(child and child.is_item for child in new.children),
        lambda _: graph.make_error(
            24, "The requested resource does not exist", subcode=2207006, title="Media not found"
        ),
    ),
    Check(
        lambda new: any(
            child and find_status(child, new.at)[0] != "FINISHED" for child in new.children
        ),
        lambda _: _make_not_ready(),
    ),
    _CAPTION,
)
IMAGE_CHECKS: tuple[Check[Image], ...] = (
    Check(
        lambda image: image.size_bytes > MAX_BYTES,
        lambda _: graph.make_error(
            36000,
            "The image size is too large.",
            subcode=2207004,
            title="Image size too large",
            user_message="The image is too large to download. It should be less than 8 MiB.",
        ),
    ),
    Check(
        lambda image: image.content_type != JPEG,
        lambda _: graph.make_error(
            36001,
            "The image format is not supported.",
            subcode=2207005,
            title="Image format not supported",
            user_message="The image format is not supported. It should be in one of these "
            "formats: JPEG.",
        ),
    ),
    Check(
        lambda image: not MIN_RATIO <= image.width / max(image.height, 1) <= MAX_RATIO,
        lambda _: graph.make_error(
            36003,
            "The aspect ratio is not supported.",
            subcode=2207009,
            title="Aspect ratio not supported",
            user_message="The submitted image has an aspect ratio that is not between 4:5 and "
            "1.91:1.",
        ),
    ),
)
PUBLISH_CHECKS: tuple[Check[tuple[Container, float]], ...] = (
    Check(lambda given: find_status(*given)[0] == "EXPIRED", lambda _: _make_expired()),
    Check(lambda given: find_status(*given)[0] != "FINISHED", lambda _: _make_not_ready()),
)
