"""What an account is asked before a first deployment."""

import boto3
import pytest
from botocore.stub import Stubber

from infra.deploy import preflight


def make_client(service):
    return boto3.client(
        service, region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )


@pytest.fixture
def iam():
    client = make_client("iam")
    with Stubber(client) as stubber:
        yield client, stubber


def test_an_account_without_ecs_role_gets_it(iam):
    client, stubber = iam
    stubber.add_client_error("get_role", "NoSuchEntity")
    stubber.add_response("create_service_linked_role", {}, {"AWSServiceName": "ecs.amazonaws.com"})
    assert preflight.ensure_ecs_role(client)
    stubber.assert_no_pending_responses()


def test_an_account_with_ecs_role_is_left_alone(iam):
    client, stubber = iam
    role = {
        "Path": "/aws-service-role/ecs.amazonaws.com/",
        "RoleName": "AWSServiceRoleForECS",
        "RoleId": "AROA0123456789ABCDEF",
        "Arn": "arn:aws:iam::1:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "CreateDate": "2026-01-01T00:00:00Z",
    }
    stubber.add_response("get_role", {"Role": role}, {"RoleName": "AWSServiceRoleForECS"})
    assert not preflight.ensure_ecs_role(client)


def test_a_role_that_somebody_made_meanwhile_is_taken(iam):
    client, stubber = iam
    stubber.add_client_error("get_role", "NoSuchEntity")
    stubber.add_client_error(
        "create_service_linked_role",
        "InvalidInput",
        "Service role name AWSServiceRoleForECS has been taken in this account",
    )
    assert not preflight.ensure_ecs_role(client)
