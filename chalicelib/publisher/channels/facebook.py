"""A Facebook page: photos are uploaded unpublished, and one call posts them with the text."""

from dataclasses import dataclass

from chalicelib.publisher.channels.base import Adapter, Attempt, Credentials, Published
from chalicelib.publisher.channels.graph import GraphApi

_PHOTO = "photo_"


@dataclass(frozen=True, slots=True)
class Facebook(Adapter):
    """Posts to the page of the stored token (`page_id`, `page_token`)."""

    api: GraphApi

    def prepare(self, attempt: Attempt) -> dict[str, str]:
        """Upload the photos that are not there yet."""
        photos = dict(attempt.prepared)
        for image in attempt.outgoing.media:
            name = f"{_PHOTO}{image.media_id}"
            if name not in photos:
                fields = {"url": image.url(), "published": False}
                page = attempt.credentials.get("page_id", "")
                photos[name] = self.api.create(f"{page}/photos", attempt.credentials, fields)
        return photos

    def publish(self, attempt: Attempt) -> Published:
        """Post to the page's feed."""
        ids = [attempt.prepared[f"{_PHOTO}{image.media_id}"] for image in attempt.outgoing.media]
        fields = {
            "message": attempt.outgoing.text,
            **({"attached_media": [{"media_fbid": photo} for photo in ids]} if ids else {}),
        }
        page = attempt.credentials.get("page_id", "")
        post = self.api.create(f"{page}/feed", attempt.credentials, fields, publishes=True)
        return Published(post, f"https://www.facebook.com/{post}")

    def identify(self, credentials: Credentials) -> str | None:
        """The page's id."""
        return credentials.get("page_id") or None
