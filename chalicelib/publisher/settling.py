"""Makes a message follow from its deliveries."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from chalicelib import times
from chalicelib.errors import Unavailable
from chalicelib.publisher import events, keys, transitions
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.webhook_event import Emit

MAX_ROUNDS = 20
FIRST_LOOK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Settling:
    """Sets a message's status and its next look; whoever changed a delivery calls it.

    Webhooks are told before the status is set: a crash in between tells them again, under the same
    id, and no change is left out.
    """

    store: MessageStore
    _: KW_ONLY
    emit: Emit
    now: Callable[[], datetime]

    def settle(self, message_id: str) -> Loaded | None:
        """Settle a message, against others that do the same; returns it as it is then.

        A crash before it is made good by the tick. Raises Unavailable, also when others were
        always faster.
        """
        for _ in range(MAX_ROUNDS):
            loaded = self.store.get(message_id)
            if loaded is None or not _is_begun(loaded):
                return loaded
            status = transitions.derive(delivery.status for delivery in loaded.deliveries)
            look_at = self._look_at(loaded)
            if (status, look_at) == (loaded.message.status, loaded.message.look_at):
                return loaded
            now = times.text(self.now())
            self.emit(events.make_settled(loaded.message, loaded.deliveries, status, now))
            settled = self.store.settle(loaded.message, status, look_at, now)
            if settled is not None:
                # Whoever has changed a delivery meanwhile settles after this.
                return Loaded(settled, loaded.deliveries)
        raise Unavailable("the message is being changed by others; try again")

    def _look_at(self, loaded: Loaded) -> str | None:
        """When the tick has to look again: at the next attempt, or as it was going to."""
        waiting = [
            delivery for delivery in loaded.deliveries if delivery.status in transitions.OPEN
        ]
        if not waiting:
            return None
        now = self.now()
        planned = loaded.message.look_at or ""
        due = [delivery.next_attempt_at or delivery.lease_until or "" for delivery in waiting]
        later = [at for at in (*due, planned) if at > keys.due_time(now)]
        return min(later, default=keys.due_time(now + FIRST_LOOK))


def _is_begun(loaded: Loaded) -> bool:
    return loaded.message.status not in transitions.EDITABLE
