"""What the tests of the local system share: a system of one's own, and one emulator alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_kit import Sandbox
from support.local_system import LocalSystem, local, running_emulator
from support.spare_system import SpareSystem

from infra.local.config import LocalConfig


@pytest.fixture
def own_system(tmp_path: Path) -> Iterator[LocalSystem]:
    """A system of this test's own, not yet started."""
    whole = LocalSystem(tmp_path)
    try:
        yield whole
    finally:
        whole.end()


@pytest.fixture(scope="module")  # an idle system takes a tenth of a core
def spare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpareSystem]:
    """What `spare_system` is taken from."""
    kept = SpareSystem(lambda: LocalSystem(tmp_path_factory.mktemp("spare")))
    yield kept
    kept.discard()


@pytest.fixture
def spare_system(spare: SpareSystem, request: pytest.FixtureRequest) -> Iterator[LocalSystem]:
    """A running system with the data of earlier tests, which this one may stop, kill and start."""
    yield from spare.lend(request.session)


@pytest.fixture(scope="session")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalConfig]:
    """An emulator alone, for tests that use names of their own."""
    config = local(tmp_path_factory.mktemp("emulator"))
    with running_emulator(config):
        yield config


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of this test's own."""
    started = Sandbox(tmp_path / "sandbox")
    try:
        yield started
    finally:
        started.stop()
