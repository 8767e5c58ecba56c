"""Links from one thing to another: an order again, one log record, a request that failed."""

import json
import re
import urllib.parse
import uuid
from datetime import UTC, datetime

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.waiting import until

pytestmark = in_chromium


@pytest.fixture(scope="module")
def token(system):
    return system.token()


def test_an_order_is_placed_again_with_all_digits(console, system, token):
    line = {"sku": "mop", "quantity": 2, "unit_price": 9.75}
    order = {"customer": f"c-{uuid.uuid4().hex[:8]}", "lines": [line]}
    _, placed = system.request("POST", "/orders", order, Authorization=token)
    path = f"/orders/{placed['orderID']}"
    until(lambda: system.request("GET", path, None, Authorization=token)[1].get("order"))
    tab = console.open(f"/console{path}")
    expect(tab.get_by_role("row").filter(has_text="mop")).to_contain_text("19.50")
    tab.get_by_role("button", name="Place again").click()
    form = tab.get_by_role("form", name="Place an order")
    shown = form.get_by_role("textbox").filter(visible=True).input_value()
    assert json.loads(shown) == order
    form.get_by_role("button", name="Place", exact=False).click()
    expect(tab).to_have_url(re.compile("/console/orders/[0-9A-Za-z-]+$"))
    expect(tab.get_by_text(order["customer"])).to_be_visible()
    assert placed["orderID"] not in tab.url


def test_a_link_to_one_log_record_shows_it_among_those_around_it(console, system, token):
    log_id, at = f"link-{uuid.uuid4().hex[:12]}", datetime.now(UTC).isoformat()
    record = {"tenant_id": "acme", "log_id": log_id, "text": f"about {log_id}", "ts": at}
    system.request("POST", "/ingest", record)
    found = f"/api/v1/logs?log_id={log_id}"
    until(lambda: system.request("GET", found, None, Authorization=token)[1]["logs"])
    query = urllib.parse.urlencode({"at": at, "id": log_id})
    tab = console.open(f"/console/logs?{query}")
    expect(tab.get_by_role("option", selected=True)).to_contain_text(f"about {log_id}")
    expect(tab).to_have_url(re.compile(f"sel={log_id}"))
    tab.get_by_role("button", name="Close the record").click()
    expect(tab.get_by_role("option", selected=True)).to_have_count(0)


def test_the_request_of_a_failure_is_looked_up(console, system):
    tab = console.new_tab()
    request_id = str(uuid.uuid4())
    problem = {"code": "internal", "message": "It broke.", "request_id": request_id}
    tab.route("**/api/v1/templates?*", lambda route: route.fulfill(status=500, json=problem))
    tab.goto(console.address("/console/templates"))
    tab.get_by_role("button", name="Look up").click()
    field = tab.get_by_label("Page, action or any id")
    expect(field).to_have_value(request_id)
    expect(field).to_be_focused()
    found = tab.get_by_role("option").filter(has_text="GET /api/v1/templates").first
    expect(found).to_contain_text("500 internal")
    field.fill("nobody-knows-this")
    expect(tab.get_by_text("Nothing knows this id.")).to_be_visible()


def test_the_composer_says_what_a_local_time_is_in_utc(console):
    tab = console.open("/console/publisher/new?day=2030-03-31&tz=Europe/Berlin")
    form = tab.get_by_role("form", name="New message")
    expect(form.get_by_text("= 07:00 UTC")).to_be_visible()
    form.get_by_label("Time", exact=True).fill("02:30")
    skipped = "02:30 does not exist on that day in Berlin: 03:30 is used."
    expect(form.get_by_text(skipped)).to_be_visible()
