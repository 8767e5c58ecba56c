"""What the containers read beside the functions' own variables, once, at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from chalicelib.errors import MissingSetting
from chalicelib.settings.environment import Environment
from infra.declared.containers import PORT

Network = IPv4Network | IPv6Network
MAX_PORT = 65_535


@dataclass(frozen=True, kw_only=True)
class Proxies:
    """The proxies before the API: only peers in `networks` may say who the client is.

    Each of the `hops` proxies appends the address that it saw to X-Forwarded-For.
    """

    networks: tuple[Network, ...]
    hops: int


@dataclass(frozen=True, kw_only=True)
class ApiConfig:
    """Settings of the API's container.

    After SIGTERM it serves for `drain_s` more, then finishes what runs within `stop_budget_s`.
    """

    port: int
    user_pool_client_id: str
    usage_plan: str
    proxies: Proxies
    drain_s: float
    stop_budget_s: float


@dataclass(frozen=True, kw_only=True)
class EventsConfig:
    """Settings of the event sources' container: the file for its health check, and its stop.

    An idle queue is polled for `long_poll_s`, which a stop waits for.
    """

    health_file: str
    long_poll_s: int
    stop_budget_s: float


def api_config(variables: Mapping[str, str] | None = None) -> ApiConfig:
    """Raises MissingSetting, which names the variable."""
    env = Environment(os.environ if variables is None else variables)
    return ApiConfig(
        port=int(env.number("PORT", PORT, at_least=1, at_most=MAX_PORT)),
        user_pool_client_id=env.require("USER_POOL_CLIENT_ID"),
        usage_plan=env.require("USAGE_PLAN"),
        proxies=Proxies(
            networks=_read_networks(env),
            hops=int(env.number("PROXY_HOPS", 1, at_least=1, at_most=10)),
        ),
        drain_s=env.number("DRAIN_S", 0, at_most=60),
        stop_budget_s=env.number("STOP_BUDGET_S", 20, at_most=110),
    )


def events_config(variables: Mapping[str, str] | None = None) -> EventsConfig:
    """Raises MissingSetting, which names the variable."""
    env = Environment(os.environ if variables is None else variables)
    return EventsConfig(
        health_file=env.require("HEALTH_FILE"),
        long_poll_s=int(env.number("LONG_POLL_S", 10, at_most=20)),
        stop_budget_s=env.number("STOP_BUDGET_S", 20, at_most=110),
    )


def _read_networks(env: Environment) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(text) for text in env.list("PROXY_NETWORKS", ""))
    except ValueError as error:
        raise MissingSetting(
            f"PROXY_NETWORKS must be networks such as 10.0.0.0/16: {error}"
        ) from error
