"""The logs of the console: what is left out, pauses, late lines, the first line, and many rows."""

import json
import re
import subprocess
import sys
import urllib.parse
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.waiting import until

pytestmark = in_chromium

PAGE = 1000
AT = datetime(2026, 1, 31, tzinfo=UTC)


def new_text() -> str:
    return f"line-{uuid.uuid4().hex[:12]}"


def send(system, text, **record):
    system.request("POST", "/ingest", {"tenant_id": "acme", "text": text, **record})


def query_of(tab):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(tab.url).query))


@pytest.fixture
def hosts(system):
    """Stored lines of two hosts and of none: the text that they share."""
    text = new_text()
    for host in ("a", "b", ""):
        attrs = {"host": host, "tags": ["x", "y"]} if host else {}
        send(system, f"{text} of {host or 'none'}", attrs=attrs, source="till")
    asked, token = f"/api/v1/logs?text={text}", system.token()
    until(
        lambda: len(system.request("GET", asked, None, Authorization=token)[1]["logs"]) == 3,
        what="three stored lines",
    )
    return text


def test_what_a_record_says_is_left_out_and_comes_back(console, hosts):
    tab = console.open(f"/console/logs?text={hosts}")
    rows = tab.get_by_role("option")
    expect(rows).to_have_count(3)
    rows.filter(has_text="of a").click()
    expect(tab.get_by_text("tags", exact=True)).to_have_count(2)
    tab.get_by_role("button", name="Without records with this host").click()
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="of a")).to_have_count(0)
    assert query_of(tab) == {"text": hosts, "not_attr.host": "a"}
    expect(tab.get_by_text("2 in range")).to_be_visible()
    tab.reload()
    expect(rows).to_have_count(2)
    tab.get_by_role("button", name="Remove the filter attr.host ≠ a").click()
    expect(rows).to_have_count(3)
    tab.get_by_role("button", name="Most frequent values").click()
    tab.get_by_role("button", name="Without records with attr.host b").click()
    expect(tab.get_by_text("attr.host ≠ b")).to_be_visible()
    expect(rows.filter(has_text="of b")).to_have_count(0)
    tab.get_by_role("button", name="Clear", exact=True).click()
    expect(tab.get_by_text("attr.host ≠ b")).to_have_count(0)
    assert query_of(tab) == {}


def test_an_export_has_what_the_filter_leaves(console, hosts):
    tab = console.open(f"/console/logs?text={hosts}&not_attr.host=a&not_source=web")
    tab.get_by_role("button", name="Export all 2").click()
    with tab.expect_download() as saved:
        tab.get_by_role("menuitem", name="NDJSON").click()
    lines = [json.loads(line) for line in saved.value.path().read_text().splitlines()]
    assert {line["text"] for line in lines} == {f"{hosts} of b", f"{hosts} of none"}


def test_keys_go_from_row_to_row_and_into_the_open_record(console, hosts):
    tab = console.open(f"/console/logs?text={hosts}")
    rows = tab.get_by_role("option")
    expect(rows).to_have_count(3)
    tab.locator("h1").click()
    for key, place in (("j", 0), ("j", 1), ("ArrowDown", 2), ("k", 1)):
        tab.keyboard.press(key)
        expect(rows.nth(place)).to_have_attribute("aria-selected", "true")
    tab.keyboard.press("Enter")
    expect(tab.locator(".log-panel")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.locator(".log-panel")).to_have_count(0)
    tab.get_by_role("listbox").press("Enter")
    expect(rows.first).to_have_attribute("aria-selected", "true")


def test_the_range_is_narrowed_by_a_drag_and_by_keys(console, hosts):
    tab = console.open(f"/console/logs?text={hosts}&range=24h")
    bars = tab.get_by_role("slider", name="3 records over time")
    box = bars.bounding_box()
    tab.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 9)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] - 2, box["y"] + 9, steps=5)
    tab.mouse.up()
    expect(tab).to_have_url(re.compile("from="))
    dragged = query_of(tab)
    tab.go_back()
    expect(tab).to_have_url(re.compile("range=24h"))
    bars = tab.get_by_role("slider", name="3 records over time")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        bars.press(key)
    last = int(bars.get_attribute("aria-valuemax"))
    assert int(bars.get_attribute("aria-valuenow")) == last
    bars.press("Shift+ArrowLeft")
    bars.press("Enter")
    expect(tab).to_have_url(re.compile("from="))
    pressed = query_of(tab)
    since, end = (datetime.fromisoformat(pressed[name]) for name in ("from", "to"))
    assert datetime.fromisoformat(dragged["to"]) == end
    assert datetime.fromisoformat(dragged["from"]) < since < end
    assert end - since == timedelta(hours=1), "two bars"
    assert "range" not in pressed


def test_the_columns_of_a_link_are_shown(console, hosts):
    tab = console.open(f"/console/logs?text={hosts}&cols=source")
    row = tab.get_by_role("option").first
    expect(row).to_contain_text("till")
    expect(row.locator("time")).to_have_count(0)


def test_selected_text_pauses_and_a_key_goes_on(console, system):
    first, second = new_text(), new_text()
    tab = console.open("/console/logs?live=1")
    send(system, first)
    row = tab.get_by_role("option").filter(has_text=first)
    expect(row).to_be_visible()
    row.locator("bdi").last.evaluate("text => getSelection().selectAllChildren(text)")
    expect(tab.get_by_text("Paused: nothing new.")).to_be_visible()
    send(system, second)
    expect(tab.get_by_text("Paused: 1 new.")).to_be_visible()
    tab.keyboard.press("t")
    expect(tab.get_by_role("option").filter(has_text=second)).to_be_visible()
    tab.get_by_role("button", name="Pause", exact=True).click()
    expect(tab.get_by_text("Paused: nothing new.")).to_be_visible()
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_text("Live ·")).to_be_visible()
    tab.keyboard.press("t")
    expect(tab.get_by_text("Live ·")).to_have_count(0)
    expect(tab.get_by_role("option").filter(has_text=second)).to_be_visible()


def test_a_late_line_is_announced_and_shown_in_its_place(console, system):
    newest, late = new_text(), new_text()
    tab = console.open("/console/logs?live=1")
    send(system, newest)
    expect(tab.get_by_role("option").filter(has_text=newest)).to_be_visible()
    send(system, late, ts=(datetime.now(UTC) - timedelta(seconds=20)).isoformat())
    expect(tab.get_by_text(re.compile(r"1 arrived late \(2\d s\)"))).to_be_visible()
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab.get_by_role("option", selected=True)).to_contain_text(late)
    expect(tab.get_by_text(re.compile("arrived late"))).to_have_count(0)


def test_the_first_line_of_a_tenant_is_waited_for_and_followed(console, system):
    tenant = f"t-{uuid.uuid4().hex[:12]}"
    tab = console.open(f"/console/logs?tenant={tenant}")
    expect(tab.get_by_text("Waiting for the first record …")).to_be_visible()
    shown = tab.get_by_role("region", name="Send by Python").locator("pre").inner_text()
    subprocess.run([sys.executable, "-c", shown], check=True, timeout=30)  # noqa: S603 as shown
    expect(tab.get_by_role("option").filter(has_text="hello")).to_be_visible()
    expect(tab).to_have_url(re.compile("live=1"))
    curl = tab.get_by_role("region", name="Send by curl")
    expect(curl).to_have_count(0)


def page_of(number: int, pages: int) -> dict:
    """One of several pages of 1,000 records, a second apart."""
    first = number * PAGE
    entries = [
        {
            "log_id": f"many-{n}",
            "ts": (AT - timedelta(seconds=n)).isoformat().replace("+00:00", "Z"),
            "received_at": "2026-01-31T00:00:00Z",
            "severity": "INFO",
            "text": f"line {n}",
            "attrs": {},
            "source": "",
        }
        for n in range(first, first + PAGE)
    ]
    is_end = number == pages - 1
    read = {"scanned": PAGE, "matched": PAGE, "complete": is_end}
    return {"logs": entries, "next_cursor": None if is_end else str(number + 1), "read": read}


def test_more_rows_than_the_screen_keeps_are_said_to_be_stored(console):
    def answer(route):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(route.request.url).query))
        route.fulfill(json=page_of(int(asked.get("cursor", 0)), 6))

    tab = console.new_tab()
    tab.route("**/api/v1/logs?*", answer)
    tab.goto(console.address("/console/logs?range=7d"))
    for shown in range(PAGE, 5 * PAGE, PAGE):
        sentence = f"The newest {shown:,} of these; older ones follow."
        expect(tab.get_by_text(sentence)).to_be_visible()
        tab.get_by_role("button", name=re.compile("^Load .* more$")).click()
    expect(tab.get_by_text("Older rows left the screen; they are still stored.")).to_be_visible()
    expect(tab.get_by_role("button", name=re.compile("^Load "))).to_have_count(0)
    rows = tab.get_by_role("option")
    assert rows.count() < 200  # those in sight
    tab.get_by_role("listbox").evaluate("rows => rows.scrollTo(0, rows.scrollHeight)")
    expect(rows.filter(has_text="line 4999")).to_be_visible()
    height, window = tab.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert height == window, "the rows scroll, not the page"
