"""Which URLs and addresses webhooks may be sent to: public ones, whatever a name resolves to; pure.

A receiver's URL comes from outside, and the functions run inside: nobody may reach instance
metadata, a private network or this machine by giving such a URL (server-side request forgery).
"""

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NamedTuple
from urllib.parse import urlsplit

from chalicelib.errors import InvalidInput

Address = IPv4Address | IPv6Address

MAX_URL = 2048
HTTPS_PORT, HTTP_PORT = 443, 80
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# Beside what `is_global` refuses: Python 3.11 takes these for global.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "198.18.0.0/15",
            "224.0.0.0/3",  # multicast and what is reserved above it
            "2001::/23",  # Teredo and other assignments of the IETF
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address is inside
            "3fff::/20",
        ),
    )
)
_UNICAST = IPv6Network("2000::/3")  # whatever is global; ::ffff:0:0/96 and 64:ff9b::/96 are not
_TEXT = re.compile(r"[!-~]+")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
# The last label of a public name is no number, or 2130706433 and 127.1 would be names.
_NAME = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+(?=[a-z])({_LABEL})", re.IGNORECASE)


class Target(NamedTuple):
    """A receiver's URL in parts; `path` has the query. `loopback` says that it is this machine."""

    scheme: str
    host: str
    port: int
    path: str
    loopback: bool = False

    @property
    def authority(self) -> str:
        """The header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == (HTTPS_PORT if self.scheme == "https" else HTTP_PORT)
        return host if is_default else f"{host}:{self.port}"


def parse_url(url: str, *, loopback: bool) -> Target:
    """The parts of a receiver's URL; with `loopback` this machine's own over http pass, too.

    Raises InvalidInput, which says what is wrong.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidInput("url is no URL") from error
    if len(url) > MAX_URL or not _TEXT.fullmatch(url) or "\\" in url:
        raise InvalidInput(f"url must be at most {MAX_URL} printable ASCII characters")
    if "@" in parts.netloc or "#" in url:
        raise InvalidInput("url must have no user name and no fragment")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if loopback and parts.scheme == "http" and host in LOOPBACK_NAMES:
        return Target("http", host, port or HTTP_PORT, path, loopback=True)
    if parts.scheme != "https" or port not in (None, HTTPS_PORT):
        raise InvalidInput("url must begin with https:// and use port 443")
    if not _is_public_host(host):
        raise InvalidInput("url must name a public host")
    return Target("https", host, HTTPS_PORT, path)


def choose_address(target: Target, addresses: list[str]) -> str | None:
    """The one to connect to of the addresses that a name resolves to, IPv4 first.

    None if there is none, or if any of them may not be reached: a name that has a public and a
    private address is an attack, or a mistake that must not depend on their order.
    """
    found = [_read(text) for text in addresses]
    allowed = [address for address in found if address is not None and _allows(target, address)]
    if not allowed or len(allowed) != len(found):
        return None
    return str(min(allowed, key=lambda address: address.version))


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and of one machine."""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _UNICAST):
        return False
    inside = any(_contains(network, address) for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not inside


def _allows(target: Target, address: Address) -> bool:
    return address.is_loopback if target.loopback else is_public(address)


def _is_public_host(host: str) -> bool:
    address = _read(host)
    return bool(_NAME.fullmatch(host)) if address is None else is_public(address)


def _read(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _contains(network: IPv4Network | IPv6Network, address: Address) -> bool:
    return address.version == network.version and address in network
