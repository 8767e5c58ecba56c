"""Seed 004's evaluator as a role: it reads one table, and nothing else."""

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
    assert "ManagedPolicyArns" not in access.one("IAM::Role")


def test_the_evaluator_is_a_role_for_an_hour_and_has_no_keys(case):
    access, expected = case
    role = access.one("IAM::Role")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"AWS": expected.principal}
    assert role["MaxSessionDuration"] == 3600
    assert access.all("IAM::User") == access.all("IAM::AccessKey") == {}
