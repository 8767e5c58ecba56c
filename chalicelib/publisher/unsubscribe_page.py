"""The pages of unsubscribing: they have no script, and name nobody; pure."""

from html import escape

from chalicelib.errors import OmniError
from chalicelib.publisher import html_page
from chalicelib.web.payload import FORM, HTML, MULTIPART, Binary, Payload, Upload

# A form has one field; anything longer is none.
FORMS = Upload({FORM: str, MULTIPART: Binary}, max_bytes=8 * 1024)
PAGE = {HTML: str}

_POLICY = html_page.build_policy("form-action 'self'")
# With none, browsers post a form with `Origin: null`.
_HEADERS = {"Referrer-Policy": "same-origin"}
_FORM = """      <form method="post">
        <input type="hidden" name="List-Unsubscribe" value="One-Click" />
        <button type="submit">Unsubscribe</button>
      </form>
"""


def ask() -> Payload:
    """The page with the button."""
    return _make("Unsubscribe", "You will get no further e-mails from this sender.", _FORM)


def confirm() -> Payload:
    """The page after it."""
    return _make("You are unsubscribed", "You will get no further e-mails from this sender.")


def refuse(error: OmniError, _status: int, _media_type: str) -> Payload:
    """The page of a failure, such as a link that is not valid."""
    return _make("This did not work", str(error))


def _make(title: str, text: str, form: str = "") -> Payload:
    main = f"      <p>{escape(text)}</p>\n{form}"
    return html_page.build(title, main, _POLICY, _HEADERS)
