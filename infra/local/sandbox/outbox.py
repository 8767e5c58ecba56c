"""Every publish call that the fakes received, accepted or not."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from infra.local.sandbox.calls import Draft, Refusal
from infra.local.sandbox.journal import Collection, Journal

KEPT_CHARS = 100_000  # of a text or a detail; an e-mail may have 40 MB


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One publish call. `external_id` is the platform's, or that of the post that it repeats.

    `at` is UTC with milliseconds; `details` hold the refusal's body as `error`.
    """

    channel: str
    text: str
    media: list[str]
    external_id: str | None
    at: str
    accepted: bool
    account: str = ""
    fingerprint: str = ""
    details: dict[str, str] = {}


class Numbers:
    """Numbers that grow across restarts too: microseconds, or one more than the last."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last = 0

    def take(self) -> str:
        """The next one; of sixteen digits."""
        self._last = max(self._last + 1, int(self._clock() * 1_000_000))
        return str(self._last)


class Outbox:
    """The posts of one journal; `clock` gives epoch seconds."""

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.time) -> None:
        self._posts = Collection(journal, "post", Post)
        self._clock = clock
        self._numbers = Numbers(clock)
        self.lock = self._posts.lock

    def take_number(self) -> str:
        """A number that no other post, photo or container has."""
        with self.lock:
            return self._numbers.take()

    def accept(self, draft: Draft, external_id: str) -> Post:
        """Keep an accepted post."""
        return self._keep(draft, external_id, accepted=True, details=draft.details)

    def refuse(self, draft: Draft, refusal: Refusal) -> Post:
        """Keep a refused one, with the platform's response."""
        details = {**draft.details, "error": str(refusal)}
        return self._keep(draft, refusal.external_id, accepted=False, details=details)

    def list_all(self) -> list[Post]:
        """Every call that is kept, oldest first."""
        return self._posts.list_all()

    def list_accepted(self, channel: str, account: str) -> list[Post]:
        """The account's posts on that channel, newest first."""
        return [
            post
            for post in reversed(self._posts.list_all())
            if post.accepted and (post.channel, post.account) == (channel, account)
        ]

    def find(self, external_id: str) -> Post | None:
        """The accepted post of that id; None if there is none."""
        posts = (post for post in self._posts.list_all() if post.accepted)
        return next((post for post in posts if post.external_id == external_id), None)

    def _keep(
        self, draft: Draft, external_id: str | None, *, accepted: bool, details: dict[str, str]
    ) -> Post:
        post = Post(
            channel=draft.channel,
            text=draft.text[:KEPT_CHARS],
            media=draft.media,
            external_id=external_id,
            at=format_time(self._clock()),
            accepted=accepted,
            account=draft.account,
            fingerprint=draft.fingerprint,
            details={name: value[:KEPT_CHARS] for name, value in details.items()},
        )
        with self.lock:
            self._posts.put(self._numbers.take(), post)
        return post


def format_time(epoch_s: float) -> str:
    """UTC with milliseconds, as in `2026-11-28T09:00:00.000Z`."""
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def count_since(posts: list[Post], epoch_s: float) -> int:
    """How many of `posts`, newest first, are at most as old as that moment."""
    oldest = format_time(epoch_s)
    return len(list(itertools.takewhile(lambda post: post.at >= oldest, posts)))
