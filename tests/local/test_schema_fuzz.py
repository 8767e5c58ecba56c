"""Schemathesis: every operation of the document against the API, over HTTP and with its checks.

The gateway that serves it is the local one, with its authorizers, and the cloud is moto. What the
document cannot say is put right in `schema_hooks`; what is not checked, and why, is in
`schema_checks.toml`.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from gateway_kit import API_KEY, gateway, serving, token
from support.clouds import RESOURCES
from support.logs import record
from support.wirings import wiring_on

import chalicelib
from chalicelib.aws.table import Table
from chalicelib.operations import dead_letter_queue
from chalicelib.settings import api_settings
from chalicelib.tenant_logs.storage.items import item
from infra.declared.kinds import UsagePlan
from infra.local.gateway.usage import Usage

HERE = Path(__file__).parent
GENEROUS = UsagePlan(rate_limit=1e6, burst_limit=1_000_000, quota_per_day=1_000_000)


@pytest.fixture(params=["with keys", "with open intake"])
def app(request, callers, aws, run_on, monkeypatch):
    """The app, also as a stage with open intake has it: the setting is read at its import."""
    import app as usual

    settings = {"publisher": with_recipients(api_settings().publisher)}
    if request.param == "with keys":
        run_on(aws, **settings)
        return usual.app
    monkeypatch.setenv("OPEN_INTAKE", "1")
    spec = importlib.util.spec_from_file_location("open_app", usual.__file__)
    opened = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(opened)
    opened.wiring = wiring_on(aws, open_intake=True, **settings)
    return opened.app


def with_recipients(publisher):
    """The settings of a stage whose messages have somewhere to go."""
    return msgspec.structs.replace(
        publisher, emails=("team@example.com",), phones=("+15555550100",)
    )


@pytest.fixture
def served(app, callers, aws, logged, monkeypatch):
    """The API on a free port with some data, and the headers of its callers."""
    monkeypatch.setattr(dead_letter_queue, "WAIT_S", 0)  # moto overlooks nothing
    operator = callers.operator()
    settings = {"rate_per_s": 1000, "records_per_day": 1_000_000_000}
    operator.send("POST", "/api/v1/tenants", {"tenant_id": "acme", "settings": settings})
    _, made = operator.send("POST", "/api/v1/tenants/acme/keys")
    keep_logs(aws)
    operator.send("POST", "/stream", {"user_id": "ada", "name": "Ada"})
    with serving(gateway(app, usage=Usage([API_KEY], GENEROUS), stage="test")) as caller:
        yield (
            caller.port,
            {"ID_TOKEN": token(), "TENANT_KEY": f"Bearer {made['key']}", "API_KEY": API_KEY},
        )


def keep_logs(aws):
    """Two records of tenant `acme`."""
    name = next(table.name for table in RESOURCES.tables if table.output == "LogsTable")
    for log_id in ("1", "2"):
        Table(aws.client("dynamodb"), name).put(item(record(log_id)))


def run_schemathesis(app, served, tmp_path, *, examples):
    """Its exit code and what it printed."""
    port, credentials = served
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(app.openapi(chalicelib.__version__)))
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(HERE / "schema_checks.toml")),
        *("run", str(document), f"--url=http://127.0.0.1:{port}"),
        *("--max-examples", str(examples), "--continue-on-failure", "--no-color"),
    ]
    environment = {**credentials, "PYTHONPATH": str(HERE), "PATH": "", "HOME": str(tmp_path)}
    return subprocess.run(  # noqa: S603 our own interpreter
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )


@pytest.mark.generated
@pytest.mark.timeout(900)
def test_schemathesis_finds_nothing_between_the_document_and_the_api(app, served, tmp_path):
    ran = run_schemathesis(app, served, tmp_path, examples=8)
    assert ran.returncode == 0, ran.stdout + ran.stderr
