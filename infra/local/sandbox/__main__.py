"""Serve the sandbox until SIGTERM: `python -m infra.local.sandbox`."""

import sys

from infra.local.config import HOST, local_config
from infra.local.gateway.server import Server, serve_until_signalled
from infra.local.gateway.wire import Limits
from infra.local.sandbox.build import build_front
from infra.local.sandbox.port import read_port

BODY_BYTES = 40 * 1024 * 1024  # of an e-mail
STOP_BUDGET_S = 0.3


def main() -> int:
    """Exit 0 after an orderly stop, 1 if there is no port or it is in use."""
    config = local_config()
    try:
        port = read_port(config)
        front = build_front(config, port)
        server = Server((HOST, port), front, Limits(body_bytes=BODY_BYTES))
    except (OSError, ValueError) as error:
        print(f"sandbox: it cannot start: {error}", file=sys.stderr)
        return 1
    serve_until_signalled(server, STOP_BUDGET_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
