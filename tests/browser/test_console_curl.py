"""A change as curl, before the page sends it and after."""

import json
import os
import re
import subprocess
import uuid

import pytest
from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium


@pytest.fixture
def tab(console):
    """The form of an order, and a clipboard that can be read."""
    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return console.open("/console/orders?place=1")


def read_clipboard(tab) -> str:
    expect(tab.get_by_text("The request is copied.")).to_be_visible()
    return tab.evaluate("navigator.clipboard.readText()")


def run(command: str, token: str) -> dict:
    """What a shell prints that is given the command and, in place of `make`, a token."""
    lines = [line for line in command.splitlines() if not line.startswith("TOKEN=")]
    done = subprocess.run(
        ["sh", "-c", "\n".join(lines)],
        env={"PATH": os.environ["PATH"], "TOKEN": token},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_the_command_of_a_form_sends_what_its_button_sends(tab, system):
    sent = []
    tab.on("request", lambda request: sent.append(request.method))
    expect(tab.get_by_role("button", name="Copy as curl before sending")).to_be_disabled()
    tab.get_by_label("Customer (optional)").fill(f"O'Hara {uuid.uuid4()}")
    tab.get_by_label("Line 1: what").fill("mop")
    tab.get_by_label("Line 1: unit price").fill("9.75")
    tab.get_by_role("button", name="Copy as curl before sending").click()
    command = read_clipboard(tab)
    assert "POST" not in sent
    placed = run(command, system.token())
    tab.get_by_role("button", name="Place order", exact=True).click()
    # One Idempotency-Key an opened form: the shell and the button placed one order.
    expect(tab).to_have_url(re.compile(f"/console/orders/{placed['orderID']}$"))
    done = tab.get_by_text(re.compile("^Order .* is queued"))
    expect(done).to_be_visible()
    tab.get_by_role("button", name="Copy as curl", exact=True).first.click()
    until_copied = "async (text) => (await navigator.clipboard.readText()) === text"
    tab.wait_for_function(until_copied, arg=command)


def test_the_command_of_a_dialog_is_there_before_it_is_confirmed(console, system):
    user_id = f"curl-{uuid.uuid4().hex[:8]}"
    token = system.token()
    system.request("POST", "/stream", {"user_id": user_id}, Authorization=token)
    console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = console.open(f"/console/records/{user_id}")
    tab.get_by_role("button", name="Delete").click()
    dialog = tab.get_by_role("dialog", name="Delete 1 record")
    dialog.get_by_role("button", name="Copy as curl before sending").click()
    command = read_clipboard(tab)
    assert f"-X DELETE '{console.address(f'/api/v1/records/{user_id}')}'" in command
    assert "if-match" in command
    assert token not in command
