"""Messages that recur, in the console."""

import re
import uuid

from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium


def make_series(system, text: str) -> str:
    """A series of Mondays in March 2028; returns its id."""
    _, made = system.request(
        "POST",
        "/api/v1/series",
        {
            "content": text,
            "channels": ["facebook"],
            "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=4",
            "starts_at": "2028-03-01T09:00",
            "time_zone": "UTC",
        },
        Authorization=system.token(),
    )
    return made["id"]


def test_a_message_at_a_time_may_repeat(console):
    text = f"weekly {uuid.uuid4().hex[:8]}"
    tab = console.open("/console/publisher/new")
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(text)
    form.get_by_label("At a time").check()
    form.get_by_label("Day", exact=True).fill("2028/03/06")
    form.get_by_label("Time", exact=True).fill("09:00")
    form.get_by_label("Repeat", exact=True).click()
    tab.get_by_role("option", name="every week").click()
    form.get_by_role("button", name=re.compile("^Repeat every week for 09:00")).click()
    expect(tab).to_have_url(re.compile("/console/series/[0-9a-f-]{36}$"))
    expect(tab.get_by_text("every week, 10 times")).to_be_visible()


def test_one_occurrence_is_changed_one_skipped_and_the_series_ended(console, system):
    text = f"mondays {uuid.uuid4().hex[:8]}"
    series_id = make_series(system, text)
    tab = console.open(f"/console/series/{series_id}")
    tab.get_by_role("button", name="Skip 20280313T090000").click()
    expect(tab.get_by_text("skipped", exact=True)).to_be_visible()
    tab.get_by_role("button", name="Change 20280320T090000").click()
    dialog = tab.get_by_role("dialog", name="Change this one")
    dialog.get_by_label("Text").fill("Once")
    dialog.get_by_label("Time in UTC").fill("2028-03-21T10:00")
    tab.reload()  # what is written is kept
    tab.get_by_role("button", name="Change 20280320T090000").click()
    expect(dialog.get_by_label("Text")).to_have_value("Once")
    dialog.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("changed", exact=True)).to_be_visible()

    calendar = console.open("/console/publisher/calendar?month=2028-03")
    cells = calendar.get_by_role("gridcell")
    for day, name in (("06", f"^09:00 {text[:20]}"), ("21", "^10:00 Once")):
        cell = cells.filter(has=calendar.locator(f'time[datetime="2028-03-{day}"]'))
        link = cell.get_by_role("link", name=re.compile(name))
        expect(link).to_have_attribute("href", f"/console/series/{series_id}")
    skipped = cells.filter(has=calendar.locator('time[datetime="2028-03-13"]'))
    expect(skipped.get_by_role("link", name=re.compile(text[:20]))).to_have_count(0)

    tab.bring_to_front()
    tab.get_by_role("button", name="End the series").click()
    tab.get_by_role("dialog").get_by_role("button", name="End 1 series").click()
    expect(tab).to_have_url(re.compile("/console/series$"))
    expect(tab.get_by_role("link", name=text)).to_have_count(0)


def test_the_rule_start_and_zone_of_a_series_are_changed(console, system):
    text = f"moved {uuid.uuid4().hex[:8]}"
    path = f"/api/v1/series/{make_series(system, text)}"
    token = system.token()
    skipped = f"{path}/occurrences/20280313T090000"
    assert system.request("DELETE", skipped, None, Authorization=token)[0] == 204
    tab = console.open(path.replace("/api/v1", "/console"))
    tab.get_by_role("button", name="Change the series").click()
    form = tab.get_by_role("form", name="Change the series")
    expect(form.get_by_label("Text", exact=True)).to_have_value(text)
    expect(form.get_by_text("What was changed of single occurrences stays.")).to_be_visible()
    form.get_by_label("Day", exact=True).fill("2028/04/01")
    form.get_by_label("Time", exact=True).fill("17:30")
    form.get_by_label("Time zone").click()
    tab.get_by_label("Part of the zone's name").fill("Europe/Ber")
    tab.get_by_role("option", name="Europe/Berlin").click()
    form.get_by_label("Repeat", exact=True).click()
    tab.get_by_role("option", name="by a rule of its own").click()
    form.get_by_label("Rule", exact=True).fill("FREQ=MONTHLY;BYDAY=1MO,3XX;COUNT=3")
    form.get_by_role("button", name="Save the series").click()
    expect(form.get_by_text("Nothing was changed")).to_be_visible()
    tab.reload()  # what was written is kept
    expect(form.get_by_label("Time", exact=True)).to_have_value("17:30")
    form.get_by_label("Rule", exact=True).fill("FREQ=MONTHLY;BYDAY=1MO;COUNT=3")
    expect(form.get_by_text("single occurrences is undone")).to_be_visible()
    form.get_by_role("button", name="Save the series").click()
    expect(tab).to_have_url(re.compile(f"{path.rsplit('/', 1)[1]}$"))
    expect(tab.get_by_text("every month on 1MO, 3 times")).to_be_visible()
    _, found = system.request("GET", path, None, Authorization=token)
    assert {name: found[name] for name in ("content", "starts_at", "time_zone")} == {
        "content": text,
        "starts_at": "2028-04-01T17:30:00",
        "time_zone": "Europe/Berlin",
    }
    shown = [(occurrence["id"], occurrence["status"]) for occurrence in found["occurrences"]]
    assert shown == [
        ("20280403T173000", "projected"),
        ("20280501T173000", "projected"),
        ("20280605T173000", "projected"),
    ]


def test_what_was_written_of_a_series_that_changed_meanwhile_is_not_saved(console, system):
    path = f"/api/v1/series/{make_series(system, uuid.uuid4().hex)}"
    tab = console.open(f"{path.replace('/api/v1', '/console')}/edit")
    form = tab.get_by_role("form", name="Change the series")
    form.get_by_label("Text", exact=True).fill("mine")
    system.request("PATCH", path, {"content": "theirs"}, Authorization=system.token())
    form.get_by_role("button", name="Save the series").click()
    expect(form.get_by_text("Nothing was changed")).to_be_visible()
    _, found = system.request("GET", path, None, Authorization=system.token())
    assert found["content"] == "theirs"
