"""The mailbox's page and the JSON behind it, for this machine's own browser alone."""

from pathlib import Path

import msgspec

from infra.local.config import HOST
from infra.local.gateway.answers import Result, result
from infra.local.gateway.mailbox import Mailbox
from infra.local.gateway.pages import TYPES, security_headers
from infra.local.provision.mailbox import PATH

FOLDER = Path(__file__).parent / "mailbox_page"
FILES = {
    PATH: "index.html",
    f"{PATH}/mailbox.js": "mailbox.js",
    f"{PATH}/mailbox.css": "mailbox.css",
}
MAILS = f"{PATH}/mails.json"
NAMES = (HOST, "localhost")


class MailboxSite:
    """Answers below PATH. `mails.json` is `{"mails": [{id, at, subject, text, attributes}]}`."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._headers = {"Cache-Control": "no-store", **security_headers({})}

    def page(self, path: str, host: str) -> Result | None:
        """The answer at `path`, or None when nothing is there.

        Nobody signs in here, so a page of another name that leads to this machine (DNS
        rebinding) must not read the mails.
        """
        if host.rpartition(":")[0] not in NAMES and host not in NAMES:
            return None
        path = path.rstrip("/")
        if path == MAILS:
            return self._answer(msgspec.json.encode(self._mailbox.look()), ".json")
        if path in FILES:
            file = FOLDER / FILES[path]
            return self._answer(file.read_bytes(), file.suffix)
        return None

    def _answer(self, body: bytes, suffix: str) -> Result:
        return result(200, {"Content-Type": TYPES[suffix], **self._headers}, body)
