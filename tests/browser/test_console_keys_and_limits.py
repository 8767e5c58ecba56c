"""The keys of all pages, and what the logs show: columns, wrapped lines, a limit, what is gone."""

import re
import uuid

from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium

LIMITED = {"code": "too_many_requests", "message": "acme has reached its quota."}


def read_clipboard(console, tab) -> str:
    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return tab.evaluate("navigator.clipboard.readText()")


def test_keys_copy_the_request_and_the_link_and_list_themselves(console):
    tab = console.open("/console/suppressions?q=ada@example.com")
    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(tab.get_by_text(re.compile("^Shown 0"))).to_be_visible()
    tab.locator("h1").click()
    tab.keyboard.press("c")
    expect(tab.get_by_text("The request is copied.")).to_be_visible()
    assert "/api/v1/suppressions?address=ada%40example.com" in read_clipboard(console, tab)
    tab.keyboard.press("y")
    expect(tab.get_by_text("The link is copied.")).to_be_visible()
    assert read_clipboard(console, tab) == tab.url
    tab.keyboard.press("/")
    expect(tab.get_by_label("Address", exact=True)).to_be_focused()
    tab.get_by_role("heading", level=1).click()
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_role("row", name=re.compile("^c copy"))).to_be_visible()


def test_lines_of_logs_wrap_and_have_the_chosen_columns_also_after_a_reload(console, system):
    text = f"wrap-{uuid.uuid4().hex[:8]}"
    line = {"tenant_id": "acme", "source": "till-7", "text": f"{text} {'long ' * 200}"}
    system.request("POST", "/ingest", line)
    tab = console.open(f"/console/logs?range=1h&text={text}")
    row = tab.get_by_role("option").first
    while not row.count():
        tab.get_by_role("button", name="Read again").click()
        tab.wait_for_load_state("networkidle")
    assert row.bounding_box()["height"] == 22
    for item in ("Wrap long lines", "Column source", "Column time"):
        tab.get_by_role("button", name="View", exact=True).click()
        tab.get_by_role("menuitemcheckbox", name=item).click()
    expect(row).to_contain_text("till-7")
    tab.reload()
    expect(row).to_contain_text("till-7")
    expect(row.locator("time")).to_have_count(0)
    assert row.bounding_box()["height"] > 44
    tab.evaluate("localStorage.removeItem('omnidata-preferences')")


def test_a_link_to_a_record_that_is_past_its_retention_says_so(console):
    tab = console.new_tab()
    link = "from=2025-01-01T00:00:00.000Z&to=2025-01-01T00:01:00.000Z&sel=gone"
    tab.goto(console.address(f"/console/logs?{link}&tenant=acme"))
    expect(tab.get_by_text("This record is past its retention of 30 days.")).to_be_visible()
    expect(tab.get_by_text("kept for 30 days")).to_be_visible()


def test_a_limit_is_no_error(console):
    tab = console.new_tab()
    tab.route(
        "**/api/v1/logs?*",
        lambda route: route.fulfill(status=429, json=LIMITED, headers={"Retry-After": "9"}),
    )
    tab.goto(console.address("/console/logs?tenant=acme"))
    expect(tab.get_by_text("A limit is reached")).to_be_visible()
    expect(tab.get_by_text("acme has reached its quota.")).to_be_visible()
    expect(tab.get_by_role("button", name=re.compile("^Retry in "))).to_be_disabled()
