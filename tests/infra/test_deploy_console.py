"""The console in its bucket, and a stage's stores emptied before they are destroyed."""

import json
from types import SimpleNamespace

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from infra.deploy import console, empty_stores
from infra.deploy.config import ROOT

OUTPUTS = {
    "ConsoleBucket": "console",
    "ConsoleUrl": "https://d123.cloudfront.net",
    "SignInUrl": "https://omnidata-dev-1.auth.us-east-1.amazoncognito.com",
    "UserPoolId": "us-east-1_abc",
    "UserPoolClientId": "client-1",
}


class FakeS3:
    """A bucket that takes objects, in their order."""

    def __init__(self):
        self.objects = {}

    def put_object(self, Bucket, Key, Body, ContentType):  # noqa: N803 AWS's spelling
        assert Bucket == "console"
        self.objects[Key] = (Body, ContentType)


@pytest.fixture
def built(tmp_path):
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>")
    (built / "assets" / "app-1a2b.js").write_text("1")
    (built / "assets" / "app-1a2b.js.map").write_text("secret")
    return built


def publish(built):
    s3 = FakeS3()
    console.publish(s3, OUTPUTS, "us-east-1", "dev", built)
    return s3.objects


def test_pages_and_assets_go_up_with_their_types(built):
    objects = publish(built)
    assert objects["index.html"] == (b"<!doctype html>", "text/html; charset=utf-8")
    assert objects["assets/app-1a2b.js"][1] == "text/javascript; charset=utf-8"


def test_the_index_comes_after_the_assets_that_it_names(built):
    assert list(publish(built)) == [
        "assets/app-1a2b.js",
        "index.html",
        "openapi.json",
        "config.json",
    ]


def test_the_committed_document_goes_up_beside_the_page(built):
    body, kind = publish(built)["openapi.json"]
    assert (body, kind) == ((ROOT / "openapi.json").read_bytes(), "application/json")


def test_what_no_page_asks_for_stays_here(built):
    assert not any("map" in key for key in publish(built))


def test_the_page_is_told_where_to_sign_in_and_that_the_api_is_at_home(built):
    body, kind = publish(built)["config.json"]
    assert kind == "application/json"
    assert json.loads(body) == {
        "authority": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc",
        "metadataUrl": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
        "/.well-known/openid-configuration",
        "clientId": "client-1",
        "cognitoDomain": OUTPUTS["SignInUrl"],
        "apiBase": "https://d123.cloudfront.net",
        "stage": "dev",
    }


def test_the_local_page_is_told_the_same_things_and_where_the_sandbox_is(built):
    from infra.local.gateway.pages import page_config

    local = {
        **OUTPUTS,
        "AwsEndpointUrl": "http://127.0.0.1:4566",
        "ApiUrl": "http://127.0.0.1:8000/",
        "OutboxUrl": "http://127.0.0.1:40213/",
    }
    deployed = console.build_page_config(OUTPUTS, "x", "dev")
    assert page_config(local, "us-east-1").keys() == deployed.keys() | {"sandboxUrl"}


def test_a_deploy_without_a_built_console_is_refused(built):
    console.require_built(built)
    (built / "index.html").unlink()
    with pytest.raises(console.NotBuilt, match="make console"):
        console.require_built(built)


class FakeCloud:
    """A region with one stack of one bucket and one repository."""

    def __init__(self):
        self.s3 = boto3.client("s3", region_name="us-east-1")
        self.ecr = boto3.client("ecr", region_name="us-east-1")

    def client(self, service):
        return {"s3": self.s3, "ecr": self.ecr, "cloudformation": self}[service]

    def get_paginator(self, _operation):
        return self

    def paginate(self, StackName):  # noqa: N803 AWS's spelling
        kinds = {"AWS::S3::Bucket": "archive", "AWS::ECR::Repository": "images"}
        kinds["AWS::DynamoDB::Table"] = "records"
        listed = [
            {"ResourceType": kind, "PhysicalResourceId": name, "ResourceStatus": "CREATE_COMPLETE"}
            for kind, name in kinds.items()
        ]
        gone = {"ResourceType": "AWS::S3::Bucket", "ResourceStatus": "DELETE_COMPLETE"}
        return [{"StackResourceSummaries": [*listed, gone]}]


@mock_aws
def test_every_version_and_image_of_a_stack_is_deleted_before_it():
    cloud = FakeCloud()
    cloud.s3.create_bucket(Bucket="archive")
    versioning = {"Status": "Enabled"}
    cloud.s3.put_bucket_versioning(Bucket="archive", VersioningConfiguration=versioning)
    for _ in range(3):
        cloud.s3.put_object(Bucket="archive", Key="a", Body=b"x")
    cloud.s3.delete_object(Bucket="archive", Key="a")
    cloud.ecr.create_repository(repositoryName="images")
    assert empty_stores.empty_stores(cloud, "omnidata-dev-data") == ["archive", "images"]
    found = cloud.s3.list_object_versions(Bucket="archive")
    assert "Versions" not in found
    assert "DeleteMarkers" not in found


def test_a_stack_that_is_gone_holds_nothing():
    client = boto3.client("cloudformation", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("list_stack_resources", "ValidationError", "Stack does not exist")
        assert empty_stores.empty_stores(SimpleNamespace(client=lambda service: client), "x") == []
