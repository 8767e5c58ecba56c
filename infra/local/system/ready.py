"""When the system is ready, and what it then says."""

import http.client
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from infra.local.config import HOST, ROOT, LocalConfig
from infra.local.emulator.recovery import Recovery
from infra.local.provision.sign_in import DEMO_TENANT

_ASK_TIMEOUT_S = 3.0
INDEX = ROOT / "frontend" / "dist" / "index.html"
NOT_BUILT = "  (not built: make console builds it, with Node 20.19 or newer)"


def parts_down(port: int) -> list[str]:
    """Which parts `/health` calls down; [] when all are up, the gateway while it is silent."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_ASK_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return ["gateway"]
    finally:
        connection.close()
    return [] if response.status == HTTPStatus.OK else _down(body)


def ready_block(
    config: LocalConfig, outputs: Mapping[str, str], recovery: Recovery | None = None
) -> str:
    """How to reach and try what runs, and what the start had to restore."""
    restored = "" if recovery is None else f"\n\n{recovery.describe(_shorten)}"
    token = f"$({config.make('-s token')})"
    return f"""
OmniData is ready.{restored}

  Console   {outputs["ConsoleUrl"]}{"" if INDEX.exists() else NOT_BUILT}
  Sign in   {outputs["DemoUser"]}  {outputs["DemoPassword"]}
            an operator, and of tenant {DEMO_TENANT}; {config.make("user")} EMAIL=... makes others
  API key   {outputs["ApiKey"]}
  Mailbox   {outputs["MailboxUrl"]}
  Outbox    {outputs["OutboxUrl"]}
  Logs      {_shorten(config.logs_dir)}

Add a record and find it, from another terminal in this directory:

  curl -X POST {outputs["ApiUrl"]}stream -H "Authorization: {token}" \
-H 'Content-Type: application/json' -d '{{"user_id": "ada", "name": "Ada Lovelace"}}'
  curl '{outputs["ApiUrl"]}get-user?user_id=ada' -H "Authorization: {token}" \
-H 'x-api-key: {outputs["ApiKey"]}'

Ctrl-C stops everything; the data stays in {_shorten(config.state_dir)}.
"""


def _shorten(path: Path) -> str:
    """The path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _down(body: bytes) -> list[str]:
    """The parts of a 503's body that are not up."""
    try:
        parts: Mapping[str, str] = json.loads(body)["parts"]
    except (ValueError, KeyError, TypeError):
        return ["gateway"]
    return [name for name, state in parts.items() if state != "up"] or ["gateway"]
