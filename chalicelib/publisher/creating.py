"""Takes messages in: judged, stored with all their deliveries at once, then handed to delivery."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import ids
from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.aws.request_refs import RequestRef, RequestRefs
from chalicelib.aws.state import State
from chalicelib.aws.transactions import Put
from chalicelib.errors import Unavailable
from chalicelib.fingerprint import fingerprint
from chalicelib.publisher import composing, dispatching, keys, rules, stored
from chalicelib.publisher.composing import Origin
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.model import MessageStatus, NewMessage, OutboundMessage, Validation
from chalicelib.publisher.rules import Audience, Media
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.publisher.stored import StoredMessage
from chalicelib.web.call import Call

SCOPE = "messages"
FindMedia = Callable[[list[str], str], list[Media]]


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules on a stage; `find_media` gives an author's confirmed uploads by id."""

    audience: Audience
    find_media: FindMedia

    def require_valid(self, loaded: Loaded) -> None:
        """Raise InvalidInput for a message that cannot go out; a draft need only be sound."""
        message = loaded.message
        media = self.find_media(message.media, message.user)
        if message.status is MessageStatus.DRAFT:
            rules.require_sound(message.composition)
        else:
            rules.require_valid(message.composition, media, self.audience)


@dataclass(frozen=True, slots=True)
class Creating:
    """The way of a message in; `random_bits` gives at least 74."""

    store: MessageStore
    judge: Judge
    dispatcher: Dispatcher
    state: State
    refs: RequestRefs
    activity: ActivityCounts
    _: KW_ONLY
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def create(self, new: NewMessage, call: Call) -> OutboundMessage:
        """Store a message and, if it is due, hand it to delivery.

        The same Idempotency-Key with the same body returns the same message. Raises InvalidInput
        for what breaks a rule, Conflict for a key that was used with another body.
        """
        if earlier := self._find_earlier(new, call):
            return earlier
        loaded = self._make(new, call)
        self.judge.require_valid(loaded)
        more = [*self._marker(new, call, loaded.message.id), *self._ref(loaded.message)]
        if not self.store.create(loaded, more):
            return self._find_written(loaded.message.id, new, call)
        self.activity.count(Workload.MESSAGES, call.principal.id)
        if loaded.message.status is MessageStatus.QUEUED:
            refs = dispatching.list_refs(loaded, keys.due_time(self.now()))
            self.dispatcher.send(refs, call.trace_header)
        return stored.show(*loaded)

    def validate(self, new: NewMessage, call: Call) -> Validation:
        """Judge a message for every channel as `create` would; nothing is written.

        Raises InvalidInput for what no channel can mend, such as a time that is past.
        """
        message = self._make(new, call).message
        rules.require_sound(message.composition)
        media = self.judge.find_media(message.media, message.user)
        return rules.check(message.composition, media, self.judge.audience)

    def _make(self, new: NewMessage, call: Call) -> Loaded:
        now = self.now()
        message_id = ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits())
        origin = Origin(message_id, call.principal.id, call.request_id, now)
        return composing.make(new, origin, self.judge.audience)

    def _marker(self, new: NewMessage, call: Call, message_id: str) -> list[Put]:
        """The marker of the call's key, where it has one."""
        if call.idempotency_key is None:
            return []
        by, key = call.principal.id, call.idempotency_key
        return [self.state.idempotency_put(by, SCOPE, key, _digest(new), ref=message_id)]

    def _ref(self, message: StoredMessage) -> list[Put]:
        """What finds the message by the request that made it."""
        ref = RequestRef(kind="message", id=message.id, owner=message.user, at=message.created_at)
        table = self.refs.table.name
        return [Put(table, item) for item in self.refs.items(message.request_id, ref)]

    def _find_earlier(self, new: NewMessage, call: Call) -> OutboundMessage | None:
        """The message that the key made before."""
        if call.idempotency_key is None:
            return None
        by, key = call.principal.id, call.idempotency_key
        message_id = self.state.find_ref(by, SCOPE, key, _digest(new))
        loaded = None if message_id is None else self.store.get(message_id)
        return None if loaded is None else stored.show(*loaded)

    def _find_written(self, message_id: str, new: NewMessage, call: Call) -> OutboundMessage:
        """What stood in the way: an equal request at the same time, or this one's own write."""
        if earlier := self._find_earlier(new, call):
            return earlier
        loaded = self.store.get(message_id)
        if loaded is None:
            raise Unavailable("the message was not stored; try again")
        return stored.show(*loaded)


def _digest(new: NewMessage) -> str:
    return fingerprint(msgspec.to_builtins(new))
