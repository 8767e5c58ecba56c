"""The command behind `make deploy`: whom it refuses, and what it tells the CDK."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import NoCredentialsError

from infra.declared.stages import DEV
from infra.deploy import __main__ as command
from infra.deploy import choices
from infra.deploy.cdk import Cdk
from infra.deploy.cloud import Cloud
from infra.deploy.doctor.finding import fails, ok
from infra.deploy.doctor.interpreter import check_interpreter, require_interpreter
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused


@pytest.mark.parametrize(("version", "said"), [((3, 11), "3.11"), ((3, 9), "3.9")])
def test_an_older_interpreter_is_refused_in_one_sentence(version, said):
    with pytest.raises(DeployRefused) as refusal:
        require_interpreter(version)
    assert str(refusal.value).endswith(f"and this is {said}")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("version", [(3, 12), (3, 13), (4, 0)])
def test_a_newer_interpreter_may_deploy(version):
    require_interpreter(version)


def test_the_command_says_failures_in_one_sentence(capsys):
    assert command.main(["--stage", "nonsense"]) == 1
    assert capsys.readouterr().err.startswith("deploy: there is no stage 'nonsense'")


def test_the_local_stage_is_not_deployed(capsys):
    assert command.main(["--stage", "local"]) == 1
    assert "make run" in capsys.readouterr().err


def test_the_cdk_is_told_its_stage_and_asks_nothing(tmp_path):
    seen = []
    note = lambda told, folder, env: seen.append((told, folder, env)) or 0  # noqa: E731
    cdk = Cdk(Cloud("eu-west-1"), DEV, tmp_path, note)
    assert cdk.deploy(["pipeline"], alone=True, parameters={"Branch": "main"}) == {}
    told, folder, environment = seen[0]
    assert folder == tmp_path
    assert told[1:3] == ["deploy", "omnidata-dev-pipeline"]
    assert told[told.index("--require-approval") + 1] == "never"
    assert "--exclusively" in told
    assert told[told.index("--parameters") + 1] == "Branch=main"
    assert (environment["STAGE"], environment["AWS_REGION"]) == ("dev", "eu-west-1")


@pytest.mark.parametrize(
    ("asked", "is_refused"),
    [([], True), (["--plan"], True), (["--destroy"], False), (["--doctor"], False)],
)
def test_an_older_interpreter_may_only_look_and_take_a_stage_down(
    monkeypatch, capsys, asked, is_refused
):
    monkeypatch.setattr(command, "require_interpreter", lambda: require_interpreter((3, 11)))
    monkeypatch.setattr(command, "Cloud", Nowhere)
    assert command.main(["--stage", "dev", *asked]) == 1
    said = capsys.readouterr().err
    assert ("needs Python 3.12" in said) is is_refused
    assert ("Unable to locate credentials): sign in" in said) is not is_refused


class Nowhere(Cloud):
    """A cloud that nobody has credentials of."""

    def find_place(self):
        raise NoCredentialsError


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """The command on a stage that was deployed to Ireland; returns what it did."""
    did = SimpleNamespace(findings=[], stages=[], flows=[])
    project = Project(tmp_path)
    place = Place("123456789012", "eu-west-1")
    project.keep(DEV, place, {}, {"REGION": "eu-west-1", "ALERT_EMAIL": "ada@example.com"})
    (tmp_path / ".chalice" / "config.template.json").write_text('{"app_name": "omnidata"}')

    class Somewhere(Cloud):
        def find_place(self):
            return Place("123456789012", self.region)

    def examination(cloud, stage, place, project):
        did.stages.append(stage)
        return SimpleNamespace(examine=lambda: did.findings)

    def act(flow, given):
        did.flows.append(flow)

    for name, fake in {
        "Project": lambda: project,
        "Cloud": Somewhere,
        "Examination": examination,
        "deployment_state": SimpleNamespace(download=lambda *_: None),
        "require_interpreter": lambda: None,
        "check_interpreter": lambda: check_interpreter((3, 12)),
        "_act": act,
    }.items():
        monkeypatch.setattr(command, name, fake)
    for name in choices.NAMES:
        monkeypatch.delenv(name, raising=False)
    return did


def test_the_doctor_prints_a_line_a_look_and_exits_with_1_where_one_fails(elsewhere, capsys):
    elsewhere.findings = [ok("ECS's role", "is there"), fails("VPCs", "delete one")]
    assert command.main(["--stage", "dev", "--doctor"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "stage dev in account 123456789012, eu-west-1",
        "  REGION = eu-west-1 (kept)",
        "  ALERT_EMAIL = ada@example.com (kept)",
        "ok    Python: 3.12",
        "ok    ECS's role: is there",
        "fails VPCs: delete one",
    ]
    elsewhere.findings.pop()
    assert command.main(["--stage", "dev", "--doctor"]) == 0
    assert elsewhere.flows == []


def test_a_deployment_goes_where_the_stage_is_with_what_it_was_told(elsewhere, capsys):
    assert command.main(["--stage", "dev"]) == 0
    (flow,) = elsewhere.flows
    assert (flow.stage.region, flow.stage.alert_email) == ("eu-west-1", "ada@example.com")
    assert flow.variables == {"REGION": "eu-west-1", "ALERT_EMAIL": "ada@example.com"}
    assert "ada@example.com" not in capsys.readouterr().out


def test_another_region_than_the_stages_is_refused(elsewhere, monkeypatch, capsys):
    monkeypatch.setenv("REGION", "us-east-1")
    assert command.main(["--stage", "dev"]) == 1
    assert "stage dev is in account 123456789012, eu-west-1" in capsys.readouterr().err
    assert elsewhere.flows == []
