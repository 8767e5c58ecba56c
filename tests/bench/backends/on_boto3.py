"""What a function does with AWS when written straight on `boto3.client`, made at import."""

import json
import os
from decimal import Decimal

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")
_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def put(item):
    """Write a record."""
    attributes = {name: _serialize(_exact(value)) for name, value in item.items()}
    dynamodb.put_item(TableName=os.environ["RECORDS_TABLE"], Item=attributes)


def get(user_id):
    """Read a record and tell the queue of the search."""
    answer = dynamodb.get_item(
        TableName=os.environ["RECORDS_TABLE"], Key={"user_id": {"S": user_id}}
    )
    sqs.send_message(
        QueueUrl=os.environ["SEARCH_QUEUE_URL"],
        MessageBody=json.dumps({"user": user_id, "action": "search"}),
    )
    return {name: _plain(_deserialize(value)) for name, value in answer["Item"].items()}


def _exact(value):
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    return value


def _plain(value):
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
