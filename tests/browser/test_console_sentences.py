"""What the console says where something is missing, late, failed or too much, word for word."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium

NOTHING = "Nothing knows this id. Logs of the last 7 days were looked at."
A4_PAGE = re.compile(rb"/Type\s*/Page[^s]")


@pytest.fixture
def token(system):
    return system.token()


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def an_order(order_id: str, *steps: tuple[str, float], **fields) -> dict:
    """An order as the API shows it, its steps so many seconds ago."""
    return {
        "orderID": order_id,
        "status": steps[-1][0],
        "placed_by": "ada",
        "order": None,
        "total": None,
        "timeline": [{"status": status, "at": ago(seconds)} for status, seconds in steps],
        "request_id": None,
        "message_id": "m-1",
        "failure": None,
        **fields,
    }


def a_letter(**fields) -> dict:
    """A dead letter of the orders that died again after a redrive, as the API shows it."""
    return {
        "id": "m-1",
        "body": "{}",
        "truncated": False,
        "sent_at": ago(60),
        "reason": {"code": "Timeout", "message": "too slow"},
        "function": "store_orders",
        "died_at": ago(50),
        "attempts": 5,
        "redriven": {"count": 1, "last_at": ago(90)},
        **fields,
    }


def open_order(console, shown: dict):
    tab = console.new_tab()
    answered = console.address(f"/orders/{shown['orderID']}")  # and not the page itself
    tab.route(answered, lambda route: route.fulfill(json=shown))
    tab.goto(console.address(f"/console/orders/{shown['orderID']}"))
    return tab


def test_a_record_that_exists_and_one_that_does_not(console, system, token):
    user_id = f"taken-{uuid.uuid4().hex[:8]}"
    system.request("POST", "/stream", {"user_id": user_id, "n": 1}, Authorization=token)
    tab = console.open(f"/console/records?add=1&id={user_id}")
    tab.get_by_role("button", name="Add record").click()
    sentence = f"A record {user_id} exists with other content. Open it to change it."
    expect(tab.get_by_text(sentence)).to_be_visible()
    tab.get_by_role("link", name="Open it").click()
    expect(tab).to_have_url(re.compile(f"/console/records/{user_id}$"))
    tab.goto(console.address("/console/records/bob"))
    expect(tab.get_by_text("No record has the id bob. Add it?")).to_be_visible()


def test_an_order_that_is_late_says_how_far_the_stream_is_behind(console, system, token):
    _, pipeline = system.request("GET", "/api/v1/pipeline", Authorization=token)
    pipeline["streams"] = [{"name": "orders", "lag_ms": 8200, "failures": 0}]
    console.context.route("**/api/v1/pipeline", lambda route: route.fulfill(json=pipeline))
    tab = open_order(console, an_order("late-1", ("queued", 12.1), ("stored", 12)))
    sentence = r"Stored \d+ s ago, not announced yet\. The stream is 8 s behind\."
    expect(tab.get_by_text(re.compile(sentence))).to_be_visible()
    tab.get_by_role("link", name="Look at the pipeline").click()
    expect(tab).to_have_url(console.address("/console/pipeline"))
    console.context.unroute("**/api/v1/pipeline")


def test_an_order_that_died_is_redriven_on_its_page(console):
    failure = {
        "code": "ValueError",
        "message": "no orderID",
        "attempts": 5,
        "at": ago(3),
        "is_final": True,
    }
    tab = open_order(console, an_order("dead-1", ("queued", 60), failure=failure))
    step = tab.get_by_role("listitem").filter(has_text="not stored: ValueError")
    expect(step).to_be_visible()
    expect(tab.get_by_text("no orderID Attempts: 5.")).to_be_visible()
    sent = []
    done = {"done": ["m-1"], "missing": [], "failed": []}

    def answer(route):
        sent.append(route.request.post_data_json)
        route.fulfill(json=done)

    tab.route("**/api/v1/dead-letters/orders/redrive", answer)
    tab.get_by_role("button", name="Redrive", exact=True).click()
    expect(tab.get_by_text("It went back to the queue.")).to_be_visible()
    assert sent == [{"ids": ["m-1"]}]


def test_an_order_of_text_and_one_that_is_not_stored(console):
    steps = [("queued", 2.0), ("stored", 1.0), ("notified", 0.5)]
    tab = open_order(console, an_order("text-1", *steps, order="two mops \x1b[31m"))
    expect(tab.get_by_text("It came to the queue as text: it has no lines.")).to_be_visible()
    expect(tab.get_by_text("two mops \u241b[31m", exact=True)).to_be_visible()
    expect(tab.get_by_text("Total \u2013")).to_be_visible()
    tab = open_order(console, an_order("queued-1", ("queued", 0.1)))
    expect(tab.get_by_text("It is not stored yet.")).to_be_visible()
    expect(tab.get_by_text("It is shown once it is stored.")).to_be_visible()


def test_more_letters_than_are_looked_at_are_not_said_to_be_all(console):
    job = {
        "job_id": "ca27be6f",
        "queue": "orders",
        "status": "done",
        "per_second": 50,
        "total": 5,
        "moved": 5,
        "started_by": "ada",
        "started_at": ago(100),
        "updated_at": ago(80),
        "outcome": "moved 5",
    }
    page = {"queue": "orders", "total": 12_400, "letters": [a_letter()]}
    tab = console.new_tab()
    tab.route("**/api/v1/dead-letters/orders?*", lambda route: route.fulfill(json=page))
    tab.route("**/api/v1/jobs?*", lambda route: route.fulfill(json={"jobs": [job]}))
    tab.goto(console.address("/console/dead-letters/orders"))
    sentence = "The first 500 of about 12,400. Redrive all works on all."
    expect(tab.get_by_text(sentence)).to_be_visible()
    expect(tab.get_by_text("Shown 1 of 12,400 dead letters")).to_be_visible()
    expect(tab.get_by_text(re.compile("^1 of 5 that the redrive of .* gave back"))).to_be_visible()
    tab.get_by_role("button", name="Timeout: too slow (1)").click()
    expect(tab).to_have_url(re.compile("reason=Timeout"))
    tab.get_by_role("button", name="Redrive all 12400").click()
    dialog = tab.get_by_role("dialog", name="Redrive all 12400")
    confirm = dialog.get_by_role("button", name="Redrive all 12400")
    expect(confirm).to_be_disabled()
    dialog.get_by_label("To confirm, type the number 12400").fill("12400")
    expect(confirm).to_be_enabled()


def test_a_redrive_that_runs_is_found_after_a_reload(console):
    job = {
        "job_id": "ca27be6f",
        "queue": "orders",
        "status": "running",
        "per_second": 5,
        "total": 10,
        "moved": 5,
        "started_by": "ada",
        "started_at": ago(1),
        "updated_at": ago(0),
        "outcome": None,
    }
    tab = console.new_tab()
    tab.route("**/api/v1/jobs?*", lambda route: route.fulfill(json={"jobs": [job]}))
    tab.goto(console.address("/console/dead-letters"))
    tab.reload()
    row = tab.get_by_role("row").filter(has_text="ca27be6f")
    expect(row.get_by_text("5 of about 10, 5 a second")).to_be_visible()
    expect(row.get_by_role("button", name="Stop")).to_be_visible()


def test_a_key_is_rotated_with_a_grace_and_shown_until_it_is_copied(console, system, token):
    tenant = f"grace-{uuid.uuid4().hex[:8]}"
    system.request("POST", "/api/v1/tenants", {"tenant_id": tenant}, Authorization=token)
    system.request("POST", f"/api/v1/tenants/{tenant}/keys", None, Authorization=token)
    tab = console.open(f"/console/tenants/{tenant}")
    tab.get_by_role("button", name=re.compile("^Rotate ")).click()
    dialog = tab.get_by_role("dialog", name="Rotate 1 key")
    dialog.get_by_role("button", name="still works").click()
    tab.get_by_role("option", name="for 1 hour").click()
    dialog.get_by_role("button", name="Rotate 1 key").click()
    made = tab.get_by_role("dialog", name=f"A new key of {tenant}")
    expect(made).to_be_visible()
    tab.keyboard.press("Escape")
    expect(made.get_by_role("button", name="Done")).to_be_disabled()
    made.get_by_label("Copied").check()
    made.get_by_role("button", name="Done").click()
    expect(made).to_have_count(0)
    _, read = system.request("GET", f"/api/v1/tenants/{tenant}", Authorization=token)
    ends = [key["ends_at"] for key in read["keys"] if key["ends_at"]]
    assert len(ends) == 1
    left = datetime.fromisoformat(ends[0]) - datetime.now(UTC)
    assert timedelta(minutes=50) < left < timedelta(minutes=61)


def test_the_palette_takes_what_is_typed_and_says_where_it_looked(console, system, token):
    user_id = f"typed-{uuid.uuid4().hex[:8]}"
    system.request("POST", "/stream", {"user_id": user_id}, Authorization=token)
    tab = console.open("/console/settings")
    tab.keyboard.press("Control+k")
    expect(tab.get_by_label("Page, action or any id")).to_be_focused()
    tab.keyboard.type(str(uuid.uuid4()))
    expect(tab.get_by_text(NOTHING)).to_be_visible()
    tab.keyboard.press("Control+a")
    tab.keyboard.type(user_id)
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(console.address(f"/console/records/{user_id}"))


def test_rows_are_walked_and_opened_by_letters_and_a_link_has_absolute_times(console, system):
    ids = [system.request("POST", "/orders", {"customer": "Ada"})[1]["orderID"] for _ in range(2)]
    tab = console.open("/console/orders?since=1h")
    while tab.get_by_role("row").filter(has_text="Ada").count() < len(ids):
        tab.reload()
        tab.wait_for_load_state("networkidle")
    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.locator("h1").click()
    tab.keyboard.press("y")
    expect(tab.get_by_text("The link is copied.")).to_be_visible()
    link = tab.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/console/orders\?from=20[^&]*Z&to=20[^&]*Z$", link)
    links = tab.get_by_role("rowheader").get_by_role("link")
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        tab.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    wanted = links.first.inner_text()
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(console.address(f"/console/orders/{wanted}"))


def test_paper_has_an_order_on_one_page(console, tmp_path):
    lines = [{"sku": f"ware {n}", "quantity": n, "unit_price": 9.75} for n in range(1, 5)]
    steps = [("queued", 2.0), ("stored", 1.0), ("notified", 0.5)]
    order = {"customer": "Ada", "lines": lines}
    tab = open_order(console, an_order("paper-1", *steps, order=order, total=97.5))
    expect(tab.get_by_text("Total 97.5")).to_be_visible()
    assert len(A4_PAGE.findall(tab.pdf(format="A4"))) == 1


def test_paper_has_all_columns_and_rows_of_a_list_and_dark_text(console):
    letters = [a_letter(id=f"m-{number}", body="x" * 300) for number in range(60)]
    page = {"queue": "orders", "total": 60, "letters": letters}
    tab = console.new_tab()
    tab.emulate_media(color_scheme="dark")
    tab.route("**/api/v1/dead-letters/orders?*", lambda route: route.fulfill(json=page))
    tab.goto(console.address("/console/dead-letters/orders"))
    expect(tab.get_by_text("Shown 60 dead letters")).to_be_visible()
    tab.set_viewport_size({"width": 703, "height": 1032})  # A4 within its margins
    tab.emulate_media(media="print")
    heads = tab.get_by_role("columnheader")
    expect(heads.filter(has_text="Reason")).to_be_visible()
    assert all(head.bounding_box()["x"] < 703 - 60 for head in heads.all())
    expect(tab.get_by_role("row").filter(has_text="m-59")).to_be_visible()
    expect(tab.locator("h1")).to_have_css("color", "rgb(15, 20, 26)")
    expect(tab.locator("body")).to_have_css("color-scheme", "light")
    expect(tab.get_by_role("button", name="Redrive all 60")).to_have_count(0)


def test_a_long_text_is_saved_whole_before_it_is_deleted(console, give_up, tmp_path):
    name = f"long-{uuid.uuid4().hex[:8]}"
    body = {"customer": name, "note": "x" * 5000}
    give_up(body)
    tab = console.open(f"/console/dead-letters/orders?q={name}")
    row = tab.get_by_role("row").filter(has_text=name)
    row.get_by_role("checkbox").check()
    tab.get_by_role("button", name="Delete 1", exact=True).click()
    with tab.expect_download() as saved:
        tab.get_by_role("dialog").get_by_role("button", name="Delete 1 letter").click()
    expect(tab.get_by_text("1 of 1 letter deleted.")).to_be_visible()
    saved.value.save_as(tmp_path / "saved.ndjson")
    (line,) = (tmp_path / "saved.ndjson").read_text().splitlines()
    assert json.loads(json.loads(line)["body"]) == body
