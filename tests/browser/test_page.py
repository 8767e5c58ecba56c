"""The page in Debian's Chromium, against the whole running system."""

import json
import re
import time
import uuid
from pathlib import Path

import pytest
from browsers import in_chromium
from playwright.sync_api import Page, expect

WAIT_MS = 10_000
STYLE = Path(__file__).parents[2] / "frontend" / "style.css"


@pytest.fixture
def complaints():
    """What the browser had against the page."""
    return []


@pytest.fixture
def page(browser, system, complaints):
    """A fresh profile's page; it must end without an error of its script or against its policy."""
    context = browser.new_context(viewport={"width": 1180, "height": 860})
    context.set_default_timeout(WAIT_MS)
    found = context.new_page()
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda line: complaints.append(line.text) if _is_fault(line) else None)
    found.goto(system.base_url)
    yield found
    context.close()
    assert complaints == []


def _is_fault(line) -> bool:
    """The browser also notes each answer above 399 on the console: those are asked for here."""
    return line.type == "error" and "server responded with a status" not in line.text


def sign_in(page: Page, outputs: dict[str, str]) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.locator('input[name="username"]').fill(outputs["DemoUser"])
    page.locator('input[name="password"]').fill(outputs["DemoPassword"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#who")).to_have_text(f"Signed in as {outputs['DemoUser']}")


def add(page: Page, user_id: str, attributes: str) -> None:
    form = page.get_by_role("form", name="Add a record")
    form.get_by_label("User ID").fill(user_id)
    form.get_by_label("Attributes").fill(attributes)
    form.get_by_role("button", name="Add record").click()


def find(page: Page, user_id: str, key: str | None = None) -> None:
    """Search, again when other tests used up the key's second."""
    form = page.get_by_role("form", name="Find a record")
    form.get_by_label("User ID").fill(user_id)
    if key is not None:
        form.get_by_label("API key").fill(key)
    deadline = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < deadline:
        with page.expect_response(re.compile("/get-user")) as answer:
            form.get_by_role("button", name="Search").click()
        if answer.value.status != 429:
            return
        page.wait_for_timeout(200)


def new_id() -> str:
    return f"page-{uuid.uuid4().hex}"


@in_chromium
def test_a_person_signs_in_adds_a_record_finds_it_and_signs_out(page, system):
    user_id = new_id()
    sent = '{"pi": 3.14159265358979323846264338327950288, "tags": ["a", {"b": null}], "e": "🙂"}'
    sign_in(page, system.outputs)
    assert page.url == system.base_url  # the code and state have left the address
    add(page, user_id, sent)
    expect(page.locator("#answer-status")).to_have_text("200 OK")
    expect(page.locator("#answer-body")).to_contain_text("User added successfully!")
    find(page, user_id, system.outputs["ApiKey"])
    expect(page.locator("#answer-status")).to_have_text("200 OK")
    shown = page.locator("#answer-body").inner_text()
    assert json.loads(shown) == {"user_id": user_id, **json.loads(sent)}
    assert "3.14159265358979323846264338327950288" in shown  # no digit is lost on the way
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


@in_chromium
def test_session_and_key_outlive_a_reload(page, system):
    sign_in(page, system.outputs)
    find(page, new_id(), system.outputs["ApiKey"])
    page.reload()
    expect(page.locator("#who")).to_contain_text(system.outputs["DemoUser"])
    expect(page.get_by_label("API key")).to_have_value(system.outputs["ApiKey"])


@in_chromium
def test_errors_of_the_api_are_shown_with_advice(page, system):
    user_id = new_id()
    sign_in(page, system.outputs)
    find(page, user_id, "wrong-key")
    expect(page.locator("#answer-status")).to_have_text("403 Forbidden")
    find(page, user_id, system.outputs["ApiKey"])
    expect(page.locator("#answer-status")).to_have_text("404 Not Found")
    expect(page.locator("#answer-advice")).to_have_text("No record has this user ID.")
    add(page, user_id, '{"a": 1}')
    expect(page.locator("#answer-status")).to_have_text("200 OK")
    add(page, user_id, '{"a": 2}')
    expect(page.locator("#answer-status")).to_have_text("409 Conflict")
    page.evaluate("sessionStorage.setItem('idToken', 'x.y.z')")
    find(page, user_id)
    expect(page.locator("#answer-status")).to_have_text("401 Unauthorized")
    expect(page.locator("#answer-advice")).to_contain_text("sign in again")


@in_chromium
@pytest.mark.parametrize(
    ("user_id", "attributes", "field"),
    [
        ("", "{}", "#add-user-id"),
        ("a b", "{}", "#add-user-id"),
        ("a", "{no", "#add-attributes"),
        ("a", "[1]", "#add-attributes"),
        ("a", "null", "#add-attributes"),
        ("a", '{"user_id": "b"}', "#add-attributes"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_not_sent(page, system, user_id, attributes, field):
    sign_in(page, system.outputs)
    add(page, user_id, attributes)
    expect(page.locator(field)).to_be_focused()
    expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"{field}-error")).not_to_be_empty()
    expect(page.locator("#answer-empty")).to_be_visible()


@in_chromium
def test_markup_in_a_record_is_shown_and_never_run(page, system):
    user_id = new_id()
    markup = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    sign_in(page, system.outputs)
    add(page, user_id, json.dumps({"markup": markup}))
    expect(page.locator("#answer-status")).to_have_text("200 OK")
    find(page, user_id, system.outputs["ApiKey"])
    expect(page.locator("#answer-body")).to_contain_text("onerror")
    assert page.locator("#answer-body img").count() == 0
    assert page.title() == "OmniData · records"


@in_chromium
def test_the_policy_stops_a_script_that_got_into_the_page(page, complaints):
    with page.expect_console_message(lambda line: "Content Security Policy" in line.text):
        page.evaluate(
            "const script = document.createElement('script');"
            "script.textContent = 'document.title = \"run\"';"
            "document.body.append(script)"
        )
    assert page.title() == "OmniData · records"
    assert len(complaints) == 1
    complaints.clear()


@in_chromium
def test_a_code_that_this_tab_did_not_ask_for_is_refused(page, system):
    page.goto(f"{system.base_url}?code=stolen&state=other")
    expect(page.get_by_role("alert")).to_contain_text("not started from this tab")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.url == system.base_url


@in_chromium
@pytest.mark.parametrize("width", [320, 700, 1180])
def test_the_page_fits_its_window(page, system, width):
    page.set_viewport_size({"width": width, "height": 700})
    sign_in(page, system.outputs)
    add(page, new_id(), json.dumps({"long": "x" * 500}))
    expect(page.locator("#answer-status")).to_have_text("200 OK")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@in_chromium
def test_every_field_has_a_label_and_the_page_a_heading(page, system):
    sign_in(page, system.outputs)
    labels = page.locator("input, textarea").evaluate_all("all => all.map(e => e.labels.length)")
    assert labels == [1, 1, 1, 1]
    assert page.locator("h1:visible").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_told_apart(theme):
    block = re.findall(r":root {(.*?)}", STYLE.read_text(), re.DOTALL)[theme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    texts = [("ink", "ground"), ("ink", "card"), ("soft", "card"), ("accent-ink", "accent")]
    texts += [("good", "good-ground"), ("bad", "bad-ground"), ("bad", "card"), ("ink", "code")]
    texts += [(kind, "code") for kind in ("key", "text", "number", "literal")]
    faint = {text: contrast(*(colours[name] for name in text)) for text in texts}
    assert {pattern: ratio for pattern, ratio in faint.items() if ratio < 4.5} == {}
    assert contrast(colours["field"], colours["card"]) >= 3
