"""The pages that we serve ourselves, to people who are not signed in: they have no script; pure."""

from collections.abc import Mapping
from html import escape
from string import Template

from chalicelib.web.payload import HTML, Payload

_PAGE = Template("""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>$title</title>
    <link rel="icon" href="data:," />
$head  </head>
  <body>
    <main>
      <h1>$title</h1>
$main    </main>
  </body>
</html>
""")


def build_policy(*directives: str, images: str = "") -> str:
    """A Content-Security-Policy that allows this alone, with `images` from these sources.

    The page's icon is an empty `data:`, so that browsers ask for none.
    """
    closed = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
    return "; ".join((*closed, f"img-src data: {images}".rstrip(), *directives))


def build(
    title: str, main: str, policy: str, headers: Mapping[str, str], *, head: str = ""
) -> Payload:
    """A page of a `title`, which is text; `main` and `head` are HTML."""
    page = _PAGE.substitute(title=escape(title), main=main, head=head)
    sent = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        **headers,
    }
    return Payload(media_type=HTML, data=page.encode(), headers=sent)
