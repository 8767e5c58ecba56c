"""The page of a certificate that its owner has made public, which does not name the owner; pure."""

import base64
import hashlib
from datetime import date
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.errors import OmniError
from chalicelib.publisher import html_page
from chalicelib.publisher.model.certificates import CertificationStatus, read_status
from chalicelib.web.headers import CACHE_CONTROL, LOCATION, SHARED
from chalicelib.web.payload import HTML, Payload

if TYPE_CHECKING:
    from chalicelib.publisher.stored_certificate import StoredCertification

PAGE = {HTML: str}
_CACHED = {CACHE_CONTROL: SHARED}
_SAID = {
    CertificationStatus.ACTIVE: "valid",
    CertificationStatus.EXPIRING: "valid, expires soon",
    CertificationStatus.EXPIRED: "expired",
}
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}"
    "h1{overflow-wrap:anywhere}dt{font-weight:600}dd{margin:0 0 .75rem;overflow-wrap:anywhere}"
    "img{max-width:12rem;max-height:12rem}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEAD = f"    <style>{_STYLE}</style>\n"
_POLICY = ("form-action 'none'", f"style-src 'sha256-{_HASH}'")
_NOTE = "The holder of the certificate wrote this page. Ask its issuer whether it is true."


def show(certificate: "StoredCertification", today: date, badge_url: str | None) -> Payload:
    """The page on a day; `badge_url` is where the picture is, if there is one."""
    images = "" if badge_url is None else f"'self' {_read_origin(badge_url)}"
    policy = html_page.build_policy(*_POLICY, images=images)
    main = _write(certificate, read_status(certificate.expires_on, today), badge_url)
    return html_page.build(certificate.name, main, policy, _CACHED, head=_HEAD)


def lead_on(badge_url: str) -> Payload:
    """The response that leads on to a picture, whose URL outlives what caches keep of it."""
    return Payload(media_type=HTML, data=b"", headers={**_CACHED, LOCATION: badge_url})


def refuse(error: OmniError, _status: int, _media_type: str) -> Payload:
    """The page of a failure."""
    policy, text = html_page.build_policy(*_POLICY), f"      <p>{escape(str(error))}</p>\n"
    return html_page.build("Nothing to see", text, policy, {}, head=_HEAD)


def _write(
    certificate: "StoredCertification", status: CertificationStatus, badge: str | None
) -> str:
    """What the page says, as HTML."""
    facts = {
        "Issued by": certificate.issuer,
        "Issued on": certificate.issued_on,
        "Expires on": certificate.expires_on or "never",
        "Status": _SAID[status],
        "Credential id": certificate.credential_id,
    }
    rows = [f"<dt>{name}</dt><dd>{escape(str(fact))}</dd>" for name, fact in facts.items() if fact]
    picture = f'<p><img src="{escape(certificate.id)}/badge" alt="Badge" /></p>'
    lines = [*([picture] if badge else []), f"<dl>{''.join(rows)}</dl>"]
    if certificate.verify_url:
        url = escape(certificate.verify_url)
        lines.append(f'<p><a href="{url}" rel="nofollow noopener noreferrer">Verify it</a></p>')
    return "".join(f"      {line}\n" for line in (*lines, f"<p><small>{_NOTE}</small></p>"))


def _read_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
