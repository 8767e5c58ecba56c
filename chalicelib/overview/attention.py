"""What somebody should look at: each place a question of its own, and what it found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from types import MappingProxyType
from urllib.parse import urlsplit

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.queue import Queue
from chalicelib.aws.state import State
from chalicelib.aws.topic import Topic
from chalicelib.overview.model import AttentionItem, AttentionKind, AttentionLevel
from chalicelib.publisher.approving import Approving
from chalicelib.publisher.credentials import ChannelCredentials
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.model import Channel
from chalicelib.web.access import OPERATORS, PUBLISHERS, WEBHOOK_OWNERS
from chalicelib.web.principal import Principal
from chalicelib.webhooks.finding import WebhookFinder
from chalicelib.webhooks.model import PausedBecause
from chalicelib.webhooks.stored import StoredWebhook

SILENT = timedelta(seconds=60)  # the worker beats every 15 s
ENDS_SOON = timedelta(days=14)
SUBSCRIBERS = 100  # one page of SNS
_NAMES = {Channel.LINKEDIN: "LinkedIn", Channel.EMAIL: "E-mail", Channel.SMS: "SMS"}
WORKER, RUNNING = "worker#", "running"
LOST, UNKNOWN = "lost.", "unknown."
_PAUSES: Mapping[PausedBecause, str] = MappingProxyType(
    {
        PausedBecause.ASKED: "somebody paused it",
        PausedBecause.GONE: "its receiver responded 410 Gone",
        PausedBecause.FAILING: "ten events in a row failed",
    }
)

Question = Callable[[], list[AttentionItem]]


@dataclass(frozen=True, slots=True)
class Attention:
    """The places; `letters` are the dead-letter queues by the labels that operators use."""

    letters: Mapping[str, Queue]
    state: State
    holds: Holds
    webhooks: WebhookFinder
    approving: Approving
    credentials: ChannelCredentials
    _: KW_ONLY
    topic: Callable[[], Topic]
    now: Callable[[], datetime]

    def list_questions(self, caller: Principal) -> dict[str, Question]:
        """What may be asked for this person, by name."""
        questions: dict[str, Question] = {}
        if OPERATORS.allows(caller):
            for label, queue in self.letters.items():
                questions[f"dead_letters.{label}"] = partial(_count_letters, label, queue)
            questions |= {
                "worker": self._ask_worker,
                "subscriptions": self._ask_subscriptions,
                "losses": self._ask_losses,
            }
        if OPERATORS.allows(caller) or PUBLISHERS.allows(caller):
            questions |= {"channels": self._ask_channels, "tokens": self._ask_tokens}
        if PUBLISHERS.allows(caller) and self.approving.need_approval:
            questions["approval"] = partial(self._ask_approval, caller)
        if WEBHOOK_OWNERS.allows(caller):
            questions["webhooks"] = partial(self._ask_webhooks, caller)
        return questions

    def _ask_worker(self) -> list[AttentionItem]:
        """Whether the worker that was heard last still runs, by its word, and is silent.

        One that was killed says so for a day; another one may have taken over.
        """
        beats = self.state.heartbeats()
        workers = [(who, facts) for who, facts in beats.items() if who.startswith(WORKER)]
        if not workers:
            return []
        who, facts = max(workers, key=lambda worker: str(worker[1].get("at", "")))
        return [_describe_silent(who, facts)] if self._is_silent(facts) else []

    def _is_silent(self, facts: Item) -> bool:
        if facts.get("status") != RUNNING:
            return False
        return self.now() - times.parse(str(facts["at"]), "at") > SILENT

    def _ask_subscriptions(self) -> list[AttentionItem]:
        listed = islice(self.topic().subscribers(), SUBSCRIBERS)
        pending = sum(not subscriber.is_confirmed for subscriber in listed)
        if not pending:
            return []
        return [
            AttentionItem(
                kind=AttentionKind.SUBSCRIPTIONS_PENDING,
                level=AttentionLevel.WARNING,
                subject="orders",
                count=pending,
                message=f"{pending} subscribers to orders have not confirmed their subscription",
                href="/api/v1/orders/subscriptions",
            )
        ]

    def _ask_losses(self) -> list[AttentionItem]:
        lost, unknown = self.state.sum_counters(LOST), self.state.sum_counters(UNKNOWN)
        return [
            *(_describe_loss(name, count, AttentionLevel.WARNING) for name, count in lost.items()),
            *(
                _describe_loss(name, count, AttentionLevel.NOTICE)
                for name, count in unknown.items()
            ),
        ]

    def _ask_channels(self) -> list[AttentionItem]:
        return [
            AttentionItem(
                kind=AttentionKind.CHANNEL_HELD,
                level=AttentionLevel.ERROR,
                subject=channel,
                since=hold.since,
                message=f"{_name(channel)} is held: {hold.message}",
                href="/api/v1/channels",
            )
            for channel, hold in self.holds.list_held().items()
        ]

    def _ask_tokens(self) -> list[AttentionItem]:
        now = self.now()
        return [
            _describe_token(channel, ends, ends - now)
            for channel, ends in self.credentials.list_expiries().items()
            if ends - now <= ENDS_SOON
        ]

    def _ask_approval(self, caller: Principal) -> list[AttentionItem]:
        """How many messages this person may approve."""
        count = self.approving.count_for(caller.id)
        if not count:
            return []
        wait = "message waits" if count == 1 else "messages wait"
        return [
            AttentionItem(
                kind=AttentionKind.MESSAGES_WAITING,
                level=AttentionLevel.NOTICE,
                subject="messages",
                count=count,
                message=f"{count} {wait} for approval",
                href="/api/v1/messages?status=waiting",
            )
        ]

    def _ask_webhooks(self, caller: Principal) -> list[AttentionItem]:
        """The paused ones of this person, and for operators of everybody."""
        seen = self.webhooks.list_visible(caller)
        return [
            _describe_paused(webhook, why) for webhook in seen if (why := webhook.paused_because)
        ]


def sort_items(found: Sequence[AttentionItem]) -> list[AttentionItem]:
    """What matters most first, else in the order of the places."""
    levels = list(AttentionLevel)
    return sorted(found, key=lambda item: levels.index(item.level))


def _count_letters(label: str, queue: Queue) -> list[AttentionItem]:
    count = queue.total()
    if not count:
        return []
    letters = "dead letter" if count == 1 else "dead letters"
    return [
        AttentionItem(
            kind=AttentionKind.DEAD_LETTERS,
            level=AttentionLevel.ERROR,
            subject=label,
            count=count,
            message=f"{count} {letters} in {label}",
            href=f"/api/v1/dead-letters/{label}",
        )
    ]


def _describe_silent(who: str, facts: Item) -> AttentionItem:
    return AttentionItem(
        kind=AttentionKind.WORKER_SILENT,
        level=AttentionLevel.ERROR,
        subject=who,
        since=facts["at"],
        message="the archive worker has not reported since; searches are answered, not yet counted",
        href="/api/v1/pipeline",
    )


def _name(channel: Channel) -> str:
    return _NAMES.get(channel, channel.title())


def _describe_token(channel: Channel, ends: datetime, left: timedelta) -> AttentionItem:
    name = _name(channel)
    has_ended = left <= timedelta(0)
    when = {0: "within a day", 1: "in 1 day"}.get(left.days, f"in {left.days} days")
    return AttentionItem(
        kind=AttentionKind.CREDENTIALS_EXPIRE,
        level=AttentionLevel.ERROR if has_ended else AttentionLevel.WARNING,
        subject=channel,
        since=times.text(ends) if has_ended else None,
        message=f"{name}: token expired" if has_ended else f"{name}: token expires {when}",
        href="/api/v1/channels",
    )


def _describe_paused(webhook: StoredWebhook, because: PausedBecause) -> AttentionItem:
    """Without the whole URL, whose path or query may be a secret of the receiver."""
    is_wanted = because is PausedBecause.ASKED
    return AttentionItem(
        kind=AttentionKind.WEBHOOK_PAUSED,
        level=AttentionLevel.NOTICE if is_wanted else AttentionLevel.WARNING,
        subject=webhook.id,
        message=f"the webhook to {urlsplit(webhook.url).hostname} is paused: {_PAUSES[because]}",
        href=f"/api/v1/webhooks/{webhook.id}",
    )


def _describe_loss(name: str, count: int, level: AttentionLevel) -> AttentionItem:
    what = "were lost" if name.startswith(LOST) else "may have been lost"
    words = name.partition(".")[2].replace("_", " ")
    return AttentionItem(
        kind=AttentionKind.LOSSES,
        level=level,
        subject=name,
        count=count,
        message=f"{count} {words} {what} since the stage was created",
        href="/api/v1/pipeline",
    )
