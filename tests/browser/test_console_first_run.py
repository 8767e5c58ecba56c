"""The console of a system that has just begun: what it offers, and the data that it makes."""

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.console import console_of
from support.local_system import LocalSystem
from support.sample_data import MADE, MESSAGES, SAMPLE, count_things, read
from support.waiting import until

pytestmark = in_chromium

MADE_WITHIN_S = 120


@pytest.fixture(scope="module")
def fresh(browser, tmp_path_factory):
    """The console of a system in which nothing is."""
    whole = LocalSystem(tmp_path_factory.mktemp("fresh"))
    try:
        with console_of(browser, whole.start()) as found:
            yield found
    finally:
        whole.end()


def statuses(system) -> list[str]:
    return sorted(message["status"] for message in read(system, MESSAGES)["messages"])


STEPS = ["Add a record", "Place an order", "Send a log line", "Publish a message"]
WHAT_IS_SEEN = ["Record sample-1", "Order ", "request 1 took 31 ms", "Sample 4: "]


def test_one_of_each_is_made_in_place_and_once_however_often_it_is_clicked(fresh):
    one = {"records": 1, "orders": 1, "logs": 1, "messages": 1}
    tab = fresh.first
    tiles = tab.get_by_role("list", name="One of each").get_by_role("listitem")
    for again in (False, True):
        if again:
            tab.goto(fresh.address("/console?start=1"))
        for step in STEPS:
            tile = tiles.filter(has=tab.get_by_role("button", name=step))
            tile.get_by_role("button", name=step).click()
            expect(tile.get_by_role("link")).to_be_visible()
        until(lambda: count_things(fresh.system) == one, MADE_WITHIN_S, "one of each")
    paths = [link.get_attribute("href") for link in tiles.get_by_role("link").all()]
    for path, text in zip(paths, WHAT_IS_SEEN, strict=True):
        tab.goto(fresh.address(path))
        expect(tab.locator("#content")).to_contain_text(text)
    assert fresh.complaints == []


def test_sample_data_are_made_once_and_one_message_is_there_to_be_retried(fresh):
    settled = ["partial", *["scheduled"] * 3, *["sent"] * 8]
    tab = fresh.first
    tab.goto(fresh.address("/console?start=1"))
    expect(tab.get_by_text("All is well")).to_be_visible()
    tab.get_by_role("button", name="Make sample data").click()
    made = tab.get_by_text(MADE)
    expect(made).to_be_visible(timeout=MADE_WITHIN_S * 1000)
    until(lambda: count_things(fresh.system) == SAMPLE, MADE_WITHIN_S, "all sample data")
    until(lambda: statuses(fresh.system) == settled, MADE_WITHIN_S, "messages that went out")

    tab.goto(fresh.address("/console"))  # with data it offers them on demand alone
    expect(tab.get_by_role("heading", name="Recent orders")).to_be_visible()
    expect(tab.get_by_role("button", name="Make sample data")).to_have_count(0)
    tab.keyboard.press("Control+k")
    tab.get_by_label("Page, action or any id").fill("sample data")
    tab.get_by_role("option", name="Make sample data").click()
    tab.get_by_role("button", name="Make sample data").click()
    expect(made).to_be_visible(timeout=MADE_WITHIN_S * 1000)
    assert count_things(fresh.system) == SAMPLE

    tab.goto(fresh.address("/console/publisher?status=partial"))
    tab.get_by_role("link", name="Sample ").click()
    tab.get_by_role("button", name="Retry 1 failed").click()
    until(lambda: "partial" not in statuses(fresh.system), what="a message that went out")
    assert fresh.complaints == []
