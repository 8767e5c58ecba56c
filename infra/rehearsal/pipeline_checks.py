"""Checks of a rehearsal: orders and tenant logs, from the request to the last effect."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.aws.failures import error_code
from infra.declared.access import EVALUATOR, EVALUATOR_READS
from infra.rehearsal import access_roles
from infra.rehearsal.assertions import CheckFailed, expect, wait_until
from infra.rehearsal.deployment import Rehearsal

# Seed 004's two scenarios.
STRUCTURED = {"tenant_id": "acme", "log_id": "101", "text": "User login event"}
TEXT = "This is a raw log file dump that will take some time to process."


def announces_an_order(rehearsal: Rehearsal) -> None:
    """An order is stored and announced once to the topic's subscribers, and its status says so."""
    mailbox = _subscribe_mailbox(rehearsal)
    signed_in = {"Authorization": rehearsal.fetch_token()}
    order = {"lines": [{"sku": "mop", "quantity": 2, "unit_price": 4.5}], "for": "Ada"}
    key = {"Idempotency_Key": uuid.uuid4().hex}
    for _ in range(2):  # a retry places no second order
        placed = rehearsal.send("POST", "/orders", order, **signed_in, **key)
        expect("the order", (placed.status, placed.body["status"]), (202, "queued"))
    path = f"/orders/{placed.body['orderID']}"

    def fetch_order() -> Any:
        return rehearsal.send("GET", path, **signed_in).body

    wait_until(lambda: bool(fetch_order()["status"] == "notified"), "the order's announcement")
    found = fetch_order()
    steps = [step["status"] for step in found["timeline"]]
    expect("its timeline", steps, ["queued", "stored", "notified"])
    expect("what was ordered", (found["order"], found["total"]), (order, 9))
    mails = mailbox.receive_all()
    subject = f"New Order Notification {placed.body['orderID']}"
    expect("mails", [mail["Subject"] for mail in mails], [subject])
    announced = json.loads(mails[0]["Message"])["orders"]
    expect("announced orders", [item["orderID"] for item in announced], [placed.body["orderID"]])


def stores_a_tenants_logs(rehearsal: Rehearsal) -> None:
    """Seed 004's two scenarios, each with a tenant's key; evaluator and tenant read them."""
    acme, beta = (_create_key(rehearsal, tenant) for tenant in ("acme", "beta_inc"))
    refused = rehearsal.send("POST", "/ingest", STRUCTURED)
    expect("without a key", (refused.status, refused.body["code"]), (401, "unauthenticated"))
    strictly = {"Authorization": beta, "X_Tenant_Strict": "true"}
    foreign = rehearsal.send("POST", "/ingest", STRUCTURED, **strictly)
    expect("with another tenant's key", foreign.status, 403)
    accepted = rehearsal.send("POST", "/ingest", STRUCTURED, Authorization=acme)
    expect("scenario A", (accepted.status, accepted.body["accepted"]), (202, 1))
    text = {"Content_Type": "text/plain", "X_Tenant_ID": "beta_inc", "Authorization": beta}
    accepted = rehearsal.send("POST", "/ingest", TEXT.encode(), **text)
    expect("scenario B", (accepted.status, accepted.body["accepted"]), (202, 1))
    with _assume_evaluator(rehearsal) as evaluator:
        _check_evaluator(evaluator, rehearsal.provisioned.outputs["LogsTable"])
    _check_tenant_page(rehearsal)


def _check_evaluator(evaluator: Any, table: str) -> None:
    """The evaluator's role may query and scan the logs, and may not write."""

    def query_texts(tenant: str) -> list[str]:
        found = evaluator.query(
            TableName=table,
            KeyConditionExpression="tenant_id = :tid",
            ExpressionAttributeValues={":tid": {"S": tenant}},
        )
        return [item["text"]["S"] for item in found["Items"]]

    wait_until(lambda: query_texts("acme") == [STRUCTURED["text"]], "acme's record")
    wait_until(lambda: query_texts("beta_inc") == [TEXT], "beta_inc's record")
    expect("the evaluator's scan", evaluator.scan(TableName=table)["Count"], 2)
    try:
        evaluator.put_item(TableName=table, Item={"tenant_id": {"S": "a"}, "sk": {"S": "b"}})
    except evaluator.exceptions.ClientError as denied:
        expect("the evaluator's write", error_code(denied), "AccessDeniedException")
    else:
        raise CheckFailed("the evaluator may write")


def _check_tenant_page(rehearsal: Rehearsal) -> None:
    """The demo user belongs to acme; the function's own role has no permission to read logs."""
    signed_in = {"Authorization": rehearsal.fetch_token()}
    found = rehearsal.send("GET", "/api/v1/logs", **signed_in)
    expect("the tenant's page", found.status, 200)
    expect("its logs", [log["text"] for log in found.body["logs"]], [STRUCTURED["text"]])
    foreign = rehearsal.send("GET", "/api/v1/logs?tenant_id=beta_inc", **signed_in)
    expect("another tenant's page, for an operator", foreign.status, 200)
    expect("its logs", [log["text"] for log in foreign.body["logs"]], [TEXT])
    arrived = rehearsal.send("GET", "/api/v1/logs?order=arrival", **signed_in)
    expect("what arrived", [log["text"] for log in arrived.body["logs"]], [STRUCTURED["text"]])


class _Mailbox:
    """A queue that is subscribed to the orders topic."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def receive_all(self) -> list[dict[str, Any]]:
        """Receive up to ten notifications."""
        found = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def _subscribe_mailbox(rehearsal: Rehearsal) -> _Mailbox:
    sqs, topic = rehearsal.client("sqs"), rehearsal.provisioned.outputs["OrdersTopicArn"]
    url = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    queue_arn = attributes["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    rehearsal.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    return _Mailbox(sqs, url)


def _create_key(rehearsal: Rehearsal, tenant: str) -> str:
    """Create a tenant and its key; return the value of a sender's `Authorization` header."""
    operator = {"Authorization": rehearsal.fetch_token()}
    created = rehearsal.send("POST", "/api/v1/tenants", {"tenant_id": tenant}, **operator)
    expect(f"tenant {tenant}", created.status, 201)
    key = rehearsal.send("POST", f"/api/v1/tenants/{tenant}/keys", **operator)
    expect(f"the key of {tenant}", key.status, 201)
    return f"Bearer {key.body['key']}"


@contextmanager
def _assume_evaluator(rehearsal: Rehearsal) -> Iterator[Any]:
    """A DynamoDB client with the evaluator's role."""
    name, place = rehearsal.stage.physical(EVALUATOR), rehearsal.emulator.cloud.find_place()
    table = place.arn("dynamodb", f"table/{rehearsal.provisioned.outputs['LogsTable']}")
    role = access_roles.create(rehearsal.client, name, place, EVALUATOR_READS, table)
    assumed = rehearsal.client("sts").assume_role(RoleArn=role, RoleSessionName="evaluator")
    try:
        yield rehearsal.emulator.cloud.client_with(assumed["Credentials"], "dynamodb")
    finally:
        access_roles.delete(rehearsal.client, name)
