"""The pictures: which page, in which looks, and what is done before."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.screenshots.sample import Things


def _nothing(_: Page) -> None:
    """The page is shown as it opens."""


@dataclass(frozen=True, slots=True)
class Shot:
    """`is_whole` pictures what is below the window as well."""

    name: str
    path: str
    looks: tuple[str, ...] = ("light",)
    prepare: Callable[[Page], None] = _nothing
    is_whole: bool = False


def list_shots(things: Things) -> list[Shot]:
    """In the order of the side navigation."""
    return [
        Shot("overview", "/console", ("light", "dark", "narrow")),
        Shot("records", "/console/records"),
        Shot("record", "/console/records/sample-7"),
        Shot("orders", "/console/orders"),
        Shot("place-order", "/console/orders?place=1"),
        Shot("order", f"/console/orders/{things.order_id}"),
        Shot("logs", "/console/logs?severity=DEBUG", ("light", "dark", "narrow"), _open_record),
        Shot("analytics", "/console/analytics"),
        Shot("messages", "/console/publisher"),
        Shot("composer", "/console/publisher/new", ("light", "narrow"), _write),
        Shot("import-messages", "/console/publisher/import", prepare=_check),
        Shot("calendar", "/console/publisher/calendar", ("light", "narrow"), is_whole=True),
        Shot("message", f"/console/publisher/{things.message_id}"),
        Shot("series", f"/console/series/{things.series_id}", prepare=_see_what_comes),
        Shot(
            "series-change",
            f"/console/series/{things.series_id}/edit",
            prepare=_see_checked,
            is_whole=True,
        ),
        Shot("templates", "/console/templates"),
        Shot(
            "template",
            f"/console/publisher/new?of=template&from={things.template_id}",
            prepare=_fill,
        ),
        Shot("suppressions", "/console/suppressions"),
        Shot("calendar-list", "/console/publisher/calendar?view=list", is_whole=True),
        Shot("channels", "/console/channels", is_whole=True),
        Shot("certifications", "/console/certifications"),
        Shot("webhooks", f"/console/webhooks?sel={things.webhook_id}", prepare=_test),
        Shot("pipeline", "/console/pipeline", ("light", "dark")),
        Shot("dead-letters", "/console/dead-letters/orders"),
        Shot("tenants", "/console/tenants"),
        Shot("tenant", "/console/tenants/shop"),
        Shot("settings", "/console/settings"),
        Shot("api-reference", "/console/api?op=import_records"),
        Shot("palette", "/console", ("light",), _search(things.order_id)),
    ]


def _open_record(tab: Page) -> None:
    tab.get_by_role("option").nth(3).click()
    tab.get_by_text("log_id").wait_for()


def _write(tab: Page) -> None:
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("Text", exact=True).fill(
        "Our new shop opens on Monday at nine, come by, the first hundred get a mop. ☀"
    )
    form.get_by_text("of 3000 characters").wait_for()


def _check(tab: Page) -> None:
    form = tab.get_by_role("form", name="Import messages")
    form.get_by_label("Rows").fill(
        "content,channels,scheduled_at\nWe open at nine.,facebook linkedin,2030-01-01T08:00:00Z\n"
        "We close at six.,fax,2030-01-01T17:00:00Z\n"
    )
    form.get_by_role("button", name="Check").click()
    form.get_by_text("1 cannot").wait_for()


def _see_checked(tab: Page) -> None:
    tab.get_by_text(" characters").first.wait_for()


def _see_what_comes(tab: Page) -> None:
    tab.get_by_text("projected").first.wait_for()


def _fill(tab: Page) -> None:
    form = tab.get_by_role("form", name="New message")
    form.get_by_label("person", exact=True).fill("Ada Lovelace")
    form.get_by_label("title", exact=True).fill("Solutions Architect")
    form.get_by_text("of 3000 characters").wait_for()


def _test(tab: Page) -> None:
    tab.get_by_role("button", name="Send a test event").click()
    tab.get_by_text("The receiver: ").wait_for()


def _search(found: str) -> Callable[[Page], None]:
    def search(tab: Page) -> None:
        tab.keyboard.press("Control+k")
        tab.get_by_label("Page, action or any id").fill(found)
        tab.get_by_role("option").filter(has_text="notified").first.wait_for()

    return search
