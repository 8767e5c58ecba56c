"""What the console says while a part is away, and how it recovers without a reload."""

import os
import re
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from browsers import in_chromium
from playwright.sync_api import Page, expect
from support.authors import Author
from support.console import console_of
from support.local_system import LocalSystem, aws_of
from support.waiting import until

from chalicelib import times

pytestmark = in_chromium

SILENT = "The archive worker last reported 2 min ago. Searches are answered"
NOT_LOADED = "This page could not be loaded"
BY_ITSELF = "This page tries again by itself."
MOST_REQUESTS_A_SECOND = 3


@pytest.fixture(scope="module")
def console(browser, tmp_path_factory):
    """The console of a system whose parts these tests stop."""
    whole = LocalSystem(tmp_path_factory.mktemp("recovery"))
    try:
        with console_of(browser, whole.start()) as found:
            found.first.goto(found.address("/console/settings"))
            yield found
    finally:
        whole.end()


@contextmanager
def stopped(system: LocalSystem, part: str) -> Iterator[None]:
    """That part hangs meanwhile: it keeps its connections and sends no response."""
    pid = system.pid(part)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # a test may have killed it
            os.kill(pid, signal.SIGCONT)


@contextmanager
def gone(system: LocalSystem, part: str) -> Iterator[None]:
    """That part is killed, and is not started again meanwhile."""
    with stopped(system, "parent"):
        os.kill(system.pid(part), signal.SIGKILL)
        yield


@contextmanager
def bounded_requests(tab: Page) -> Iterator[None]:
    """A page that asks a part which is away must not make its return harder."""
    sent: list[str] = []
    tab.on("request", lambda request: "/assets/" in request.url or sent.append(request.url))
    begun = datetime.now(UTC)
    yield
    seconds = (datetime.now(UTC) - begun).total_seconds()
    assert len(sent) <= 10 + MOST_REQUESTS_A_SECOND * seconds, sent


def date_heartbeat_back(system: LocalSystem, ago: timedelta) -> None:
    """As if the worker, which is stopped, had been so for that long."""
    aws_of(system.config).client("dynamodb").update_item(
        TableName=system.outputs["StateTable"],
        Key={"pk": {"S": "HEARTBEAT"}, "sk": {"S": "worker#local"}},
        UpdateExpression="SET #at = :at",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues={":at": {"S": times.text(datetime.now(UTC) - ago)}},
    )


def test_a_worker_that_hangs_is_named_and_a_new_one_ends_the_warning(console):
    system = console.system
    tab = console.open("/console")
    expect(tab.get_by_text(re.compile("^The archive worker last reported"))).to_be_visible()
    with stopped(system, "worker"):
        date_heartbeat_back(system, timedelta(minutes=2))
        expect(tab.get_by_text(re.compile(f"^{SILENT}")).first).to_be_visible()
        killed = system.pid("worker")
        os.kill(killed, signal.SIGKILL)
        until(lambda: system.pid("worker") not in (0, killed), what="another worker")
        expect(tab.get_by_text("All is well")).to_be_visible()
    expect(tab.get_by_text(re.compile(f"^{SILENT}"))).to_have_count(0)


def test_an_order_is_kept_in_its_form_while_the_emulator_is_paused(console):
    customer = f"Ada {uuid.uuid4().hex[:8]}"
    tab = console.open("/console/orders?place=1")
    form = tab.get_by_role("form", name="Place an order")
    form.get_by_label("Customer").fill(customer)
    form.get_by_label("Line 1: what").fill("mop")
    form.get_by_label("Line 1: unit price").fill("1.50")
    other = console.open("/console/settings")
    with stopped(console.system, "emulator"), bounded_requests(other):
        other.get_by_role("link", name="Records").click()
        form.get_by_role("button", name="Place order").dblclick()
        expect(tab.get_by_text("Waiting for the API since")).to_be_visible()
        expect(tab.get_by_text("The order was not placed")).to_be_visible()
        expect(form.get_by_label("Customer")).to_have_value(customer)
        expect(other.get_by_text("The records could not be read")).to_be_visible()
        expect(other.get_by_text(BY_ITSELF)).to_be_visible()
    expect(other.get_by_text("No records yet")).to_be_visible()
    form.get_by_role("button", name="Place order").click()
    expect(tab).to_have_url(re.compile("/console/orders/[0-9a-f]+$"))
    expect(tab.get_by_text("notified").first).to_be_visible()
    pages = tab.get_by_role("navigation", name="Pages")
    pages.get_by_role("link", name="Orders", exact=True).click()
    expect(tab.get_by_text("Shown 1 order")).to_be_visible()


def test_a_channel_that_refuses_is_said_and_a_retry_sends_the_post(console):
    author = Author(console.system)
    author.set_fault("linkedin", {"refused": {"times": 1, "on": "publish"}})
    tab = console.open("/console/channels")
    tab.get_by_role("button", name="Send a test to LinkedIn").click()
    expect(tab.get_by_text("The post's content is refused.")).to_be_visible()
    expect(tab.get_by_text("Change the message.")).to_be_visible()
    channels = console.open("/console/channels")
    expect(channels.get_by_text("The post's content is refused.")).to_be_visible()
    tab.get_by_role("button", name="Retry 1 failed").click()
    expect(tab.get_by_role("row", name=re.compile("^LinkedIn sent"))).to_be_visible()


def test_pages_open_by_themselves_once_a_gateway_that_was_killed_is_back(console):
    tab = console.open("/console")
    expect(tab.get_by_text("All is well")).to_be_visible()
    other = console.open("/console/settings")
    with gone(console.system, "gateway"), bounded_requests(tab):
        expect(
            tab.get_by_text("The overview could not be read; what is below is older")
        ).to_be_visible()
        expect(tab.get_by_text("Not up to date")).to_be_visible()
        expect(tab.get_by_text("All was well")).to_be_visible()
        other.get_by_role("link", name="Analytics").click()
        expect(other.get_by_role("heading", name=NOT_LOADED)).to_be_visible()
    expect(other.get_by_role("heading", name="Over time")).to_be_visible()
    expect(tab.get_by_text("All is well")).to_be_visible()
    console.complaints.clear()  # of connections that were refused


def test_a_request_that_hangs_is_stopped_by_a_person(console):
    tab = console.open("/console/tenants")
    tab.get_by_label("New tenant").fill("stopped")
    with stopped(console.system, "gateway"):
        tab.get_by_role("button", name="Create").click()
        tab.get_by_role("button", name="Stop", exact=True).click()
        expect(tab.get_by_text("You stopped waiting.")).to_be_visible()
        expect(tab.get_by_label("New tenant")).to_have_value("stopped")
