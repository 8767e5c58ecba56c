"""Makes the stored message and its deliveries of what a person sends; pure but for the clock."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher import due_times, keys, rules
from chalicelib.publisher.due_times import DueTime
from chalicelib.publisher.model import MessageChange, MessageStatus, NewMessage
from chalicelib.publisher.rules import Audience, Composition
from chalicelib.publisher.settling import FIRST_LOOK
from chalicelib.publisher.store import Loaded
from chalicelib.publisher.stored import StoredDelivery, StoredMessage

# What a text was adapted from, and for whom.
_SAID = {"adapt", "channels", "content", "overrides"}


class Origin(NamedTuple):
    """Who makes a message, by which request, and when."""

    message_id: str
    user: str
    request_id: str
    now: datetime


def make(said: Composition, new: NewMessage, origin: Origin, audience: Audience) -> Loaded:
    """A message that passed the rules, with its deliveries; `said` is what `new` says.

    Raises InvalidInput for a bad time.
    """
    message = msgspec.structs.replace(
        begin(said, origin),
        scheduled_at=new.scheduled_at,
        time_zone=new.time_zone,
        template_id=new.template.id if new.template else None,
        adapt=new.adapt,
    )
    return plan(message, origin.now, audience, draft=new.draft)


def begin(said: Composition, origin: Origin) -> StoredMessage:
    """A message that is not planned yet: without deliveries, and without a time."""
    at = keys.due_time(origin.now)
    return StoredMessage(
        id=origin.message_id,
        user=origin.user,
        status=MessageStatus.QUEUED,
        content=said.content,
        channels=said.channels,
        deliveries=[],
        due_at=at,
        released_at=at,
        created_at=at,
        updated_at=at,
        request_id=origin.request_id,
        subject=said.subject,
        media=said.media,
        overrides=said.overrides,
        recipients=said.recipients,
    )


def change(loaded: Loaded, changes: MessageChange, now: datetime, audience: Audience) -> Loaded:
    """The next revision of a draft or scheduled message.

    Raises InvalidInput for a bad time.
    """
    seen, given, at = loaded.message, _read_given(changes), keys.due_time(now)
    draft = given.pop("draft", seen.status is MessageStatus.DRAFT)
    message = msgspec.structs.replace(seen, **given, rev=seen.rev + 1, updated_at=at, notes=[])
    if given.keys() & _SAID:
        message = msgspec.structs.replace(message, adapted={})
    if given.keys() & {"scheduled_at", "time_zone"}:
        timed = msgspec.structs.replace(message, time_zone=_read_zone(seen, given))
        return plan(timed, now, audience, draft=draft)
    # What is stored is in UTC; the zone only says in which one its author meant it.
    kept = plan(msgspec.structs.replace(message, time_zone=None), now, audience, draft=draft)
    same = msgspec.structs.replace(kept.message, time_zone=seen.time_zone, notes=seen.notes)
    return Loaded(same, kept.deliveries)


def _read_given(changes: MessageChange) -> dict[str, Any]:
    """The fields that are to be replaced."""
    found = {name: getattr(changes, name) for name in MessageChange.__struct_fields__}
    return {name: value for name, value in found.items() if value is not msgspec.UNSET}


def _read_zone(seen: StoredMessage, given: Mapping[str, Any]) -> str | None:
    """The time zone of a new time; that of before goes on for a local time alone."""
    if "time_zone" in given:
        zone: str | None = given["time_zone"]
        return zone
    at = given["scheduled_at"]
    return None if at is None or due_times.has_offset(at) else seen.time_zone


def plan(message: StoredMessage, now: datetime, audience: Audience, *, draft: bool) -> Loaded:
    """The message with its status, its time and its deliveries as they follow from the rest.

    The time of a draft may be past: it is judged when the draft is scheduled.
    """
    return place(message, *_read_due(message, now, draft=draft), now, audience)


def place(
    message: StoredMessage, status: MessageStatus, due: DueTime, now: datetime, audience: Audience
) -> Loaded:
    """The message with this status and time, and with its deliveries."""
    deliveries = list(_list_deliveries(message.composition, audience))
    at = keys.due_time(due.at)
    planned = msgspec.structs.replace(
        message,
        status=status,
        deliveries=[delivery.name for delivery in deliveries],
        scheduled_at=None if message.scheduled_at is None else at,
        due_at=at,
        released_at=at,
        look_at=keys.due_time(now + FIRST_LOOK) if status is MessageStatus.QUEUED else None,
        notes=[due.note] if due.note else [],
    )
    return Loaded(planned, deliveries)


def _read_due(
    message: StoredMessage, now: datetime, *, draft: bool
) -> tuple[MessageStatus, DueTime]:
    """The status of a message that has not gone out, and its time."""
    if message.scheduled_at is None:
        if message.time_zone is not None:
            raise InvalidInput("time_zone goes with scheduled_at")
        return (MessageStatus.DRAFT if draft else MessageStatus.QUEUED), DueTime(now)
    due = due_times.read(message.scheduled_at, message.time_zone)
    if draft:
        return MessageStatus.DRAFT, due
    due_times.require_ahead(due.at, now)
    return MessageStatus.SCHEDULED, due


def _list_deliveries(message: Composition, audience: Audience) -> Iterator[StoredDelivery]:
    for channel in message.channels:
        targets = rules.list_targets(message, channel, audience)
        for number, target in enumerate(targets):
            name = channel if number == 0 else f"{channel}#{number:02}"
            yield StoredDelivery(name=str(name), channel=channel, target=target)
