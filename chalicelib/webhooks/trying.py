"""Tries a receiver before anything happens: one `webhook.test` event, sent at once."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import times
from chalicelib.web.call import Call
from chalicelib.webhooks import message
from chalicelib.webhooks.delivering import send
from chalicelib.webhooks.finding import WebhookFinder
from chalicelib.webhooks.model import WebhookTestResult
from chalicelib.webhooks.sending import Post

TEST_EVENT = "webhook.test"


@dataclass(frozen=True, slots=True)
class WebhookTrial:
    """Sends test events."""

    finder: WebhookFinder
    post: Post
    _: KW_ONLY
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def try_out(self, webhook_id: str, call: Call) -> WebhookTestResult:
        """Send a test event now, once, also to a paused webhook; nothing is counted.

        Raises NotFound, also for another's webhook.
        """
        webhook, now = self.finder.find(webhook_id, call.principal), self.now()
        body = message.encode_payload(TEST_EVENT, times.text(now), {"webhook": webhook.id})
        sent_as = message.make_webhook_id(self.new_id(), webhook.id)
        response = send(self.post, webhook, now, sent_as, body)
        return WebhookTestResult(
            delivered=response.is_success,
            status=response.status,
            error=response.error,
            ms=response.ms,
        )
