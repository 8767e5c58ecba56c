"""Clients that outlive a test: a session and its clients cost 30 to 80 ms."""

import threading
from functools import cache, cached_property
from typing import Any, NamedTuple

import botocore.session
from botocore.loaders import create_loader

from chalicelib.aws import Aws, Timeouts
from chalicelib.settings import AwsSettings

NONE = (None, None, None)


class Kind(NamedTuple):
    """What clients must have in common to replace each other."""

    service: str
    timeouts: Timeouts
    connections: int
    credentials: tuple[str | None, str | None, str | None] = NONE


class Pool:
    """The clients of one endpoint: each is lent to one cloud, until the test ends."""

    def __init__(self, settings: AwsSettings) -> None:
        self._maker = Aws(settings)
        self._free: dict[Kind, list[Any]] = {}
        self._lent: list[tuple[Kind, Any, Any]] = []

    def take(self, kind: Kind) -> Any:
        """A client as if it were new."""
        free = self._free.get(kind)
        client = free.pop() if free else self._maker._create(*kind)
        self._lent.append((kind, client, handlers_of(client)))
        return client

    def give_back(self) -> None:
        """Keep the clients that are still as they were lent."""
        for kind, client, handlers in self._lent:
            if handlers_of(client) is handlers and not has_retried(client):
                self._free.setdefault(kind, []).append(client)
        self._lent.clear()


def handlers_of(client: Any) -> Any:
    """What botocore looks up in a client's handlers: another object once one was registered."""
    return client.meta.events._emitter._lookup_cache


def has_retried(client: Any) -> bool:
    """Whether a client's retry quota is used up in part."""
    handlers = client.meta.events._emitter._unique_id_handlers
    service = client.meta.service_model.service_id.hyphenize()
    quota = handlers[f"retry-config-{service}"]["handler"].__self__._retry_quota._quota
    return quota.available_capacity < quota._max_capacity


class SharedAws(Aws):
    """The clients of a pool. Who asks for the session gets one, and clients, of their own."""

    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings
        self._clients, self._idle = {}, {}
        self._lock = threading.Lock()

    @cached_property
    def session(self) -> botocore.session.Session:
        """A session that no other cloud has."""
        return Aws(self._settings).session

    def _create(
        self,
        service: str,
        timeouts: Timeouts,
        connections: int,
        credentials: tuple[str | None, str | None, str | None] = NONE,
    ) -> Any:
        if "session" in vars(self):
            return super()._create(service, timeouts, connections, credentials)
        return pool_of(self._settings).take(Kind(service, timeouts, connections, credentials))


@cache
def pool_of(settings: AwsSettings) -> Pool:
    """The one pool of an endpoint."""
    _POOLS.append(pool := Pool(settings))
    return pool


_POOLS: list[Pool] = []


def give_back_clients() -> None:
    """End the loans of a test."""
    for pool in _POOLS:
        pool.give_back()


def read_models_once() -> None:
    """Let all sessions of the process share the service models, which each would read and parse."""
    models = create_loader()
    botocore.session.create_loader = lambda *_: models
