"""Seed 003 on AWS: the table with its stream, the queue and who may use it, the topic."""

import pytest
from iam_evaluator import Need, denies

from infra.declared.function_kinds import QUEUE
from infra.declared.functions import FUNCTIONS
from infra.declared.stages import DEV, PROD

ACCOUNT = "${AWS::AccountId}"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/Admin"
GUARDED = ("POC-Queue-dev", "OmniLogQueue-dev", "OmniJobs-dev", "OmniMailEvents-dev")


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/omnidata-dev-{name}"


@pytest.fixture
def data(dev):
    return dev["data"]


# Task 2 and 5


def test_orders_have_their_key_and_a_stream_of_new_images(prod):
    table = prod["data"].one("DynamoDB::Table", TableName="orders")

    assert table["KeySchema"] == [{"AttributeName": "orderID", "KeyType": "HASH"}]
    assert {"AttributeName": "orderID", "AttributeType": "S"} in table["AttributeDefinitions"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert prod["data"].outputs["OrdersTableStreamArn"]["Value"].endswith(".StreamArn}")


# Task 3


def denied(data, queue, action, principal, *, is_service=False):
    """Whether the queue's own policy refuses somebody whom his own policy allows everything."""
    names = {name: item["QueueName"] for name, item in data.all("SQS::Queue").items()}
    (policy,) = [
        item["PolicyDocument"]
        for item in data.all("SQS::QueuePolicy").values()
        if [names[name.strip("${}")] for name in item["Queues"]] == [queue]
    ]
    resource = next(item["Resource"] for item in policy["Statement"])
    context = {"aws:PrincipalArn": principal, "aws:SecureTransport": "true"}
    context["aws:PrincipalIsAWSService"] = str(is_service).lower()
    return denies(policy, Need(action, resource), context)


@pytest.mark.parametrize(
    ("queue", "sender"),
    [
        ("POC-Queue-dev", "api_handler"),
        ("POC-Queue-dev", "run_jobs"),
        ("OmniLogQueue-dev", "api_handler"),
        ("OmniLogQueue-dev", "run_jobs"),
        ("OmniJobs-dev", "api_handler"),
        ("OmniJobs-dev", "run_jobs"),
        ("OmniWebhooks-dev", "api_handler"),
        ("OmniWebhooks-dev", "store_orders"),
        ("OmniWebhooks-dev", "announce_orders"),
        ("OmniWebhooks-dev", "deliver_messages"),
        ("OmniWebhooks-dev", "publish_due"),
        ("OmniWebhooks-dev", "deliver_webhooks"),
        ("OmniMailEvents-dev", "api_handler"),
        ("OmniMailEvents-dev", "run_jobs"),
    ],
)
def test_the_api_and_redrives_may_send(data, queue, sender):
    assert not denied(data, queue, "sqs:SendMessage", role(sender))


@pytest.mark.parametrize("queue", GUARDED)
@pytest.mark.parametrize(
    "other",
    [role("store_orders"), role("api_handler-2"), ADMINISTRATOR],
)
def test_nobody_else_may_send_not_even_with_every_right(data, queue, other):
    assert denied(data, queue, "sqs:SendMessage", other)


@pytest.mark.parametrize(
    ("queue", "reader"),
    [
        ("POC-Queue-dev", "store_orders"),
        ("OmniLogQueue-dev", "process_logs"),
        ("OmniJobs-dev", "run_jobs"),
        ("OmniWebhooks-dev", "deliver_webhooks"),
        ("OmniMailEvents-dev", "process_mail_events"),
    ],
)
def test_its_function_alone_receives_and_deletes(data, queue, reader):
    for action in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"):
        assert not denied(data, queue, f"sqs:{action}", role(reader))
        for other in (role("api_handler"), role("tenant_key"), ADMINISTRATOR):
            assert denied(data, queue, f"sqs:{action}", other)


def test_the_events_of_emails_reach_their_queue_by_their_topic_alone(data):
    """A service is not kept out by the roles' names; it needs a statement that lets it in."""
    service = f"arn:aws:iam::{ACCOUNT}:role/none"
    assert not denied(data, "OmniMailEvents-dev", "sqs:SendMessage", service, is_service=True)
    names = {item["QueueName"]: name for name, item in data.all("SQS::Queue").items()}
    allowed = {
        name: statement["Principal"]
        for item in data.all("SQS::QueuePolicy").values()
        for name, logical in names.items()
        if item["Queues"] == [f"${{{logical}}}"]
        for statement in item["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    }
    assert allowed == {"OmniMailEvents-dev": {"Service": "sns.amazonaws.com"}}


def test_who_may_use_a_queue_may_look_at_it_and_change_its_policy(data):
    """An administrator is not locked out of what he has to mend."""
    for queue in GUARDED:
        for action in ("GetQueueAttributes", "SetQueueAttributes", "PurgeQueue"):
            assert not denied(data, queue, f"sqs:{action}", ADMINISTRATOR)


# Task 4


@pytest.mark.parametrize("stage", [DEV, PROD], ids=lambda stage: stage.name)
def test_a_message_stays_hidden_for_six_timeouts_of_its_function(stage):
    """AWS's advice: retries of a throttled poller fit in, and nothing is handled twice at once."""
    hidden = {queue.variable: queue.visibility_timeout_s for queue in stage.resources("").queues}
    readers = [
        function for function in FUNCTIONS if function.source and function.source.service == QUEUE
    ]

    assert {reader.handler for reader in readers} == {
        "store_orders",
        "process_logs",
        "run_jobs",
        "deliver_webhooks",
        "process_mail_events",
    }
    for reader in readers:
        assert hidden[reader.source.variable] >= 6 * reader.timeout_s, reader.label


# Task 6


def test_the_topic_is_standard_and_tells_an_address_by_mail(prod, dev):
    topic = dev["data"].one("SNS::Topic", TopicName="POC-Topic-dev")
    subscription = dev["data"].one("SNS::Subscription", Protocol="email")

    assert "FifoTopic" not in topic
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "orders@example.com")
    told = [item["Protocol"] for item in prod["data"].all("SNS::Subscription").values()]
    assert told == ["sqs"]  # of e-mails' events; without an address nobody is told


# What is watched


@pytest.mark.parametrize(
    ("alarm", "queue"),
    [
        ("OrdersQueue-dead-letters", "POC-Queue-dev-dlq"),
        ("OrdersQueue-age", "POC-Queue-dev"),
        ("LogsQueue-dead-letters", "OmniLogQueue-dev-dlq"),
        ("JobsQueue-dead-letters", "OmniJobs-dev-dlq"),
        ("AnnounceFailures-not-empty", "POC-Announce-Failures-dev"),
        ("DeliverFailures-not-empty", "OmniDeliver-Failures-dev"),
    ],
)
def test_what_is_stuck_in_a_queue_is_alarming(dev, alarm, queue):
    found = dev["monitoring"].one("CloudWatch::Alarm", AlarmName=f"omnidata-dev-{alarm}")
    (metric,) = found["Metrics"]

    assert metric["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "QueueName", "Value": queue}]


def test_each_function_is_watched_and_of_the_streams_reader_its_lag_too(dev):
    names = {
        item["AlarmName"].removeprefix("omnidata-dev-")
        for item in dev["monitoring"].all("CloudWatch::Alarm").values()
    }
    for function in FUNCTIONS:
        for what in ("errors", "p95", "throttles"):
            assert f"{function.label}-{what}" in names
    assert {name for name in names if name.endswith("-iterator-age")} == {
        "announce_orders-iterator-age",
        "deliver_messages-iterator-age",
    }


def test_who_is_told_of_orders_and_gets_nothing_is_alarming(dev):
    """SNS has no metric of pending subscriptions: messages go out and none arrives."""
    alarm = dev["monitoring"].one(
        "CloudWatch::Alarm", AlarmName="omnidata-dev-orders-not-delivered"
    )
    metrics = {
        item["MetricStat"]["Metric"]["MetricName"]: item["MetricStat"]["Metric"]["Dimensions"]
        for item in alarm["Metrics"]
        if "MetricStat" in item
    }
    topic = [{"Name": "TopicName", "Value": "POC-Topic-dev"}]
    assert metrics == {"NumberOfMessagesPublished": topic, "NumberOfNotificationsDelivered": topic}
