"""The orders workload on the emulator, with mailboxes, and what its stream tells."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from chalice.app import DynamoDBEvent
from support.events import delivered_record, stream_event, stream_record
from support.wirings import queues_at

from chalicelib.aws import Aws
from chalicelib.aws.table import Table
from chalicelib.wiring import Wiring

QUEUE, TABLE, STATE, TOPIC = "POC-Queue-test", "orders-test", "OmniState-test", "POC-Topic-test"


class OrdersCloud:
    """One cloud's queue, table and topic of orders, and a mailbox that the topic fills.

    The app runs on it, with `settings` changed; `wiring` is what its handlers use.
    """

    def __init__(self, cloud: Aws, run_on: Callable[..., Wiring], **settings: Any) -> None:
        self.cloud = cloud
        self._run_on = run_on
        self.sqs, self.dynamodb = cloud.client("sqs"), cloud.client("dynamodb")
        self.queue_url = self.sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
        self.mailbox_url = self.sqs.create_queue(QueueName="mailbox-test")["QueueUrl"]
        self.topic_arn = cloud.client("sns").create_topic(Name=TOPIC)["TopicArn"]
        queue = self.sqs.get_queue_attributes(
            QueueUrl=self.mailbox_url, AttributeNames=["QueueArn"]
        )
        cloud.client("sns").subscribe(
            TopicArn=self.topic_arn,
            Protocol="sqs",
            Endpoint=queue["Attributes"]["QueueArn"],
        )
        queues = queues_at(self.sqs.meta.endpoint_url)
        self._settings = {**queues, "orders_topic_arn": self.topic_arn, **settings}
        self.restart()

    def restart(self) -> None:
        """Begin a new process, which remembers nothing."""
        self.wiring = self._run_on(self.cloud, **self._settings)

    def queued(self) -> list[dict[str, Any]]:
        """Every waiting message, taken from the queue, as SQS hands it to a function."""
        return [delivered_record(item) for item in _all(self.sqs, self.queue_url)]

    def received(self) -> list[dict[str, Any]]:
        """Up to ten waiting messages, which stay in the queue until they are deleted."""
        answer = _receive(self.sqs, self.queue_url)
        return [delivered_record(response) for response in answer]

    def counts(self) -> int:
        """How many messages the queue holds, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def streamed(self) -> list[dict[str, Any]]:
        """Every record of the table's stream since it was turned on."""
        streams = self.cloud.client("dynamodbstreams")
        arn = self.dynamodb.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        records: list[dict[str, Any]] = []
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            records += streams.get_records(ShardIterator=iterator)["Records"]
        return records

    def mails(self) -> list[dict[str, Any]]:
        """Every notification since the last call; `content` is its decoded message."""
        found = [json.loads(item["Body"]) for item in _all(self.sqs, self.mailbox_url)]
        return [{**match, "content": json.loads(match["Message"])} for match in found]

    def items(self) -> dict[str, dict[str, Any]]:
        """Every order's item by its id."""
        return {item["orderID"]: item for item in Table(self.dynamodb, TABLE).scan(1000).items}

    def stored(self) -> dict[str, Any]:
        """The body of every order by its id."""
        return {order_id: item["order"] for order_id, item in self.items().items()}

    def subscribe(self, protocol: str, endpoint: str) -> None:
        """One more subscription of the topic."""
        self.cloud.client("sns").subscribe(
            TopicArn=self.topic_arn, Protocol=protocol, Endpoint=endpoint
        )

    def put(self, **item: Any) -> None:
        """An order as another tool writes it."""
        Table(self.dynamodb, TABLE).put(item)


def inserts(order_ids: Iterable[str]) -> DynamoDBEvent:
    """The stream's news of these orders."""
    return stream_event(*(stream_record(order_id, n) for n, order_id in enumerate(order_ids, 1)))


def line(sku: str = "mop", quantity: Any = 2, unit_price: Any = Decimal("4.50"), **more: Any):
    """One line of an order."""
    return {"sku": sku, "quantity": quantity, "unit_price": unit_price, **more}


def _all(sqs: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while messages := _receive(sqs, url):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found += messages
    return found


def _receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    return answer.get("Messages", [])
