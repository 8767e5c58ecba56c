"""Journeys through the console in Debian's Chromium, against the whole running system."""

import json
import re
import urllib.parse
import urllib.request
import uuid

from browsers import in_chromium
from journeys import paste
from playwright.sync_api import expect
from support.console import console_of, demo_user, sign_in

DIGITS = "12345678901234567890123456789012345678"
SEEN_WITHIN_MS = 30_000

pytestmark = in_chromium


def new_id(what: str) -> str:
    return f"{what}-{uuid.uuid4().hex}"


def test_a_deep_link_with_filters_leads_after_sign_in_to_the_same_address(browser, system):
    context = browser.new_context()
    tab = context.new_page()
    address = f"{system.base_url}console/logs?range=24h&severity=ERROR&text=a%20b"
    tab.goto(address)
    expect(tab).to_have_title("Sign in · OmniData")
    expect(tab.get_by_text("This is your own laptop.")).to_be_visible()
    sign_in(tab, demo_user(system))
    expect(tab).to_have_url(address)
    expect(tab).to_have_title("Logs · OmniData")
    context.close()


def test_a_code_that_this_tab_did_not_ask_for_is_refused(browser, system):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{system.base_url}?code=stolen&state=other")
    expect(tab.get_by_role("alert")).to_contain_text("Sign-in failed")
    expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert tab.url == system.base_url
    context.close()


def test_a_new_tab_takes_the_session_over_and_a_sign_out_ends_it(browser, system):
    with console_of(browser, system) as profile:
        tab = profile.open("/console/settings")
        expect(tab.get_by_role("button", name=system.outputs["DemoUser"])).to_be_visible()
        tab.get_by_role("button", name=system.outputs["DemoUser"]).click()
        tab.get_by_role("menuitem", name="Sign out").click()
        expect(tab.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        assert tab.evaluate("sessionStorage.length") == 0


def test_every_digit_survives_an_edit_of_another_field(console):
    user_id = new_id("record")
    tab = console.open(f"/console/records?add=1&id={user_id}")
    form = tab.get_by_role("form", name="Add a record")
    form.get_by_label("Attributes").fill(f'{{"n": {DIGITS}, "name": "Ada"}}')
    form.get_by_role("button", name="Add record").click()
    expect(tab.get_by_text(f"Record {user_id} is added.")).to_be_visible()
    tab.goto(console.address(f"/console/records/{user_id}"))
    tab.get_by_role("button", name="Edit").click()
    text = tab.get_by_label("Content")
    text.fill(text.input_value().replace("Ada", "Grace"))
    tab.get_by_role("button", name="Compare and save").click()
    expect(tab.locator(".diff-added")).to_have_count(1)
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.get_by_text(f"Record {user_id} is changed.")).to_be_visible()
    expect(tab.locator("pre")).to_contain_text("Grace")
    expect(tab.locator("pre")).to_contain_text(DIGITS)


def test_a_search_needs_the_key_and_says_what_is_missing(console, system):
    user_id = new_id("nobody")
    tab = console.open(f"/console/records?q={user_id}")
    form = tab.get_by_role("form", name="Find a record")
    form.get_by_role("button", name="Search").click()
    expect(form.get_by_text("Enter the API key, or open the record.")).to_be_visible()
    form.get_by_label("API key").fill(system.outputs["ApiKey"])
    form.get_by_role("button", name="Search").click()
    expect(form.get_by_text(f"No record has the id {user_id}.")).to_be_visible()


def test_markup_in_a_record_is_shown_and_never_run(console):
    user_id = new_id("markup")
    markup = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    tab = console.open(f"/console/records?add=1&id={user_id}")
    form = tab.get_by_role("form", name="Add a record")
    form.get_by_label("Attributes").fill(json.dumps({"markup": markup}))
    form.get_by_role("button", name="Add record").click()
    tab.goto(console.address(f"/console/records/{user_id}"))
    expect(tab.locator("pre")).to_contain_text("onerror")
    assert tab.locator("pre img").count() == 0
    assert tab.title() == f"Record {user_id} · OmniData"


def test_a_double_click_places_one_order_which_is_followed_to_its_mail(console, system):
    customer = new_id("customer")
    tab = console.open("/console/orders?place=1")
    form = tab.get_by_role("form", name="Place an order")
    form.get_by_label("Customer").fill(customer)
    form.get_by_label("Line 1: what").fill("mop")
    form.get_by_label("Line 1: unit price").fill("9.75")
    with tab.expect_response(re.compile("/orders$")) as placed:
        form.get_by_role("button", name="Place order").dblclick()
    order_id = placed.value.json()["orderID"]
    expect(tab).to_have_url(console.address(f"/console/orders/{order_id}"))
    expect(tab.get_by_text("notified").first).to_be_visible(timeout=SEEN_WITHIN_MS)
    expect(tab.get_by_text("9.75").first).to_be_visible()
    token = system.token()
    _, page = system.request("GET", "/orders", Authorization=token)
    placed_orders = [order for order in page["orders"] if customer in json.dumps(order["order"])]
    assert [order["orderID"] for order in placed_orders] == [order_id]


def ingest(system, **record) -> None:
    system.request("POST", "/ingest", {"tenant_id": "acme", **record})


def test_a_line_that_is_sent_while_the_tail_is_live_arrives(console, system):
    text = new_id("live")
    tab = console.open("/console/logs?live=1")
    expect(tab.get_by_text("Live ·")).to_be_visible()
    ingest(system, text=text, severity="ERROR")
    expect(tab.get_by_role("option").filter(has_text=text)).to_be_visible(timeout=SEEN_WITHIN_MS)


def test_what_arrives_while_older_rows_are_read_is_counted_and_shown_on_demand(console, system):
    text = new_id("older")
    lines = [{"tenant_id": "acme", "text": f"{text} {number}"} for number in range(80)]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    request = urllib.request.Request(  # noqa: S310 our own
        f"{system.base_url}ingest", body, {"Content-Type": "application/x-ndjson"}
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 as above
    tab = console.open("/console/logs?live=1")
    expect(tab.get_by_role("option").filter(has_text=text).first).to_be_visible(
        timeout=SEEN_WITHIN_MS
    )
    rows = tab.get_by_role("listbox", name="Log records")
    rows.evaluate("rows => rows.scrollTo(0, 600)")
    expect(tab.get_by_text("Paused", exact=True)).to_be_visible()
    newest = new_id("newest")
    ingest(system, text=newest)
    expect(tab.get_by_text("Paused: 1 new.")).to_be_visible(timeout=SEEN_WITHIN_MS)
    assert rows.evaluate("rows => rows.scrollTop") == 600
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_role("option").filter(has_text=newest)).to_be_visible()


def test_a_copied_command_gives_the_same_record_in_a_shell(console, system):
    user_id = new_id("copied")
    token = system.token()
    record = {"user_id": user_id, "name": 'O\'Neill "$HOME" `id`'}
    system.request("POST", "/stream", record, Authorization=token)
    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = console.open(f"/console/records/{user_id}")
    tab.get_by_role("button", name="Copy as curl").click()
    expect(tab.get_by_text("Copied", exact=True)).to_be_visible()
    said = paste(tab.evaluate("navigator.clipboard.readText()"), token)
    _, shown = system.request("GET", f"/api/v1/records/{user_id}", Authorization=token)
    assert json.loads(said) == shown
    assert shown["content"] == record


def test_a_record_is_found_by_its_text_and_opened_with_its_attributes(console, system):
    text = new_id("needle")
    ingest(system, text=text, attrs={"http": {"method": "GET"}})
    tab = console.open(f"/console/logs?text={text}")
    row = tab.get_by_role("option").filter(has_text=text)
    while not row.count():
        tab.get_by_role("button", name="Read again").click()
        tab.wait_for_load_state("networkidle")
    row.click()
    expect(tab.get_by_text("http.method")).to_be_visible()
    tab.get_by_role("button", name="Only records with this http.method").click()
    address = urllib.parse.urlsplit(tab.url)
    assert urllib.parse.parse_qs(address.query)["attr.http.method"] == ["GET"]


def test_a_message_goes_to_its_channels(console):
    text = new_id("launch")
    tab = console.open("/console/publisher/new")
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(text)
    expect(form.get_by_text("of 3000 characters")).to_be_visible()
    form.get_by_role("button", name="Publish now, 4 channels").click()
    expect(tab).to_have_url(re.compile("/console/publisher/[0-9a-f-]{36}$"))
    channels = tab.get_by_role("table").filter(
        has=tab.get_by_role("columnheader", name="Text sent")
    )
    expect(channels.get_by_text("sent", exact=True)).to_have_count(4, timeout=SEEN_WITHIN_MS)


def test_a_scheduled_message_is_in_the_calendar_at_its_own_time(console, system):
    token = system.token()
    _, made = system.request(
        "POST",
        "/api/v1/messages",
        {
            "content": new_id("scheduled"),
            "channels": ["facebook"],
            "scheduled_at": "2027-03-10T09:00",
            "time_zone": "UTC",
        },
        Authorization=token,
    )
    tab = console.open("/console/publisher/calendar?month=2027-03")
    day = tab.get_by_role("gridcell").filter(has=tab.locator('time[datetime="2027-03-10"]'))
    expect(day.get_by_role("link", name=re.compile("^09:00 scheduled"))).to_have_attribute(
        "href", f"/console/publisher/{made['id']}"
    )


def test_the_policy_stops_a_script_that_got_into_the_page(console):
    tab = console.open("/console/settings")
    with tab.expect_console_message(lambda line: "Content Security Policy" in line.text):
        tab.evaluate(
            "const script = document.createElement('script');"
            "script.textContent = 'document.title = \"run\"';"
            "document.body.append(script)"
        )
    assert tab.title() == "Settings · OmniData"
    assert len(console.complaints) == 1
    console.complaints.clear()


def test_a_printed_page_has_a_head_of_its_own_and_no_navigation(console, system):
    tab = console.open("/console/settings")
    link = tab.get_by_role("link", name="Dead letters")
    expect(link).to_be_visible()
    tab.emulate_media(media="print")
    expect(link).to_be_hidden()
    expect(tab.locator("#top-bar")).to_be_hidden()
    expect(tab.locator(".print-only")).to_contain_text(f"local · {system.outputs['DemoUser']}")


def test_a_page_that_is_gone_to_has_the_focus_at_its_heading(console):
    tab = console.open("/console/settings")
    tab.get_by_role("link", name="Orders").click()
    expect(tab.locator("h1")).to_have_text("Orders")
    expect(tab.locator("h1")).to_be_focused()


def test_a_page_that_does_not_exist_says_so(console):
    tab = console.open("/console/nothing")
    expect(tab.locator("h1")).to_have_text("No such page")
