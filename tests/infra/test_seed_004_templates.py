"""Seed 004 on AWS: its evaluator as a role, a role for each tenant's session, its endpoint."""

from typing import NamedTuple

import pytest


class Case(NamedTuple):
    stage: str
    table: str
    principal: str


CASES = (
    Case("dev", "MultiTenantLogs-dev", "arn:aws:iam::${AWS::AccountId}:root"),
    Case("prod", "MultiTenantLogs", "arn:aws:iam::111122223333:role/Graders"),
)


@pytest.fixture(params=CASES, ids=lambda case: case.stage)
def case(request, dev, prod):
    return {"dev": dev, "prod": prod}[request.param.stage]["access"], request.param


def role_of(access, name):
    (role,) = [
        item for item in access.all("IAM::Role").values() if item["RoleName"].startswith(name)
    ]
    return role


def test_the_evaluator_may_scan_and_query_the_logs_and_nothing_else(case):
    access, expected = case
    (statement,) = access.statements("Evaluator")
    region = "us-east-1:${AWS::AccountId}"

    assert statement["Effect"] == "Allow"
    assert statement["Action"] == [
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
    ]
    assert statement["Resource"].endswith(f":dynamodb:{region}:table/{expected.table}")
    assert "ManagedPolicyArns" not in role_of(access, "OmniEvaluator")


def test_the_evaluator_is_a_role_for_an_hour_and_has_no_keys(case):
    access, expected = case
    role = role_of(access, "OmniEvaluator")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"AWS": expected.principal}
    assert role["MaxSessionDuration"] == 3600
    assert access.all("IAM::User") == access.all("IAM::AccessKey") == {}


def test_without_evaluator_arn_prod_asks_the_evaluator_for_a_second_factor(dev, first):
    conditions = [
        role_of(stage["access"], "OmniEvaluator")["AssumeRolePolicyDocument"]["Statement"][0].get(
            "Condition"
        )
        for stage in (dev, first)
    ]
    assert conditions == [None, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}]


def test_a_tenants_session_reads_its_own_partition_and_writes_nothing(case):
    access, expected = case
    (statement,) = access.statements("TenantReader")

    assert statement["Effect"] == "Allow"
    assert statement["Action"] == ["dynamodb:GetItem", "dynamodb:Query"]
    table, index = statement["Resource"]
    assert table.endswith(f":table/{expected.table}")
    assert index == f"{table}/index/by-arrival"
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant_id}"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_only_the_routes_function_takes_that_role_and_only_for_a_tenant(case):
    access, expected = case
    (trust,) = role_of(access, "OmniTenantReader")["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert trust["Principal"]["AWS"].endswith(":root")  # the account; the condition says who
    assert trust["Condition"] == {
        "ArnEquals": {
            "aws:PrincipalArn": "arn:aws:iam::${AWS::AccountId}:role/"
            f"omnidata-{expected.stage}-api_handler"
        },
        "StringLike": {"aws:RequestTag/tenant_id": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["tenant_id"]},
    }


def test_the_endpoint_is_where_logs_are_sent(dev):
    assert dev["api"].outputs["ApiEndpoint"]["Value"] == (
        "https://abc123.execute-api.us-east-1.amazonaws.com/dev/ingest"
    )
