"""What Chalice made of a stage is known wherever the next deployment comes from."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.declared.stages import DEV
from infra.deploy import deployment_state
from infra.deploy.config import ROOT
from infra.deploy.policies import Place
from infra.deploy.project import Project

BUCKET = "omni-deploy-state-dev-1"
MADE = {"resources": [{"name": "rest_api", "rest_api_id": "abc"}]}


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def checkout(folder):
    (folder / ".chalice").mkdir(parents=True)
    template = (ROOT / ".chalice" / "config.template.json").read_text()
    (folder / ".chalice" / "config.template.json").write_text(template)
    return Project(folder)


def deployed(project):
    project.deployed_path("dev").parent.mkdir()
    project.deployed_path("dev").write_text(json.dumps(MADE))
    project.keep(DEV, Place("1", "us-east-1"), {"RecordsTable": "OmniData-dev"})
    return project


def test_another_checkout_knows_the_api_and_the_outputs(s3, tmp_path):
    deployment_state.upload(s3, BUCKET, deployed(checkout(tmp_path / "one")), "dev")
    other = checkout(tmp_path / "two")
    deployment_state.download(s3, BUCKET, other, "dev")
    assert other.read_deployed("dev")["rest_api"]["rest_api_id"] == "abc"
    assert other.outputs("dev") == {"RecordsTable": "OmniData-dev"}


def test_the_copy_counts_where_a_checkout_is_behind(s3, tmp_path):
    deployment_state.upload(s3, BUCKET, deployed(checkout(tmp_path / "one")), "dev")
    behind = checkout(tmp_path / "two")
    behind.deployed_path("dev").parent.mkdir()
    behind.deployed_path("dev").write_text('{"resources": []}')
    deployment_state.download(s3, BUCKET, behind, "dev")
    assert "rest_api" in behind.read_deployed("dev")


def test_a_stage_that_was_never_deployed_has_nothing_to_recall(s3, tmp_path):
    project = checkout(tmp_path / "one")
    deployment_state.download(s3, BUCKET, project, "dev")
    deployment_state.download(s3, "omni-no-such-bucket", project, "dev")
    assert project.read_deployed("dev") == {}


def test_before_the_data_stack_there_is_nowhere_to_remember(s3, tmp_path):
    deployment_state.upload(s3, "omni-no-such-bucket", deployed(checkout(tmp_path / "one")), "dev")


class Forbidden:
    def get_object(self, **_):
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")


def test_what_may_not_be_read_is_not_taken_for_nothing(tmp_path):
    with pytest.raises(ClientError, match="AccessDenied"):
        deployment_state.download(Forbidden(), BUCKET, checkout(tmp_path / "one"), "dev")
