"""What could not be processed: looked at, given back to its queue, and deleted."""

import json
import uuid
from pathlib import Path

from browsers import in_chromium
from playwright.sync_api import expect
from support.poison import make_message
from support.waiting import until

pytestmark = in_chromium

GIVEN_UP_MS = 60_000


def open_letters(console, of: str, count: int):
    """The page with those letters, which are chosen."""
    tab = console.open(f"/console/dead-letters/orders?q={of}")
    boxes = tab.get_by_role("row").filter(has_text=of).get_by_role("checkbox")
    expect(boxes).to_have_count(count)
    for box in boxes.all():
        box.check()
    return tab


def test_an_order_that_was_given_up_is_looked_at_redriven_and_stored(console, system, give_up):
    order_id = f"late-{uuid.uuid4().hex[:8]}"
    give_up(make_message(order_id))
    tab = open_letters(console, order_id, 1)
    row = tab.get_by_role("row").filter(has_text=order_id)
    row.get_by_role("button").first.click()
    dialog = tab.get_by_role("dialog", name="Dead letter")
    expect(dialog.get_by_text(f'"orderID": "{order_id}"')).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    tab.get_by_role("button", name="Redrive 1", exact=True).click()
    expect(tab.get_by_text("0 of 1 went back and died again so far")).to_be_visible()
    expect(row).to_have_count(0)
    path, token = f"/orders/{order_id}", system.token()
    until(lambda: system.request("GET", path, None, Authorization=token)[0] == 200, what="an order")
    tab.goto(console.address(f"/console/orders/{order_id}"))
    expect(tab.get_by_text("notified", exact=True).first).to_be_visible(timeout=GIVEN_UP_MS)


def test_letters_are_saved_before_they_are_deleted(console, give_up):
    name = f"bad-{uuid.uuid4().hex[:8]}"
    give_up({"customer": name}, {"customer": name})
    tab = open_letters(console, name, 2)
    tab.get_by_role("button", name="Delete 2", exact=True).click()
    with tab.expect_download() as saved:
        tab.get_by_role("dialog").get_by_role("button", name="Delete 2 letters").click()
    expect(tab.get_by_text("2 of 2 letters deleted.")).to_be_visible()
    expect(tab.get_by_role("row").filter(has_text=name)).to_have_count(0)
    lines = Path(saved.value.path()).read_text().splitlines()
    assert [json.loads(json.loads(line)["body"]) for line in lines] == [{"customer": name}] * 2
