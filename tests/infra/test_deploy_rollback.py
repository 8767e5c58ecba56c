"""A bad release goes and the one before it is back, as Chalice had deployed it."""

import pytest
from small_deployment import emulated

from infra.deploy.refusal import DeployRefused
from infra.rehearsal.deployed_api import DeployedApi

pytestmark = pytest.mark.timeout(600)  # real runs of Chalice, on a machine that may be busy


def call(running, flow):
    """Status and body of the route, by the live stage of the API."""
    api_id = flow.project.read_deployed("dev")["rest_api"]["rest_api_id"]
    answer = DeployedApi(running.config.endpoint_url, api_id, "dev").send("GET", "/health")
    return answer.status, answer.body


def list_code(running, flow):
    """The hash of each function's package."""
    client = running.cloud.client("lambda")
    names = flow.list_function_names().values()
    return {client.get_function_configuration(FunctionName=name)["CodeSha256"] for name in names}


def change(flow, old, new):
    app = flow.project.root / "app.py"
    text = app.read_text()
    assert old in text
    app.write_text(text.replace(old, new))


def test_a_release_that_breaks_is_taken_back_and_mended_by_the_next_deployment(tmp_path):
    with emulated(tmp_path) as (running, flow):
        flow.deploy()
        good = list_code(running, flow)
        assert call(running, flow) == (200, {})
        with pytest.raises(DeployRefused, match="no release before this one"):
            flow.roll_back()

        change(flow, "    return {}\n", '    raise ValueError("bad release")\n')
        flow.deploy()
        assert call(running, flow)[0] == 500

        flow.roll_back()
        assert call(running, flow) == (200, {})
        assert list_code(running, flow) == good
        assert flow.releases.read().current == 0

        change(flow, '    raise ValueError("bad release")\n', '    return {"is": "mended"}\n')
        flow.deploy()
        assert call(running, flow) == (200, {"is": "mended"})
        assert len(flow.releases.read().releases) == 2
