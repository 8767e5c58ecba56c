"""The data that the pictures show: the overview's sample data, and what it leaves out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from tests.support.console import console_of
from tests.support.local_system import LocalSystem
from tests.support.poison import make_poison, poison_orders
from tests.support.sample_data import MADE
from tests.support.waiting import until

MADE_WITHIN_S = 180
SEARCHES = ("sample-1", "sample-2", "sample-1", "nobody", "sample-3", "sample-1")
BAD_ORDERS = ("bad1", "bad2", "bad3")


@dataclass(frozen=True, slots=True)
class Things:
    """Ids of things that have a page."""

    order_id: str
    message_id: str
    webhook_id: str
    series_id: str
    template_id: str


def make_sample(browser: Browser, system: LocalSystem) -> Things:
    """Make it, and wait until the orders are announced and the messages sent."""
    _add_tenant(system)
    poison_orders(system, [make_poison(order_id) for order_id in BAD_ORDERS])
    _add_webhook(system)
    _add_texts(system)
    _add_certificates(system)
    with console_of(browser, system) as console:
        tab = console.first
        tab.get_by_role("button", name="Make sample data").click()
        made = tab.get_by_text(MADE)
        expect(made).to_be_visible(timeout=MADE_WITHIN_S * 1000)
    _search(system)
    until(lambda: _count(system, "/orders?status=notified", "orders") >= 20, MADE_WITHIN_S)
    until(lambda: _count(system, "/api/v1/messages?status=sent", "messages"), MADE_WITHIN_S)
    return Things(
        _first(system, "/orders", "orders")["orderID"],
        _first(system, "/api/v1/messages?status=sent", "messages")["id"],
        _first(system, "/api/v1/webhooks", "webhooks")["id"],
        _first(system, "/api/v1/series", "series")["id"],
        _first(system, "/api/v1/templates", "templates")["id"],
    )


def _add_tenant(system: LocalSystem) -> None:
    settings = {"tenant_id": "shop", "settings": {"retention_days": 7}}
    _post(system, "/api/v1/tenants", settings)
    _post(system, "/api/v1/tenants/shop/keys", None)


def _add_webhook(system: LocalSystem) -> None:
    """To a receiver that is not there: nothing listens on the port of `discard`."""
    new = {"url": "http://127.0.0.1:9/omnidata", "events": ["message.sent", "message.failed"]}
    _post(system, "/api/v1/webhooks", {**new, "description": "Our CRM"})


def _add_texts(system: LocalSystem) -> None:
    """A template, a series that goes on for two months, and who gets no e-mail."""
    content = "{{person}} is a {{title}} now. Congratulations!"
    template = {"name": "A new certificate", "content": content, "subject": "{{title}}"}
    short = {"overrides": {"sms": {"content": "{{person}}: {{title}}"}}}
    _post(system, "/api/v1/templates", template | short | {"channels": ["linkedin", "email"]})
    series = {
        "content": "The week's offers are in the shop.",
        "channels": ["facebook", "email"],
        "rrule": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=16",
        "starts_at": (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT09:00"),
        "time_zone": "Europe/Berlin",
    }
    _post(system, "/api/v1/series", series)
    note = "asked by telephone"
    bob = {"address": "bob@example.com", "reason": "manual", "note": note}
    _post(system, "/api/v1/suppressions", bob)


def _add_certificates(system: LocalSystem) -> None:
    """One that holds for years, and one that ends next month."""
    today = datetime.now(UTC).date()
    for name, days_left in (("Solutions Architect", 900), ("Cloud Practitioner", 30)):
        dates = {
            "issued_on": str(today - timedelta(days=195)),
            "expires_on": str(today + timedelta(days=days_left)),
        }
        named = {"name": name, "issuer": "Amazon Web Services", "credential_id": f"C-{days_left}"}
        _post(system, "/api/v1/certifications", named | dates)


def _search(system: LocalSystem) -> None:
    key, token = system.outputs["ApiKey"], system.token()
    for user_id in SEARCHES:
        system.request("GET", f"/get-user?user_id={user_id}", Authorization=token, x_api_key=key)


def _post(system: LocalSystem, path: str, body: object) -> None:
    status, answer = system.request("POST", path, body, Authorization=system.token())
    assert status < 300, answer


def _list(system: LocalSystem, path: str, name: str) -> list[dict[str, str]]:
    status, page = system.request("GET", path, Authorization=system.token())
    assert status == 200, page
    listed: list[dict[str, str]] = page[name]
    return listed


def _count(system: LocalSystem, path: str, name: str) -> int:
    return len(_list(system, path, name))


def _first(system: LocalSystem, path: str, name: str) -> dict[str, str]:
    return _list(system, path, name)[0]
