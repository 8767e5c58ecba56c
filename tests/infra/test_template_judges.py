"""The templates before their judges: cdk-nag, cfn-lint and checkov; every exception explained."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from infra.checks import chalice_nag, chalice_template, checkov
from infra.checks.checkov import Failure
from infra.declared.functions import FUNCTIONS

ROOT = Path(__file__).parents[2]
CFN_LINT = ROOT / ".venv-infra" / "bin" / "cfn-lint"
# CDK's own copying of values across regions says a dependency twice.
TWICE_SAID = "W3005"
# What another stage has that dev has not: the stacks that differ in more than names.
BESIDE_DEV = {
    "prod": ("auth", "edge", "worker"),
    "europe": ("api", "auth", "edge"),
    "later": ("data", "monitoring"),
    "containers": ("access", "containers", "edge", "images", "monitoring", "pipeline"),
    "secured": ("containers", "edge"),
    "intake": ("api",),
}


def test_cdk_nag_finds_nothing_that_is_not_accepted(dev, request):
    for name in BESIDE_DEV:
        assert request.getfixturevalue(name).findings() == set()
    assert dev.findings() == set()


def test_every_acknowledgement_is_needed(dev, unaccepted):
    """Without acknowledgements exactly those findings come up, at or below where they are made."""
    found = unaccepted.findings()
    accepted = {(path, rule) for path, rule, _ in dev.acknowledged()}

    assert {rule for _, rule in accepted} == {rule for _, rule in found}
    unneeded = {
        (path, rule)
        for path, rule in accepted
        if not any(rule == other and below.startswith(path) for below, other in found)
    }
    assert unneeded == set()


def test_every_acknowledgement_gives_a_reason(dev, prod, europe, containers):
    for templates in (dev, prod, europe, containers):
        for _, _, reason in templates.acknowledged():
            assert len(reason) > 20
            assert reason.endswith(".")


def test_cfn_lint_finds_no_error(dev, request):
    others = [
        request.getfixturevalue(name).file(u) for name in BESIDE_DEV for u in BESIDE_DEV[name]
    ]
    ran = subprocess.run(  # noqa: S603 our own installation
        [CFN_LINT, "--ignore-checks", TWICE_SAID, "--", *dev.files, *others],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout == ""
    assert ran.returncode == 0


@pytest.mark.skipif(not checkov.CHECKOV.exists(), reason="make .venv-checkov/installed")
def test_checkov_finds_exactly_what_is_explained(dev):
    opinion = checkov.judge(checkov.run_checkov(dev.folder))

    assert opinion.unexplained == []
    assert opinion.unneeded == []


@pytest.mark.skipif(not checkov.CHECKOV.exists(), reason="make .venv-checkov/installed")
def test_checkov_finds_nothing_new_in_the_http_api(intake, tmp_path):
    shutil.copy(intake.file("api"), tmp_path)

    found = checkov.judge(checkov.run_checkov(tmp_path)).unexplained
    # A function of the CDK's copies values between regions: it has the settings that the CDK gives.
    assert {finding.kind for finding in found} <= {"AWS::Lambda::Function"}


@pytest.mark.skipif(not checkov.CHECKOV.exists(), reason="make .venv-checkov/installed")
def test_checkov_finds_with_containers_exactly_what_is_explained(containers):
    opinion = checkov.judge(checkov.run_checkov(containers.folder), checkov.ACCEPTED_OF_CONTAINERS)

    assert opinion.unexplained == []
    assert opinion.unneeded == []


@pytest.fixture(scope="module")
def of_chalice(tmp_path_factory):
    return chalice_template.write_template(tmp_path_factory.mktemp("chalice"))


def test_what_chalice_makes_is_in_its_template(of_chalice):
    kinds = {item["Type"] for item in json.loads(of_chalice.read_text())["Resources"].values()}
    assert {"AWS::Serverless::Function", "AWS::Serverless::Api", "AWS::IAM::Role"} <= kinds


def test_cfn_lint_finds_no_error_in_what_chalice_makes(of_chalice):
    if not CFN_LINT.exists():
        pytest.skip("make .venv-infra/installed")
    ran = subprocess.run(  # noqa: S603 our own installation
        [CFN_LINT, "--", of_chalice], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.returncode) == ("", 0)


@pytest.mark.skipif(not checkov.CHECKOV.exists(), reason="make .venv-checkov/installed")
def test_checkov_finds_in_what_chalice_makes_exactly_what_is_explained(of_chalice):
    found = checkov.run_checkov(of_chalice.parent)
    opinion = checkov.judge(found, checkov.ACCEPTED_OF_CHALICE)

    assert opinion.unexplained == []
    assert opinion.unneeded == []


@pytest.fixture
def nag(tmp_path):
    if not chalice_nag.JUDGE.exists():
        pytest.skip("make .venv-infra/installed")
    return lambda template: checkov.judge(
        chalice_nag.run_nag(template, tmp_path), chalice_nag.ACCEPTED
    )


def test_cdk_nag_finds_in_what_chalice_makes_exactly_what_is_explained(nag, of_chalice):
    opinion = nag(of_chalice)

    assert opinion.unexplained == []
    # With the newest interpreter, functions have the newest runtime.
    assert {finding.check for finding in opinion.unneeded} <= {chalice_nag.LATEST}


def test_cdk_nag_sees_a_role_of_chalices_that_may_too_much(nag, of_chalice, tmp_path):
    template = json.loads(of_chalice.read_text())
    (policy,) = template["Resources"]["StoreOrdersRole"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"][0]["Action"] = ["dynamodb:*"]
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(template))

    assert nag(changed).unexplained == [
        Failure("AwsSolutions-IAM5[Action::dynamodb:*]", "StoreOrdersRole")
    ]


def test_cdk_nag_is_shown_all_that_chalice_makes(of_chalice):
    template = json.loads(of_chalice.read_text())
    shown = Counter(item["Type"] for item in chalice_nag.expand(template)["Resources"].values())

    assert shown["AWS::Lambda::Function"] == shown["AWS::IAM::Role"] == len(FUNCTIONS)
    assert shown["AWS::ApiGateway::RestApi"] == shown["AWS::ApiGateway::Stage"] == 1
    assert not [kind for kind in shown if "Serverless" in kind]


def test_every_finding_that_is_accepted_of_chalice_has_its_reason():
    for reason in chalice_nag.ACCEPTED.values():
        assert len(reason) > 20
        assert reason.endswith(".")


def test_a_finding_that_nobody_explained_is_told():
    new = Failure("CKV_AWS_1", "AWS::Made::Up")

    assert checkov.judge([new, *checkov.ACCEPTED]).unexplained == [new]
    assert new not in checkov.ACCEPTED


def test_an_explanation_that_no_finding_needs_is_told():
    first, *others = checkov.ACCEPTED

    assert checkov.judge(others).unneeded == [first]
