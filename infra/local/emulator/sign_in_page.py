"""The hosted sign-in page of `make run`, with the demo user and the password on it.

Pages of other origins cannot read it, and the console's start page says the same. Emulators of
rehearsals, and AWS, show the page without it.
"""

import html
from collections.abc import Callable
from pathlib import Path

from infra.local.config import DEMO_USER
from infra.local.provision.generated_values import DEMO_PASSWORD, GeneratedValues

_FORM = "<form"  # the page has one; what an error says of the input is escaped
_STYLE = "margin-bottom:16px;font-size:14px;line-height:1.6;text-align:center"


def install(generated_file: Path) -> None:
    """Let the emulator's page say it; the password is read again for each page."""
    from ministack.services import cognito  # type: ignore[import-untyped]  # noqa: PLC0415 heavy

    values = GeneratedValues(generated_file)
    cognito._login_page_html = _with_hint(cognito._login_page_html, values)  # noqa: SLF001 there is no other way in


def _with_hint(make_page: Callable[..., str], values: GeneratedValues) -> Callable[..., str]:
    def make_page_with_hint(*fields: str, **more: str) -> str:
        page = make_page(*fields, **more)
        password = values.find(DEMO_PASSWORD)
        return page if password is None else add_hint(page, password)

    return make_page_with_hint


def add_hint(page: str, password: str) -> str:
    """The page with the demo user above its form."""
    user, secret = html.escape(DEMO_USER), html.escape(password)
    hint = (
        f'<p style="{_STYLE}">Demo user of this machine<br><code>{user}</code><br>'
        f"<code>{secret}</code></p>\n"
    )
    return page.replace(_FORM, f"{hint}{_FORM}", 1)
