"""Delivers queued events: finds the webhooks that want one, then attempts each by itself.

An attempt's order of steps makes deliveries at least once: send, queue the next attempt if it
failed, keep what became of it. Whoever is killed in between attempts it again, under the same
`webhook-id`; a message whose attempt is kept already is dropped.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from chalicelib import observability, times
from chalicelib.aws.queue import Queue, Received, raise_if_refused
from chalicelib.webhook_event import Event
from chalicelib.webhooks import message, schedule, signing
from chalicelib.webhooks.delivery_store import DeliveryStore
from chalicelib.webhooks.message import WebhookAttempt
from chalicelib.webhooks.model import (
    LastWebhookAttempt,
    PausedBecause,
    WebhookDelivery,
    WebhookOutcome,
)
from chalicelib.webhooks.sending import Post, Response
from chalicelib.webhooks.store import WebhookStore
from chalicelib.webhooks.stored import StoredWebhook

_log = observability.logger(__name__)
_NOTHING = Response(None, None, 0)


class Result(NamedTuple):
    """What an attempt came to at `at`; the next one is `delay_s` later, if there is one."""

    event: Event
    attempt: WebhookAttempt
    outcome: WebhookOutcome
    response: Response
    at: datetime
    delay_s: int | None = None


@dataclass(frozen=True, slots=True)
class WebhookDeliverer:
    """The way of an event from the queue to its receivers."""

    webhooks: WebhookStore
    deliveries: DeliveryStore
    queue: Queue
    post: Post
    _: KW_ONLY
    now: Callable[[], datetime]

    def handle(self, received: Received) -> None:
        """Handle one message of the queue.

        Raises InvalidInput for one that is none of ours, and Unavailable: then it comes again.
        """
        queued = message.decode(received.body)
        if queued.attempt is None:
            self._spread(queued.event, received.trace_header)
        else:
            self._attempt(queued.event, queued.attempt)

    def _spread(self, event: Event, trace_header: str | None) -> None:
        begun_at = times.sortable_text(self.now())
        bodies = [
            message.encode(event, WebhookAttempt(webhook=webhook.id, number=1, begun_at=begun_at))
            for webhook in self.webhooks.list_all()
            if webhook.wants(event)
        ]
        raise_if_refused(self.queue.send_all(bodies, trace_header))

    def _attempt(self, event: Event, attempt: WebhookAttempt) -> None:
        webhook = self.webhooks.get(attempt.webhook)
        if webhook is None:
            return
        kept = self.deliveries.find(webhook.id, event.id)
        if kept is not None and (
            kept.outcome is not WebhookOutcome.RETRYING or kept.attempts >= attempt.number
        ):
            return
        if webhook.is_paused:
            self._keep(Result(event, attempt, WebhookOutcome.SKIPPED, _NOTHING, self.now()))
            return
        response = self._send(webhook, event)
        result = self._judge(event, attempt, response)
        if result.delay_s is not None:
            self.queue.send(message.encode(event, attempt.following), delay_s=result.delay_s)
        self._keep(result)
        self._count(webhook, result)

    def _send(self, webhook: StoredWebhook, event: Event) -> Response:
        webhook_id = message.make_webhook_id(event.id, webhook.id)
        body = message.encode_payload(event.type, event.timestamp, event.data)
        return send(self.post, webhook, self.now(), webhook_id, body)

    def _judge(self, event: Event, attempt: WebhookAttempt, response: Response) -> Result:
        now, delay_s = self.now(), None
        if response.is_success:
            return Result(event, attempt, WebhookOutcome.DELIVERED, response, now)
        if response.status != HTTPStatus.GONE:
            begun_at = times.parse(attempt.begun_at, "begun_at")
            delay_s = schedule.next_delay_s(attempt.number, begun_at, now)
        outcome = WebhookOutcome.FAILED if delay_s is None else WebhookOutcome.RETRYING
        return Result(event, attempt, outcome, response, now, delay_s)

    def _keep(self, result: Result) -> None:
        made = _to_delivery(result)
        self.deliveries.put(result.attempt.webhook, result.event.id, made)
        fields = {
            "webhook": result.attempt.webhook,
            "webhook_id": made.webhook_id,
            "outcome": made.outcome,
            "attempts": made.attempts,
            "status": made.status,
            "ms": result.response.ms,
        }
        _log.info("an event was handled for a webhook", extra=fields)

    def _count(self, webhook: StoredWebhook, result: Result) -> None:
        """Keep how the receiver does, and pause a webhook whose receiver is gone or given up."""
        at = times.sortable_text(result.at)
        status = result.response.status
        last = LastWebhookAttempt(
            at=at, event=result.event.type, outcome=result.outcome, status=status
        )
        if result.outcome is WebhookOutcome.DELIVERED:
            self.webhooks.note_success(webhook.id, last)
            return
        counted: StoredWebhook | None = webhook
        if result.attempt.number == schedule.COUNTED_ATTEMPT:
            counted = self.webhooks.note_failure(webhook.id, last)
        else:
            self.webhooks.note(webhook.id, last)
        if status == HTTPStatus.GONE:
            self.webhooks.pause(webhook.id, PausedBecause.GONE, at)
        elif counted is not None and _is_given_up(counted, result.at):
            self.webhooks.pause(webhook.id, PausedBecause.FAILING, at)


def send(
    post: Post, webhook: StoredWebhook, now: datetime, webhook_id: str, body: bytes
) -> Response:
    """Sign a body by the webhook's secrets and send it once."""
    headers = signing.build_headers(
        webhook.list_secrets(now), webhook_id, int(now.timestamp()), body
    )
    return post(webhook.url, headers, body)


def _to_delivery(result: Result) -> WebhookDelivery:
    following = None
    if result.delay_s is not None:
        following = times.sortable_text(result.at + timedelta(seconds=result.delay_s))
    return WebhookDelivery(
        webhook_id=message.make_webhook_id(result.event.id, result.attempt.webhook),
        event=result.event.type,
        at=result.attempt.begun_at,
        outcome=result.outcome,
        attempts=result.attempt.number,
        status=result.response.status,
        error=result.response.error,
        attempted_at=times.sortable_text(result.at),
        next_attempt_at=following,
    )


def _is_given_up(webhook: StoredWebhook, now: datetime) -> bool:
    since = webhook.failing_since
    failing_since = None if since is None else times.parse(since, "failing_since")
    return schedule.is_given_up(webhook.failures, failing_since, now)
