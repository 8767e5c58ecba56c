"""Messages in and out of the console: a file with bad rows, an export, the calendar link, bulk."""

import csv
import io
import re
import urllib.request
import uuid
from pathlib import Path

from browsers import in_chromium
from journeys import find_messages
from playwright.sync_api import expect

pytestmark = in_chromium


def test_a_file_is_checked_and_its_good_rows_are_imported_once_and_exported(
    console, system, tmp_path
):
    text = f"import {uuid.uuid4().hex[:8]}"
    file = tmp_path / "week.csv"
    rows = [f"{text} {number},linkedin,2030-01-01T09:00:00Z" for number in range(201)]
    bad = f"{text} bad,fax,2030-01-01T09:00:00Z"
    file.write_text("\n".join(["content,channels,scheduled_at", bad, *rows, ""]))
    tab = console.open("/console/publisher")
    tab.get_by_role("button", name="Import", exact=True).click()
    form = tab.get_by_role("form", name="Import messages")
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="Check").click()
    expect(form.get_by_text("201 of 202 rows can be imported, 1 cannot.")).to_be_visible()
    expect(
        form.get_by_role("row", name=re.compile("^2 channels.0. must be one of"))
    ).to_be_visible()
    assert not [found for found in find_messages(system, "scheduled") if text in found["content"]]

    form.get_by_role("button", name="Import 201 messages").click()
    done = form.get_by_text("201 of 202 messages are made, 1 were refused.")
    expect(done).to_be_visible(timeout=60_000)
    form.get_by_role("button", name="Import", exact=True).click()  # nothing twice
    expect(done).to_be_visible(timeout=60_000)

    tab.goto(console.address("/console/publisher?status=scheduled&channel=linkedin"))
    tab.get_by_role("button", name="Export all").click()
    with tab.expect_download() as saved:
        tab.get_by_role("menuitem", name="CSV").click()
    exported = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text())))
    found = [row["content"] for row in exported if row["content"].startswith(text)]
    assert sorted(found) == sorted(f"{text} {number}" for number in range(201))


def test_the_calendar_link_is_made_read_and_ended(console):
    tab = console.open("/console/publisher/calendar")
    tab.get_by_role("button", name="Calendar link").click()
    dialog = tab.get_by_role("dialog", name="Calendar link")
    dialog.get_by_role("button", name="Make a link").click()
    shown = dialog.get_by_text(re.compile(r"^https?://.*/calendar/.*\.ics$"))
    expect(shown).to_be_visible()
    first = shown.inner_text()
    with urllib.request.urlopen(first, timeout=20) as read:  # noqa: S310 our own
        assert read.read().startswith(b"BEGIN:VCALENDAR")
    dialog.get_by_role("button", name="Replace the link").click()
    tab.get_by_role("button", name="Replace 1 calendar link").click()
    expect(dialog.get_by_text(first)).to_have_count(0)
    expect(shown).to_be_visible()
    dialog.get_by_role("button", name="End the link").click()
    tab.get_by_role("button", name="End 1 calendar link").click()
    expect(dialog.get_by_text("There is no link.")).to_be_visible()
