"""The client's address behind proxies, and the server that gives it to the gateway."""

from ipaddress import ip_address

from infra.containers.config import Proxies
from infra.local.gateway.gateway import FORWARDED_FOR
from infra.local.gateway.server import RequestHandler, Server


class ProxiedServer(Server):
    """Replaces X-Forwarded-For by the one address in it that can be trusted."""

    def __init__(self, address: tuple[str, int], front: RequestHandler, proxies: Proxies) -> None:
        self._proxies = proxies
        super().__init__(address, front)

    def identify(self, headers: dict[str, str], peer: str) -> dict[str, str]:
        """The headers with the client's address alone in X-Forwarded-For."""
        client = find_client(peer, headers.get(FORWARDED_FOR, ""), self._proxies)
        return {**headers, FORWARDED_FOR: client}


def find_client(peer: str, forwarded: str, proxies: Proxies) -> str:
    """The address of the client of a request that `peer` sent.

    A client may send the header itself, so it is read from its end, as far as our proxies wrote
    it; what another peer sends in it is ignored.
    """
    address = ip_address(peer)
    if not any(address in network for network in proxies.networks):
        return peer
    seen = [entry.strip() for entry in forwarded.split(",")]
    client = seen[-proxies.hops] if len(seen) >= proxies.hops else ""
    return client if _is_address(client) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
