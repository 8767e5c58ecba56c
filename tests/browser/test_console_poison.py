"""Orders that their function refuses: a reason, and a redrive that changes nothing."""

import uuid

from browsers import in_chromium
from playwright.sync_api import expect
from support.poison import hasty_orders, make_poison, poison_orders

pytestmark = in_chromium

GIVEN_UP_MS = 60_000


def test_a_poisoned_queue_tells_the_reason_and_that_a_redrive_changed_nothing(console, system):
    name = f"poison-{uuid.uuid4().hex[:8]}"
    poison_orders(system, [make_poison(f"{name}-1"), make_poison(f"{name}-2")])
    tab = console.open(f"/console/dead-letters/orders?q={name}")
    rows = tab.get_by_role("row").filter(has_text=name)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("the message is of another version")
    expect(rows.first.get_by_role("gridcell").nth(2)).to_have_text("5")
    for box in rows.get_by_role("checkbox").all():
        box.check()
    with hasty_orders(system):
        tab.get_by_role("button", name="Redrive 2", exact=True).click()
        died = tab.get_by_text("2 of 2 went back and died again")
        expect(died).to_be_visible(timeout=GIVEN_UP_MS)
