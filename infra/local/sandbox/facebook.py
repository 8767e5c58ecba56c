"""Meta's Graph API for a page: its feed, its photos, and a post's permalink."""

import hashlib
from typing import Any

from infra.local.sandbox import facebook_rules as rules
from infra.local.sandbox import graph
from infra.local.sandbox.calls import (
    Call,
    Draft,
    Refusal,
    Response,
    Route,
    make_json,
    require_all,
)
from infra.local.sandbox.facebook_rules import FeedPost, Photo
from infra.local.sandbox.images import NotFetchable
from infra.local.sandbox.journal import Collection
from infra.local.sandbox.state import SandboxState, strip_query

CHANNEL = "facebook"
NODE = f"{graph.VERSION}/(?P<node>[^/]+)"


class Facebook:
    """The pages of one sandbox."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._outbox = state.outbox
        self._photos = Collection(state.journal, "photo", Photo)

    def list_routes(self) -> tuple[Route, ...]:
        """The operations of a page."""
        failures = graph.make_failures(CHANNEL)
        post_id = rf"{graph.VERSION}/(?P<node>\d+_\d+)"
        return (
            Route("POST", f"{NODE}/feed", CHANNEL, self._post, failures, self._read_feed_draft),
            Route("POST", f"{NODE}/photos", CHANNEL, self._add, failures, self._read_photo_draft),
            Route("GET", post_id, CHANNEL, self._read_post, failures),
        )

    def _post(self, call: Call) -> Response:
        require_all(graph.CHECKS, call)
        require_all(rules.CHECKS, self._read_feed(call))
        return make_json(200, {"id": self._publish(self._read_feed_draft(call))})

    def _add(self, call: Call) -> Response:
        """Add a photo, and publish it unless `published` is false."""
        require_all(graph.CHECKS, call)
        fields = graph.read_fields(call)
        photo = Photo(call.parts["node"], strip_query(str(fields.get("url", ""))))
        post = FeedPost(message=_read_text(fields), link="", photos=[photo])
        require_all(rules.CHECKS, post)
        self._require_image(str(fields.get("url", "")))
        number = self._outbox.take_number()
        draft = self._read_photo_draft(call)
        if draft is not None:
            return make_json(200, {"id": number, "post_id": self._publish(draft)})
        self._photos.put(number, photo)
        return make_json(200, {"id": number})

    def _read_post(self, call: Call) -> Response:
        require_all(graph.CHECKS, call)
        post = self._outbox.find(call.parts["node"])
        if post is None or post.external_id is None:
            raise Refusal(graph.make_missing(call))
        known = {
            "id": post.external_id,
            "permalink_url": self._state.find_link(post.external_id),
            "message": post.text,
            "created_time": post.at,
        }
        return make_json(200, graph.select(call, known))

    def _require_image(self, url: str) -> None:
        try:
            require_all(rules.IMAGE_CHECKS, self._state.fetch_image(url))
        except NotFetchable as error:
            raise Refusal(
                graph.make_error(
                    324,
                    "(#324) Missing or invalid image file",
                    title="Missing Or Invalid Image File",
                    user_message=f"The image could not be fetched: {error}",
                )
            ) from error

    def _publish(self, draft: Draft) -> str:
        """Accept the post; returns its id.

        Raises Refusal when it is identical to the page's latest one, as Facebook compares.
        """
        with self._outbox.lock:
            latest = next(iter(self._outbox.list_accepted(CHANNEL, draft.account)), None)
            if latest is not None and latest.fingerprint == draft.fingerprint:
                raise Refusal(rules.make_duplicate(), latest.external_id)
            post_id = f"{draft.account}_{self._outbox.take_number()}"
            self._outbox.accept(draft, post_id)
        return post_id

    def _read_feed(self, call: Call) -> FeedPost:
        fields = graph.read_fields(call)
        attached = graph.read_list(fields, "attached_media")
        ids = [item.get("media_fbid") if isinstance(item, dict) else None for item in attached]
        photos = [self._photos.get(str(photo_id)) for photo_id in ids]
        page = call.parts["node"]
        return FeedPost(
            message=str(fields.get("message", "")),
            link=str(fields.get("link", "")),
            photos=[photo if photo and photo.page == page else None for photo in photos],
        )

    def _read_feed_draft(self, call: Call) -> Draft:
        post = self._read_feed(call)
        urls = [photo.url for photo in post.photos if photo]
        return _make_draft(call.parts["node"], post.message, urls, post.link)

    def _read_photo_draft(self, call: Call) -> Draft | None:
        fields = graph.read_fields(call)
        if graph.is_false(fields.get("published", "true")):
            return None
        url = strip_query(str(fields.get("url", "")))
        return _make_draft(call.parts["node"], _read_text(fields), [url])


def _read_text(fields: dict[str, Any]) -> str:
    """A photo's text, which has two names."""
    return str(fields.get("message") or fields.get("caption") or "")


def _make_draft(page: str, text: str, media: list[str], link: str = "") -> Draft:
    content = "\0".join((text, link, *media))
    return Draft(
        channel=CHANNEL,
        account=page,
        text=text,
        media=media,
        fingerprint=hashlib.sha256(content.encode()).hexdigest(),
        details={"link": link} if link else {},
    )
