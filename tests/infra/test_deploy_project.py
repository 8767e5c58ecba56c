"""Chalice's configuration: what follows of the template in git and the stacks' outputs."""

import json

import pytest

from infra.deploy.config import MissingOutput
from infra.deploy.policies import Place
from infra.deploy.project import ROOT, Project
from infra.functions import API_HANDLER, FUNCTIONS, Function
from infra.stages import DEV, STAGES

ACCOUNT = "123456789012"
PLACE = Place(ACCOUNT, "us-east-1")
OUTPUTS = {
    "RecordsTable": "OmniData-dev",
    "StateTable": "OmniState-dev",
    "SearchQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue-dev",
    "AnalyticsBucket": "omni-analytics-data-dev-123456789012-us-east-1",
    "UserPoolId": "us-east-1_abc",
    "ConsoleUrl": "https://d123.cloudfront.net/",
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".chalice").mkdir()
    template = (ROOT / ".chalice" / "config.template.json").read_text()
    (tmp_path / ".chalice" / "config.template.json").write_text(template)
    return Project(tmp_path)


def written(project, name="config.json"):
    return json.loads((project.folder / name).read_text())


def test_the_template_in_git_has_every_stage_and_no_account():
    text = (ROOT / ".chalice" / "config.template.json").read_text()
    assert set(json.loads(text)["stages"]) == set(STAGES)
    assert "arn:" not in text
    assert not any(word.isdigit() and len(word) == 12 for word in text.split('"'))


def test_a_fresh_clone_gets_a_complete_local_stage(project):
    assert [each.name for each in project.generate()] == ["config.json"]
    assert written(project)["stages"]["local"] == {
        "api_gateway_stage": "local",
        "environment_variables": {"STAGE": "local"},
    }


def test_a_stage_gets_its_resources_from_the_outputs(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    stage = written(project)["stages"]["dev"]
    assert stage["environment_variables"] == {
        "STAGE": "dev",
        "RECORDS_TABLE": "OmniData-dev",
        "STATE_TABLE": "OmniState-dev",
        "SEARCH_QUEUE_URL": OUTPUTS["SearchQueueUrl"],
        "ANALYTICS_BUCKET": OUTPUTS["AnalyticsBucket"],
        "CURSOR_SECRET": "omnidata-dev/cursor-key",
        "USER_POOL_ARN": f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_abc",
        "CORS_ORIGIN": "https://d123.cloudfront.net",
    }
    assert stage["lambda_architecture"] == "arm64"
    assert stage["xray"] is True
    assert stage["api_gateway_stage"] == "dev"


def test_the_api_is_sized_after_seed_002(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    assert written(project)["stages"]["dev"]["lambda_functions"] == {
        "api_handler": {
            "lambda_memory_size": 512,
            "lambda_timeout": 30,
            "iam_policy_file": "policy-dev-api_handler.json",
        }
    }


def test_an_event_handler_gets_its_concurrency_and_a_month_of_logs(project):
    store = Function(handler="store", memory_mb=1024, timeout_s=300, reserved_concurrency=10)
    grown = Project(project.root, (*FUNCTIONS, store))
    grown.keep(DEV, PLACE, OUTPUTS)
    grown.generate("dev")
    assert written(project)["stages"]["dev"]["lambda_functions"]["store"] == {
        "lambda_memory_size": 1024,
        "lambda_timeout": 300,
        "iam_policy_file": "policy-dev-store.json",
        "reserved_concurrency": 10,
        "log_retention_in_days": 30,
    }


def test_every_function_has_a_policy_file_of_its_own(project):
    project.keep(DEV, PLACE, OUTPUTS)
    files = [each.name for each in project.generate("dev")]
    assert files == ["config.json", *(f"policy-dev-{each.chalice_name}.json" for each in FUNCTIONS)]
    statements = written(project, f"policy-dev-{API_HANDLER}.json")["Statement"]
    logs = next(each for each in statements if each["Sid"] == "Logs")
    assert logs["Resource"].endswith(":log-group:/aws/lambda/omnidata-dev:*")


def test_only_the_finishing_step_may_say_that_single_failures_are_reported(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    assert "PARTIAL_BATCH_RESPONSES" not in (project.folder / "config.json").read_text()


def test_a_stage_with_half_of_its_stacks_stays_as_in_the_template(project):
    project.keep(DEV, PLACE, {"RecordsTable": "OmniData-dev"})
    project.generate()
    assert written(project)["stages"]["dev"]["environment_variables"] == {"STAGE": "dev"}


def test_a_deploy_of_half_a_stage_says_what_is_missing(project):
    project.keep(DEV, PLACE, {name: OUTPUTS[name] for name in OUTPUTS if name != "StateTable"})
    with pytest.raises(MissingOutput, match="StateTable"):
        project.generate("dev")


def test_outputs_of_several_deploys_add_up(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.keep(DEV, PLACE, {"ApiUrl": "https://api"})
    assert project.outputs("dev") == {**OUTPUTS, "ApiUrl": "https://api"}


def test_outputs_of_another_account_are_forgotten(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.keep(DEV, Place("999999999999", "us-east-1"), {"ApiUrl": "https://api"})
    assert project.outputs("dev") == {"ApiUrl": "https://api"}


def test_a_destroyed_stage_leaves_nothing_of_its_account(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    project.forget(DEV)
    left = [path for path in project.folder.rglob("*") if path.is_file()]
    assert sorted(path.name for path in left) == ["config.json", "config.template.json"]
    assert all(ACCOUNT not in path.read_text() for path in left)


def test_what_is_generated_is_not_in_git():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    for name in (".chalice/config.json", ".chalice/policy-*.json", ".chalice/stages/"):
        assert name in ignored
