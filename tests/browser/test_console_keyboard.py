"""The calendar by the keyboard alone, and what leaves the logs: a link and paper."""

import re
import urllib.parse
import uuid
from datetime import datetime, timedelta

import pytest
from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium

LINES = 120


@pytest.fixture(scope="module")
def token(system):
    return system.token()


def new_id(what: str) -> str:
    return f"{what}-{uuid.uuid4().hex[:12]}"


def test_a_message_is_found_moved_and_opened_in_the_calendar_by_keys_alone(console, system, token):
    text = new_id("keys")
    message = {
        "content": text,
        "channels": ["facebook"],
        "scheduled_at": "2027-07-14T09:00",
        "time_zone": "UTC",
    }
    _, made = system.request("POST", "/api/v1/messages", message, Authorization=token)
    tab = console.open("/console/publisher/calendar?month=2027-06&day=2027-06-30")
    link = tab.get_by_role("link", name=re.compile(text))
    cell = tab.locator('[data-date="2027-06-30"]')
    expect(cell).to_have_attribute("tabindex", "0")
    cell.focus()
    for key in ("ArrowDown", "ArrowDown"):  # over the end of the month
        tab.keyboard.press(key)
    expect(tab.locator('[data-date="2027-07-14"]')).to_be_focused()
    expect(link).to_be_visible()
    tab.keyboard.press("Enter")
    expect(link).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.locator('[data-date="2027-07-14"]')).to_be_focused()
    tab.keyboard.press("Enter")
    tab.keyboard.press("m")
    dialog = tab.get_by_role("dialog", name="Move the message")
    dialog.get_by_label("Time", exact=True).fill("10:30")
    dialog.get_by_role("button", name="Move to 2027-07-14 10:30").press("Enter")
    expect(dialog).to_be_hidden()
    expect(link).to_have_text(re.compile("^10:30 "))
    link.press("Enter")
    expect(tab).to_have_url(re.compile(f"/console/publisher/{made['id']}$"))
    expect(tab.locator("h1")).to_be_focused()


def test_n_writes_a_message_for_the_day_that_has_the_keyboard(console):
    tab = console.open("/console/publisher/calendar?month=2027-07&day=2027-07-20")
    tab.locator('[data-date="2027-07-20"]').press("n")
    expect(tab.get_by_label("Day", exact=True)).to_have_value("2027/07/20")
    expect(tab.get_by_label("Time", exact=True)).to_have_value("09:00")


def test_a_list_of_days_is_walked_past_the_days_that_are_not_shown(console, system, token):
    text = new_id("list")
    for day in ("2029-05-03", "2029-05-24"):
        message = {"content": text, "channels": ["sms"], "scheduled_at": f"{day}T23:30:00Z"}
        system.request("POST", "/api/v1/messages", message, Authorization=token)
    path = "/console/publisher/calendar?month=2029-05&day=2029-05-04&tz=Asia/Tokyo&channel=sms"
    tab = console.open(path)
    tab.get_by_role("button", name="List", exact=True).click()
    expect(tab).to_have_url(re.compile("view=list"))
    expect(tab.get_by_role("link", name=f"08:30 {text}")).to_have_count(2)
    expect(tab.locator('[data-date="2029-05-10"]')).to_be_hidden()
    tab.locator('[data-date="2029-05-04"]').press("ArrowDown")
    expect(tab.locator('[data-date="2029-05-25"]')).to_be_focused()
    tab.goto(console.address(path.replace("channel=sms", "channel=email")))
    expect(tab.get_by_text("No messages of these filters in this month.")).to_be_visible()


def send_lines(system, text):
    """Enough lines that a screen does not hold them."""
    for number in range(LINES):
        body = {"tenant_id": "acme", "log_id": f"{text}-{number}"}
        system.request("POST", "/ingest", {**body, "text": f"{text} line {number}"})


@pytest.fixture
def printed(console, system):
    """A tab with the lines of a text of its own, and the text."""
    text = new_id("print")
    send_lines(system, text)
    tab = console.open(f"/console/logs?range=1h&text={text}")
    while not tab.get_by_text(f"Shown {LINES} ").count():
        tab.get_by_role("button", name="Read again").click()
        tab.wait_for_load_state("networkidle")
    return tab, text


def test_paper_has_all_lines_that_were_read_and_a_copied_link_absolute_times(console, printed):
    tab, text = printed
    rows = tab.get_by_role("option")
    assert rows.count() < LINES  # the screen has those in sight
    tab.emulate_media(media="print")
    expect(rows).to_have_count(LINES)
    tops = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().top)")
    assert len(set(tops)) == LINES
    tab.emulate_media(media="screen")
    expect(rows).not_to_have_count(LINES)

    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Copy link", exact=True).click()
    expect(tab.get_by_text("The link is copied, with absolute times.")).to_be_visible()
    link = urllib.parse.urlsplit(tab.evaluate("navigator.clipboard.readText()"))
    query = dict(urllib.parse.parse_qsl(link.query))
    since, until = (datetime.fromisoformat(query.pop(name)) for name in ("from", "to"))
    assert until - since == timedelta(hours=1)
    assert query == {"text": text}


def test_the_navigation_counts_the_dead_letters(console):
    overview = {
        "attention": [
            {"kind": "dead_letters", "count": 12, "subject": "orders"},
            {"kind": "losses", "count": 4, "subject": "records"},
            {"kind": "dead_letters", "count": 3, "subject": "logs"},
        ]
    }
    tab = console.new_tab()
    tab.route("**/api/v1/overview?range=1h", lambda route: route.fulfill(json=overview))
    tab.goto(console.address("/console/settings"))
    item = tab.get_by_role("listitem").filter(has=tab.get_by_role("link", name="Dead letters"))
    expect(item.last).to_contain_text("15")
