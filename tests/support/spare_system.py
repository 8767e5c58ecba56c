"""A running system that one test hands to the next, for tests that stop it and start it again."""

from collections.abc import Callable, Iterator

import pytest
from support.local_system import LocalSystem


class SpareSystem:
    """Starts what was stopped in order, and begins anew after anything else.

    So a test gets a running system and may leave it running or stopped: a start takes as long as
    most of such tests. `make` returns a system in a state directory of its own, not started.
    """

    def __init__(self, make: Callable[[], LocalSystem]) -> None:
        self._make = make
        self._system: LocalSystem | None = None

    def take(self) -> LocalSystem:
        """A system that runs; what earlier tests wrote may be in it."""
        if self._system is not None and self._has_failed(self._system):
            self.discard()
        if self._system is None:
            self._system = self._make()
        if self._system.process is None or self._system.process.poll() is not None:
            self._system.start()
        return self._system

    def lend(self, session: pytest.Session) -> Iterator[LocalSystem]:
        """One running system for one test; after a failure the next test gets another."""
        failed_before = session.testsfailed
        yield self.take()
        if session.testsfailed > failed_before:
            self.discard()

    def discard(self) -> None:
        """End it: the next test gets another."""
        if self._system is not None:
            self._system.end()
        self._system = None

    def _has_failed(self, system: LocalSystem) -> bool:
        assert system.process is not None
        status = system.process.poll()
        return status != 0 if status is not None else not system.is_healthy()
