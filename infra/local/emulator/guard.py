"""The guard of the embedded emulator: it refuses web pages, foreign hosts and admin paths.

The emulator checks no signature and allows every origin, so without the guard any page in a
browser on this machine could read and write all data. A browser marks its requests by `Origin` or
`Sec-Fetch-Site`: those reach the sign-in and the images of messages alone, by method and exact
path, since the emulator takes any other path for a call of the query API (`?Action=DeleteQueue`).
Programs send neither header and pass: they run as this machine's own user anyway.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

Scope = dict[str, Any]
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Any, Send], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost", "[::1]")
ADMIN = ("/_ministack", "/_localstack", "/_aws")
HEALTH = "/_ministack/health"
# Cognito's hosted pages and endpoints, as the emulator serves them.
VISITED = frozenset({("GET", "/oauth2/authorize"), ("GET", "/logout")})
SUBMITTED = ("POST", "/login")
TOKEN, USER = "/oauth2/token", "/oauth2/userInfo"
CALLED = frozenset({("POST", TOKEN), ("OPTIONS", TOKEN), ("GET", USER), ("OPTIONS", USER)})
PUBLISHED = re.compile(r"/[\w-]+/\.well-known/(jwks\.json|openid-configuration)")
# Presigned forms and links of the console: a form has no query, a link no member but these.
IMAGE = re.compile(r"/media/[0-9a-f-]{36}")
LINK_QUERY = re.compile(rb"versionId=[\w-]+(&X-Amz-\w+=[\w%.-]+)+")
WITHOUT_REFERRER = "null"  # the `Origin` of a form on a page whose policy is `no-referrer`
CORS = b"access-control-"


class RequestOrigin(NamedTuple):
    """What a request says of where it comes from; headers are empty where they are absent."""

    host: str
    origin: str
    fetch_site: str
    method: str
    path: str
    query: bytes = b""

    @property
    def is_browser(self) -> bool:
        """Whether a browser sends it: programs send neither of these headers."""
        return bool(self.origin or self.fetch_site)


class Guard:
    """Wraps the emulator's ASGI app.

    `port` is its own, `console_port` that of the console, whose pages may post images to
    `media_bucket` and show them.
    """

    def __init__(self, app: AsgiApp, *, port: int, console_port: int, media_bucket: str) -> None:
        self._app = app
        self._bucket = f"/{media_bucket}"
        self._hosts = frozenset(f"{name}:{port}" for name in NAMES)
        self._own = frozenset(f"http://{host}" for host in self._hosts)
        self._console = frozenset(f"http://{name}:{console_port}" for name in NAMES)

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Pass a permitted request on; return 403 for any other."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        caller = _read_caller(scope)
        reason = self._find_reason_to_refuse(caller)
        if reason is None and scope["type"] == "http":
            await self._app(scope, receive, self._with_cors(send, caller.origin))
        else:
            await _refuse(send, reason or "WebSockets are not served", scope["type"])

    def _find_reason_to_refuse(self, caller: RequestOrigin) -> str | None:
        if caller.host not in self._hosts:
            return "the Host header names another host"
        if caller.path.startswith(ADMIN) and caller.path != HEALTH:
            return "administration of the emulator is switched off"
        if caller.is_browser and not (self._is_sign_in(caller) or self._is_image(caller)):
            return "web pages may not call the emulator"
        return None

    def _is_sign_in(self, caller: RequestOrigin) -> bool:
        """Whether a hosted page is visited or submitted, or the console asks for tokens."""
        called = (caller.method, caller.path)
        if called in VISITED:
            return not caller.origin
        if called == SUBMITTED:
            is_own = caller.origin in self._own or caller.origin == WITHOUT_REFERRER
            return is_own and caller.fetch_site in ("", "same-origin")
        is_published = caller.method == "GET" and PUBLISHED.fullmatch(caller.path) is not None
        return caller.origin in self._console and (called in CALLED or is_published)

    def _is_image(self, caller: RequestOrigin) -> bool:
        """Whether the console posts an image by its form, or shows one by its link."""
        if caller.path == self._bucket:
            is_form = caller.method in ("POST", "OPTIONS") and not caller.query
            return is_form and caller.origin in self._console
        key = caller.path.removeprefix(self._bucket)
        is_link = key != caller.path and IMAGE.fullmatch(key) is not None
        is_read = caller.method == "GET" and LINK_QUERY.fullmatch(caller.query) is not None
        return is_link and is_read and caller.fetch_site in ("same-site", "same-origin", "none")

    def _with_cors(self, send: Send, origin: str) -> Send:
        """Replace the emulator's CORS headers, which allow everyone, by the console's own."""

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(n, v) for n, v in message["headers"] if not n.lower().startswith(CORS)]
                message = {**message, "headers": [*headers, *self._allow(origin)]}
            await send(message)

        return send_with_cors

    def _allow(self, origin: str) -> Iterable[tuple[bytes, bytes]]:
        if origin not in self._console:
            return ()
        return (
            (b"access-control-allow-origin", origin.encode()),
            (b"access-control-allow-headers", b"authorization, content-type"),
            (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
            (b"vary", b"origin"),
        )


def _read_caller(scope: Scope) -> RequestOrigin:
    headers = {name.lower(): value.decode("latin-1").lower() for name, value in scope["headers"]}
    return RequestOrigin(
        host=headers.get(b"host", ""),
        origin=headers.get(b"origin", ""),
        fetch_site=headers.get(b"sec-fetch-site", ""),
        method=scope.get("method", ""),
        path=scope["path"],
        query=scope.get("query_string", b""),
    )


async def _refuse(send: Send, reason: str, kind: str) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"message": reason, "code": "forbidden"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
