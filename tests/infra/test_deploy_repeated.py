"""A first deployment that failed half-way, or was killed, can be repeated."""

import json
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from chalice.awsclient import TypedAWSClient
from chalice.config import Config

from infra.declared.functions import FUNCTIONS
from infra.deploy import adoption, chalice_command
from infra.deploy.project import Project

STREAM_ERROR = (
    "Cannot access stream arn:aws:dynamodb:us-east-1:1:table/orders/stream/2026. Please ensure "
    "the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams "
    "Actions on your stream in IAM."
)
API = {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "abc"}


def error(message):
    return ClientError(
        {"Error": {"Code": "InvalidParameterValueException", "Message": message}}, ""
    )


@pytest.mark.parametrize(
    ("message", "is_retried"),
    [
        (STREAM_ERROR, True),
        ("The provided execution role does not have permissions to call ReceiveMessage", True),
        ("Queue visibility timeout: 10 seconds is less than the function's timeout", False),
    ],
)
def test_chalice_retries_what_lambda_says_of_a_role_that_is_new(message, is_retried):
    class Client:
        def _is_iam_role_related_error(self, failure):
            return "does not have permissions" in failure.response["Error"]["Message"]

    chalice_command.retry_for_streams(Client)
    assert Client()._is_iam_role_related_error(error(message)) is is_retried


def test_it_waits_for_a_function_by_the_waiters_that_ask_each_second():
    waited = []

    class Client:
        def _client(self, service):
            def get_waiter(name):
                wait = boto3.client(service, region_name="us-east-1").get_waiter(name)
                waited.append(wait.config.delay)
                return SimpleNamespace(wait=lambda **named: waited.append(named["FunctionName"]))

            return SimpleNamespace(get_waiter=get_waiter)

    chalice_command.ask_each_second(Client)
    Client()._wait_for_active("made")
    Client()._wait_for_function_update("changed")
    assert waited == [1, "made", 1, "changed"]


def test_chalice_still_waits_by_the_methods_that_are_replaced():
    assert {"_wait_for_active", "_wait_for_function_update"} <= set(vars(TypedAWSClient))


def test_what_chalice_made_before_it_failed_is_recorded_beside_what_was(tmp_path):
    recorded = {}

    class FailingDeployer:
        _executor = SimpleNamespace(resource_values=[API])
        _recorder = SimpleNamespace(
            record_results=lambda values, stage, folder: recorded.update(values)
        )

        def _deploy(self, config, stage):
            raise error(STREAM_ERROR)

    before = {"name": "store_orders", "resource_type": "lambda_function"}
    old = tmp_path / ".chalice" / "deployed" / "dev.json"
    old.parent.mkdir(parents=True)
    old.write_text(json.dumps({"resources": [before], "schema_version": "2.0", "backend": "api"}))
    config = Config(user_provided_params={"project_dir": str(tmp_path)})
    chalice_command.record_after_failures(FailingDeployer)

    with pytest.raises(ClientError):
        FailingDeployer()._deploy(config, "dev")
    assert recorded["resources"] == [before, API]
    assert recorded["schema_version"] == "2.0"


class FakeLambda:
    """Mappings by function."""

    def __init__(self, mappings):
        self.mappings = mappings

    def get_paginator(self, _):
        return self

    def paginate(self, FunctionName):  # noqa: N803 AWS's spelling
        return [{"EventSourceMappings": self.mappings.get(FunctionName, [])}]


class FakeGateway:
    """APIs that have the same name, by id, with their stages."""

    def __init__(self, apis):
        self.apis = apis

    def get_paginator(self, _):
        return self

    def paginate(self):
        return [{"items": [{"id": name, "name": "omnidata"} for name in self.apis]}]

    def get_stages(self, restApiId):  # noqa: N803 AWS's spelling
        return {"item": [{"stageName": stage} for stage in self.apis[restApiId]]}


def mapping(function, source, state="Enabled"):
    return {
        "UUID": f"id-{function}",
        "EventSourceArn": source,
        "FunctionArn": f"arn:aws:lambda:us-east-1:1:function:omnidata-dev-{function}",
        "State": state,
    }


def test_mappings_and_the_api_that_exist_are_recorded_before_the_next_deployment(tmp_path):
    project = Project(tmp_path / "p", FUNCTIONS)
    stream = "arn:aws:dynamodb:us-east-1:1:table/orders-dev/stream/2026"
    queue = "arn:aws:sqs:us-east-1:1:OrdersQueue-dev"
    clients = {
        "lambda": FakeLambda(
            {
                "omnidata-dev-store_orders": [mapping("store_orders", queue)],
                "omnidata-dev-announce_orders": [mapping("announce_orders", stream)],
                "omnidata-dev-run_jobs": [mapping("run_jobs", queue, "Deleting")],
            }
        ),
        "apigateway": FakeGateway({"other": ["prod"], "abc": ["dev"]}),
    }

    def adopt():
        return adoption.adopt(clients.__getitem__, project, "dev", "omnidata-dev", "omnidata")

    assert sorted(adopt()) == [
        "announce_orders-dynamodb-event-source",
        "rest_api",
        "store_orders-sqs-event-source",
    ]
    deployed = project.read_deployed("dev")
    assert deployed["rest_api"] == API
    assert deployed["store_orders-sqs-event-source"] == {
        "name": "store_orders-sqs-event-source",
        "resource_type": "sqs_event",
        "event_uuid": "id-store_orders",
        "lambda_arn": "arn:aws:lambda:us-east-1:1:function:omnidata-dev-store_orders",
        "queue_arn": queue,
        "queue": "OrdersQueue-dev",
    }
    assert deployed["announce_orders-dynamodb-event-source"]["stream_arn"] == stream
    assert adopt() == []
