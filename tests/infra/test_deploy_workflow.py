"""The GitHub Actions workflow: check, then image, then deploy, and nobody's keys."""

import re
import subprocess
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


CHOSEN = {
    "INFRA_TYPE": "containers",
    "INTAKE_API": "http",
    "SYSTEM_LOG_LEVEL": "WARN",
    "PERMISSIONS_BOUNDARY": "arn:aws:iam::111122223333:policy/Boundary",
}


def test_every_setting_of_a_stage_can_be_given(workflow):
    given = {name: f"given {name}" for name in workflow["jobs"]["deploy"]["env"]}
    made = stages.stage("dev", given | CHOSEN)

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
    assert made.has_containers
    assert made.containers.image_tag == "given API_IMAGE_TAG"
    assert made.api_domain.name == "given API_DOMAIN"
    assert set(CHOSEN) <= set(given)


@pytest.mark.parametrize(
    ("chosen", "code", "said"),
    [
        ("serverless", 0, ""),
        ("containers", 0, ""),
        ("ecs", 1, "INFRA_TYPE must be serverless or containers, not 'ecs'\n"),
        ("", 1, "INFRA_TYPE must be serverless or containers, not ''\n"),
    ],
)
def test_a_type_of_infrastructure_is_chosen_or_refused_in_one_sentence(
    workflow, chosen, code, said
):
    deploy = workflow["jobs"]["deploy"]
    assert deploy["env"]["INFRA_TYPE"] == "${{ vars.INFRA_TYPE || 'serverless' }}"
    (step,) = [each for each in deploy["steps"] if "Refuse" in each.get("name", "")]
    ran = subprocess.run(  # noqa: S603 the step itself
        ["/bin/sh", "-c", step["run"]],
        env={"INFRA_TYPE": chosen},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (code, said)


def test_the_apis_image_is_built_from_its_context_where_containers_run_it(workflow):
    steps = workflow["jobs"]["deploy"]["steps"]
    (image,) = [each for each in steps if "API's image" in each.get("name", "")]
    assert image["if"] == "env.INFRA_TYPE == 'containers'"
    lines = image["run"].splitlines()
    assert lines.index("make image-context") < next(
        number for number, line in enumerate(lines) if line.startswith("docker build")
    )
    assert any("build/image-context" in line for line in lines)
