"""Each function may do what it does, and nothing else: its calls are recorded on the emulator."""

import json
import re
import urllib.request
from types import SimpleNamespace

import msgspec
import pytest
from call_recorder import HANDLERS, READER
from chalice.test import Client
from every_call import SENDER, Everything
from iam_evaluator import PHONE_NUMBER, Need, allows
from support.clouds import ACCOUNT, REGION, RESOURCES, STAGE, cloud_at, create
from support.contract import Contract
from support.people import Callers
from support.platforms import running_platform
from support.wirings import queues_at, running_on, wiring_on

import chalicelib
from chalicelib.settings import api_settings
from chalicelib.settings.publisher import MODEL_ID
from infra.declared.access import EVALUATOR_READS, TENANT_READS
from infra.declared.function_kinds import API_HANDLER, Calls, Function, Source
from infra.declared.stages import LOCAL_ACCOUNT
from infra.deploy import policies
from infra.deploy.package import read_modules
from infra.deploy.policies import STAR_REASONS, Place, policy, resource_arns
from infra.deploy.service_models import CUT, cut_models

PLACE = Place(ACCOUNT, REGION)
STREAM = PLACE.arn("dynamodb", "table/orders-test/stream/2026-01-01T00:00:00.000")
READER_ARN = f"arn:aws:iam::{LOCAL_ACCOUNT}:role/OmniTenantReader-test"
ARNS = resource_arns(
    RESOURCES, PLACE, {"OrdersTableStreamArn": STREAM, "TenantReaderRoleArn": READER_ARN}
)
BY_LAMBDA = ("Logs", "Traces", "Source")  # statements that Lambda itself uses, by their ids


def made(function, arns=ARNS):
    return policy(
        function, name=f"omnidata-test-{function.label}", place=PLACE, arns=arns, model_id=MODEL_ID
    )


def policy_of(name):
    return made(HANDLERS[name])


def handler(**what):
    return Function(handler="later", memory_mb=256, timeout_s=30, **what)


class Remembering(Contract):
    """It also keeps what was answered well, by method and path."""

    def __init__(self, document):
        super().__init__(document)
        self.answered = set()

    def broken(self, method, url, status, *answer):
        if status < 400:
            self.answered.add((method, url.partition("?")[0]))
        return super().broken(method, url, status, *answer)


@pytest.fixture(scope="module")
def called(ministack):
    """Everything was called once: `needs` by function, the `operations`, the `answered` routes."""
    reset = f"{ministack}/_ministack/reset"
    urllib.request.urlopen(reset, b"", timeout=10).close()  # noqa: S310 our own
    cloud = cloud_at(ministack)
    create(cloud, RESOURCES)
    with running_platform() as platform, running_on(_wiring_of(cloud, ministack, platform.url)):
        from app import app

        with Client(app, stage_name=STAGE) as client:
            contract = Remembering(app.openapi(chalicelib.__version__))
            callers = Callers(client, contract)
            everything = Everything(cloud, ministack, callers, platform)
            yield SimpleNamespace(
                needs=everything.call(),
                operations=everything.recorder.operations,
                answered=contract.answered,
            )


@pytest.fixture
def recorded(called):
    """What each function needed."""
    return called.needs


def _wiring_of(cloud, endpoint_url, platform_url):
    """The stage's wiring with the emulator's addresses; a small record is large here."""
    topics = cloud.client("sns").list_topics()["Topics"]
    return wiring_on(
        cloud,
        **queues_at(endpoint_url),
        orders_topic_arn=topics[0]["TopicArn"],
        log_message_bytes=1024,
        tenant_reader_role_arn=READER_ARN,
        publisher=msgspec.structs.replace(
            api_settings().publisher,
            meta_base_url=platform_url,
            linkedin_base_url=platform_url,
            mail_from=SENDER,
            use_ai_agent=True,
            bedrock_endpoint_url=None,  # the emulator has a model
            emails=(SENDER,),
            phones=("+15555550100",),
        ),
    )


def test_the_package_has_a_model_of_every_operation_that_is_called(called):
    """What a cut model lacks does not exist: its first call would be an AttributeError."""
    models = cut_models(read_modules())
    cut = {
        (name.split("/")[1], operation)
        for name, content in models.items()
        for operation in json.loads(content).get("operations", ())
    }
    assert {call for call in called.operations if call[0] in CUT} <= cut


def test_every_call_of_every_handler_is_allowed(recorded):
    refused = {
        name: [need for need in recorded[name] if not allows(policy_of(name), need)]
        for name in HANDLERS
    }
    assert refused == {name: [] for name in HANDLERS}


def test_logs_are_read_by_a_session_of_one_tenant_and_by_nobody_else(recorded):
    """What such a session may do stands in the access stack's template, with its condition."""
    table = ARNS["LOGS_TABLE"]
    assert recorded[READER] == {
        Need("dynamodb:GetItem", table),
        Need("dynamodb:Query", table),
        Need("dynamodb:Query", f"{table}/index/by-arrival"),
    }
    assert {item.action for item in recorded[READER]} <= set(TENANT_READS)
    for action in (*EVALUATOR_READS, "dynamodb:BatchGetItem"):
        assert not allows(policy_of(API_HANDLER), Need(action, table))


def test_no_handler_has_a_right_that_it_never_uses(recorded):
    for name in HANDLERS:
        used = {(need.action, need.resource) for need in recorded[name]}
        for statement in policy_of(name)["Statement"]:
            if statement["Sid"].startswith(BY_LAMBDA):
                continue
            for action in statement["Action"]:
                alone = {"Statement": [{**statement, "Action": [action]}]}
                assert any(allows(alone, Need(*item)) for item in used), (name, action)


def test_a_policy_without_any_one_of_its_statements_breaks_a_call(recorded):
    """No statement repeats what others allow together."""
    for name in HANDLERS:
        statements = policy_of(name)["Statement"]
        for statement in statements:
            if statement["Sid"].startswith(BY_LAMBDA):
                continue
            rest = {"Statement": [other for other in statements if other is not statement]}
            broken = [need for need in recorded[name] if not allows(rest, need)]
            assert broken, (name, statement["Sid"])


def test_every_route_was_called_and_answered_well(called):
    from app import app

    def was_answered(method, route):
        path = re.compile(re.sub(r"{\w+}", "[^/]+", route))
        return any(item == method and path.fullmatch(to) for item, to in called.answered)

    routes = [
        (method, path)
        for path, found in app.routes.items()
        for method in found
        if method != "HEAD"  # its GET's view
    ]
    assert [item for item in routes if not was_answered(*item)] == []


def test_the_evaluator_refuses_other_actions_tables_and_keys():
    api = policy_of(API_HANDLER)
    table, bucket = ARNS["RECORDS_TABLE"], ARNS["ANALYTICS_BUCKET"]
    assert allows(api, Need("dynamodb:GetItem", table))
    assert not allows(api, Need("dynamodb:DeleteTable", table))
    assert not allows(api, Need("dynamodb:GetItem", f"{table}-other"))
    assert not allows(api, Need("s3:GetObject", f"{bucket}/elsewhere/x"))
    assert not allows(api, Need("s3:PutObject", f"{bucket}/searches/x"))


def test_each_function_and_event_handler_has_its_row_in_the_table():
    from app import app

    handlers = {item.name for item in (*app.event_sources, *app.pure_lambda_functions)}
    authorizers = {builtin_auth_handler.name for builtin_auth_handler in app.builtin_auth_handlers}
    assert handlers | authorizers | {API_HANDLER} == set(HANDLERS)


@pytest.mark.parametrize("name", HANDLERS)
def test_a_star_stands_only_where_an_action_takes_no_resource(name):
    for statement in policy_of(name)["Statement"]:
        assert not any("*" in action for action in statement["Action"])
        if statement.get("Resource") == "*":
            assert set(statement["Action"]) <= set(STAR_REASONS)


@pytest.mark.parametrize("name", ["deliver_messages", "publish_due"])
def test_a_handler_that_sends_text_messages_may_publish_to_no_topic(name):
    assert allows(policy_of(name), Need("sns:Publish", PHONE_NUMBER))
    for topic in (ARNS["ORDERS_TOPIC_ARN"], "arn:aws:sns:eu-west-1:999999999999:another"):
        assert not allows(policy_of(name), Need("sns:Publish", topic))


@pytest.mark.parametrize("name", ["deliver_messages", "publish_due", API_HANDLER])
def test_who_adapts_texts_may_invoke_the_model_of_the_settings_and_no_other(name):
    model, us = "anthropic.claude-haiku-4-5-20251001-v1:0", "arn:aws:bedrock:us-east-1"
    of_profile = policy(HANDLERS[name], name="f", place=PLACE, arns=ARNS, model_id=f"us.{model}")
    profile = PLACE.arn("bedrock", f"inference-profile/us.{model}")
    for resource in (profile, f"arn:aws:bedrock:us-west-2::foundation-model/{model}"):
        assert allows(of_profile, Need("bedrock:InvokeModel", resource))
    for resource in (f"{profile}-x", f"{us}::foundation-model/amazon.nova-lite-v1:0", "*"):
        assert not allows(of_profile, Need("bedrock:InvokeModel", resource))
    alone = policy(HANDLERS[name], name="f", place=PLACE, arns=ARNS, model_id=model)
    assert allows(alone, Need("bedrock:InvokeModel", f"{us}::foundation-model/{model}"))
    elsewhere = f"arn:aws:bedrock:eu-west-1::foundation-model/{model}"
    assert not allows(alone, Need("bedrock:InvokeModel", elsewhere))


def test_a_stage_without_a_model_lets_no_function_invoke_one():
    for function in HANDLERS.values():
        document = policy(function, name="f", place=PLACE, arns=ARNS)
        assert "bedrock" not in json.dumps(document)


def test_a_star_without_a_reason_is_no_policy():
    with pytest.raises(LookupError, match="dynamodb:Scan"):
        policies._star("Scans", ("dynamodb:Scan",))


def test_a_queue_handler_may_poll_its_queue_and_no_other():
    reader = made(handler(source=Source(service="sqs", variable="SEARCH_QUEUE_URL")))
    queue = ARNS["SEARCH_QUEUE_URL"]
    for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        assert allows(reader, Need(f"sqs:{action}", queue))
    assert not allows(reader, Need("sqs:ReceiveMessage", f"{queue}-dlq"))
    assert not allows(reader, Need("sqs:SendMessage", queue))


def test_a_stream_handler_may_read_its_stream_and_park_its_failures():
    stream = PLACE.arn("dynamodb", "table/orders/stream/2026-01-01T00:00:00.000")
    source = Source(service="dynamodb", variable="STREAM", failures="SEARCH_QUEUE_URL")
    reader = made(handler(source=source), ARNS | {"STREAM": stream})
    assert allows(reader, Need("dynamodb:GetRecords", stream))
    assert allows(reader, Need("sqs:SendMessage", ARNS["SEARCH_QUEUE_URL"]))
    assert not allows(reader, Need("dynamodb:GetRecords", f"{stream}-other"))
    assert not allows(reader, Need("dynamodb:GetItem", ARNS["RECORDS_TABLE"]))


def test_a_handler_of_a_data_stream_may_read_it_and_no_other():
    stream = PLACE.arn("kinesis", "stream/messages")
    reader = made(handler(source=Source(service="kinesis", variable="S")), ARNS | {"S": stream})
    for action in ("GetRecords", "GetShardIterator", "ListShards", "DescribeStreamSummary"):
        assert allows(reader, Need(f"kinesis:{action}", stream))
    assert not allows(reader, Need("kinesis:GetRecords", f"{stream}-other"))
    assert not allows(reader, Need("kinesis:PutRecords", stream))


def test_a_scheduled_handler_needs_no_right_for_its_schedule():
    ticked = made(handler(source=Source(service="schedule", every_min=1)))
    assert [statement["Sid"] for statement in ticked["Statement"]] == ["Logs", "Traces"]


def test_a_row_for_a_resource_that_is_not_declared_is_an_error():
    reader = handler(calls=(Calls("NO_SUCH_TABLE", ("dynamodb:GetItem",)),))
    with pytest.raises(KeyError, match="NO_SUCH_TABLE"):
        made(reader)


def test_a_policy_fits_into_what_a_role_may_hold():
    for name in HANDLERS:
        assert len(json.dumps(policy_of(name), separators=(",", ":"))) < 10_240
