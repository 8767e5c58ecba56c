"""What a stage is told is kept with it: nothing falls back unsaid."""

import pytest

from infra.declared import stages
from infra.declared.stages import DEV
from infra.deploy import choices
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused

KEPT = {"ALERT_EMAIL": "ada@example.com", "GUARDS_ACCOUNT": "1"}


@pytest.mark.parametrize("environment", [{}, {"ALERT_EMAIL": ""}, {"PATH": "/bin"}])
def test_what_is_not_given_again_is_as_before(environment):
    assert choices.choose(environment, KEPT) == KEPT


def test_what_is_given_replaces_what_was_kept_and_nothing_else():
    chosen = choices.choose({"ALERT_EMAIL": "bob@example.com", "BRANCH": "next"}, KEPT)
    assert chosen == {"ALERT_EMAIL": "bob@example.com", "GUARDS_ACCOUNT": "1", "BRANCH": "next"}


def test_a_default_holds_again_only_where_somebody_says_so():
    assert choices.choose({"FORGET": "ALERT_EMAIL,GUARDS_ACCOUNT"}, KEPT) == {}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"FORGET": "CORS_ORIGIN"}, "CORS_ORIGIN, which the stage was never told"),
        ({"FORGET": "ALERT_EMAIL", "ALERT_EMAIL": "x@example.com"}, "given at the same time"),
    ],
)
def test_what_contradicts_itself_is_refused(environment, said):
    with pytest.raises(DeployRefused, match=said):
        choices.choose(environment, KEPT)


def test_a_plan_shows_what_is_kept_what_is_new_and_what_ends():
    chosen = {"ALERT_EMAIL": "ada@example.com", "BRANCH": "next", "REGION": "eu-west-1"}
    kept = {"ALERT_EMAIL": "ada@example.com", "BRANCH": "main", "CORS_ORIGIN": "https://a.example"}
    assert choices.describe(chosen, kept) == [
        "  REGION = eu-west-1 (new)",
        "  ALERT_EMAIL = ada@example.com (kept)",
        "  CORS_ORIGIN is no longer https://a.example: the default holds again",
        "  BRANCH = next (was main)",
    ]


def test_every_variable_of_a_stage_is_kept():
    """`stage` reads no other; a new one is a name here."""
    full = dict.fromkeys(choices.NAMES, "x") | {
        "GUARDS_ACCOUNT": "1",
        "TRACED_SHARE": "1",
        "TABLE_CAPACITY": "1-2",
        "TABLE_CLASS": "infrequent-access",
        "INTAKE_API": "http",
        "SYSTEM_LOG_LEVEL": "WARN",
        "PERMISSIONS_BOUNDARY": "arn:aws:iam::111122223333:policy/Boundary",
        "INFRA_TYPE": "containers",
    }
    assert set(stages.stage("dev", full).variables()) <= set(choices.NAMES)
    assert set(choices.NAMES) - set(stages.stage("dev", full).variables()) == {
        "REPOSITORY",
        "BRANCH",
    }


def test_the_variables_outlive_later_outputs_of_the_stage(tmp_path):
    project = Project(tmp_path)
    place = Place("123456789012", "us-east-1")
    project.keep(DEV, place, {"A": "1"}, KEPT)
    project.keep(DEV, place, {"B": "2"})
    assert project.variables("dev") == KEPT
    assert project.outputs("dev") == {"A": "1", "B": "2"}
