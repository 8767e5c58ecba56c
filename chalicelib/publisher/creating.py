"""Takes messages in: judged, stored with all their deliveries at once, then handed to delivery."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial

import msgspec

from chalicelib import ids
from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.aws.idempotency import CreateRequest, IdempotentCreate
from chalicelib.aws.request_refs import RequestRef, RequestRefs
from chalicelib.aws.transactions import Put
from chalicelib.errors import InvalidInput
from chalicelib.publisher import approvals, composing, keys, rules, stored
from chalicelib.publisher.adaptation import checks
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.composing import Origin
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.model import (
    AdaptedText,
    Channel,
    MessageStatus,
    MessageValidation,
    NewMessage,
    OutboundMessage,
    Suppression,
)
from chalicelib.publisher.rules import Audience, Composition, MediaProperties
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.publisher.stored import StoredMessage
from chalicelib.publisher.templates import filling
from chalicelib.publisher.templates.store import TemplateStore
from chalicelib.web.call import Call

SCOPE = "messages"
FindMedia = Callable[[list[str], str], list[MediaProperties]]
FindSuppressed = Callable[[Iterable[str]], list[Suppression]]


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules on a stage; `find_media` gives an author's confirmed uploads by id.

    Where messages `need_approval`, none goes out without it.
    `find_suppressed` gives those of some addresses that get no e-mail. They break no rule: who
    unsubscribes must not keep a message from the others, and may do it after this.
    """

    audience: Audience
    find_media: FindMedia
    find_suppressed: FindSuppressed
    need_approval: bool = False

    def hold(self, loaded: Loaded, now: datetime) -> Loaded:
        """The message, which waits for approval if it needs that to go out."""
        return approvals.hold(loaded, now) if self.need_approval else loaded

    def require_valid(self, loaded: Loaded) -> None:
        """Raise InvalidInput for a message that cannot go out; a draft need only be sound."""
        message = loaded.message
        checks.require_sound(message.adapt, message.composition)
        if message.status is MessageStatus.DRAFT:
            self.find_media(message.media, message.user)
            rules.require_sound(message.composition)
        else:
            self.require_publishable(message.composition, message.user)

    def require_publishable(self, composition: Composition, user: str) -> None:
        """Raise InvalidInput for what its author could not publish."""
        media = self.find_media(composition.media, user)
        rules.require_valid(composition, media, self.audience)

    def check(self, message: StoredMessage) -> MessageValidation:
        """Every channel with its text, its problems, and whom it will leave out."""
        composition = message.composition
        found = rules.check(
            composition, self.find_media(message.media, message.user), self.audience
        )
        if Channel.EMAIL not in composition.channels:
            return found
        targets = rules.list_targets(composition, Channel.EMAIL, self.audience)
        suppressed = self.find_suppressed(target for target in targets if target)
        return rules.warn_of(suppressed, found)


@dataclass(frozen=True, slots=True)
class Creating:
    """The way of a message in; `random_bits` gives at least 74."""

    store: MessageStore
    templates: TemplateStore
    judge: Judge
    dispatcher: Dispatcher
    idempotent: IdempotentCreate[Loaded]
    refs: RequestRefs
    activity: ActivityCounts
    adaptation: Adaptation
    _: KW_ONLY
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def create(self, new: NewMessage, call: Call) -> OutboundMessage:
        """Store a message and, if it is due, hand it to delivery.

        The same Idempotency-Key with the same body returns the same message. Raises InvalidInput
        for what breaks a rule, Conflict for a key that was used with another body.
        """
        request = CreateRequest.of(call.principal.id, call.idempotency_key, new)
        if earlier := self.idempotent.find(request):
            return stored.show(*earlier)
        loaded = self._prepare(new, call)
        write = partial(self._write, loaded)
        if existing := self.idempotent.write(request, loaded.message.id, write):
            return stored.show(*existing)
        return self._hand_over(loaded, call)

    def create_with(
        self, new: NewMessage, call: Call, make_other: Callable[[str], Put]
    ) -> OutboundMessage | None:
        """As `create`, together with what `make_other` makes of the message's id.

        None, and nothing is written, if that was refused. The Idempotency-Key is not looked at.
        """
        loaded = self._prepare(new, call)
        if not self._write(loaded, [make_other(loaded.message.id)]):
            return None
        return self._hand_over(loaded, call)

    def count_wait_s(self, news: Iterable[NewMessage]) -> float:
        """How long one of these may wait for its adapted texts before it can wait for approval."""
        asks = self.judge.need_approval and any(new.adapt for new in news)
        return self.adaptation.asking.budget_s if asks else 0.0

    def require_valid(self, new: NewMessage, call: Call) -> None:
        """Raise InvalidInput for what `create` would refuse; nothing is written."""
        self.judge.require_valid(self._make(new, call))

    def validate(self, new: NewMessage, call: Call) -> MessageValidation:
        """Judge a message for every channel as `create` would; nothing is written.

        Raises InvalidInput for what no channel can mend, such as a time that is past.
        """
        message = self._make(new, call).message
        rules.require_sound(message.composition)
        checks.require_sound(message.adapt, message.composition)
        return self._add_adapted(self.judge.check(message), self.adaptation.preview(message))

    def _prepare(self, new: NewMessage, call: Call) -> Loaded:
        """A message that may be written. Raises InvalidInput."""
        made = self._make(new, call)
        self.judge.require_valid(made)
        return self.adaptation.prepare(self.judge.hold(made, self.now()))

    def _hand_over(self, loaded: Loaded, call: Call) -> OutboundMessage:
        """Count a message that was written and, if it is due, give it to delivery."""
        self.activity.count(Workload.MESSAGES, call.principal.id)
        self.dispatcher.send_queued(loaded, keys.due_time(self.now()), call.trace_header)
        return stored.show(*loaded)

    @staticmethod
    def _add_adapted(
        found: MessageValidation, adapted: Mapping[Channel, AdaptedText]
    ) -> MessageValidation:
        channels = [
            msgspec.structs.replace(check, adapted=adapted.get(check.channel))
            for check in found.channels
        ]
        return msgspec.structs.replace(found, channels=channels)

    def _make(self, new: NewMessage, call: Call) -> Loaded:
        said, now = self._compose(new), self.now()
        message_id = ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits())
        origin = Origin(message_id, call.principal.id, call.request_id, now)
        return composing.make(said, new, origin, self.judge.audience)

    def _compose(self, new: NewMessage) -> Composition:
        """What a message says, by its body and its template."""
        if new.template is None:
            return filling.compose(new)
        template = self.templates.get(ids.require_id(new.template.id, "template.id"))
        if template is None:
            raise InvalidInput(f"template: there is no template {new.template.id}")
        return filling.compose(new, template)

    def _write(self, loaded: Loaded, markers: Sequence[Put]) -> bool:
        """Write a message with what finds it by its key and by the request that made it."""
        message, table = loaded.message, self.refs.table.name
        ref = RequestRef(kind="message", id=message.id, owner=message.user, at=message.created_at)
        refs = [Put(table, item) for item in self.refs.items(message.request_id, ref)]
        return self.store.create(loaded, [*markers, *refs])
