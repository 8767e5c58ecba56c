"""LinkedIn: images are uploaded, then one call posts them with the commentary (Posts API)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from chalicelib.publisher.channels.base import Adapter, Attempt, Credentials, Published, Rejection
from chalicelib.publisher.channels.http import HttpApi, Reply
from chalicelib.publisher.model import DeliveryErrorClass

SECRET, VERSION = "LINKEDIN_SECRET", "LINKEDIN_VERSION"
_IMAGE = "image_"
_DUPLICATE = "DUPLICATE_POST"
_PUBLIC = {
    "visibility": "PUBLIC",
    "distribution": {
        "feedDistribution": "MAIN_FEED",
        "targetEntities": [],
        "thirdPartyDistributionChannels": [],
    },
    "lifecycleState": "PUBLISHED",
    "isReshareDisabledByAuthor": False,
}
_URN = re.compile(r"urn:li:[A-Za-z]+:[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class LinkedIn(Adapter):
    """Posts as the stored author (`author`, a URN, and `token`); `version` is YYYYMM."""

    http: HttpApi
    version: str

    def prepare(self, attempt: Attempt) -> dict[str, str]:
        """Upload the images that are not there yet."""
        images = dict(attempt.prepared)
        for image in attempt.outgoing.media:
            if (name := f"{_IMAGE}{image.media_id}") not in images:
                images[name] = self._upload(image.read(), attempt.credentials)
        return images

    def publish(self, attempt: Attempt) -> Published:
        """Post; the text is escaped already."""
        urns = [attempt.prepared[f"{_IMAGE}{image.media_id}"] for image in attempt.outgoing.media]
        author, text = attempt.credentials.get("author", ""), attempt.outgoing.text
        post = {"author": author, "commentary": text, **_PUBLIC, **_build_content(urns)}
        reply = self._call("/rest/posts", post, attempt.credentials, publishes=True)
        urn = reply.headers.get("x-restli-id", "")
        link = f"https://www.linkedin.com/feed/update/{quote(urn, safe=':')}"
        return Published(urn, link if urn else None)

    def identify(self, credentials: Credentials) -> str | None:
        """The author's URN."""
        return credentials.get("author") or None

    def _upload(self, data: bytes, credentials: Credentials) -> str:
        owner = {"initializeUploadRequest": {"owner": credentials.get("author", "")}}
        reply = self._call("/rest/images?action=initializeUpload", owner, credentials)
        upload = reply.body.get("value")
        if not isinstance(upload, dict) or not {"uploadUrl", "image"} <= upload.keys():
            raise self.http.lacks("upload URL")
        if not is_own(str(upload["uploadUrl"]), self.http.base_url):
            raise self.http.lacks("upload URL of its own")
        headers = {"Authorization": f"Bearer {credentials.get('token', '')}"}
        done = self.http.send("PUT", str(upload["uploadUrl"]), headers, data)
        if not done.is_success:
            raise read_rejection(done)
        return str(upload["image"])

    def _call(
        self, path: str, body: Any, credentials: Credentials, *, publishes: bool = False
    ) -> Reply:
        headers = {
            "Authorization": f"Bearer {credentials.get('token', '')}",
            "LinkedIn-Version": self.version,
            "X-Restli-Protocol-Version": "2.0.0",
        }
        reply = self.http.call("POST", path, headers=headers, json=body, publishes=publishes)
        if not reply.is_success:
            raise read_rejection(reply)
        return reply


def is_own(url: str, base_url: str) -> bool:
    """Whether a URL is of the API's own domain, as `www` beside `api`: no other sees the token."""
    try:
        given, base = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return False
    host, own = given.hostname or "", base.hostname or ""
    is_domains = host == own or host.endswith("." + own.partition(".")[2])
    return given.scheme == base.scheme and is_domains


def read_rejection(reply: Reply) -> Rejection:
    """What an error of LinkedIn's means. Its 429 rarely says how long to wait."""
    code = str(reply.body.get("code") or reply.status)
    message = str(reply.body.get("message") or f"HTTP {reply.status}")
    match reply.status:
        case HTTPStatus.UNAUTHORIZED:
            advice = f"Reconnect the account: store a valid token in the secret {SECRET}."
            return _reject(
                DeliveryErrorClass.HOLD,
                code,
                message,
                advice,
                setting=SECRET,
                credentials_expired=True,
            )
        case HTTPStatus.UPGRADE_REQUIRED:
            advice = f"Set {VERSION} to a version that LinkedIn still serves."
            return _reject(DeliveryErrorClass.HOLD, code, message, advice, setting=VERSION)
        case HTTPStatus.FORBIDDEN:
            advice = f"Give the app the permission to post as the author in {SECRET}."
            return _reject(DeliveryErrorClass.HOLD, code, message, advice, setting=SECRET)
        case HTTPStatus.TOO_MANY_REQUESTS:
            advice, wait_s = "It is sent when LinkedIn allows it.", reply.retry_after_s
            return _reject(DeliveryErrorClass.RATE, code, message, advice, retry_after_s=wait_s)
    if (earlier := _find_duplicate(reply.body)) is not None:
        advice = "Change the text: the same post is there."
        return _reject(
            DeliveryErrorClass.PERMANENT, _DUPLICATE, message, advice, external_id=earlier
        )
    return _reject(DeliveryErrorClass.PERMANENT, code, message, "Change the message.")


def _reject(
    error_class: DeliveryErrorClass, code: str, message: str, advice: str, **more: Any
) -> Rejection:
    return Rejection(error_class=error_class, code=code, message=message, advice=advice, **more)


def _find_duplicate(body: Mapping[str, Any]) -> str | None:
    """The URN of the equal post that a DUPLICATE_POST names, empty if it names none."""
    if _DUPLICATE not in str(body):
        return None
    found = _URN.search(str(body.get("message", "")))
    return found[0] if found else ""


def _build_content(urns: list[str]) -> dict[str, Any]:
    if not urns:
        return {}
    if len(urns) == 1:
        return {"content": {"media": {"id": urns[0]}}}
    return {"content": {"multiImage": {"images": [{"id": urn} for urn in urns]}}}
