"""One delivery by a plain sequence of calls, straight on boto3."""

import json
import os
import uuid
from datetime import UTC, datetime, timedelta

import boto3
import urllib3
from botocore.config import Config

WAITING = ("queued", "sending")
OURS = "lease_owner = :owner AND lease_until > :now AND #s = :sending"


class PlainDelivery:
    """Reads, claims, arms, publishes, finishes and settles, as the product does."""

    def __init__(self):
        region = os.environ["AWS_REGION"]
        unchecked = Config(parameter_validation=False)
        self._dynamodb = boto3.client("dynamodb", region_name=region, config=unchecked)
        self._ses = boto3.client("sesv2", region_name=region)
        secrets = boto3.client("secretsmanager", region_name=region)
        secret = secrets.get_secret_value(SecretId=os.environ["META_SECRET"])["SecretString"]
        self._page = json.loads(secret)
        self._messages, self._state = os.environ["MESSAGES_TABLE"], os.environ["STATE_TABLE"]

    def deliver(self, message_id, name):
        """Deliver a message on one channel."""
        key = {"PK": {"S": f"MSG#{message_id}"}, "SK": {"S": "METADATA"}}
        delivery = {**key, "SK": {"S": f"CHANNEL#{name}"}}
        channel = {"pk": {"S": "PUBLISHER"}, "sk": {"S": name}}
        message = self._get(self._messages, key)
        if message["status"]["S"] not in WAITING:
            return
        now, owner = _at(), {":owner": {"S": uuid.uuid4().hex}, ":sending": {"S": "sending"}}
        self._update(
            self._messages,
            delivery,
            "SET #s = :sending, lease_owner = :owner, lease_until = :until "
            "REMOVE armed_at, next_attempt_at ADD attempts :one",
            {**owner, ":pending": {"S": "pending"}, ":until": _at(120), ":one": {"N": "1"}},
            "#s = :pending",
        )
        if "hold" in self._get(self._state, channel):
            return
        text = message["content"]
        self._update(
            self._messages,
            delivery,
            "SET #t = :text, armed_at = :now",
            {**owner, ":text": text, ":now": now},
            f"{OURS} AND attribute_not_exists(armed_at)",
        )
        external_id = self._publish(name, text["S"], message["subject"]["S"])
        self._update(
            self._messages,
            delivery,
            "SET #s = :sent, external_id = :id, sent_at = :now REMOVE lease_owner, lease_until",
            {**owner, ":sent": {"S": "sent"}, ":id": {"S": external_id}, ":now": _at()},
            "lease_owner = :owner AND #s = :sending",
        )
        self._update(
            self._state, channel, "SET last_success_at = :now REMOVE hold", {":now": _at()}
        )
        self._settle(key)

    def _settle(self, key):
        found = self._dynamodb.query(
            TableName=self._messages,
            ConsistentRead=True,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": key["PK"]},
        )["Items"]
        items = {item["SK"]["S"]: item for item in found}
        message = items.pop("METADATA")
        statuses = {item["status"]["S"] for item in items.values()}
        status = "sent" if statuses == {"sent"} else "sending"
        self._update(
            self._messages,
            key,
            "SET #s = :new, updated_at = :now",
            {":new": {"S": status}, ":now": _at(), ":rev": message["rev"]},
            "rev = :rev",
        )

    def _publish(self, name, text, subject):
        if name == "email":
            content = {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}}}
            return self._ses.send_email(
                FromEmailAddress=os.environ["MAIL_FROM"],
                Destination={"ToAddresses": ["ada@example.com"]},
                Content={"Simple": content},
            )["MessageId"]
        url = f"{os.environ['META_BASE_URL']}/v26.0/{self._page['page_id']}/feed"
        headers = {"Authorization": f"Bearer {self._page['page_token']}"}
        with urllib3.PoolManager(num_pools=1, retries=False) as pool:
            response = pool.request("POST", url, json={"message": text}, headers=headers)
        return response.json()["id"]

    def _get(self, table, key):
        response = self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        return response.get("Item", {})

    def _update(self, table, key, change, values, condition=None):
        names = {
            name: word for name, word in {"#s": "status", "#t": "text"}.items() if name in change
        }
        self._dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression=change,
            ExpressionAttributeValues=values,
            **({"ConditionExpression": condition} if condition else {}),
            **({"ExpressionAttributeNames": names} if names else {}),
        )


def _at(later_s=0):
    at = datetime.now(UTC) + timedelta(seconds=later_s)
    return {"S": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
