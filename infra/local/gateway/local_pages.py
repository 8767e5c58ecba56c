"""What only browsers on this machine get: the mailbox and who the demo user is."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from infra.local.config import HOST
from infra.local.gateway.mailbox import Mailbox
from infra.local.gateway.pages import TYPES, security_headers
from infra.local.gateway.responses import Result, make_result
from infra.local.provision.mailbox import PATH

FOLDER = Path(__file__).parent / "mailbox_page"
FILES = {
    PATH: "index.html",
    f"{PATH}/mailbox.js": "mailbox.js",
    f"{PATH}/mailbox.css": "mailbox.css",
}
MAILS = f"{PATH}/mails.json"
DEMO = "/_local/demo.json"
NAMES = (HOST, "localhost")


class LocalPages:
    """Serves PATH and DEMO.

    `mails.json` is `{"mails": [{id, at, to, subject, text, attributes}]}`, DEMO is `{"user",
    "password", "api_key"}`.
    """

    def __init__(self, mailbox: Mailbox, outputs: Mapping[str, str]) -> None:
        self._mailbox = mailbox
        self._demo = {
            "user": outputs["DemoUser"],
            "password": outputs["DemoPassword"],
            "api_key": outputs["ApiKey"],
        }
        self._headers = {"Cache-Control": "no-store", **security_headers({})}

    def page(self, path: str, host: str) -> Result | None:
        """The response for `path`; None if there is none.

        There is no sign-in, so a foreign host name that resolves to this machine (DNS rebinding)
        gets nothing.
        """
        if host.rpartition(":")[0] not in NAMES and host not in NAMES:
            return None
        path = path.rstrip("/")
        if path == MAILS:
            return self._make_response(msgspec.json.encode(self._mailbox.look()), ".json")
        if path == DEMO:
            return self._make_response(msgspec.json.encode(self._demo), ".json")
        if path in FILES:
            file = FOLDER / FILES[path]
            return self._make_response(file.read_bytes(), file.suffix)
        return None

    def _make_response(self, body: bytes, suffix: str) -> Result:
        return make_result(200, {"Content-Type": TYPES[suffix], **self._headers}, body)
