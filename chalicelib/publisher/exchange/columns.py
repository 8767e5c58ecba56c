"""A message as a row of CSV; pure.

Lists are texts with spaces between their members. `content.linkedin` and `subject.email` are
overrides, `field.NAME` is what a template's field says.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.publisher.model import Channel, OutboundMessage
from chalicelib.web import files

_TEXTS = ("content", "subject", "scheduled_at", "time_zone")
_LISTS = ("channels", "media")
_RECIPIENTS = ("email", "sms")
_OVERRIDES = ("content", "subject")
KNOWN = (*_TEXTS, *_LISTS, *_RECIPIENTS, "draft", "template", "field.<name>", "content.<channel>")
_TRUE_OR_FALSE = {"true": True, "false": False}

EXPORTED = (
    "id",
    "status",
    "content",
    "subject",
    "channels",
    "scheduled_at",
    "time_zone",
    "media",
    "email",
    "sms",
    "template_id",
    "series_id",
    "created_at",
    "updated_at",
    "request_id",
)


def read_row(cells: Mapping[str, str]) -> dict[str, Any]:
    """The body of a message that a row names.

    Raises InvalidInput for a column or a value that no message has.
    """
    body: dict[str, Any] = {}
    for name, text in cells.items():
        _put(body, name, text)
    if "fields" in body:
        if "template" not in body:
            raise InvalidInput("field.<name> goes with template")
        body["template"]["fields"] = body.pop("fields")
    return body


def _put(body: dict[str, Any], name: str, text: str) -> None:
    group, _, member = name.partition(".")
    if name in _TEXTS:
        body[name] = text
    elif name in _LISTS:
        body[name] = text.split()
    elif name in _RECIPIENTS:
        body.setdefault("recipients", {})[name] = text.split()
    elif name == "draft":
        body["draft"] = _read_flag(text)
    elif name == "template":
        body["template"] = {"id": text}
    elif group == "field" and member:
        body.setdefault("fields", {})[member] = text
    elif group in _OVERRIDES and member in set(Channel):
        body.setdefault("overrides", {}).setdefault(member, {})[group] = text
    else:
        raise InvalidInput(_unknown(name))


def _read_flag(text: str) -> bool:
    flag = _TRUE_OR_FALSE.get(text.lower())
    if flag is None:
        raise InvalidInput("draft must be true or false")
    return flag


def _unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name.lower(), KNOWN, n=1)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"known are {', '.join(KNOWN)}"
    return f"unknown column '{name}'; {hint}"


def write_row(message: OutboundMessage) -> str:
    """A message as a line: its channels with their statuses, lists with spaces between."""
    recipients = message.recipients
    told = {
        "channels": " ".join(f"{sent.channel}={sent.status}" for sent in message.channels),
        "media": " ".join(message.media),
        "email": " ".join(recipients.email) if recipients else None,
        "sms": " ".join(recipients.sms) if recipients else None,
    }
    return files.write_row(
        [told[name] if name in told else getattr(message, name) for name in EXPORTED]
    )
