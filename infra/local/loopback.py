"""Runs a module that may connect to this machine alone: `python -m infra.local.loopback -m MODULE`.

On stage local nothing is sent to AWS or to another service, by whatever mistake: an audit hook,
which cannot be removed, sees every connection of the process before it is made.
"""

import runpy
import socket
import sys
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_USAGE = 3  # this program, -m, and the module


class OutsideRefused(PermissionError):
    """A connection to another machine; for libraries a failure to connect like others."""


def is_loopback(host: str) -> bool:
    """Whether an address or a name is this machine's own."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def is_local_url(url: str) -> bool:
    """Whether a URL is on this machine."""
    return is_loopback(urlsplit(url).hostname or "")


def refuse_others() -> None:
    """Refuse all connections but those to this machine, until the process ends."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook. Connected sockets are all of TCP; of UDP nothing here sends otherwise."""
    if event != "socket.connect":
        return
    connection, address = arguments
    if connection.family in _INTERNET and not is_loopback(str(address[0])):
        raise OutsideRefused(
            f"stage local connects to this machine alone, not to {address[0]} port {address[1]}"
        )


def main() -> None:
    """Run the module as `python -m` does."""
    if len(sys.argv) != _USAGE or sys.argv[1] != "-m":
        sys.exit(f"usage: {sys.argv[0]} -m MODULE")
    refuse_others()
    module = sys.argv.pop()
    del sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
