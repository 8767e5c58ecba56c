"""Stages as data: names, what the environment of a deploy may say, and one home for the region."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.declared import stages
from infra.declared.stage_parts import Capacity, Domain, UnknownStage
from infra.declared.stages import Stage

ROOT = Path(__file__).parents[2]


def test_dev_carries_its_suffix_and_prod_the_seeds_own_names():
    assert stages.DEV.physical("OmniCluster") == "OmniCluster-dev"
    assert stages.PROD.physical("OmniCluster") == "OmniCluster"
    assert stages.DEV.bucket("omni", "123") == "omni-dev-123-us-east-1"


def test_functions_are_named_as_chalice_names_them():
    assert stages.DEV.function_prefix == "omnidata-dev"


def test_the_stage_throttle_is_seed_002s():
    assert (Stage(name="x").throttle.rate_limit, Stage(name="x").throttle.burst_limit) == (
        1000,
        2000,
    )


def test_what_is_personal_comes_from_the_environment():
    made = stages.stage(
        "dev",
        {
            "ALERT_EMAIL": "a@example.com",
            "REGION": "eu-west-1",
            "CONSOLE_DOMAIN": "c.example.com",
            "CERTIFICATE_ARN": "arn",
            "CORS_ORIGIN": "https://c.example.com",
            "EVALUATOR_ARN": "arn:role",
            "WORKER_IMAGE_TAG": "abc",
            "GUARDS_ACCOUNT": "0",
            "INTAKE_API": "http",
            "SYSTEM_LOG_LEVEL": "WARN",
            "PERMISSIONS_BOUNDARY": "arn:aws:iam::111122223333:policy/Boundary",
        },
        rest_api_id="id",
    )

    assert made.alert_email == "a@example.com"
    assert made.region == "eu-west-1"
    assert made.domain == Domain(name="c.example.com", certificate_arn="arn")
    assert made.cors_origin == "https://c.example.com"
    assert made.evaluator == "arn:role"
    assert made.worker.image_tag == "abc"
    assert made.guards_account is False
    assert made.has_http_intake is True
    assert made.system_log_level == "WARN"
    assert made.rest_api_id == "id"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_stage_can_say_the_environment_that_makes_it_again(name):
    """The pipeline deploys with it; a setting left out would be taken back by every push."""
    made = stages.stage(
        name,
        {
            "ALERT_EMAIL": "a@example.com",
            "ORDERS_EMAIL": "o@example.com",
            "REGION": "eu-west-1",
            "CONSOLE_DOMAIN": "c.example.com",
            "CERTIFICATE_ARN": "arn",
            "CORS_ORIGIN": "https://c.example.com",
            "EVALUATOR_ARN": "arn:role",
            "WORKER_IMAGE_TAG": "abc",
            "GUARDS_ACCOUNT": "0",
            "GOOGLE_CLIENT_ID": "g",
            "LINKEDIN_CLIENT_ID": "l",
            "GITHUB_CLIENT_ID": "h",
            "GITHUB_ISSUER": "https://bridge.example.com",
            "INTAKE_API": "http",
            "SYSTEM_LOG_LEVEL": "WARN",
            "PERMISSIONS_BOUNDARY": "arn:aws:iam::111122223333:policy/Boundary",
        },
    )

    assert stages.stage(name, made.variables()) == made
    assert stages.stage(name, stages.STAGES[name].variables()) == stages.STAGES[name]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({"ALERT_EMAIL": "a@example.com"}, "a@example.com"),
        ({"ALERT_EMAIL": "a@example.com", "ORDERS_EMAIL": "o@example.com"}, "o@example.com"),
    ],
)
def test_orders_are_told_to_their_own_address_or_to_that_of_the_alarms(given, told):
    assert stages.stage("dev", given).orders_email == told


def test_an_empty_variable_counts_as_none():
    made = stages.stage("dev", {"ALERT_EMAIL": "", "REGION": "", "CONSOLE_DOMAIN": ""})

    assert made == stages.DEV


@pytest.mark.parametrize(
    ("name", "variables", "said"),
    [
        ("test", {}, "there is no stage 'test': it is one of local, dev, prod"),
        ("dev", {"CONSOLE_DOMAIN": "x"}, "CONSOLE_DOMAIN and CERTIFICATE_ARN come together"),
        ("dev", {"CERTIFICATE_ARN": "x"}, "CONSOLE_DOMAIN and CERTIFICATE_ARN come together"),
        ("dev", {"GITHUB_CLIENT_ID": "x"}, "GITHUB_CLIENT_ID needs GITHUB_ISSUER"),
        ("dev", {"INTAKE_API": "HTTP"}, "INTAKE_API must be rest or http, not 'HTTP'"),
        ("dev", {"PERMISSIONS_BOUNDARY": "Boundary"}, "PERMISSIONS_BOUNDARY must be the ARN of"),
        ("dev", {"SYSTEM_LOG_LEVEL": "x"}, "SYSTEM_LOG_LEVEL must be INFO or WARN, not 'x'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_words(name, variables, said):
    with pytest.raises(UnknownStage, match=re.escape(said)):
        stages.stage(name, variables)


def test_stages_and_resources_are_plain_data():
    code = (
        "import sys;"
        "from infra.declared import functions, gateway_responses, resources, stages;"
        "print([x for x in sys.modules if x.startswith(('aws_cdk', 'jsii', 'moto', 'boto'))])"
    )
    ran = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "[]\n"


def test_a_region_is_named_in_one_place_and_cloudfronts_in_another():
    region = re.compile(r"""["'](?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d["']""")
    product = [
        *(ROOT / "chalicelib").rglob("*.py"),
        *(ROOT / "worker").rglob("*.py"),
        *(ROOT / "infra").rglob("*.py"),
        ROOT / "app.py",
    ]
    found = {
        (file.relative_to(ROOT).as_posix(), line.partition("#")[0].strip())
        for file in product
        if "node_modules" not in file.parts
        for line in file.read_text().splitlines()
        if region.search(line)
    }

    assert found == {
        ("chalicelib/settings/environment.py", 'DEFAULT_REGION = "us-east-1"'),
        ("infra/declared/stages.py", 'CLOUDFRONT_REGION = "us-east-1"'),
    }


def test_no_account_id_is_in_the_product():
    account = re.compile(r"(?<!\w)\d{12}(?!\w)")
    files = [*(ROOT / "infra").rglob("*.py"), *ROOT.glob("*.json"), *ROOT.glob("*.toml")]
    found = {
        match
        for file in files
        if "node_modules" not in file.parts
        for match in account.findall(file.read_text())
    }

    assert found <= {"000000000000"}  # the emulator's


def test_only_prod_guards_the_account_unless_told():
    assert stages.stage("prod", {}).guards_account
    assert not stages.stage("dev", {}).guards_account
    assert stages.stage("dev", {"GUARDS_ACCOUNT": "1"}).guards_account


def test_data_is_protected_from_deletion_once_there_is_an_api():
    assert not stages.stage("prod", {}).protects_data
    assert stages.stage("prod", {}, rest_api_id="abc").protects_data
    assert not stages.stage("dev", {}, rest_api_id="abc").protects_data


@pytest.mark.parametrize("text", ["50", "0-10", "10-5", "50 - 60", "many", "1-100000", "-5"])
def test_a_capacity_that_is_no_range_is_refused(text):
    with pytest.raises(UnknownStage, match="TABLE_CAPACITY must be on-demand or units a second"):
        stages.stage("dev", {"TABLE_CAPACITY": text})


def test_a_table_class_that_there_is_not_is_refused():
    with pytest.raises(UnknownStage, match="standard or infrequent-access, not 'glacier'"):
        stages.stage("dev", {"TABLE_CLASS": "glacier"})


def test_tables_are_on_demand_and_of_the_standard_class_unless_the_stage_is_told_otherwise():
    told = stages.stage("prod", {"TABLE_CAPACITY": "on-demand", "TABLE_CLASS": "standard"})
    assert (told.capacity, told.rarely_read) == (None, False)
    heavy = stages.stage("prod", {"TABLE_CAPACITY": "10-4000", "TABLE_CLASS": "infrequent-access"})
    assert heavy.capacity == Capacity(minimum=10, maximum=4000)
    assert heavy.rarely_read is True
