"""Settings: whole on a laptop, explicit everywhere else, and every variable documented."""

import ast
import json
import os
import re
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.errors import MissingSetting
from chalicelib.settings import (
    QueueUrls,
    StreamSource,
    api_settings,
    environment,
    worker_settings,
)
from infra.declared.resources import resources
from infra.declared.variables import predict_outputs, stage_variables
from infra.deploy.project import local_variables

ROOT = Path(__file__).parents[2]
LOCAL = resources(stage="local", account="000000000000", region="us-east-1")
DEV = resources(stage="dev", account="1", region="eu-west-1")
API_VARIABLES = {
    "STAGE": "dev",
    "AWS_REGION": "eu-west-1",
    "CORS_ORIGIN": "https://console.example.com",
    **stage_variables(
        DEV,
        predict_outputs(DEV, account="1", region="eu-west-1", queues_at="https://sqs.example"),
        user_pool_arn="arn:aws:cognito-idp:eu-west-1:1:userpool/p",
    ),
}
LOCAL_VARIABLES = {"STAGE": "local", **local_variables()}
# As the failure destinations of mappings.
READ_BY_EVENT_SOURCES = {"ANNOUNCE_FAILURES_URL", "DELIVER_FAILURES_URL"}
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
        (api_settings, LOCAL_VARIABLES),
        (api_settings, API_VARIABLES),
        (worker_settings, last_spelling),
        (worker_settings, WORKER_VARIABLES),
    ):
        asked = Asked(variables)
        read(asked)
        names |= asked.names
    settings.trace_header(names.add)
    return names


def test_stage_local_has_the_variables_that_are_generated():
    found = api_settings(LOCAL_VARIABLES)
    assert found.stage == "local"
    assert found.aws.endpoint_url == "http://127.0.0.1:4566"
    assert found.aws.region == "us-east-1"
    assert found.aws.credentials == ("test", "test")
    assert found.records_table == "OmniData"
    assert found.search_queue_url == "http://127.0.0.1:4566/000000000000/OmniQueue"
    assert found.orders_topic_arn == "arn:aws:sns:us-east-1:000000000000:POC-Topic"
    assert found.partial_batch_responses is False


def test_on_local_no_process_reaches_a_platform_unless_it_is_told_its_address():
    found = api_settings(LOCAL_VARIABLES).publisher
    assert {found.meta_base_url, found.linkedin_base_url} == {"http://127.0.0.1:9"}
    told = {**LOCAL_VARIABLES, "META_BASE_URL": "http://127.0.0.1:40213"}
    assert api_settings(told).publisher.meta_base_url == "http://127.0.0.1:40213"
    assert api_settings(API_VARIABLES).publisher.meta_base_url == "https://graph.facebook.com"


def test_a_bare_process_on_local_reads_the_generated_file(tmp_path, monkeypatch):
    generated = tmp_path / "config.json"
    stages = {"local": {"environment_variables": {**LOCAL_VARIABLES, "RECORDS_TABLE": "generated"}}}
    generated.write_text(json.dumps({"stages": stages}))
    monkeypatch.setattr(environment, "GENERATED", generated)
    for name in API_VARIABLES:
        monkeypatch.delenv(name, raising=False)

    assert api_settings().records_table == "generated"

    monkeypatch.setenv("RECORDS_TABLE", "mine")
    assert api_settings().records_table == "mine"


def test_another_stage_never_reads_the_generated_file(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "GENERATED", tmp_path)  # reading a folder would fail
    monkeypatch.setenv("STAGE", "dev")
    monkeypatch.delenv("RECORDS_TABLE", raising=False)

    with pytest.raises(MissingSetting, match="'dev' needs the environment variable RECORDS_TABLE"):
        api_settings()


def test_on_local_a_missing_variable_names_itself_too():
    with pytest.raises(MissingSetting, match="'local' needs the environment variable"):
        api_settings({"STAGE": "local"})


def test_what_operators_watch_comes_by_one_setting():
    found = api_settings(LOCAL_VARIABLES).watched

    assert list(found.queues) == [
        "searches",
        "orders",
        "logs",
        "jobs",
        "webhooks",
        "mail_events",
    ]
    queue_url = "http://127.0.0.1:4566/000000000000/POC-Queue"
    assert found.queues["orders"] == QueueUrls(
        url=queue_url,
        dead_letters_url=f"{queue_url}-dlq",
        function="store_orders",
        max_receives=5,
    )
    assert [queue.function for queue in found.queues.values()] == [
        "worker",
        "store_orders",
        "process_logs",
        "run_jobs",
        "deliver_webhooks",
        "process_mail_events",
    ]
    assert found.streams == {
        "announcements": StreamSource(
            handler="announce_orders",
            function="omnidata-local-announce_orders",
            failures_url="http://127.0.0.1:4566/000000000000/POC-Announce-Failures",
        ),
        "deliveries": StreamSource(
            handler="deliver_messages",
            function="omnidata-local-deliver_messages",
            failures_url="http://127.0.0.1:4566/000000000000/OmniDeliver-Failures",
        ),
    }


@pytest.mark.parametrize("value", ["{", "[]", '{"queues": {}}', '{"queues": [], "streams": {}}'])
def test_what_is_no_list_of_watched_queues_names_its_variable(value):
    with pytest.raises(MissingSetting, match="WATCHED must be generated"):
        api_settings({**API_VARIABLES, "WATCHED": value})


def test_every_resource_is_told_by_a_variable_that_is_read():
    declared = (*LOCAL.with_outputs, *LOCAL.secrets)
    streams = {table.stream_variable for table in LOCAL.tables if table.stream_view}
    told = {resource.variable for resource in declared} | streams
    assert told - READ_BY_EVENT_SOURCES <= variables_read()


def test_the_local_port_moves_the_endpoint_and_the_queue():
    found = api_settings({**LOCAL_VARIABLES, "AWS_PORT": "5000"})
    assert found.aws.endpoint_url == "http://127.0.0.1:5000"
    assert found.search_queue_url == "http://127.0.0.1:5000/000000000000/OmniQueue"


def test_an_endpoint_of_ones_own_wins_over_the_port():
    variables = {"AWS_PORT": "5000", "AWS_ENDPOINT_URL": "http://127.0.0.1:6000"}
    found = api_settings({**LOCAL_VARIABLES, **variables})
    assert found.aws.endpoint_url == "http://127.0.0.1:6000"


def test_a_whole_stage_is_read_as_it_is_set():
    found = api_settings(API_VARIABLES)
    assert found.stage == "dev"
    assert found.records_table == "OmniData-dev"
    assert found.aws.region == "eu-west-1"
    assert found.aws.endpoint_url is None
    assert found.aws.credentials is None


@pytest.mark.parametrize(
    "name",
    sorted(
        set(API_VARIABLES)
        - {"STAGE", "AWS_REGION", "MAIL_CONFIGURATION_SET"}
        - READ_BY_EVENT_SOURCES
    ),
)
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


@pytest.mark.parametrize("name", ["SEARCH_QUEUE_URL", "ANALYTICS_BUCKET", "STATE_TABLE"])
def test_the_worker_needs_its_queue_bucket_and_table_even_locally(name):
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
    found = worker_settings({"STAGE": "local", "STATE_TABLE": "s", queue: "http://q", bucket: "b"})
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
        (LOCAL_VARIABLES, True),
        ({**LOCAL_VARIABLES, "OPEN_INTAKE": "0"}, False),
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
        ("NOTIFICATION_PAUSE_S", "2"),
        ("QUEUE_WINDOW_S", "61"),
        ("LOG_MESSAGE_BYTES", "1048577"),
        ("LOG_WORK_MS_PER_CHAR", "-1"),
        ("DUE_SHARDS", "0"),
        ("DUE_SHARDS", "101"),
    ],
)
def test_a_number_beyond_what_aws_takes_names_its_variable(name, value):
    with pytest.raises(MissingSetting, match=name):
        api_settings({**API_VARIABLES, name: value})


def test_approval_is_off_unless_it_is_required_and_nothing_misspelt_turns_it_off():
    for value, expected in (("required", True), ("off", False), ("", False)):
        found = api_settings({**API_VARIABLES, "APPROVAL": value})
        assert found.publisher.need_approval is expected
    assert not api_settings(API_VARIABLES).publisher.need_approval
    for value in ("1", "true", "Required", "require"):
        with pytest.raises(MissingSetting, match="APPROVAL must be required or off"):
            api_settings({**API_VARIABLES, "APPROVAL": value})


def test_texts_are_adapted_only_where_a_setting_says_so():
    found = api_settings(API_VARIABLES).publisher
    assert not found.use_ai_agent
    assert found.bedrock_model_id == "global.anthropic.claude-haiku-4-5-20251001-v1:0"
    more = {"USE_AI_AGENT": "true", "BEDROCK_MODEL_ID": "amazon.nova-lite-v1:0"}
    found = api_settings({**API_VARIABLES, **more}).publisher
    assert (found.use_ai_agent, found.bedrock_model_id) == (True, "amazon.nova-lite-v1:0")
    with pytest.raises(MissingSetting, match="USE_AI_AGENT must be true or false"):
        api_settings({**API_VARIABLES, "USE_AI_AGENT": "yes"})


def test_settings_are_frozen():
    with pytest.raises(AttributeError):
        api_settings(API_VARIABLES).stage = "prod"


def test_the_trace_header_is_none_when_empty():
    assert settings.trace_header(lambda _: "") is None
    assert settings.trace_header(lambda _: "Root=1-2-3") == "Root=1-2-3"


def test_the_trace_header_is_that_of_the_environment_as_it_is_now(monkeypatch):
    """Chalice's test client puts another one in its place, and threads may leave it there."""
    monkeypatch.setattr(os, "environ", {"_X_AMZN_TRACE_ID": "Root=1-now"})
    assert settings.trace_header() == "Root=1-now"


def test_every_variable_that_is_read_is_documented():
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs/settings.md").read_text()))
    assert variables_read() - documented == set()


def test_no_variable_is_read_unseen():
    modules = (ROOT / "chalicelib/settings").glob("[!_]*.py")
    nodes = [node for path in modules for node in ast.walk(ast.parse(path.read_text()))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    named = {text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z_]{3,}", text)}
    assert named - variables_read() == set()


def test_settings_alone_read_the_environment():
    readers = {
        path.parent.relative_to(ROOT).as_posix()
        for package in ("chalicelib", "worker")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv|putenv)|from os import", path.read_text())
    }
    assert readers == {"chalicelib/settings"}
