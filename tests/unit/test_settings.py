"""Settings: whole on a laptop, explicit everywhere else, and every variable documented."""

import ast
import re
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.errors import MissingSetting
from chalicelib.settings import api_settings, queue_name, worker_settings
from infra.declared.resources import resources

ROOT = Path(__file__).parents[2]
LOCAL = resources(stage="local", account="000000000000", region="us-east-1")
API_VARIABLES = {
    "STAGE": "dev",
    "AWS_REGION": "eu-west-1",
    "RECORDS_TABLE": "OmniData-dev",
    "STATE_TABLE": "OmniState-dev",
    "SEARCH_QUEUE_URL": "https://sqs.example/OmniQueue-dev",
    "ORDERS_TABLE": "orders-dev",
    "ORDERS_TABLE_STREAM_ARN": "arn:aws:dynamodb:eu-west-1:1:table/orders-dev/stream/s",
    "ORDERS_QUEUE_URL": "https://sqs.example/POC-Queue-dev",
    "ORDERS_TOPIC_ARN": "arn:aws:sns:eu-west-1:1:POC-Topic-dev",
    "ANNOUNCE_FAILURES_URL": "https://sqs.example/POC-Announce-Failures-dev",
    "LOGS_TABLE": "MultiTenantLogs-dev",
    "LOGS_QUEUE_URL": "https://sqs.example/OmniLogQueue-dev",
    "CLAIMS_BUCKET": "claims-dev",
    "JOBS_QUEUE_URL": "https://sqs.example/OmniJobs-dev",
    "ANALYTICS_BUCKET": "bucket-dev",
    "USER_POOL_ARN": "arn:aws:cognito-idp:eu-west-1:1:userpool/p",
    "CURSOR_SECRET": "omnidata-dev/cursor-key",
    "CORS_ORIGIN": "https://console.example.com",
}
WORKER_VARIABLES = {
    "STAGE": "dev",
    "SEARCH_QUEUE_URL": "https://sqs.example/OmniQueue-dev",
    "ANALYTICS_BUCKET": "bucket-dev",
    "STATE_TABLE": "OmniState-dev",
}


class Asked(dict):
    """Variables that remember which of them were asked for."""

    def __init__(self, variables):
        super().__init__(variables)
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def variables_read():
    names = set()
    last_spelling = {"STATE_TABLE": "s", "SQS_URL": "u", "BUCKET_NAME": "b"}
    for read, variables in (
        (api_settings, {}),
        (api_settings, API_VARIABLES),
        (worker_settings, last_spelling),
        (worker_settings, WORKER_VARIABLES),
    ):
        asked = Asked(variables)
        read(asked)
        names |= asked.names
    settings.trace_header(names.add)
    return names


def test_stage_local_needs_no_variable_at_all():
    found = api_settings({})
    assert found.stage == "local"
    assert found.aws.endpoint_url == "http://127.0.0.1:4566"
    assert found.aws.region == "us-east-1"
    assert found.aws.credentials == ("test", "test")
    assert found.cors_origin == "*"
    assert found.search_queue_url == "http://127.0.0.1:4566/000000000000/OmniQueue"
    assert found.partial_batch_responses is False


def test_the_local_names_are_those_that_are_provisioned():
    found = api_settings({})
    declared = {
        each.variable: each.name for each in (*LOCAL.tables, *LOCAL.buckets, *LOCAL.secrets)
    }
    assert declared == {
        "RECORDS_TABLE": found.records_table,
        "STATE_TABLE": found.state_table,
        "ORDERS_TABLE": found.orders_table,
        "LOGS_TABLE": found.logs_table,
        "ANALYTICS_BUCKET": found.analytics_bucket,
        "CLAIMS_BUCKET": found.claims_bucket,
        "CURSOR_SECRET": found.cursor_secret,
    }
    queues = {each.variable: each.name for each in (*LOCAL.queues, *LOCAL.failure_queues)}
    urls = {
        "SEARCH_QUEUE_URL": found.search_queue_url,
        "ORDERS_QUEUE_URL": found.orders_queue_url,
        "LOGS_QUEUE_URL": found.logs_queue_url,
        "JOBS_QUEUE_URL": found.jobs_queue_url,
        "ANNOUNCE_FAILURES_URL": found.announce_failures_url,
    }
    assert {name: queue_name(url) for name, url in urls.items()} == queues
    (topic,) = LOCAL.topics
    assert found.orders_topic_arn == f"arn:aws:sns:us-east-1:000000000000:{topic.name}"


def test_every_resource_is_told_by_a_variable_that_is_read():
    declared = (
        *LOCAL.tables,
        *LOCAL.queues,
        *LOCAL.failure_queues,
        *LOCAL.topics,
        *LOCAL.buckets,
        *LOCAL.secrets,
    )
    streams = {each.stream_variable for each in LOCAL.tables if each.stream_view}
    assert {each.variable for each in declared} | streams <= variables_read()


def test_the_local_port_moves_the_endpoint_and_the_queue():
    found = api_settings({"AWS_PORT": "5000"})
    assert found.aws.endpoint_url == "http://127.0.0.1:5000"
    assert found.search_queue_url == "http://127.0.0.1:5000/000000000000/OmniQueue"


def test_an_endpoint_of_ones_own_wins_over_the_port():
    found = api_settings({"AWS_PORT": "5000", "AWS_ENDPOINT_URL": "http://127.0.0.1:6000"})
    assert found.aws.endpoint_url == "http://127.0.0.1:6000"


def test_a_whole_stage_is_read_as_it_is_set():
    found = api_settings(API_VARIABLES)
    assert found.stage == "dev"
    assert found.records_table == "OmniData-dev"
    assert found.aws.region == "eu-west-1"
    assert found.aws.endpoint_url is None
    assert found.aws.credentials is None


@pytest.mark.parametrize("name", sorted(set(API_VARIABLES) - {"STAGE", "AWS_REGION"}))
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_elsewhere_a_missing_variable_of_the_functions_names_itself(name, how):
    variables = {**API_VARIABLES, name: ""}
    if how == "absent":
        del variables[name]
    with pytest.raises(MissingSetting, match=f"'dev' needs the environment variable {name}"):
        api_settings(variables)


@pytest.mark.parametrize("name", sorted(set(WORKER_VARIABLES) - {"STAGE"}))
def test_elsewhere_a_missing_variable_of_the_worker_names_itself(name):
    with pytest.raises(MissingSetting, match=name):
        worker_settings({**WORKER_VARIABLES, name: ""})


@pytest.mark.parametrize("name", ["SEARCH_QUEUE_URL", "ANALYTICS_BUCKET"])
def test_the_worker_needs_its_queue_and_bucket_even_locally(name):
    with pytest.raises(MissingSetting, match=name):
        worker_settings({**WORKER_VARIABLES, "STAGE": "local", name: ""})


@pytest.mark.parametrize(
    ("queue", "bucket"),
    [
        ("SEARCH_QUEUE_URL", "ANALYTICS_BUCKET"),
        ("SQS_QUEUE_URL", "S3_BUCKET_NAME"),
        ("SQS_URL", "BUCKET_NAME"),
    ],
)
def test_the_worker_takes_every_spelling_of_seed_000(queue, bucket):
    found = worker_settings({"STAGE": "local", queue: "http://q", bucket: "b"})
    assert (found.search_queue_url, found.analytics_bucket) == ("http://q", "b")


@pytest.mark.parametrize("value", ["many", "nan", "inf", "-1", "0", "1e999"])
def test_a_number_that_is_none_or_out_of_range_names_its_variable(value):
    with pytest.raises(MissingSetting, match="POLLERS"):
        worker_settings({**WORKER_VARIABLES, "POLLERS": value})


def test_partial_batch_responses_are_on_at_1_alone():
    for value, expected in (("1", True), ("0", False), ("true", False), ("", False)):
        found = api_settings({**API_VARIABLES, "PARTIAL_BATCH_RESPONSES": value})
        assert found.partial_batch_responses is expected


def test_intake_is_open_on_a_laptop_and_closed_elsewhere_unless_told():
    for variables, expected in (
        ({}, True),
        ({"OPEN_INTAKE": "0"}, False),
        (API_VARIABLES, False),
        ({**API_VARIABLES, "OPEN_INTAKE": "1"}, True),
        ({**API_VARIABLES, "OPEN_INTAKE": "yes"}, False),
    ):
        assert api_settings(variables).open_intake is expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIGEST_ORDERS", "0"),
        ("DIGEST_ORDERS", "101"),
        ("DIGEST_WINDOW_S", "301"),
        ("LOG_MESSAGE_BYTES", "1048577"),
        ("LOG_WORK_MS_PER_CHAR", "-1"),
    ],
)
def test_a_number_beyond_what_aws_takes_names_its_variable(name, value):
    with pytest.raises(MissingSetting, match=name):
        api_settings({**API_VARIABLES, name: value})


def test_settings_are_frozen():
    with pytest.raises(AttributeError):
        api_settings({}).stage = "prod"


def test_the_trace_header_is_none_when_empty():
    assert settings.trace_header(lambda _: "") is None
    assert settings.trace_header(lambda _: "Root=1-2-3") == "Root=1-2-3"


def test_every_variable_that_is_read_is_documented():
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs/settings.md").read_text()))
    assert variables_read() - documented == set()


def test_no_variable_is_read_unseen():
    source = ast.parse((ROOT / "chalicelib/settings.py").read_text())
    texts = {each.value for each in ast.walk(source) if isinstance(each, ast.Constant)}
    named = {text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z_]{3,}", text)}
    assert named - variables_read() == set()


def test_settings_alone_read_the_environment():
    readers = [
        path.relative_to(ROOT).as_posix()
        for package in ("chalicelib", "worker")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv|putenv)|from os import", path.read_text())
    ]
    assert readers == ["chalicelib/settings.py"]
