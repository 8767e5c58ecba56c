"""The GitHub Actions workflow: check, then image, then deploy, and nobody's keys."""

import re
from pathlib import Path

import pytest
import yaml

from infra.declared import stages

FILE = Path(__file__).parents[2] / ".github" / "workflows" / "deploy.yml"


@pytest.fixture
def workflow():
    return yaml.safe_load(FILE.read_text())


def test_a_push_to_main_deploys_and_prod_is_chosen_by_hand(workflow):
    triggers = workflow[True]  # YAML reads `on` as a boolean

    assert triggers["push"] == {"branches": ["main"]}
    assert triggers["workflow_dispatch"]["inputs"]["stage"]["options"] == ["dev", "prod"]
    assert workflow["jobs"]["deploy"]["env"]["STAGE"] == "${{ inputs.stage || 'dev' }}"


def test_nothing_is_deployed_that_was_not_checked_and_tested(workflow):
    commands = [step.get("run") for step in workflow["jobs"]["check"]["steps"]]

    assert commands[-2:] == ["make check", "make test"]
    assert workflow["jobs"]["deploy"]["needs"] == "check"


def test_the_image_is_pushed_before_the_stage_that_runs_it(workflow):
    commands = [step.get("run", "") for step in workflow["jobs"]["deploy"]["steps"]]
    pushed = next(i for i, command in enumerate(commands) if "docker push" in command)

    assert commands.index('make deploy STAGE="$STAGE"') > pushed
    assert workflow["jobs"]["deploy"]["runs-on"].endswith("-arm")


def test_aws_is_reached_by_a_role_and_without_stored_keys(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["deploy"]["permissions"]["id-token"] == "write"
    assert "secrets." not in FILE.read_text()
    assert not re.search(r"\d{12}", FILE.read_text())


def test_every_setting_of_a_stage_can_be_given(workflow):
    given = {name: f"given {name}" for name in workflow["jobs"]["deploy"]["env"]}
    made = stages.stage("dev", given | {"INTAKE_API": "http", "SYSTEM_LOG_LEVEL": "WARN"})

    assert made.alert_email == "given ALERT_EMAIL"
    assert made.orders_email == "given ORDERS_EMAIL"
    assert made.domain.name == "given CONSOLE_DOMAIN"
    assert made.cors_origin == "given CORS_ORIGIN"
    assert [identity_provider.name for identity_provider in made.identity_providers] == [
        "Google",
        "LinkedIn",
        "GitHub",
    ]
    assert made.evaluator == "given EVALUATOR_ARN"
    assert made.worker.image_tag == "given WORKER_IMAGE_TAG"
    assert made.region == "given REGION"
    assert made.guards_account is False
    assert {"INTAKE_API", "SYSTEM_LOG_LEVEL"} <= set(given)
