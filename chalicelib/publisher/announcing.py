"""Announces certificates: one message of them on each channel, once."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial

import msgspec

from chalicelib import ids
from chalicelib.aws.transactions import Put
from chalicelib.errors import Conflict, NotFound
from chalicelib.publisher import keys, reminders
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.certifications import Certifications
from chalicelib.publisher.creating import Creating
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.model import (
    Announcement,
    Channel,
    NewAnnouncement,
    NewMessage,
    OutboundMessage,
    TemplateUse,
)
from chalicelib.publisher.model.requests import MAX_SUBJECT
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.publisher.templates.store import TemplateStore
from chalicelib.web.call import Call

ATTEMPTS = 5  # each is lost to one change of the certificate, such as by another channel's
FIELDS = ("name", "issuer", "issued_on", "expires_on", "credential_id", "verify_url")


@dataclass(frozen=True, slots=True)
class Announcing:
    """What is made of a certificate; message and note of it are written together."""

    certifications: Certifications
    store: CertificationStore
    templates: TemplateStore
    creating: Creating
    lookup: MessageLookup
    _: KW_ONLY
    now: Callable[[], datetime]

    def announce(self, certification_id: str, new: NewAnnouncement, call: Call) -> OutboundMessage:
        """Make a message for those of the channels where the certificate was not announced yet.

        Where it was on all of them, the message that did it on the first is returned. Raises
        NotFound, also for another's certificate, InvalidInput for what a message may not be, and
        Conflict where that message is not kept any more, or the certificate keeps changing.
        """
        for _ in range(ATTEMPTS):
            seen = self.certifications.find_own(certification_id, call)
            done = {entry.channel: entry for entry in seen.announced}
            left = [channel for channel in new.channels if channel not in done]
            if not left:
                return self._find(done[new.channels[0]], call)
            message = self._compose(seen, new, left)
            note = partial(self._note, seen, left, call)
            if made := self.creating.create_with(message, call, note):
                return made
        raise Conflict("the certificate keeps changing; announce it again")

    def _find(self, announcement: Announcement, call: Call) -> OutboundMessage:
        try:
            return self.lookup.get(announcement.message_id, call)
        except NotFound as gone:
            message = f"it was announced at {announcement.at}, by a message that is not kept"
            raise Conflict(message) from gone

    def _note(
        self, seen: StoredCertification, channels: Sequence[Channel], call: Call, message_id: str
    ) -> Put:
        now = self.now()
        at = keys.due_time(now)
        noted = [
            Announcement(channel=channel, message_id=message_id, at=at) for channel in channels
        ]
        changed = msgspec.structs.replace(
            seen, announced=[*seen.announced, *noted], updated_at=at, rev=seen.rev + 1
        )
        return self.store.make_put(reminders.plan(changed, seen, call, now), seen)

    def _compose(
        self, seen: StoredCertification, new: NewAnnouncement, channels: list[Channel]
    ) -> NewMessage:
        said = NewMessage(
            channels=channels,
            media=[seen.badge_media] if seen.badge_media else msgspec.UNSET,
            scheduled_at=new.scheduled_at,
            time_zone=new.time_zone,
        )
        if new.template is not None:
            return msgspec.structs.replace(said, template=self._fill(new.template, seen))
        content, subject = compose_text(seen), compose_subject(seen)
        return msgspec.structs.replace(said, content=content, subject=subject)

    def _fill(self, given: TemplateUse, seen: StoredCertification) -> TemplateUse:
        """The template with the certificate's texts for those of its fields that have none."""
        template = self.templates.get(ids.require_id(given.id, "template.id"))
        known = set(template.fields) if template else set()
        texts = {name: getattr(seen, name) for name in FIELDS if name in known}
        filled = {name: str(text) for name, text in texts.items() if text is not None}
        return TemplateUse(given.id, {**filled, **given.fields})


def compose_text(certificate: StoredCertification) -> str:
    """What a message says of a certificate where no template does."""
    said = f"{certificate.name}, issued by {certificate.issuer} on {certificate.issued_on}."
    return f"{said}\n{certificate.verify_url}" if certificate.verify_url else said


def compose_subject(certificate: StoredCertification) -> str:
    """The subject of its e-mail, in one line."""
    return " ".join(f"New certificate: {certificate.name}".split())[:MAX_SUBJECT]
