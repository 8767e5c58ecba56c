"""One SNS topic: variants by protocol, attributes for filters, and its subscriptions."""

import json
from decimal import Decimal

import pytest
from support.clouds import ACCOUNT, REGION
from support.failpoints import always, failpoints, server_error, timed_out

from chalicelib.aws.topic import Subscriber, Topic
from chalicelib.errors import Unavailable
from chalicelib.sns_message import encode_variants

ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:POC-Topic-test"


@pytest.fixture
def topic(aws, pauses):
    return Topic(aws.client("sns"), ARN)


@pytest.fixture
def mailbox(aws):
    """Gives what the topic sent to a queue that takes orders of 10 or more alone."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    aws.client("sns").subscribe(
        TopicArn=ARN,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:mailbox",
        Attributes={"FilterPolicy": json.dumps({"total": [{"numeric": [">=", 10]}]})},
    )

    def read():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return read


def test_a_program_gets_the_default_variant_with_subject_and_attributes(topic, mailbox):
    attributes = {"orderID": "o-1", "total": Decimal("18.90")}
    topic.publish("Hello", {"default": '{"ü": 1}', "email": "for people"}, attributes)
    (message,) = mailbox()
    assert message["Message"] == '{"ü": 1}'
    assert message["Subject"] == "Hello"
    assert message["MessageAttributes"] == {
        "orderID": {"Type": "String", "Value": "o-1"},
        "total": {"Type": "Number", "Value": "18.90"},
    }


def test_subscriptions_filter_by_number(topic, mailbox):
    for total in ("9.99", "1E+1"):
        topic.publish("s", {"default": "x"}, {"total": Decimal(total)})
    assert [item["MessageAttributes"]["total"]["Value"] for item in mailbox()] == ["10"]


def test_variants_are_one_json_object():
    assert json.loads(encode_variants({"default": "é", "email": "a\nb"})) == {
        "default": "é",
        "email": "a\nb",
    }


def test_who_has_yet_to_confirm_is_told_apart():
    class Sns:
        """Two pages of subscriptions, as SNS answers them."""

        def list_subscriptions_by_topic(self, TopicArn, NextToken=None):  # noqa: N803 SNS's own
            assert TopicArn == ARN
            if NextToken is None:
                return {"Subscriptions": [one("a@e.org", "PendingConfirmation")], "NextToken": "t"}
            return {"Subscriptions": [one("b@e.org", f"{ARN}:1234")]}

    def one(endpoint, arn):
        return {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": endpoint}

    assert list(Topic(Sns(), ARN).subscribers()) == [
        Subscriber("a@e.org", "email", is_confirmed=False),
        Subscriber("b@e.org", "email", is_confirmed=True),
    ]


def test_subscribers_are_listed(topic, mailbox):
    assert [
        (subscriber.protocol, subscriber.is_confirmed) for subscriber in topic.subscribers()
    ] == [("sqs", True)]


@pytest.mark.parametrize("fault", [server_error, timed_out])
def test_a_topic_that_is_down_is_unavailable(aws, topic, fault):
    client = aws.client("sns")
    with failpoints(client, "Publish", always(fault)), pytest.raises(Unavailable):
        topic.publish("s", {"default": "x"}, {})
    listing = failpoints(client, "ListSubscriptionsByTopic", always(fault))
    with listing, pytest.raises(Unavailable):
        list(topic.subscribers())
