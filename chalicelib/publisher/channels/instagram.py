"""Instagram: a container a picture, one of them all for a carousel, and one call to publish it.

Containers live for a day, so they are made when the message goes out. A container that is
PUBLISHED is the proof that a publish call of unknown outcome went through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.publisher.channels.base import (
    Adapter,
    Attempt,
    Credentials,
    NotReady,
    Outgoing,
    Published,
    Rejection,
)
from chalicelib.publisher.channels.graph import GraphApi
from chalicelib.publisher.model import DeliveryErrorClass

CONTAINER, CHILD = "container", "child_"
POLL_S = 10.0
_NOT_THERE_YET = "100/33"  # now and then said of a container that was made just before


@dataclass(frozen=True, slots=True)
class Instagram(Adapter):
    """Publishes as the stored account (`ig_user_id`, and the page's `page_token`)."""

    api: GraphApi

    def prepare(self, attempt: Attempt) -> dict[str, str]:
        """Make the containers that are missing; NotReady until they are finished."""
        ids = dict(attempt.prepared)
        if CONTAINER not in ids:
            ids = self._create(attempt.outgoing, ids, attempt.credentials)
        status = self._read_status(ids[CONTAINER], attempt.credentials)
        if status == "IN_PROGRESS":
            raise NotReady(ids, POLL_S)
        if status in ("ERROR", "EXPIRED"):
            raise Rejection(
                error_class=DeliveryErrorClass.PERMANENT,
                code=status,
                message="Instagram could not process the images",
                advice="Retry; if it fails again, use other images.",
            )
        return ids

    def publish(self, attempt: Attempt) -> Published:
        """Publish the container."""
        fields = {"creation_id": attempt.prepared[CONTAINER]}
        post = self._post("media_publish", fields, attempt.credentials, publishes=True)
        return Published(post, self._find_permalink(post, attempt.credentials))

    def reconcile(self, attempt: Attempt) -> Published | None:
        """Live if the container is published; its post's own id is not told."""
        container = attempt.prepared.get(CONTAINER)
        if container is None or self._read_status(container, attempt.credentials) != "PUBLISHED":
            return None
        return Published(container)

    def identify(self, credentials: Credentials) -> str | None:
        """The account's id."""
        return credentials.get("ig_user_id") or None

    def _create(
        self, outgoing: Outgoing, ids: dict[str, str], credentials: Credentials
    ) -> dict[str, str]:
        if len(outgoing.media) == 1:
            single = {"image_url": outgoing.media[0].url(), "caption": outgoing.text}
            return {CONTAINER: self._post("media", single, credentials)}
        for image in outgoing.media:
            if (name := f"{CHILD}{image.media_id}") not in ids:
                fields: dict[str, Any] = {"image_url": image.url(), "is_carousel_item": True}
                ids[name] = self._post("media", fields, credentials)
        children = [ids[f"{CHILD}{image.media_id}"] for image in outgoing.media]
        if any(self._read_status(child, credentials) == "IN_PROGRESS" for child in children):
            raise NotReady(ids, POLL_S)
        carousel = {"media_type": "CAROUSEL", "children": children, "caption": outgoing.text}
        return {**ids, CONTAINER: self._post("media", carousel, credentials)}

    def _post(
        self,
        edge: str,
        fields: Mapping[str, Any],
        credentials: Credentials,
        *,
        publishes: bool = False,
    ) -> str:
        path = f"{credentials.get('ig_user_id', '')}/{edge}"
        return self.api.create(path, credentials, fields, publishes=publishes)

    def _read_status(self, container: str, credentials: Credentials) -> str:
        try:
            body = self.api.call("GET", f"{container}?fields=status_code", credentials)
        except Rejection as rejection:
            if rejection.code == _NOT_THERE_YET:
                rejection.error_class = DeliveryErrorClass.TRANSIENT
            raise
        return str(body.get("status_code", ""))

    def _find_permalink(self, media_id: str, credentials: Credentials) -> str | None:
        """The link to the post; without it the post is live all the same."""
        try:
            body = self.api.call("GET", f"{media_id}?fields=permalink", credentials)
        except Rejection:
            return None
        return body.get("permalink")
