"""The command behind `make deploy`: whom it refuses, and what it tells the CDK."""

import pytest
from botocore.exceptions import NoCredentialsError

from infra.declared.stages import DEV
from infra.deploy import __main__ as command
from infra.deploy.cdk import Cdk
from infra.deploy.cloud import Cloud
from infra.deploy.flow import DeployRefused, require_interpreter


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
    ("asked", "is_refused"), [([], True), (["--plan"], True), (["--destroy"], False)]
)
def test_an_older_interpreter_may_only_take_a_stage_down(monkeypatch, capsys, asked, is_refused):
    monkeypatch.setattr(command, "require_interpreter", lambda: require_interpreter((3, 11)))
    monkeypatch.setattr(command, "Cloud", Nowhere)
    assert command.main(["--stage", "dev", *asked]) == 1
    said = capsys.readouterr().err
    assert ("needs Python 3.12" in said) is is_refused
    assert ("Unable to locate credentials" in said) is not is_refused


class Nowhere(Cloud):
    """A cloud that nobody has credentials of."""

    def find_place(self):
        raise NoCredentialsError
