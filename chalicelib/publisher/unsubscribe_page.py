"""The pages of unsubscribing: they have no script, and name nobody; pure."""

from html import escape
from string import Template

from chalicelib.errors import OmniError
from chalicelib.web.payload import FORM, HTML, MULTIPART, Binary, Payload, Upload

# A form has one field; anything longer is none.
FORMS = Upload({FORM: str, MULTIPART: Binary}, max_bytes=8 * 1024)
PAGE = {HTML: str}

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with none, browsers post a form with `Origin: null`
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGE = Template("""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>$title</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <main>
      <h1>$title</h1>
      <p>$text</p>
$form    </main>
  </body>
</html>
""")
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
    page = _PAGE.substitute(title=escape(title), text=escape(text), form=form)
    return Payload(media_type=HTML, data=page.encode(), headers=HEADERS)
