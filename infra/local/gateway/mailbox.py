"""What the topic mailed: taken from the mailbox's queue when somebody looks, and kept on file."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.aws.failures import AWS_ERRORS, reason, translated
from chalicelib.aws.queue import Queue, Received
from chalicelib.observability import logger

KEPT_MAILS = 500
LOOK_S = 2.0  # a page waits no longer, however many mails there are
VISIBILITY_S = 30

_log = logger(__name__)


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the topic; `id` is SNS's, `at` when it was sent, UTC with milliseconds."""

    id: str
    at: str
    subject: str
    text: str
    attributes: dict[str, str]


class Look(msgspec.Struct, frozen=True):
    """The mails, newest first; `is_current` is False while the queue holds more of them."""

    mails: list[Mail]
    is_current: bool


class Mailbox:
    """The mails of one state directory. `queue` gives the queue once it can be reached."""

    def __init__(
        self,
        file: Path,
        queue: Callable[[], Queue],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._queue = queue
        self._clock = clock
        self._lock = threading.Lock()

    def look(self) -> Look:
        """What came by now. A queue that does not answer leaves what was seen before."""
        with self._lock:
            mails = self._kept()
            try:
                is_current = self._take(mails)
            except AWS_ERRORS as error:
                _log.warning("the mailbox's queue does not answer", extra={"cause": reason(error)})
                is_current = False
            newest = sorted(mails.values(), key=lambda mail: (mail.at, mail.id), reverse=True)
        return Look(newest, is_current)

    def _take(self, mails: dict[str, Mail]) -> bool:
        """Add what the queue holds to `mails`; False when time was up before it was empty.

        A mail is on file before it is deleted. One that comes again has the same id.
        """
        queue = self._queue()
        ends_at = self._clock() + LOOK_S
        while self._clock() < ends_at:
            received = queue.receive(wait_s=0, visibility_timeout_s=VISIBILITY_S)
            if not received:
                return True
            for message in received:
                mail = _mail(message)
                mails.setdefault(mail.id, mail)
            self._keep(mails)
            queue.delete_all([message.receipt_handle for message in received])
        return False

    def _kept(self) -> dict[str, Mail]:
        try:
            mails = msgspec.json.decode(self._file.read_bytes(), type=list[Mail])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError:
            _log.warning("the mailbox's file is damaged; it begins anew")
            return {}
        return {mail.id: mail for mail in mails}

    def _keep(self, mails: dict[str, Mail]) -> None:
        newest = sorted(mails.values(), key=lambda mail: mail.at)[-KEPT_MAILS:]
        draft = self._file.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(newest))
        draft.chmod(0o600)
        draft.replace(self._file)


def found_queue(client: Any, url: Callable[[Any], str]) -> Callable[[], Queue]:
    """A queue that is looked up at each use, for the emulator may have made it anew."""

    def queue() -> Queue:
        with translated("the mailbox"):
            return Queue(client, url(client))

    return queue


def _mail(message: Received) -> Mail:
    """SNS's envelope; the text of the e-mail is `text` where its message is JSON that has one."""
    envelope: Any = None
    with suppress(ValueError):
        envelope = json.loads(message.body)
    if not (isinstance(envelope, dict) and isinstance(envelope.get("Message"), str)):
        envelope = {"Message": message.body}
    attributes = envelope.get("MessageAttributes", {})
    return Mail(
        id=str(envelope.get("MessageId", message.message_id)),
        at=_at(message.sent_at_ms),
        subject=str(envelope.get("Subject", "")),
        text=_text(envelope["Message"]),
        attributes={name: str(each.get("Value", "")) for name, each in attributes.items()},
    )


def _text(message: str) -> str:
    structured: Any = None
    with suppress(ValueError):
        structured = json.loads(message)
    if isinstance(structured, dict) and isinstance(structured.get("text"), str):
        return str(structured["text"])
    return message


def _at(sent_at_ms: int) -> str:
    moment = datetime.fromtimestamp(sent_at_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
