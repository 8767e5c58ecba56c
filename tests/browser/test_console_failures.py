"""Requests that failed are listed on the overview, and looked up by their ids."""

import re
import uuid

from browsers import in_chromium
from playwright.sync_api import expect
from support.console import console_of, list_barriers, make_publisher
from support.local_system import aws_of

from chalicelib import times
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.failed_requests import FailedRequests
from chalicelib.aws.table import Table
from chalicelib.failed_request import FailedRequest

pytestmark = in_chromium


def note_failure(system):
    """As the API keeps a failure of its own; returns the request's id."""
    failed = FailedRequest(
        at=times.sortable_text(times.now()),
        request_id=str(uuid.uuid4()),
        method="POST",
        route="/api/v1/tenants/{tenant_id}/keys",
        status=503,
        code="unavailable",
    )
    client = aws_of(system.config).client("dynamodb")
    bulk = Bulk(client, system.outputs["StateTable"], ("pk", "sk"))
    FailedRequests(Table(client, system.outputs["StateTable"]), bulk).note(failed)
    return failed.request_id


def fail_here(tab, console):
    """Ask for a record that is not there, and go to the overview."""
    tab.goto(console.address("/console/records/nobody-has-this"))
    expect(tab.get_by_text("No record has the id")).to_be_visible()
    tab.goto(console.address("/console"))


def test_a_failed_request_of_the_tab_is_listed_and_looked_up(console):
    tab = console.open("/console/records")
    tab.emulate_media(reduced_motion="reduce")  # axe looks at colours at once
    fail_here(tab, console)
    own = tab.get_by_role("table", name="Failed requests of this tab")
    row = own.get_by_role("row").filter(has_text="/api/v1/records/{user_id}").first
    expect(row).to_contain_text("404 not_found")
    assert list_barriers(tab) == []
    row.get_by_role("button", name=re.compile("^Look up ")).click()
    found = tab.get_by_role("option").filter(has_text="GET /api/v1/records/{user_id}")
    expect(found).to_contain_text("404 not_found")


def test_a_failure_of_the_system_is_listed_and_looked_up_by_operators(console, system):
    request_id = note_failure(system)
    tab = console.open("/console")
    tab.emulate_media(reduced_motion="reduce")
    failures = tab.get_by_role("table", name="Failures of the API")
    row = failures.get_by_role("row").filter(
        has=tab.get_by_role("button", name=f"Look up {request_id}")
    )
    expect(row).to_contain_text("POST /api/v1/tenants/{tenant_id}/keys")
    expect(row).to_contain_text(re.compile(r"503 unavailable · \d{4}-"))
    assert list_barriers(tab) == []
    row.get_by_role("button", name=f"Look up {request_id}").click()
    found = tab.get_by_role("option").filter(has_text="503 unavailable POST")
    expect(found).to_contain_text(request_id)
    assert list_barriers(tab) == []


def test_others_see_those_of_their_tab_alone(browser, system):
    note_failure(system)
    person = make_publisher(system, "failures-publisher@example.com")
    with console_of(browser, system, person) as console:
        tab = console.first
        expect(tab.get_by_role("heading", name="Failed requests of this tab")).to_be_visible()
        expect(tab.get_by_text("None since this tab was opened.")).to_be_visible()
        expect(tab.get_by_role("heading", name="Failures of the API")).to_have_count(0)
