"""No framework at all: what the seed's two functions do, in one."""

import json
from decimal import Decimal

import backend


def handler(event, _context):
    """Answer the two routes."""
    if event["httpMethod"] == "POST":
        backend.put(json.loads(event["body"], parse_float=Decimal))
        return _answer({"message": "User added successfully!"})
    return _answer(backend.get(event["queryStringParameters"]["user_id"]))


def _answer(body):
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
        "body": json.dumps(body, default=float),
    }
