"""The last releases of a stage are kept, and one of them can be put in place again."""

import io
import json
import zipfile

import boto3
import pytest
from moto import mock_aws

from infra.deploy.releases import KEPT, Release, ReleaseIndex, ReleaseStore
from infra.deploy.rollback import LiveStage
from infra.deploy.system_logs import set_system_log_level
from infra.rehearsal.emulator import run_emulator

BUCKET = "omni-deploy-state-dev-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def release(number, **changes):
    wanted = {"sha256": f"hash-{number}", "functions": {}, "policies": {}, "deployment_id": None}
    return Release(made_at=f"day {number}", **wanted | changes)


def hashes(index):
    return [kept.sha256 for kept in index.releases]


@pytest.fixture
def store():
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        yield ReleaseStore(s3, BUCKET)


def test_a_stage_that_was_never_deployed_has_no_release(store):
    assert store.read() == ReleaseIndex()
    assert ReleaseStore(store.s3, "no-such-bucket").read() == ReleaseIndex()


def test_the_last_releases_stay_with_their_packages_and_older_ones_go(store):
    for number in range(KEPT + 2):
        store.add(release(number), f"zip {number}".encode())
    index = store.read()
    assert hashes(index) == [f"hash-{number}" for number in range(2, KEPT + 2)]
    assert index.current == KEPT - 1
    assert store.read_package(index.releases[0]) == b"zip 2"
    listed = store.s3.list_objects_v2(Bucket=BUCKET, Prefix="releases/")["Contents"]
    assert len(listed) == KEPT + 1


def test_a_release_that_changes_nothing_is_none_of_its_own():
    index = ReleaseIndex().add(release(1)).add(release(1, deployment_id="later"))
    assert hashes(index) == ["hash-1"]
    assert index.releases[0].deployment_id == "later"


def test_other_settings_of_the_same_package_are_another_release():
    index = ReleaseIndex().add(release(1)).add(release(1, functions={"f": {"Timeout": 5}}))
    assert hashes(index) == ["hash-1", "hash-1"]


def test_what_was_rolled_back_is_gone_with_the_next_deployment():
    index = ReleaseIndex().add(release(1)).add(release(2)).add(release(3))
    back = ReleaseIndex(index.releases, index.find_previous())
    after = back.begin().add(release(4))
    assert hashes(after) == ["hash-1", "hash-2", "hash-4"]
    assert after.find_previous() == 1


def package(text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", f"def app(event, context):\n    return {text!r}\n")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with run_emulator(tmp_path_factory.mktemp("rollback"), enforces_iam=False) as running:
        yield running.cloud.client


@pytest.fixture
def live(client):
    """Two functions with their roles, and an API with one deployment."""
    iam, lambdas, gateway = client("iam"), client("lambda"), client("apigateway")
    for name in ("one", "two"):
        role = iam.create_role(RoleName=f"role-{name}", AssumeRolePolicyDocument=json.dumps(TRUST))
        allow(iam, f"role-{name}", "s3:GetObject")
        lambdas.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="app.app",
            Role=role["Role"]["Arn"],
            Code={"ZipFile": package("old")},
            Environment={"Variables": {"MODE": "old"}},
            Timeout=5,
        )
    api_id = gateway.create_rest_api(name="omnidata")["id"]
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    method = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK")
    gateway.create_deployment(restApiId=api_id, stageName="dev")
    roles = {"one": "role-one", "two": "role-two"}
    return LiveStage(client=client, roles=roles, rest_api_id=api_id, name="dev")


def allow(iam, role, action):
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="calls", PolicyDocument=document)


def invoke(client, name):
    return json.loads(client("lambda").invoke(FunctionName=name)["Payload"].read())


def test_code_settings_rights_and_the_api_are_those_of_the_release_again(client, live):
    before = live.describe("hash-old")
    for name in live.roles:
        client("lambda").update_function_code(FunctionName=name, ZipFile=package("new"))
        client("lambda").update_function_configuration(
            FunctionName=name, Timeout=9, Environment={"Variables": {"MODE": "new", "MORE": "1"}}
        )
        allow(client("iam"), live.roles[name], "s3:PutObject")
        assert set_system_log_level(client("lambda"), name, "WARN")
    client("apigateway").create_deployment(restApiId=live.rest_api_id, stageName="dev")
    assert invoke(client, "one") == "new"
    assert live.describe("hash-old") != before

    live.restore(before, package("old"))

    assert [invoke(client, name) for name in live.roles] == ["old", "old"]
    after = live.describe("hash-old")
    assert after.is_same(before)
    assert after.deployment_id == before.deployment_id
    assert after.functions["one"]["Environment"] == {"Variables": {"MODE": "old"}}
    assert after.functions["one"]["LoggingConfig"]["LogFormat"] == "Text"
