"""Short journeys through the console's pages, one for what each of them is for."""

import re
import uuid
from pathlib import Path

import pytest
from browsers import in_chromium
from playwright.sync_api import expect
from support.console import list_barriers
from support.pictures import make_png

DIGITS = "12345678901234567890123456789012345678"
SEEN_WITHIN_MS = 30_000

pytestmark = in_chromium

LINE_PX = 24
ROOM_PX = 949  # of a table beside the navigation, in a window of 1,280


@pytest.fixture(scope="module")
def token(system):
    return system.token()


def new_id(what: str) -> str:
    return f"{what}-{uuid.uuid4().hex[:12]}"


def test_orders_are_narrowed_by_the_beginning_of_their_id_and_by_status(console, system):
    order = {"customer": "Ada", "lines": [{"sku": "mop", "quantity": 2, "unit_price": 9.75}]}
    ids = [system.request("POST", "/orders", order)[1]["orderID"] for _ in range(2)]
    tab = console.open(f"/console/orders?q={ids[0]}")
    row = tab.get_by_role("link", name=ids[0])
    while not row.count():
        tab.reload()
        tab.wait_for_load_state("networkidle")
    expect(tab.get_by_role("gridcell", name="19.5", exact=True)).to_be_visible()
    expect(tab.get_by_text("Shown 1 order · read ")).to_be_visible()
    expect(tab.get_by_role("link", name=ids[1])).to_have_count(0)
    tab.get_by_role("searchbox", name="ID begins with").fill("no order")
    expect(tab.get_by_text("1 to 128 letters, digits and _ . @ + -")).to_be_visible()
    tab.get_by_role("searchbox", name="ID begins with").fill("")
    expect(tab).to_have_url(console.address("/console/orders"))
    expect(tab.get_by_role("link", name=ids[1])).to_be_visible()


def test_records_are_narrowed_by_the_beginning_of_their_id(console, system, token):
    prefix = new_id("prefix")
    for number in range(2):
        system.request("POST", "/stream", {"user_id": f"{prefix}-{number}"}, Authorization=token)
    tab = console.open("/console/records")
    tab.get_by_role("searchbox", name="User ID begins with").fill(f"{prefix}-1")
    expect(tab.get_by_text("Shown 1 record · read ")).to_be_visible()
    expect(tab.get_by_role("link", name=f"{prefix}-1")).to_be_visible()
    expect(tab.get_by_role("link", name=f"{prefix}-0")).to_have_count(0)


def test_an_import_names_the_bad_rows_and_an_export_gives_back_the_good_ones(console, tmp_path):
    prefix = new_id("import")
    rows = "".join(f'{{"user_id": "{prefix}-{n}", "n": {DIGITS}}}\n' for n in range(201))
    file = tmp_path / "rows.ndjson"
    file.write_text(f'{{"user_id": "no id"}}\n{rows}')
    tab = console.open(f"/console/records?import=1&prefix={prefix}")
    form = tab.get_by_role("form", name="Import records")
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="Import").click()
    expect(form.get_by_text("201 of 202 rows are stored, 1 were refused.")).to_be_visible()
    expect(form.get_by_role("row", name="1 user_id must be")).to_be_visible()
    form.get_by_role("button", name="Import").click()
    expect(form.get_by_text("201 of 202 rows are stored, 1 were refused.")).to_be_visible()
    tab.get_by_role("button", name="Export all").click()
    with tab.expect_download() as saved:
        tab.get_by_role("menuitem", name="NDJSON").click()
    assert sorted(Path(saved.value.path()).read_text().splitlines()) == sorted(
        line.replace(" ", "") for line in rows.splitlines()
    )


def test_an_edit_sends_what_changed_alone(console, system, token):
    user_id = new_id("edit")
    system.request(
        "POST", "/stream", {"user_id": user_id, "name": "Ada", "n": 1}, Authorization=token
    )
    tab = console.open(f"/console/records/{user_id}")
    tab.get_by_role("button", name="Edit").click()
    text = tab.get_by_label("Content")
    text.fill(text.input_value().replace("Ada", "Grace"))
    system.request("PATCH", f"/api/v1/records/{user_id}", {"n": 2}, Authorization=token)
    tab.get_by_role("button", name="Compare and save").click()
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.get_by_role("button", name="Put my changes over theirs").click()
    expect(tab.get_by_text(f"Record {user_id} is changed.")).to_be_visible()
    _, record = system.request("GET", f"/api/v1/records/{user_id}", Authorization=token)
    assert record["content"] == {"user_id": user_id, "name": "Grace", "n": 2}


def test_a_tenant_shows_its_usage_and_when_its_keys_were_used(console, system, token):
    tenant = new_id("tenant")
    system.request("POST", "/api/v1/tenants", {"tenant_id": tenant}, Authorization=token)
    tab = console.open(f"/console/tenants/{tenant}")
    expect(tab.get_by_text("0 of 1,000,000 records a day")).to_be_visible()
    tab.get_by_role("button", name="30 days").click()
    expect(tab.get_by_text("Shown 30 days")).to_be_visible()
    tab.get_by_role("button", name="Add a key").click()
    tab.get_by_label("Copied").check()
    tab.get_by_role("button", name="Done").click()
    expect(tab.get_by_text("never, or over 400 days ago")).to_be_visible()


def test_a_certificate_is_added_with_its_badge_renewed_and_deleted(console, tmp_path):
    name = new_id("certificate")
    badge = tmp_path / "badge.png"
    badge.write_bytes(make_png(200, 200))
    tab = console.open("/console/certifications?add=1")
    form = tab.get_by_role("form", name="Add a certificate")
    form.get_by_role("button", name="Add certificate").click()
    expect(form.get_by_text("Say who issued it.")).to_be_visible()
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Issuer").fill("AWS")
    form.get_by_label("Issued on", exact=True).fill("2026/01/31")
    form.get_by_label("Ends on", exact=True).fill("2026/06/30")
    form.locator("input[type=file]").set_input_files(badge)
    expect(form.get_by_role("img", name="Badge of this certificate")).to_be_visible()
    form.get_by_role("button", name="Add certificate").click()
    row = tab.get_by_role("row").filter(has_text=name)
    expect(row.get_by_text("expired")).to_be_visible()
    shown = row.get_by_role("img", name=f"Badge of {name}")
    expect(shown).to_have_js_property("naturalWidth", 200)
    row.get_by_role("button", name=f"Renew or change {name}").click()
    form = tab.get_by_role("form", name="Renew or change a certificate")
    form.get_by_label("Ends on", exact=True).fill("2999/06/30")
    form.get_by_role("button", name="Save").click()
    expect(row.get_by_text("active")).to_be_visible()
    row.get_by_role("button", name=f"Delete {name}").click()
    tab.get_by_role("button", name="Delete 1 certificate").click()
    expect(row).to_have_count(0)


def test_a_certificate_is_shown_to_anybody_by_its_switch_and_says_when_it_reminds(
    console, browser, tmp_path
):
    name, badge = new_id("certificate"), tmp_path / "badge.png"
    badge.write_bytes(make_png(200, 200))
    tab = console.open("/console/certifications?add=1")
    tab.emulate_media(reduced_motion="reduce")  # axe looks at colours at once
    form = tab.get_by_role("form", name="Add a certificate")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Issuer").fill("AWS")
    form.get_by_label("Issued on", exact=True).fill("2026/01/31")
    form.get_by_label("Ends on", exact=True).fill("2999/06/30")
    form.locator("input[type=file]").set_input_files(badge)
    expect(form.get_by_role("img", name="Badge of this certificate")).to_be_visible()
    form.get_by_label("Public page").check()
    assert list_barriers(tab) == []
    form.get_by_role("button", name="Add certificate").click()
    row = tab.get_by_role("row").filter(has_text=name)
    expect(row.get_by_text("Next reminder on 2999-05-01")).to_be_visible()
    expect(row.get_by_role("button", name="Copy link")).to_be_visible()
    assert tab.locator("table").evaluate("table => table.scrollWidth") <= ROOM_PX
    for date in row.locator(".unbroken").all():
        assert date.evaluate("date => date.getBoundingClientRect().height") < LINE_PX
    url = row.get_by_role("link", name="Open", exact=False).get_attribute("href")
    assert list_barriers(tab) == []

    anybody = browser.new_context()
    page = anybody.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(url)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    shown = page.get_by_role("img", name="Badge")
    expect(shown).to_have_js_property("naturalWidth", 200)
    assert (list_barriers(page), problems) == ([], [])

    row.get_by_role("button", name=f"Renew or change {name}").click()
    form = tab.get_by_role("form", name="Renew or change a certificate")
    expect(form.get_by_label("Public page")).to_be_checked()
    form.get_by_label("Public page").uncheck()
    form.get_by_role("button", name="Save").click()
    expect(row.get_by_role("button", name="Copy link")).to_have_count(0)
    other = browser.new_context()
    page = other.new_page()
    page.goto(url)
    expect(page.get_by_text("There is no certificate here")).to_be_visible()
    anybody.close()
    other.close()


def test_a_certificate_is_announced_once_on_a_channel(console, system):
    name, token = new_id("certificate"), system.token()
    new = {"name": name, "issuer": "AWS", "issued_on": "2026-01-31"}
    status, made = system.request("POST", "/api/v1/certifications", new, Authorization=token)
    assert status == 201
    tab = console.open("/console/certifications")
    row = tab.get_by_role("row").filter(has_text=name)
    row.get_by_role("button", name=f"Announce {name}").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog.get_by_label("Instagram", exact=True)).to_be_disabled()
    dialog.get_by_label("Facebook", exact=True).check()
    dialog.get_by_role("button", name="Publish now, 1 channel").click()
    announced = row.get_by_role("link", name="Facebook")
    expect(announced).to_be_visible()
    row.get_by_role("button", name=f"Announce {name}").click()
    expect(dialog.get_by_label("Facebook", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Cancel").click()
    announced.click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    _, kept = system.request("GET", f"/api/v1/certifications/{made['id']}", Authorization=token)
    assert [entry["message_id"] for entry in kept["announced"]] == [tab.url.rsplit("/", 1)[-1]]


def test_the_api_reference_finds_an_operation_and_shows_its_call(console):
    tab = console.open("/api-docs/index.html")
    expect(tab).to_have_title("API reference · OmniData")
    tab.get_by_role("searchbox", name="Path, method or summary has").press_sequentially(
        "post orders"
    )
    tab.get_by_role("button", name="POST /orders").click()
    expect(tab).to_have_url(re.compile("op=place_order"))
    expect(tab).to_have_url(re.compile("q=post"))
    expect(tab.get_by_text("curl -sS -X POST")).to_be_visible()
    expect(tab.get_by_text("Idempotency-Key", exact=True)).to_be_visible()


def test_searches_are_counted_by_an_interval_for_one_user_and_saved_as_csv(console):
    tab = console.open("/console/analytics?range=24h&interval=hour")
    tab.get_by_role("searchbox", name="Searched for (user ID)").fill("nobody")
    expect(tab).to_have_url(re.compile("interval=hour&user=nobody$"))
    expect(tab.get_by_text("Shown 0 searches")).to_be_visible()
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="CSV").click()
    lines = Path(saved.value.path()).read_text().splitlines()
    assert lines[0] == "at,searches,found,missed,unknown"
    assert len(lines) in (25, 26)


def test_chosen_messages_are_cancelled_together(console, system, token):
    text = new_id("bulk")
    message = {
        "content": text,
        "channels": ["facebook"],
        "scheduled_at": "2027-05-10T09:00",
        "time_zone": "UTC",
    }
    for _ in range(2):
        system.request("POST", "/api/v1/messages", message, Authorization=token)
    tab = console.open("/console/publisher?status=scheduled")
    boxes = tab.get_by_role("checkbox", name=f"Choose {text}")
    expect(boxes).to_have_count(2)
    for number in range(2):
        boxes.nth(number).check()
    tab.get_by_role("button", name="Cancel 2").click()
    tab.get_by_role("button", name="Cancel 2 messages").click()
    expect(tab.get_by_text("2 of 2 cancelled")).to_be_visible()
    expect(boxes).to_have_count(0)


def test_what_is_typed_for_a_tenant_is_kept_until_it_is_sent(console):
    tenant = new_id("draft")
    tab = console.open("/console/tenants")
    name = tab.get_by_label("New tenant")
    name.fill(tenant)
    tab.reload()
    expect(name).to_have_value(tenant)
    name.press("Enter")
    rate = tab.get_by_label("Records a second")
    rate.fill("77")
    tab.reload()
    expect(rate).to_have_value("77")
    tab.get_by_role("button", name="Save the limits").click()
    expect(tab.get_by_text("The limits are changed.")).to_be_visible()
    assert tab.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft-'))") == []


def test_the_images_of_a_message_outlive_a_reload_with_their_names(console):
    tab = console.open("/console/publisher/new")
    image = {"name": "shop.png", "mimeType": "image/png", "buffer": make_png(640, 480)}
    tab.locator('input[type="file"]').set_input_files([image])
    expect(tab.get_by_text("shop.png, 640 \u00d7 480")).to_be_visible()
    expect(tab.get_by_text("Kept in this tab at")).to_be_visible()
    tab.reload()
    expect(tab.get_by_text("shop.png, 640 \u00d7 480")).to_be_visible()
    picture = tab.get_by_role("img", name="shop.png")
    expect(picture).to_have_js_property("naturalWidth", 640)
    tab.get_by_role("button", name="Remove shop.png").click()
    expect(picture).to_have_count(0)
