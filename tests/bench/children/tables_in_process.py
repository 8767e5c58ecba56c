"""DynamoDB, Secrets Manager and SES below botocore, in memory; Kinesis is where it is.

Every call takes the same time. Of conditions only those on an item's revision are evaluated: those
who settle one message compete.
"""

import json
import re
import threading
from collections import Counter

from aws_in_process import respond, wait
from botocore.httpsession import URLLib3Session

_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD)\b")
_ASSIGNMENT = re.compile(r"(#?\w+) = (:\w+)")
SECRET = {"page_id": "1", "page_token": "t"}


class Tables:
    """Items by table and key; `calls` counts operations, `settled` messages that were sent."""

    def __init__(self, call_s):
        self.calls = Counter()
        self._call_s = call_s
        self._items = {}  # table, partition key: items by sort key
        self.settled = 0
        self._changed = threading.Condition()

    def install(self):
        """Answer every botocore client of this process, but for those of Kinesis."""
        send = URLLib3Session.send

        def answer(session, request):
            is_kinesis = request.headers.get("X-Amz-Target", b"").startswith(b"Kinesis")
            return send(session, request) if is_kinesis else self.answer(request)

        URLLib3Session.send = answer

    def put(self, table, item):
        """Store an item with typed attributes."""
        pk, sk = _key(item)
        self._items.setdefault((table, pk), {})[sk] = item

    def find(self, table, pk, sk):
        """The stored item."""
        return self._items[table, pk][sk]

    def wait_until(self, settled):
        """Wait until so many messages were sent."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.settled >= settled, timeout=90):
                raise SystemExit(f"{self.settled} of {settled} messages were sent")

    def answer(self, request):
        """The response to one signed request."""
        target = request.headers.get("X-Amz-Target", b"")
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        parameters = json.loads(request.body)
        wait(self._call_s)
        with self._changed:
            self.calls[operation or "SendEmail"] += 1
            response = getattr(self, f"_{operation or 'SendEmail'}")(parameters)
        return respond(
            request, json.dumps(response).encode(), {}, 400 if "__type" in response else 200
        )

    def _SendEmail(self, _parameters):  # noqa: N802 the operation's name
        return {"MessageId": "0100018f-0000"}

    def _GetSecretValue(self, parameters):  # noqa: N802 the operation's name
        return {"Name": parameters["SecretId"], "SecretString": json.dumps(SECRET)}

    def _GetItem(self, parameters):  # noqa: N802 the operation's name
        item = self._get(parameters["TableName"], parameters["Key"])
        return {} if item is None else {"Item": item}

    def _BatchGetItem(self, parameters):  # noqa: N802 the operation's name
        ((table, wanted),) = parameters["RequestItems"].items()
        found = [self._get(table, key) for key in wanted["Keys"]]
        return {"Responses": {table: [item for item in found if item]}, "UnprocessedKeys": {}}

    def _Query(self, parameters):  # noqa: N802 the operation's name
        (value,) = parameters["ExpressionAttributeValues"].values()
        items = self._items.get((parameters["TableName"], value["S"]), {})
        found = list(items.values())
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}

    def _UpdateItem(self, parameters):  # noqa: N802 the operation's name
        table, key = parameters["TableName"], parameters["Key"]
        item = dict(self._get(table, key) or key)
        names = parameters.get("ExpressionAttributeNames", {})
        values = parameters.get("ExpressionAttributeValues", {})
        if (
            "rev = :rev" in parameters.get("ConditionExpression", "")
            and item["rev"] != values[":rev"]
        ):
            return {"__type": "ConditionalCheckFailedException", "message": "", "Item": item}
        _change(item, parameters["UpdateExpression"], names, values)
        self.put(table, item)
        if item.get("SK") == {"S": "METADATA"} and item["status"] == {"S": "sent"}:
            self.settled += 1
            self._changed.notify_all()
        return {"Attributes": item}

    def _get(self, table, key):
        pk, sk = _key(key)
        return self._items.get((table, pk), {}).get(sk)


def _change(item, expression, names, values):
    """Apply what the product's update expressions have."""
    parts = _CLAUSE.split(expression)[1:]
    for clause, text in zip(parts[::2], parts[1::2], strict=True):
        if clause == "SET":
            for name, value in _ASSIGNMENT.findall(text):
                item[names.get(name, name)] = values[value]
            if "rev = rev + :one" in text:
                item["rev"] = {"N": str(int(item["rev"]["N"]) + 1)}
        elif clause == "REMOVE":
            for name in text.split(","):
                item.pop(names.get(name.strip(), name.strip()), None)


def _key(item):
    """The keys of the messages' table, or of the side state's."""
    names = ("PK", "SK") if "PK" in item else ("pk", "sk")
    return tuple(item[name]["S"] for name in names)
