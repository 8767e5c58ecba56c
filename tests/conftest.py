"""What all tests share. The stage's variables stand before `app` is imported, which reads them."""

import gc
import io
import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.test import Client
from support.clouds import (
    ACCOUNT,
    REGION,
    RESOURCES,
    STAGE,
    create,
    environment,
    shared_cloud,
)
from support.contract import Contract
from support.local_system import LocalSystem, local, running_emulator
from support.moto_backends import (
    create_in_moto,
    moto_alone,
    one_request_at_a_time,
    read_values_directly,
    receive_at_once,
    remember_names,
)
from support.people import Callers
from support.scheduling import (
    FilesAndGroups,
    check_groups,
    group_by_shared_fixtures,
    is_last_of_its_group,
    put_small_files_last,
)
from support.shared_clients import give_back_clients, read_models_once
from support.wirings import running_on, wiring_on

import chalicelib
from chalicelib import observability
from chalicelib.aws import Aws
from chalicelib.wiring import Wiring

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_IN_A_NAME = 100

os.environ.update(environment(RESOURCES))
os.environ.pop("AWS_ENDPOINT_URL", None)
# In the background of a shell SIGINT is ignored, and the started programs would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
read_models_once()
one_request_at_a_time()
remember_names()
receive_at_once()
read_values_directly()


@pytest.fixture
def aws() -> Iterator[Aws]:
    """The declared resources on moto, through the product's own session."""
    with moto_alone():
        create_in_moto(RESOURCES, account=ACCOUNT, region=REGION)
        yield shared_cloud()
        give_back_clients()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulator of this process's own; `on_emulator` empties it for each test."""
    config = local(tmp_path_factory.mktemp("ministack"))
    with running_emulator(config, guarded=False):  # so that tests may reset it
        yield config.endpoint_url


@pytest.fixture
def on_emulator(ministack: str) -> Iterator[Aws]:
    """The declared resources on the emulator: for what moto cannot do, such as PartiQL batches."""
    reset = urllib.request.Request(f"{ministack}/_ministack/reset", method="POST")  # noqa: S310 our own
    urllib.request.urlopen(reset, timeout=10).close()  # noqa: S310 as above
    cloud = shared_cloud(ministack)
    create(cloud, RESOURCES)
    yield cloud
    give_back_clients()


@pytest.fixture
def run_on() -> Iterator[Callable[..., Wiring]]:
    """Lets the app run on another cloud, with settings changed, built anew, until the test ends."""
    with ExitStack() as ends:
        yield lambda cloud, **settings: ends.enter_context(running_on(wiring_on(cloud, **settings)))


@pytest.fixture(scope="session")
def contract() -> Contract:
    """What the app's OpenAPI document promises; building its validators takes 30 ms."""
    from app import app

    return Contract(app.openapi(chalicelib.__version__))


@pytest.fixture
def callers(aws: Aws, run_on: Callable[..., Wiring], contract: Contract) -> Iterator[Callers]:
    """People who call the app, each test with fresh clients and state."""
    from app import app

    run_on(aws)
    # By its default the client would set the variables of stage `dev` while it is open.
    with Client(app, stage_name=STAGE) as client:
        yield Callers(client, contract)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that botocore would have waited before its retries, unslept."""
    waited: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The text of what the product logs."""
    stream = io.StringIO()
    observability.configure(stream)
    yield stream
    observability.configure()


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """The whole system, ready. Tests leave it running; who stops or kills has one of their own."""
    whole = LocalSystem(tmp_path_factory.mktemp("system"))
    _SHARED_SYSTEMS.append(whole)
    try:
        yield whole.start()
    finally:
        _end_shared_systems()


_SHARED_SYSTEMS: list[LocalSystem] = []


def _end_shared_systems() -> None:
    """Each once: the numbers in the files of its processes may later be others'."""
    while _SHARED_SYSTEMS:
        _SHARED_SYSTEMS.pop().end()


@pytest.hookimpl(trylast=True)  # after the test's own fixtures
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End a system with the group that shares it: idle it takes a tenth of a core."""
    if getattr(item.config.option, "loadgroup", False) and is_last_of_its_group(item, nextitem):
        _end_shared_systems()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesAndGroups | None:
    """Files, and groups of what shares a costly fixture, run in one process each."""
    return FilesAndGroups(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts an emulator as thorough, so that `make test-fast` leaves it out."""
    put_small_files_last(items)
    group_by_shared_fixtures(items)
    for item in items:
        if "ministack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.thorough)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take what lives as long as the tests out of the collector's sight: a third of the time."""
    if getattr(session.config.option, "loadgroup", False):  # a process of several
        check_groups(session.items)
    for service in ("dynamodb", "sqs", "s3", "secretsmanager"):
        shared_cloud().client(service)
    give_back_clients()
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name packed bytes and long values by their argument.

    gzip's bytes hold the time at which they were packed; processes that collect at other times must
    find tests of the same names.
    """
    if isinstance(val, bytes) and GZIP_MAGIC in val:
        return argname
    return argname if isinstance(val, bytes | str) and len(val) > LONGEST_IN_A_NAME else None


def pytest_configure(config: pytest.Config) -> None:
    """Silence Chalice's client about what it cannot do: it checks no token, as documented."""
    config.addinivalue_line("filterwarnings", "ignore:CognitoUserPoolAuthorizer:UserWarning")
