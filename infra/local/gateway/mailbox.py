"""The messages of the topic, received from a queue on request and kept in a file."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.aws.failures import AWS_ERRORS, reason, translate_errors
from chalicelib.aws.queue import Queue, Received
from chalicelib.aws.topic import Topic
from chalicelib.observability import logger

KEPT_MAILS = 500
RECEIVE_BUDGET_S = 2.0  # the longest wait of a page, for any number of messages
VISIBILITY_S = 30
EMAIL = "email"

_log = logger(__name__)


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the topic; `id` is SNS's, `at` when it was sent, UTC with milliseconds.

    `to` are the addresses that were subscribed by e-mail when it came into the mailbox.
    """

    id: str
    at: str
    to: list[str] = []
    subject: str
    text: str
    attributes: dict[str, str]


class MailboxContents(msgspec.Struct, frozen=True):
    """The mails, newest first; `is_current` is False while the queue may have more."""

    mails: list[Mail]
    is_current: bool


class Mailbox:
    """The mails of one state directory. `queue` looks up the queue, `recipients` the addresses."""

    def __init__(
        self,
        file: Path,
        queue: Callable[[], Queue],
        recipients: Callable[[], list[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._queue = queue
        self._recipients = recipients
        self._clock = clock
        self._lock = threading.Lock()

    def look(self) -> MailboxContents:
        """All mails up to now; only those of the file if the queue is not available."""
        with self._lock:
            mails = self._read_file()
            try:
                is_current = self._receive(mails)
            except AWS_ERRORS as error:
                _log.warning("mailbox queue not available", extra={"cause": reason(error)})
                is_current = False
            newest = sorted(mails.values(), key=lambda mail: (mail.at, mail.id), reverse=True)
        return MailboxContents(newest, is_current)

    def _receive(self, mails: dict[str, Mail]) -> bool:
        """Add the queue's messages to `mails`; returns False if the time ended before the queue.

        A mail is written to the file before its message is deleted. Its id is SNS's, so a message
        that is received twice is one mail.
        """
        queue = self._queue()
        ends_at = self._clock() + RECEIVE_BUDGET_S
        while self._clock() < ends_at:
            received = queue.receive(wait_s=0, visibility_timeout_s=VISIBILITY_S)
            if not received:
                return True
            to = self._recipients()
            for message in received:
                mail = _parse_mail(message, to)
                mails.setdefault(mail.id, mail)
            self._write_file(mails)
            queue.delete_all([message.receipt_handle for message in received])
        return False

    def _read_file(self) -> dict[str, Mail]:
        try:
            mails = msgspec.json.decode(self._file.read_bytes(), type=list[Mail])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError:
            _log.warning("mailbox file is damaged and will be replaced")
            return {}
        return {mail.id: mail for mail in mails}

    def _write_file(self, mails: dict[str, Mail]) -> None:
        newest = sorted(mails.values(), key=lambda mail: mail.at)[-KEPT_MAILS:]
        draft = self._file.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(newest))
        draft.chmod(0o600)
        draft.replace(self._file)


def look_up_later(client: Any, url: Callable[[Any], str]) -> Callable[[], Queue]:
    """A function that looks the queue up at each call: the emulator may have created it again."""

    def look_up() -> Queue:
        with translate_errors("the mailbox"):
            return Queue(client, url(client))

    return look_up


def list_recipients(topic: Topic) -> list[str]:
    """The addresses that the topic mails to."""
    return sorted(found.endpoint for found in topic.subscribers() if found.protocol == EMAIL)


def _parse_mail(message: Received, to: list[str]) -> Mail:
    """A mail from SNS's envelope; its text is the field `text` if the message is JSON with one."""
    envelope: Any = None
    with suppress(ValueError):
        envelope = json.loads(message.body)
    if not (isinstance(envelope, dict) and isinstance(envelope.get("Message"), str)):
        envelope = {"Message": message.body}
    attributes = envelope.get("MessageAttributes", {})
    return Mail(
        id=str(envelope.get("MessageId", message.message_id)),
        at=_format_time(message.sent_at_ms),
        to=to,
        subject=str(envelope.get("Subject", "")),
        text=_find_text(envelope["Message"]),
        attributes={name: str(value.get("Value", "")) for name, value in attributes.items()},
    )


def _find_text(message: str) -> str:
    structured: Any = None
    with suppress(ValueError):
        structured = json.loads(message)
    if isinstance(structured, dict) and isinstance(structured.get("text"), str):
        return str(structured["text"])
    return message


def _format_time(sent_at_ms: int) -> str:
    moment = datetime.fromtimestamp(sent_at_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
