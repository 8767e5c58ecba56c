"""`make user` of a stage on AWS, and which of its two commands runs when."""

import os
import subprocess
from pathlib import Path

import pytest
from support.clouds import REGION

from chalicelib.aws.table import Table
from infra.declared.variables import MissingOutput
from infra.deploy import user as command
from infra.deploy.cloud import Cloud
from infra.deploy.user import make_user
from infra.local.provision.users import BadUser, PoolUser, WantedUser

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cloud(on_emulator, ministack):
    return Cloud(REGION, ministack)


@pytest.fixture
def outputs(cloud):
    """What the stacks put out: a pool with its groups, and the tables."""
    cognito = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName="OmniUsers",
        UsernameAttributes=["email"],
        Schema=[{"Name": "tenant_id", "AttributeDataType": "String", "Mutable": True}],
    )["UserPool"]
    for group in ("operator", "publisher"):
        cognito.create_group(UserPoolId=pool["Id"], GroupName=group)
    return {
        "UserPoolId": pool["Id"],
        "StateTable": "OmniState-test",
        "LogsTable": "MultiTenantLogs-test",
    }


def test_a_user_is_invited_and_the_same_again_changes_nothing(on_emulator, cloud, outputs):
    tenant = {"pk": "TENANT", "sk": "shop", "tenant_id": "shop", "created_at": "-", "settings": {}}
    Table(on_emulator.client("dynamodb"), "OmniState-test").put(
        {**tenant, "keys": [], "version": 1}
    )
    wanted = WantedUser("ada@example.com", "shop", ("operator",))
    made = make_user(cloud, "test", outputs, wanted)
    assert made == PoolUser("ada@example.com", "shop", ("operator",), "was created")
    assert make_user(cloud, "test", outputs, wanted).did == "exists already, as asked"
    found = cloud.client("cognito-idp").admin_get_user(
        UserPoolId=outputs["UserPoolId"], Username="ada@example.com"
    )
    assert found["UserStatus"] == "FORCE_CHANGE_PASSWORD"  # with the password that was mailed


def test_a_tenant_that_does_not_exist_is_refused(cloud, outputs):
    with pytest.raises(BadUser, match="there is no tenant 'nobody'"):
        make_user(cloud, "test", outputs, WantedUser("ada@example.com", "nobody"))


def test_before_the_deploy_there_is_no_pool(cloud):
    with pytest.raises(MissingOutput, match="UserPoolId; deploy them before"):
        make_user(cloud, "dev", {}, WantedUser("ada@example.com"))


def test_failures_are_one_sentence(capsys):
    assert command.main(["--stage", "nonsense", "--email", "ada@example.com"]) == 1
    assert capsys.readouterr().err.startswith("user: there is no stage 'nonsense'")
    assert command.main(["--stage", "dev", "--email", "ada"]) == 1
    assert capsys.readouterr().err.startswith("user: EMAIL must be an address")


@pytest.mark.parametrize(
    ("target", "runs"),
    [
        (["user"], "infra.local.provision.user"),
        (["user", "STAGE=local"], "infra.local.provision.user"),
        (["user", "STAGE=dev"], "infra.deploy.user --stage 'dev'"),
        (["token", "USER=ada@example.com"], "provision.token --user 'ada@example.com'"),
    ],
)
def test_make_runs_the_command_of_the_stage_that_was_named(target, runs):
    assert runs in plan_of(*target)


def test_make_takes_no_user_from_the_shell_that_runs_it():
    assert "--user" not in plan_of("token", USER="root")


def plan_of(*target, **env):
    """The commands that make would run."""
    done = subprocess.run(  # noqa: S603 our own Makefile
        ["make", "-n", *target],  # noqa: S607 wherever make is
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout
