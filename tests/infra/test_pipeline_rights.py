"""What the pipeline may do beyond its stage: hand roles to Lambda alone, and bootstrap's roles."""

import pytest


@pytest.fixture
def statements(dev):
    policies = dev["pipeline"].all("IAM::Policy").values()
    return [item for policy in policies for item in policy["PolicyDocument"]["Statement"]]


def actions(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def test_roles_are_passed_to_lambda_and_to_no_other_service(statements):
    passing = [item for item in statements if "iam:PassRole" in actions(item)]
    assert passing
    for statement in passing:
        assert statement["Condition"] == {
            "StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}
        }


def test_with_a_boundary_only_roles_that_have_it_are_made_or_given_rights(statements, intake):
    making = {"iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"}
    assert all("Condition" not in item for item in statements if making & {*actions(item)})

    policies = intake["pipeline"].all("IAM::Policy").values()
    bounded = [item for policy in policies for item in policy["PolicyDocument"]["Statement"]]
    making.add("iam:PutRolePermissionsBoundary")
    (statement,) = [item for item in bounded if making & {*actions(item)}]
    assert set(actions(statement)) == making
    assert statement["Condition"] == {
        "StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/Boundary"}
    }


def test_of_bootstraps_roles_only_this_accounts_can_be_taken(statements):
    taking = [item for item in statements if "sts:AssumeRole" in actions(item)]
    assert taking
    for statement in taking:
        assert ":role/cdk-hnb659fds-*-role-" in str(statement["Resource"])


def test_the_preflights_may_look_and_nothing_more(statements):
    looks = [item for item in statements if "guardduty:ListDetectors" in actions(item)]
    assert len(looks) == 1
    verbs = {action.partition(":")[2] for action in actions(looks[0])}
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)
