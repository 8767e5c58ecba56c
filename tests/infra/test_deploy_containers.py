"""A stage goes to containers and back: in which order, and what is refused."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from test_deploy_flow import GUARDED, OUTPUTS, ROOT, FakeCdk, Rig

from infra.declared import stages
from infra.declared.containers import ORIGIN_HOST_OUTPUT, ORIGIN_ID_OUTPUT
from infra.declared.stage_parts import UnknownStage
from infra.deploy.containers import ContainerSteps
from infra.deploy.flow import AFTER, BEFORE
from infra.deploy.refusal import DeployRefused

CONTAINERS = replace(GUARDED, has_containers=True)
ORIGIN = {ORIGIN_ID_OUTPUT: "vo_1", ORIGIN_HOST_OUTPUT: "internal.elb"}
ONLY = "--exclusively"


def make_rig(tmp_path, monkeypatch, stage):
    (tmp_path / ".chalice").mkdir(exist_ok=True)
    template = (ROOT / ".chalice" / "config.template.json").read_text()
    (tmp_path / ".chalice" / "config.template.json").write_text(template)
    return Rig(tmp_path, monkeypatch, stage)


@pytest.fixture
def with_image(monkeypatch):
    monkeypatch.setattr(ContainerSteps, "require_image", lambda _: None)


def test_containers_come_after_the_api_and_before_cloudfront_uses_them(
    tmp_path, monkeypatch, with_image
):
    rig = make_rig(tmp_path, monkeypatch, CONTAINERS)
    rig.flow.deploy()
    assert rig.steps == [
        ("deploy", [*BEFORE, "images"]),
        "chalice deploy",
        ("deploy", ["api", "containers"]),
        ("deploy", list(AFTER)),
        ("finish", True),
        "publish",
    ]


def test_back_on_functions_the_containers_are_destroyed_last_and_alone(
    tmp_path, monkeypatch, with_image
):
    rig = make_rig(tmp_path, monkeypatch, GUARDED)
    rig.project.keep(GUARDED, rig.flow.place, {**OUTPUTS, **ORIGIN})
    rig.flow.deploy()
    assert rig.steps[-3:] == [("finish", True), ("destroy", ["containers"]), "publish"]
    assert not set(ORIGIN) & set(rig.project.outputs("dev"))
    rig.steps.clear()
    rig.flow.deploy()
    assert ("destroy", ["containers"]) not in rig.steps


def test_taking_a_stage_down_first_frees_the_origin(tmp_path, monkeypatch, with_image):
    rig = make_rig(tmp_path, monkeypatch, CONTAINERS)
    rig.flow.deploy()
    rig.steps.clear()
    rig.flow.destroy()
    assert rig.steps[:3] == [
        ("deploy", ["edge"]),
        ("destroy", ["containers"]),
        ("destroy", list(AFTER[:2])),
    ]
    assert rig.steps[-1] == ("destroy", [*BEFORE, "images", "pipeline"])


def test_the_repository_alone_can_be_made_before_the_first_image(tmp_path, monkeypatch):
    rig = make_rig(tmp_path, monkeypatch, CONTAINERS)
    rig.flow.deploy("images")
    assert rig.steps == [("deploy", ["images"])]


@pytest.mark.parametrize("unit", ["images", "containers"])
def test_a_serverless_stage_has_no_stack_of_containers(tmp_path, monkeypatch, unit):
    rig = make_rig(tmp_path, monkeypatch, GUARDED)
    with pytest.raises(DeployRefused, match=f"stack {unit} needs INFRA_TYPE=containers"):
        rig.flow.deploy(unit)
    assert rig.steps == []


def test_what_the_cdk_is_told_says_which_stage_it_is(tmp_path, monkeypatch, with_image):
    told = []

    run = FakeCdk.run

    def tell(self, arguments, folder, environment):
        names = [part for part in arguments if part.startswith("omnidata-dev-")]
        told.append((arguments[1], names, environment.get("INFRA_TYPE"), ONLY in arguments))
        return run(self, arguments, folder, environment)

    monkeypatch.setattr(FakeCdk, "run", tell)
    rig = make_rig(tmp_path, monkeypatch, CONTAINERS)
    rig.project.keep(GUARDED, rig.flow.place, ORIGIN)
    rig.flow.containers.leave()
    assert told == [
        ("deploy", ["omnidata-dev-edge"], None, True),
        ("destroy", ["omnidata-dev-containers"], "containers", True),
    ]


class Steps:
    """The steps beside moto's ECR."""

    def __init__(self, aws):
        self.ecr = aws.client("ecr")
        stage = replace(CONTAINERS, containers=replace(CONTAINERS.containers, image_tag="abc"))
        cloud = SimpleNamespace(client=lambda _: self.ecr)
        self.steps = ContainerSteps(stage, cloud, None, None, None, print)


@pytest.mark.parametrize("has_repository", [True, False])
def test_without_the_image_nothing_is_deployed(aws, has_repository):
    made = Steps(aws)
    if has_repository:
        made.ecr.create_repository(repositoryName="omni-api-repo-dev")
    with pytest.raises(DeployRefused, match="omni-api-repo-dev has no image abc") as refused:
        made.steps.require_image()
    assert "docs/containers.md" in str(refused.value)


def test_with_the_image_it_goes_on(aws):
    made = Steps(aws)
    made.ecr.create_repository(repositoryName="omni-api-repo-dev")
    made.ecr.put_image(
        repositoryName="omni-api-repo-dev",
        imageManifest='{"schemaVersion": 2}',
        imageManifestMediaType="application/vnd.docker.distribution.manifest.v2+json",
        imageTag="abc",
    )
    made.steps.require_image()


@pytest.mark.parametrize("text", ["container", "Serverless", "both", "ecs"])
def test_an_unknown_type_of_infrastructure_is_refused_in_one_sentence(text):
    with pytest.raises(UnknownStage) as refused:
        stages.stage("dev", {"INFRA_TYPE": text})
    assert str(refused.value) == f"INFRA_TYPE must be serverless or containers, not {text!r}"


def test_serverless_is_what_a_stage_is_unless_it_is_told_otherwise():
    assert stages.stage("dev", {"INFRA_TYPE": "serverless"}) == stages.stage("dev", {})
    assert not stages.stage("dev", {}).has_containers
    told = {"INFRA_TYPE": "containers", "API_DOMAIN": "a.example.com", "API_CERTIFICATE_ARN": "arn"}
    made = stages.stage("prod", told)
    assert made.has_containers
    assert stages.stage("prod", made.variables()) == made


def test_a_name_for_the_api_needs_its_certificate():
    with pytest.raises(UnknownStage, match="API_DOMAIN and API_CERTIFICATE_ARN come"):
        stages.stage("dev", {"API_DOMAIN": "a.example.com"})
