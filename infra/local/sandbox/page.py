"""The outbox as a page: feeds, a mailbox and a phone, without a script."""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

from infra.local.sandbox.calls import Response
from infra.local.sandbox.outbox import Post
from infra.local.sandbox.pictures import Pictures

FILE = Path(__file__).with_name("page.html")
SHOWN_POSTS = 200
MEDIA = "/media/"
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
FEEDS = {"facebook": "Facebook", "instagram": "Instagram", "linkedin": "LinkedIn"}
LINK = re.compile(r"<(https?://[^<>\s]+)>")
EMPTY = '<p class="empty">Nothing yet.</p>'


class SandboxPage:
    """The page of one file, which has its styles in itself; `pictures` are the posts' images."""

    def __init__(self, pictures: Pictures, file: Path = FILE) -> None:
        text = file.read_text()
        self._pictures = pictures
        self._template = Template(text)
        self._headers = _make_headers(text)

    def show(self, posts: list[Post]) -> Response:
        """The newest of `posts`, which are oldest first."""
        newest = posts[-SHOWN_POSTS:][::-1]
        sections = {
            channel: _join(self._make_card(post) for post in newest if post.channel == channel)
            for channel in FEEDS
        }
        mails = _join(_make_mail(post) for post in newest if post.channel == "email")
        messages = _join(_make_bubble(post) for post in newest if post.channel == "sms")
        page = self._template.substitute(
            sections, email=mails, sms=messages, count=_count(len(posts))
        )
        return Response(200, page.encode(), self._headers)

    def read_picture(self, path: str) -> Response | None:
        """The image at a path of the page; None if there is none."""
        name = path.removeprefix(MEDIA)
        content = self._pictures.read(name) if path.startswith(MEDIA) else None
        if content is None:
            return None
        return Response(200, content, {**self._headers, "Content-Type": TYPES[Path(name).suffix]})

    def _make_card(self, post: Post) -> str:
        images = "".join(f"<li>{self._make_image(media)}</li>" for media in post.media)
        listed = f'<ul class="media" aria-label="Images">{images}</ul>' if images else ""
        return _make_article(
            post,
            f"<h3>{escape(post.account or 'unknown account')}</h3>{_make_time(post)}"
            f"{_make_text(post)}{listed}{_make_details(post, ('link', 'cut'))}",
        )

    def _make_image(self, media: str) -> str:
        name, shown = self._pictures.find(media), escape(media.rpartition("/")[2])
        return f'<img src="{MEDIA}{name}" alt="{shown}" loading="lazy" />' if name else shown


def make_anchor(external_id: str) -> str:
    """A post's place on the page."""
    return "post-" + re.sub(r"[^\w-]", "-", external_id)


def _make_headers(text: str) -> dict[str, str]:
    """The page runs no script, and its one style is known by its hash."""
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src 'self' data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _count(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"


def _join(parts: Iterable[str]) -> str:
    return "\n".join(parts) or EMPTY


def _make_mail(post: Post) -> str:
    details = post.details
    headers = [name for name in details if name.startswith(("header ", "tag "))]
    return _make_article(
        post,
        f"<h3>{escape(details.get('subject', '(no subject)'))}</h3>{_make_time(post)}"
        f"{_make_details(post, ('from', 'to'))}{_make_text(post)}{_make_details(post, headers)}"
        f"{_make_unsubscribe(post)}",
    )


def _make_unsubscribe(post: Post) -> str:
    """The link that mail programs show for the header of one-click unsubscribing."""
    found = LINK.fullmatch(post.details.get("header List-Unsubscribe", ""))
    return f'<p><a href="{escape(found[1])}">Unsubscribe</a></p>' if found else ""


def _make_bubble(post: Post) -> str:
    return _make_article(
        post, f"<h3>{escape(post.account)}</h3>{_make_time(post)}{_make_text(post)}"
    )


def _make_article(post: Post, content: str) -> str:
    anchor = f' id="{make_anchor(post.external_id)}"' if post.accepted and post.external_id else ""
    state = "accepted" if post.accepted else "refused"
    kinds = f"{escape(post.channel)} {state}"
    return f'<article class="{kinds}"{anchor}>{content}{_make_end(post)}</article>'


def _make_end(post: Post) -> str:
    """The id of an accepted post, or why it was refused."""
    external_id = f"<code>{escape(post.external_id)}</code>" if post.external_id else ""
    if post.accepted:
        return f"<footer>{external_id}</footer>"
    error = f"<pre>{escape(post.details.get('error', ''))}</pre>"
    return f"<footer><strong>Refused</strong> {external_id}{error}</footer>"


def _make_time(post: Post) -> str:
    shown = f"{post.at[:10]} {post.at[11:19]} UTC"
    return f'<time datetime="{escape(post.at)}">{escape(shown)}</time>'


def _make_text(post: Post) -> str:
    return f'<p class="text">{escape(post.text)}</p>'


def _make_details(post: Post, names: Iterable[str]) -> str:
    rows = "".join(
        f"<dt>{escape(name.removeprefix('header '))}</dt><dd>{escape(post.details[name])}</dd>"
        for name in names
        if name in post.details
    )
    return f"<dl>{rows}</dl>" if rows else ""
