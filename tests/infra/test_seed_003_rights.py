"""The rights of the functions behind orders beside seed 003's actions; `pytest -s` prints them."""

import sys

from test_policies import policy_of

SEED = {
    "Lambda-Write-DynamoDB": ("dynamodb:PutItem", "dynamodb:DescribeTable"),
    "Lambda-SNS-Publish": ("sns:Publish", "sns:GetTopicAttributes", "sns:ListTopics"),
    "Lambda-DynamoDBStreams-Read": (
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
        "dynamodb:ListStreams",
        "dynamodb:GetRecords",
    ),
    "Lambda-Read-SQS": (
        "sqs:DeleteMessage",
        "sqs:ReceiveMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
    ),
}
ROLES = {
    "store_orders": ("Lambda-Write-DynamoDB", "Lambda-Read-SQS"),
    "announce_orders": ("Lambda-SNS-Publish", "Lambda-DynamoDBStreams-Read"),
}
NOT_NEEDED = {
    ("store_orders", "dynamodb:PutItem"): "orders are inserted 25 a call, by PartiQL",
    ("store_orders", "dynamodb:DescribeTable"): "nothing asks the table what it is",
    ("store_orders", "sqs:ChangeMessageVisibility"): "what failed comes back by itself",
    ("announce_orders", "sns:GetTopicAttributes"): "nothing asks the topic what it is",
    ("announce_orders", "sns:ListTopics"): "the topic is told by its ARN",
}
ADDED = {
    ("store_orders", "dynamodb:PartiQLInsert"): "the right of an INSERT, a conditional put",
    ("store_orders", "dynamodb:GetItem"): "whether a webhook wants what happened",
    ("store_orders", "sqs:SendMessage"): "queues the event of a stored order for webhooks",
    ("store_orders", "dynamodb:UpdateItem"): "stores why a message failed, for its dead letter",
    ("announce_orders", "dynamodb:BatchGetItem"): "the order as it is now, and if it was told of",
    ("announce_orders", "dynamodb:GetItem"): "whether a webhook wants what happened",
    ("announce_orders", "dynamodb:UpdateItem"): "marks the order as told of",
    ("announce_orders", "sqs:SendMessage"): "keeps what failed, and queues the event for webhooks",
}
OF_EVERY_FUNCTION = ("Logs", "Traces")


def actions(handler):
    statements = policy_of(handler)["Statement"]
    wanted = [statement for statement in statements if statement["Sid"] not in OF_EVERY_FUNCTION]
    return {action for name in wanted for action in name["Action"]}


def seeds(handler):
    return {action for policy in ROLES[handler] for action in SEED[policy]}


def test_the_seed_has_thirteen_actions():
    assert sum(len(item) for item in SEED.values()) == 13


def test_every_difference_from_the_seeds_actions_has_its_reason():
    missing = {(role, seed) for role in ROLES for seed in seeds(role) - actions(role)}
    more = {(role, item) for role in ROLES for item in actions(role) - seeds(role)}

    for sign, reasons in (("-", NOT_NEEDED), ("+", ADDED)):
        for (role, action), reason in sorted(reasons.items()):
            sys.stdout.write(f"{sign} {role:<16} {action:<28} {reason}\n")
    assert missing == set(NOT_NEEDED)
    assert more == set(ADDED)


def test_what_the_seed_allows_on_everything_is_allowed_on_one_resource():
    for role in ROLES:
        for statement in policy_of(role)["Statement"]:
            if statement["Sid"] not in OF_EVERY_FUNCTION and statement["Resource"] == "*":
                assert statement["Action"] == ["dynamodb:ListStreams"]
