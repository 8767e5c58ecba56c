"""Lambda's own lines are left out where the stage is told so, and come back where it is not."""

import io
import uuid
import zipfile

import pytest

from infra.declared.function_kinds import Function
from infra.deploy import finishing
from infra.deploy.finishing import Deployment
from infra.deploy.system_logs import set_system_log_level
from infra.rehearsal.emulator import run_emulator

QUIET = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with run_emulator(tmp_path_factory.mktemp("logs"), enforces_iam=False) as running:
        yield running.cloud.client


@pytest.fixture
def name(client):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def app(event, context):\n    return 1\n")
    made = client("lambda").create_function(
        FunctionName=f"omnidata-{uuid.uuid4().hex}",
        Runtime="python3.12",
        Handler="app.app",
        Role="arn:aws:iam::000000000000:role/any",
        Code={"ZipFile": buffer.getvalue()},
    )
    return made["FunctionName"]


def read(client, name):
    found = client("lambda").get_function_configuration(FunctionName=name)
    return found["LoggingConfig"], found["RevisionId"]


def test_they_are_turned_off_and_on_again_and_nothing_is_changed_twice(client, name):
    untouched = read(client, name)
    assert set_system_log_level(client("lambda"), name, "INFO") is False
    assert read(client, name) == untouched

    assert set_system_log_level(client("lambda"), name, "WARN") is True
    quiet = read(client, name)
    assert QUIET.items() <= quiet[0].items()
    assert set_system_log_level(client("lambda"), name, "WARN") is False
    assert read(client, name) == quiet

    assert set_system_log_level(client("lambda"), name, "INFO") is True
    assert read(client, name)[0] == {"LogFormat": "Text"}


def test_a_function_that_is_being_changed_is_waited_for(client, name):
    """Lambda rejects a second change while the first is made."""
    calls = []

    class Noted:
        def __getattr__(self, called):
            calls.append(called)
            return getattr(client("lambda"), called)

    set_system_log_level(Noted(), name, "WARN")
    assert calls == [
        "get_function_configuration",
        "get_waiter",
        "update_function_configuration",
        "get_waiter",
    ]


def test_the_finishing_step_sets_it_for_every_function_and_says_so_once(client, name):
    function = Function(handler="quiet", memory_mb=128, timeout_s=3)
    deployed = Deployment(functions={"quiet": name}, api=None, system_log_level="WARN")
    said = []
    for _ in range(2):
        finishing.finish(client, deployed, [function], {}, say=said.append)

    assert QUIET.items() <= read(client, name)[0].items()
    assert said.count("quiet has Lambda's own lines from WARN on") == 1
