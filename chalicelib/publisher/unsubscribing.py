"""Unsubscribing by the link of one e-mail (RFC 8058): its token names the delivery, signed.

Whoever has the e-mail has the token, which never expires; it shows no address, and the delivery
says whose it is. One-click receivers post it; people see a page first, for what follows links in
e-mails to look for malware must not unsubscribe anybody.
"""

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.publisher import keys, stored, unsubscribe_page
from chalicelib.publisher.model import Channel, Suppression, SuppressionReason
from chalicelib.publisher.suppression_store import SuppressionStore
from chalicelib.web.cursors import Cursors
from chalicelib.web.payload import FORM, Payload

PATH = "/unsubscribe/"
_SCOPE = {"owner": "unsubscribe", "query": "delivery"}
# The one field, as a form has it or as a part of a multipart body.
_IN_FORM = re.compile(rb"(?:^|&)List-Unsubscribe=One-Click(?:&|\s*$)")
_IN_PART = re.compile(
    rb'name="?List-Unsubscribe"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\r?\n'
)

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class UnsubscribeLinks:
    """Makes and reads the links; `base_url` is where the API is called from outside."""

    tokens: Cursors
    base_url: str

    def make_url(self, delivery: str) -> str:
        """The URL for a delivery, `<message id>#<name>`."""
        token = self.tokens.seal({"delivery": delivery}, **_SCOPE) or ""
        return f"{self.base_url.rstrip('/')}{PATH}{token.rstrip('=')}"

    def read(self, token: str) -> tuple[str, str]:
        """The message's id and the delivery's name of a token.

        Raises NotFound for one that is not ours.
        """
        try:
            found = self.tokens.open(token + "=" * (-len(token) % 4), **_SCOPE) or {}
        except InvalidInput as error:
            raise NotFound("This link is not valid. Use the one in the e-mail.") from error
        message_id, _, name = str(found["delivery"]).partition("#")
        return message_id, name


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """What a link does."""

    links: UnsubscribeLinks
    store: SuppressionStore
    _: KW_ONLY
    now: Callable[[], datetime]

    def show(self, token: str) -> Payload:
        """The page that asks; it changes nothing.

        Raises NotFound for a bad token.
        """
        self.links.read(token)
        return unsubscribe_page.ask()

    def unsubscribe(self, token: str, form: Payload) -> Payload:
        """Suppress the address of the delivery; twice is as good as once.

        Raises NotFound for a bad token, InvalidInput for a form without the field of RFC 8058.
        """
        message_id, name = self.links.read(token)
        pattern = _IN_FORM if form.media_type == FORM else _IN_PART
        if not pattern.search(form.data):
            raise InvalidInput("The form must have the field List-Unsubscribe=One-Click.")
        made = Suppression(
            address=keys.normalize_address(self._find_address(message_id, name)),
            reason=SuppressionReason.UNSUBSCRIBE,
            at=keys.due_time(self.now()),
            message_id=message_id,
        )
        fields = {"message_id": message_id, "is_new": self.store.add(made)}
        _log.info("somebody unsubscribed", extra=fields)
        return unsubscribe_page.confirm()

    def _find_address(self, message_id: str, name: str) -> str:
        item = self.store.table.get(keys.delivery(message_id, name))
        delivery = None if item is None else stored.to_delivery(item)
        if delivery is None or delivery.channel is not Channel.EMAIL or delivery.target is None:
            raise NotFound("The e-mail of this link is not known any more.")
        return delivery.target
