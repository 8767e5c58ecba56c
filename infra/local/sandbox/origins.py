"""Who may call the sandbox: programs of this machine, its own page, and the console.

It checks no password, so a page of another origin could otherwise publish, set faults or, by a name
that was rebound to this machine, read the outbox.
"""

from infra.local.emulator.guard import NAMES, RequestOrigin
from infra.local.sandbox.calls import Call
from infra.local.sandbox.page import MEDIA

VISITED = ("/", "/posts.json")
CONTROL = "/control"
METHODS = "GET, PUT, DELETE"


class Origins:
    """The permitted ones; `port` is the sandbox's, `console_port` the console's."""

    def __init__(self, *, port: int, console_port: int) -> None:
        self._hosts = frozenset(f"{name}:{port}" for name in NAMES)
        self._console = frozenset(f"http://{name}:{console_port}" for name in NAMES)
        self._permitted = self._console | {f"http://{host}" for host in self._hosts}

    def find_reason_to_refuse(self, call: Call) -> str | None:
        """Why a request is refused; None if it is not."""
        caller = _read_caller(call)
        if caller.host not in self._hosts:
            return "the Host header names another host"
        is_own = caller.path in VISITED or caller.path.startswith(MEDIA)
        is_read = caller.method in ("GET", "HEAD") and is_own
        if not caller.is_browser or (is_read and not caller.origin):
            return None
        is_page = is_read or caller.path.startswith(CONTROL)
        if is_page and caller.origin in self._permitted:
            return None
        return "web pages of another origin may not call the sandbox"

    def allow(self, call: Call) -> dict[str, str]:
        """CORS headers for the console; none for others."""
        origin = _read_caller(call).origin
        if origin not in self._console:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "content-type",
            "Vary": "Origin",
        }


def _read_caller(call: Call) -> RequestOrigin:
    return RequestOrigin(
        host=call.headers.get("host", "").lower(),
        origin=call.headers.get("origin", "").lower(),
        fetch_site=call.headers.get("sec-fetch-site", "").lower(),
        method=call.method,
        path=call.path,
    )
