"""An author of messages on the whole local system, and the sandbox that receives them."""

import json
import os
import signal
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.local_system import LocalSystem
from tests.support.waiting import until

CHANNELS = ("facebook", "instagram", "linkedin", "email", "sms")
BOUNDARY = "a-boundary"
Json = dict[str, Any]


class Author:
    """The demo user, who publishes, and the sandbox."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self._headers = {"Authorization": system.token()}

    def send(
        self, method: str, path: str, body: Json | None = None, **headers: str
    ) -> tuple[int, Json]:
        """Status and JSON of a call of the API; `path` is without its `/api/v1`."""
        sent = {**self._headers, **headers}
        return self._system.request(method, f"/api/v1{path}", body, **sent)

    def post(self, content: str, channels: Sequence[str], **more: Any) -> str:
        """Make a message; returns its id."""
        new = {"content": content, "channels": list(channels), **more}
        status, message = self.send("POST", "/messages", new)
        assert status == 201, message
        return str(message["id"])

    def post_at(self, api_url: str, content: str, channels: Sequence[str]) -> str:
        """Make a message by another API of the same system; returns its id."""
        request = urllib.request.Request(  # noqa: S310 our own
            f"{api_url}/api/v1/messages",
            json.dumps({"content": content, "channels": list(channels)}).encode(),
            {**self._headers, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as made:  # noqa: S310 as above
            return str(json.load(made)["id"])

    def find(self, message_id: str) -> Json:
        """A message as it is now."""
        status, message = self.send("GET", f"/messages/{message_id}")
        assert status == 200, message
        return message

    def wait_for(self, message_id: str, status: str) -> Json:
        """The message once it has that status."""

        def find() -> Json | None:
            message = self.find(message_id)
            return message if message["status"] == status else None

        found: Json = until(find, what=f"a message that is {status}")
        return found

    def upload(self, image: bytes) -> str:
        """Upload a JPEG; returns its id."""
        asked = {"content_type": "image/jpeg", "size_bytes": len(image)}
        _, form = self.send("POST", "/media", asked)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        urllib.request.urlopen(  # noqa: S310 our own
            urllib.request.Request(form["url"], _make_form(form["fields"], image), headers),  # noqa: S310 as above
            timeout=10,
        ).close()
        status, media = self.send("POST", f"/media/{form['id']}/confirm")
        assert (status, media["status"]) == (200, "confirmed")
        return str(form["id"])

    def posts(self, text: str) -> list[Json]:
        """The publish calls that the sandbox keeps, with that text in theirs."""
        url = f"{self._system.outputs['OutboxUrl']}posts.json"
        with urllib.request.urlopen(url, timeout=10) as found:  # noqa: S310 our own
            return [post for post in json.load(found) if text in post["text"]]

    def set_fault(self, channel: str, faults: Mapping[str, Any]) -> None:
        """Replace the channel's faults at the sandbox."""
        request = urllib.request.Request(  # noqa: S310 our own
            f"{self._system.outputs['OutboxUrl']}control/{channel}",
            json.dumps(faults).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 our own

    def tick(self) -> None:
        """Let `publish_due` run now."""
        os.kill(self._system.pid("events"), signal.SIGUSR1)


def _make_form(fields: dict[str, str], image: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    return "".join([*parts, file]).encode() + image + f"\r\n--{BOUNDARY}--\r\n".encode()
