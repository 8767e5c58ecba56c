"""When a function's runtime may change: a setting of Lambda's that ministack 1.5 does not have."""

# ruff: noqa: SLF001 it is about the inside of the emulator, whose version is pinned

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

Response = tuple[int, dict[str, str], bytes]
Handle = Callable[..., Awaitable[Response]]

_PATH = re.compile(r"/functions/(?P<name>[^/]+)/runtime-management-config$")
_SETTING, _DEFAULT = "UpdateRuntimeOn", "Auto"


def add_runtime_updates(lambdas: Any) -> Handle:
    """The request handler of ministack's module `lambdas` with the setting's two calls added."""
    handle: Handle = lambdas.handle_request
    chosen: dict[str, str] = {}

    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query: dict[str, Any]
    ) -> Response:
        match = _PATH.search(path)
        if match is None:
            return await handle(method, path, headers, body, query)
        name = match["name"]
        if name not in lambdas._functions:
            return await handle("GET", f"/2015-03-31/functions/{name}", headers, b"", {})  # its 404
        if method == "PUT":
            chosen[name] = json.loads(body)[_SETTING]
        found = {_SETTING: chosen.get(name, _DEFAULT), "FunctionArn": name}
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    return handle_request
