"""LinkedIn's rules: headers, versions, tokens, and what a post must have."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from infra.local.sandbox.calls import Call, Check, Response
from infra.local.sandbox.linkedin_errors import make_error, make_expired, make_input_error

# The versions that LinkedIn served when this was written; a version lives for about a year.
OLDEST_VERSION, NEWEST_VERSION = "202512", "202611"
MAX_COMMENTARY_CHARS = 3_000  # with the escaping
MAX_IMAGES = 20
EXPIRED = "expired"  # a token with this word in it has expired
VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN")
_VERSION = re.compile(r"20\d\d(0[1-9]|1[0-2])")
_AUTHOR = re.compile(r"urn:li:(person|organization):[\w-]+")


class UploadedImage(msgspec.Struct, frozen=True):
    """An image by its owner; `digest` is empty until its bytes were uploaded."""

    owner: str
    digest: str = ""


class NewPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post's body; `images` has None for an image that is not the author's."""

    body: dict[str, Any]
    author: str
    urns: list[str]
    images: list[UploadedImage | None]


def list_images(body: dict[str, Any]) -> list[str]:
    """The URNs of a post's images."""
    content = body.get("content")
    if not isinstance(content, dict):
        return []
    media, several = content.get("media"), content.get("multiImage")
    images = several.get("images") if isinstance(several, dict) else [media] if media else []
    return [str(image.get("id")) for image in images or [] if isinstance(image, dict)]


def read_owner(call: Call) -> str:
    """The owner that an upload names; empty if it names none."""
    body = call.read_json()
    request = body.get("initializeUploadRequest") if isinstance(body, dict) else None
    return str(request.get("owner", "")) if isinstance(request, dict) else ""


def _read_token(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _read_version(call: Call) -> str:
    return call.headers.get("linkedin-version", "")


CHECKS: tuple[Check[Call], ...] = (
    Check(
        lambda call: not _read_token(call),
        lambda _: make_error(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", 65604),
    ),
    Check(lambda call: EXPIRED in _read_token(call), make_expired),
    Check(
        lambda call: not _read_version(call),
        lambda _: make_error(
            400,
            "VERSION_MISSING",
            "A version must be present. Please specify a version by adding the LinkedIn-Version "
            "header.",
        ),
    ),
    Check(
        lambda call: _VERSION.fullmatch(_read_version(call)) is None,
        lambda call: make_error(
            400, "INVALID_VERSION", f"Requested version {_read_version(call)} is not YYYYMM"
        ),
    ),
    Check(
        lambda call: not OLDEST_VERSION <= _read_version(call) <= NEWEST_VERSION,
        lambda call: make_error(
            426,
            "NONEXISTENT_VERSION",
            f"Requested version {_read_version(call)}01 is not active",
        ),
    ),
    Check(
        lambda call: call.headers.get("x-restli-protocol-version") != "2.0.0",
        lambda _: make_error(
            400, "ILLEGAL_ARGUMENT", "The header X-Restli-Protocol-Version must be 2.0.0"
        ),
    ),
)
UPLOAD_CHECKS: tuple[Check[Call], ...] = (
    Check(
        lambda call: call.query.get("action") != "initializeUpload",
        lambda call: make_error(
            400, "ILLEGAL_ARGUMENT", f"there is no action {call.query.get('action')}"
        ),
    ),
    Check(
        lambda call: _AUTHOR.fullmatch(read_owner(call)) is None,
        lambda _: _require_field("initializeUploadRequest/owner"),
    ),
)


def _require_field(name: str) -> Response:
    message = f"ERROR :: /{name} :: field is required but not found and has no default value"
    return make_error(422, "INVALID_REQUEST_BODY", message)


def _must_have(name: str, accepts: Callable[[Any], bool]) -> Check[NewPost]:
    return Check(lambda post: not accepts(post.body.get(name)), lambda _: _require_field(name))


def _commentary(post: NewPost) -> str:
    return str(post.body.get("commentary", ""))


POST_CHECKS: tuple[Check[NewPost], ...] = (
    _must_have("author", lambda value: bool(_AUTHOR.fullmatch(str(value)))),
    _must_have("commentary", lambda value: isinstance(value, str)),
    _must_have("visibility", lambda value: value in VISIBILITIES),
    _must_have(
        "distribution", lambda value: isinstance(value, dict) and "feedDistribution" in value
    ),
    _must_have("lifecycleState", lambda value: value == "PUBLISHED"),
    Check(
        lambda post: not (_commentary(post).strip() or post.urns),
        lambda _: make_error(422, "INVALID_REQUEST_BODY", "ERROR :: /commentary :: is empty"),
    ),
    Check(
        lambda post: len(_commentary(post)) > MAX_COMMENTARY_CHARS,
        lambda post: make_input_error(
            400,
            f"ShareCommentary text length ({len(_commentary(post))} characters) exceeded the "
            f"maximum allowed ({MAX_COMMENTARY_CHARS} characters)",
            "FIELD_ARRAY_SIZE_TOO_HIGH",
            "Size of array cannot be higher than the maxLength",
        ),
    ),
    Check(
        lambda post: len(post.urns) > MAX_IMAGES or _has_one_of_several(post),
        lambda _: make_input_error(
            400,
            f"multiImage must have 2 to {MAX_IMAGES} images",
            "FIELD_ARRAY_SIZE_INVALID",
            "Size of array is not allowed",
        ),
    ),
    Check(
        lambda post: None in post.images,
        lambda post: make_error(
            400, "MEDIA_ASSET_NOT_FOUND", f"Not every image of {post.urns} is the author's"
        ),
    ),
    Check(
        lambda post: any(image and not image.digest for image in post.images),
        lambda post: make_error(
            400, "MEDIA_ASSET_WAITING_UPLOAD", f"Not every image of {post.urns} was uploaded"
        ),
    ),
)


def _has_one_of_several(post: NewPost) -> bool:
    content = post.body.get("content")
    return isinstance(content, dict) and "multiImage" in content and len(post.urns) == 1
