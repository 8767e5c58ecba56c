"""Serve the API until SIGTERM: `python -m infra.containers.api`."""

import sys

from chalicelib.errors import OmniError
from chalicelib.observability import logger
from infra.local.gateway.server import block_signals, serve_until_signalled

ANYWHERE = "0.0.0.0"  # noqa: S104 the load balancer is another machine

_log = logger(__name__)


def main() -> int:
    """Exit 0 after an orderly stop, 1 if the port is in use, 2 without a setting."""
    block_signals()
    try:
        return _serve()
    except OmniError as error:
        sys.stderr.write(f"api: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"api: it cannot listen: {error.strerror}\n")
        return 1


def _serve() -> int:
    # Here, since the import of the app reads its settings, which may be missing.
    from infra.containers.addresses import ProxiedServer  # noqa: PLC0415
    from infra.containers.config import api_config  # noqa: PLC0415
    from infra.containers.front import build_gateway  # noqa: PLC0415
    from infra.containers.health import ApiHealth  # noqa: PLC0415

    config, health = api_config(), ApiHealth()
    server = ProxiedServer((ANYWHERE, config.port), build_gateway(config, health), config.proxies)
    health.server = server
    if not serve_until_signalled(server, config.stop_budget_s, config.drain_s):
        _log.warning("requests in flight were cut off by the stop")
    return 0


if __name__ == "__main__":
    sys.exit(main())
