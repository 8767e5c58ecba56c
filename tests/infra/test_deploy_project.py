"""Chalice's configuration: what follows of the template in git and the stacks' outputs."""

import json

import pytest

from chalicelib.settings import api_settings
from infra.declared.function_kinds import API_HANDLER, Function
from infra.declared.functions import FUNCTIONS
from infra.declared.stages import DEV, STAGES
from infra.declared.variables import MissingOutput
from infra.deploy.policies import Place
from infra.deploy.project import ROOT, Project, local_variables

ACCOUNT = "123456789012"
PLACE = Place(ACCOUNT, "us-east-1")
OUTPUTS = {
    "RecordsTable": "OmniData-dev",
    "StateTable": "OmniState-dev",
    "SearchQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue-dev",
    "OrdersTable": "orders-dev",
    "OrdersTableStreamArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders-dev/stream/s",
    "LogsTable": "MultiTenantLogs-dev",
    "OrdersQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/POC-Queue-dev",
    "LogsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/OmniLogQueue-dev",
    "JobsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/OmniJobs-dev",
    "WebhooksQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/OmniWebhooks-dev",
    "AnnounceFailuresUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/POC-Announce-Failures",
    "OrdersTopicArn": "arn:aws:sns:us-east-1:123456789012:POC-Topic-dev",
    "AnalyticsBucket": "omni-analytics-data-dev-123456789012-us-east-1",
    "ClaimsBucket": "omni-log-claims-dev-123456789012-us-east-1",
    "WebhooksTable": "OmniWebhooks-dev",
    "MailEventsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/OmniMailEvents-dev",
    "MessagesTable": "OmniMessages-dev",
    "MessagesStream": "omnichannel-messages-dev",
    "MediaBucket": "omni-media-dev-123456789012-us-east-1",
    "DeliverFailuresUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/Deliver-Failures",
    "TenantReaderRoleArn": "arn:aws:iam::123456789012:role/OmniTenantReader-dev",
    "UserPoolId": "us-east-1_abc",
    "ConsoleUrl": "https://d123.cloudfront.net/",
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".chalice").mkdir()
    template = (ROOT / ".chalice" / "config.template.json").read_text()
    (tmp_path / ".chalice" / "config.template.json").write_text(template)
    return Project(tmp_path)


def written(project, name="config.json"):
    return json.loads((project.folder / name).read_text())


def test_the_template_in_git_has_every_stage_and_no_account():
    text = (ROOT / ".chalice" / "config.template.json").read_text()
    assert set(json.loads(text)["stages"]) == set(STAGES)
    assert "arn:" not in text
    assert not any(word.isdigit() and len(word) == 12 for word in text.split('"'))


def test_a_fresh_clone_gets_a_complete_local_stage(project):
    assert [item.name for item in project.generate()] == ["config.json"]
    stage = written(project)["stages"]["local"]
    assert stage["api_gateway_stage"] == "local"
    variables = stage["environment_variables"]
    assert variables == {"STAGE": "local", **local_variables()}
    assert variables["RECORDS_TABLE"] == "OmniData"
    assert variables["ORDERS_QUEUE_URL"] == "/000000000000/POC-Queue"
    assert api_settings(variables).stage == "local"


def test_a_stage_gets_its_resources_from_the_outputs(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    stage = written(project)["stages"]["dev"]
    variables = stage["environment_variables"]
    watched = json.loads(variables.pop("WATCHED"))
    assert list(watched["queues"]) == [
        "searches",
        "orders",
        "logs",
        "jobs",
        "webhooks",
        "mail_events",
    ]
    assert watched["queues"]["orders"] == {
        "url": OUTPUTS["OrdersQueueUrl"],
        "dead_letters_url": f"{OUTPUTS['OrdersQueueUrl']}-dlq",
        "function": "store_orders",
        "max_receives": 5,
    }
    assert watched["streams"]["announcements"] == {
        "handler": "announce_orders",
        "function": "omnidata-dev-announce_orders",
        "failures_url": OUTPUTS["AnnounceFailuresUrl"],
    }
    assert watched["streams"]["deliveries"] == {
        "handler": "deliver_messages",
        "function": "omnidata-dev-deliver_messages",
        "failures_url": OUTPUTS["DeliverFailuresUrl"],
    }
    assert variables == {
        "STAGE": "dev",
        "OPEN_INTAKE": "0",
        "DIGEST_ORDERS": "25",
        "DIGEST_WINDOW_S": "30",
        "NOTIFICATION_PAUSE_S": "0.1",
        "QUEUE_WINDOW_S": "0",
        "LOG_WORK_MS_PER_CHAR": "0",
        "RECORDS_TABLE": "OmniData-dev",
        "STATE_TABLE": "OmniState-dev",
        "ORDERS_TABLE": "orders-dev",
        "ORDERS_TABLE_STREAM_ARN": OUTPUTS["OrdersTableStreamArn"],
        "LOGS_TABLE": "MultiTenantLogs-dev",
        "SEARCH_QUEUE_URL": OUTPUTS["SearchQueueUrl"],
        "ORDERS_QUEUE_URL": OUTPUTS["OrdersQueueUrl"],
        "LOGS_QUEUE_URL": OUTPUTS["LogsQueueUrl"],
        "JOBS_QUEUE_URL": OUTPUTS["JobsQueueUrl"],
        "ANNOUNCE_FAILURES_URL": OUTPUTS["AnnounceFailuresUrl"],
        "WEBHOOKS_QUEUE_URL": OUTPUTS["WebhooksQueueUrl"],
        "WEBHOOKS_TABLE": "OmniWebhooks-dev",
        "MAIL_EVENTS_QUEUE_URL": OUTPUTS["MailEventsQueueUrl"],
        "MAIL_CONFIGURATION_SET": "omnidata-dev",
        "MESSAGES_TABLE": "OmniMessages-dev",
        "MESSAGES_STREAM": "omnichannel-messages-dev",
        "MEDIA_BUCKET": OUTPUTS["MediaBucket"],
        "DELIVER_FAILURES_URL": OUTPUTS["DeliverFailuresUrl"],
        "META_SECRET": "omnidata-dev/meta",
        "LINKEDIN_SECRET": "omnidata-dev/linkedin",
        "ORDERS_TOPIC_ARN": OUTPUTS["OrdersTopicArn"],
        "ANALYTICS_BUCKET": OUTPUTS["AnalyticsBucket"],
        "CLAIMS_BUCKET": OUTPUTS["ClaimsBucket"],
        "TENANT_READER_ROLE_ARN": OUTPUTS["TenantReaderRoleArn"],
        "CURSOR_SECRET": "omnidata-dev/cursor-key",
        "USER_POOL_ARN": f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_abc",
        "CORS_ORIGIN": "https://d123.cloudfront.net",
    }
    assert stage["lambda_architecture"] == "arm64"
    assert stage["minimum_compression_size"] == 1024
    assert stage["xray"] is True
    assert stage["api_gateway_stage"] == "dev"


def test_the_api_is_sized_after_seed_002(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    assert written(project)["stages"]["dev"]["lambda_functions"]["api_handler"] == {
        "lambda_memory_size": 512,
        "lambda_timeout": 30,
        "iam_policy_file": "policy-dev-api_handler.json",
    }


@pytest.mark.parametrize(
    ("handler", "memory_mb", "timeout_s"),
    [
        ("tenant_key", 256, 10),
        ("store_orders", 256, 30),
        ("announce_orders", 256, 30),
        ("process_logs", 512, 60),
        ("run_jobs", 256, 60),
        ("publish_due", 256, 60),
        ("deliver_webhooks", 256, 60),
        ("process_mail_events", 256, 30),
    ],
)
def test_each_handler_has_its_own_size_time_and_policy(project, handler, memory_mb, timeout_s):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    assert written(project)["stages"]["dev"]["lambda_functions"][handler] == {
        "lambda_memory_size": memory_mb,
        "lambda_timeout": timeout_s,
        "iam_policy_file": f"policy-dev-{handler}.json",
        "log_retention_in_days": 30,
    }


def test_deliveries_have_their_reserved_concurrency(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    assert written(project)["stages"]["dev"]["lambda_functions"]["deliver_messages"] == {
        "lambda_memory_size": 1024,
        "lambda_timeout": 300,
        "iam_policy_file": "policy-dev-deliver_messages.json",
        "reserved_concurrency": 10,
        "log_retention_in_days": 30,
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_on_aws_nobody_is_let_in_without_a_key_and_gzip_is_unpacked(stage):
    template = json.loads((ROOT / ".chalice" / "config.template.json").read_text())
    settings = template["stages"][stage]
    assert settings["environment_variables"]["OPEN_INTAKE"] == "0"
    # Without it API Gateway hands a gzipped body of text to the function as broken UTF-8.
    assert settings["minimum_compression_size"] == 1024


def test_an_event_handler_gets_its_concurrency_and_a_month_of_logs(project):
    store = Function(handler="store", memory_mb=1024, timeout_s=300, reserved_concurrency=10)
    grown = Project(project.root, (*FUNCTIONS, store))
    grown.keep(DEV, PLACE, OUTPUTS)
    grown.generate("dev")
    assert written(project)["stages"]["dev"]["lambda_functions"]["store"] == {
        "lambda_memory_size": 1024,
        "lambda_timeout": 300,
        "iam_policy_file": "policy-dev-store.json",
        "reserved_concurrency": 10,
        "log_retention_in_days": 30,
    }


def test_every_function_has_a_policy_file_of_its_own(project):
    project.keep(DEV, PLACE, OUTPUTS)
    files = [item.name for item in project.generate("dev")]
    assert files == [
        "config.json",
        *(f"policy-dev-{function.chalice_name}.json" for function in FUNCTIONS),
    ]
    statements = written(project, f"policy-dev-{API_HANDLER}.json")["Statement"]
    logs = next(statement for statement in statements if statement["Sid"] == "Logs")
    assert logs["Resource"].endswith(":log-group:/aws/lambda/omnidata-dev:*")


def test_only_the_finishing_step_may_say_that_single_failures_are_reported(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    assert "PARTIAL_BATCH_RESPONSES" not in (project.folder / "config.json").read_text()


def test_a_stage_with_half_of_its_stacks_stays_as_in_the_template(project):
    project.keep(DEV, PLACE, {"RecordsTable": "OmniData-dev"})
    project.generate()
    template = json.loads((ROOT / ".chalice" / "config.template.json").read_text())
    assert written(project)["stages"]["dev"] == template["stages"]["dev"]


def test_a_deploy_of_half_a_stage_says_what_is_missing(project):
    project.keep(DEV, PLACE, {name: OUTPUTS[name] for name in OUTPUTS if name != "StateTable"})
    with pytest.raises(MissingOutput, match="StateTable"):
        project.generate("dev")


def test_outputs_of_several_deploys_add_up(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.keep(DEV, PLACE, {"ApiUrl": "https://api"})
    assert project.outputs("dev") == {**OUTPUTS, "ApiUrl": "https://api"}


def test_outputs_of_another_account_are_forgotten(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.keep(DEV, Place("999999999999", "us-east-1"), {"ApiUrl": "https://api"})
    assert project.outputs("dev") == {"ApiUrl": "https://api"}


def test_a_destroyed_stage_leaves_nothing_of_its_account(project):
    project.keep(DEV, PLACE, OUTPUTS)
    project.generate("dev")
    project.forget(DEV)
    left = [path for path in project.folder.rglob("*") if path.is_file()]
    assert sorted(path.name for path in left) == ["config.json", "config.template.json"]
    assert all(ACCOUNT not in path.read_text() for path in left)


def test_what_is_generated_is_not_in_git():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    for name in (".chalice/config.json", ".chalice/policy-*.json", ".chalice/stages/"):
        assert name in ignored
