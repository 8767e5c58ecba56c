"""LinkedIn's versioned REST API: posts, and the upload of their images."""

import hashlib
from typing import Any

import msgspec

from infra.local.sandbox import linkedin_rules as rules
from infra.local.sandbox.calls import Call, Draft, Refusal, Response, Route, make_json, require_all
from infra.local.sandbox.images import read_image
from infra.local.sandbox.journal import Collection
from infra.local.sandbox.linkedin_errors import FAILURES, make_duplicate, make_error
from infra.local.sandbox.linkedin_rules import NewPost, UploadedImage
from infra.local.sandbox.little_text import render
from infra.local.sandbox.state import SandboxState

CHANNEL = "linkedin"
UPLOADS = "/dms-uploads"
UPLOAD_LIFE_MS = 24 * 3600 * 1000


class LinkedIn:
    """The authors of one sandbox."""

    def __init__(self, state: SandboxState) -> None:
        self._outbox = state.outbox
        self._images = Collection(state.journal, "linkedin_image", UploadedImage)
        self._state = state

    def list_routes(self) -> tuple[Route, ...]:
        """The operations of an author."""
        failures = FAILURES
        upload = rf"{UPLOADS}/(?P<number>\d+)"
        return (
            Route("POST", "/rest/posts", CHANNEL, self._post, failures, self._read_draft),
            Route("POST", "/rest/images", CHANNEL, self._begin_upload, failures),
            Route("PUT", upload, CHANNEL, self._upload, failures),
        )

    def _post(self, call: Call) -> Response:
        require_all(rules.CHECKS, call)
        require_all(rules.POST_CHECKS, self._read_post(call))
        draft = self._read_draft(call)
        with self._outbox.lock:
            for post in self._outbox.list_accepted(CHANNEL, draft.account):
                if post.fingerprint == draft.fingerprint and post.external_id is not None:
                    raise Refusal(make_duplicate(post.external_id), post.external_id)
            urn = f"urn:li:share:{self._outbox.take_number()}"
            self._outbox.accept(draft, urn)
        return Response(201, b"", {"x-restli-id": urn, "x-linkedin-id": urn})

    def _begin_upload(self, call: Call) -> Response:
        require_all(rules.CHECKS, call)
        require_all(rules.UPLOAD_CHECKS, call)
        owner = rules.read_owner(call)
        number = self._outbox.take_number()
        urn = f"urn:li:image:{number}"
        self._images.put(urn, UploadedImage(owner))
        value = {
            "uploadUrlExpiresAt": int(number) // 1000 + UPLOAD_LIFE_MS,
            "uploadUrl": f"{self._state.base_url}{UPLOADS}/{number}",
            "image": urn,
        }
        return make_json(200, {"value": value})

    def _upload(self, call: Call) -> Response:
        """Take an image's bytes; the address alone permits it."""
        urn = f"urn:li:image:{call.parts['number']}"
        image = self._images.get(urn)
        if image is None:
            raise Refusal(make_error(404, "NOT_FOUND", "there is no such upload"))
        read = read_image(call.body)
        if not read.content_type:
            raise Refusal(make_error(400, "ILLEGAL_ARGUMENT", "the body is no image"))
        self._state.pictures.keep(urn, read, call.body)
        self._images.put(urn, msgspec.structs.replace(image, digest=read.digest))
        return Response(201)

    def _read_post(self, call: Call) -> NewPost:
        given = call.read_json()
        body: dict[str, Any] = given if isinstance(given, dict) else {}
        urns = rules.list_images(body)
        author = str(body.get("author", ""))
        images = [self._images.get(urn) for urn in urns]
        owned = [image if image and image.owner == author else None for image in images]
        return NewPost(body=body, author=author, urns=urns, images=owned)

    def _read_draft(self, call: Call) -> Draft:
        post = self._read_post(call)
        text, is_cut = render(str(post.body.get("commentary", "")))
        digests = [image.digest for image in post.images if image]
        return Draft(
            channel=CHANNEL,
            account=post.author,
            text=text,
            media=post.urns,
            fingerprint=hashlib.sha256("\0".join((text, *digests)).encode()).hexdigest(),
            details={"cut": "an unescaped reserved character cut the text"} if is_cut else {},
        )
