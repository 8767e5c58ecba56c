"""Webhooks on the whole local system: a receiver on this machine is told of orders and messages."""

from collections import Counter

import pytest
from standardwebhooks import Webhook
from support.authors import Author
from support.receivers import Receiver
from support.waiting import stays_for, until

PATH = "/api/v1/webhooks"
KNOWN_WITHIN_S = 20  # in which a new webhook reaches the processes that emit


class Owner:
    """Somebody who has a webhook of all events at a receiver."""

    def __init__(self, system, receiver):
        self.system, self.receiver = system, receiver
        self.token = system.token()
        new = {"url": receiver.url, "events": sorted(EVENTS)}
        status, made = self.send("POST", PATH, new)
        assert status == 201, made
        self.path, self.secret = f"{PATH}/{made['webhook']['id']}", made["secret"]

    def send(self, method, path, body=None):
        return self.system.request(method, path, body, Authorization=self.token)

    def got(self, event, key):
        """The ids under which an event of one order or message came, each request verified."""
        found = []
        for request in list(self.receiver.got):
            sent = Webhook(self.secret).verify(request.body, request.headers)
            if sent["type"] == event and key in (
                sent["data"].get("orderID"),
                sent["data"].get("id"),
            ):
                found.append(request.webhook_id)
        return found

    def delivery(self, webhook_id):
        _, found = self.send("GET", f"{self.path}/deliveries?limit=100")
        made = [made for made in found["deliveries"] if made["webhook_id"] == webhook_id]
        return made[0] if made else None

    def place(self):
        status, accepted = self.system.request("POST", "/orders", {"customer": "Hook"})
        assert status == 202
        return accepted["orderID"]

    def place_until_known(self):
        """An order whose `order.stored` came: the first ones may be before the webhook is known."""

        def placed():
            order_id = self.place()
            try:
                return until(lambda: self.got("order.stored", order_id), 3) and order_id
            except AssertionError:
                return None

        return until(placed, KNOWN_WITHIN_S, "an event")


EVENTS = {
    "order.stored",
    "order.notified",
    "message.sent",
    "message.partial",
    "message.failed",
    "message.unconfirmed",
}


@pytest.fixture
def owner(system):
    with Receiver() as receiver:
        made = Owner(system, receiver)
        yield made
        made.send("DELETE", made.path)


def test_orders_and_messages_are_told_once_each(system, owner):
    first = owner.place_until_known()
    order_id = owner.place()
    author = Author(system)
    message_id = author.post("Told by a webhook", ["sms"])
    author.wait_for(message_id, "sent")
    for event, key in (
        ("order.notified", first),
        ("order.stored", order_id),
        ("order.notified", order_id),
        ("message.sent", message_id),
    ):
        (webhook_id,) = until(lambda event=event, key=key: owner.got(event, key), 20, event)
        until(lambda webhook_id=webhook_id: owner.delivery(webhook_id), 10, "its delivery")
        assert owner.delivery(webhook_id)["outcome"] == "delivered"
    stays_for(lambda: len(owner.got("message.sent", message_id)) == 1, 2)


def test_a_message_that_nobody_took_is_told_as_it_ends(system, owner):
    owner.place_until_known()
    author = Author(system)
    author.set_fault("facebook", {"lost_response": {"times": 1, "on": "publish"}})
    message_id = author.post("Lost, and told so", ["facebook"])
    author.wait_for(message_id, "unconfirmed")
    until(lambda: owner.got("message.unconfirmed", message_id), 20, "the event")


def test_what_fails_comes_again_under_the_same_id(owner):
    owner.place_until_known()
    owner.receiver.statuses = [500, 204]
    owner.place()

    def find_repeated():
        counted = Counter(request.webhook_id for request in list(owner.receiver.got))
        return next((found for found, times in counted.items() if times == 2), None)

    webhook_id = until(find_repeated, 30, "a second attempt")
    until(lambda: owner.delivery(webhook_id)["outcome"] == "delivered")
    assert owner.delivery(webhook_id)["attempts"] == 2


def test_a_receiver_that_is_gone_pauses_its_webhook(owner):
    owner.place_until_known()
    owner.receiver.statuses = [410]
    owner.place()
    paused = until(
        lambda: (found := owner.send("GET", owner.path)[1])["state"] == "paused" and found, 20
    )
    assert paused["paused_because"] == "gone"


def test_the_test_button_shows_what_the_receiver_said(owner):
    owner.receiver.statuses = [204, 503]
    _, result = owner.send("POST", f"{owner.path}/test")
    assert (result["delivered"], result["status"]) == (True, 204)
    _, result = owner.send("POST", f"{owner.path}/test")
    assert (result["delivered"], result["status"]) == (False, 503)
