"""What a rehearsal has to show of orders and tenant logs: from the request to where it ends."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.aws.failures import error_code
from infra.declared.access import EVALUATOR, EVALUATOR_READS
from infra.rehearsal import roles
from infra.rehearsal.deployment import Rehearsal
from infra.rehearsal.expecting import Failed, expect, until

# Seed 004's two scenarios.
STRUCTURED = {"tenant_id": "acme", "log_id": "101", "text": "User login event"}
TEXT = "This is a raw log file dump that will take some time to process."


def tells_of_an_order(rehearsal: Rehearsal) -> None:
    """Posted, stored, announced: who subscribed to the topic has it, once; it says so itself."""
    mailbox = _mailbox(rehearsal)
    signed_in = {"Authorization": rehearsal.token()}
    order = {"lines": [{"sku": "mop", "quantity": 2, "unit_price": 4.5}], "for": "Ada"}
    key = {"Idempotency_Key": uuid.uuid4().hex}
    for _ in range(2):  # a client that tries again places no second order
        placed = rehearsal.send("POST", "/orders", order, **signed_in, **key)
        expect("the order", (placed.status, placed.body["status"]), (202, "queued"))
    path = f"/orders/{placed.body['orderID']}"

    def now() -> Any:
        return rehearsal.send("GET", path, **signed_in).body

    until(lambda: bool(now()["status"] == "notified"), "the order's announcement")
    found = now()
    steps = [each["status"] for each in found["timeline"]]
    expect("its timeline", steps, ["queued", "stored", "notified"])
    expect("what was ordered", (found["order"], found["total"]), (order, 9))
    mails = mailbox.all()
    subject = f"New Order Notification {placed.body['orderID']}"
    expect("mails", [each["Subject"] for each in mails], [subject])
    told = json.loads(mails[0]["Message"])["orders"]
    expect("what it tells of", [each["orderID"] for each in told], [placed.body["orderID"]])


def keeps_a_tenants_logs(rehearsal: Rehearsal) -> None:
    """The seed's two lines with a tenant's key each; evaluator and tenant see them."""
    acme, beta = (_key(rehearsal, tenant) for tenant in ("acme", "beta_inc"))
    refused = rehearsal.send("POST", "/ingest", STRUCTURED)
    expect("without a key", (refused.status, refused.body["code"]), (401, "unauthenticated"))
    strictly = {"Authorization": beta, "X_Tenant_Strict": "true"}
    foreign = rehearsal.send("POST", "/ingest", STRUCTURED, **strictly)
    expect("with another tenant's key", foreign.status, 403)
    taken = rehearsal.send("POST", "/ingest", STRUCTURED, Authorization=acme)
    expect("scenario A", (taken.status, taken.body["accepted"]), (202, 1))
    text = {"Content_Type": "text/plain", "X_Tenant_ID": "beta_inc", "Authorization": beta}
    taken = rehearsal.send("POST", "/ingest", TEXT.encode(), **text)
    expect("scenario B", (taken.status, taken.body["accepted"]), (202, 1))
    table = rehearsal.provisioned.outputs["LogsTable"]
    with _evaluator(rehearsal) as evaluator:

        def texts(tenant: str) -> list[str]:
            found = evaluator.query(
                TableName=table,
                KeyConditionExpression="tenant_id = :tid",
                ExpressionAttributeValues={":tid": {"S": tenant}},
            )
            return [each["text"]["S"] for each in found["Items"]]

        until(lambda: texts("acme") == [STRUCTURED["text"]], "acme's record")
        until(lambda: texts("beta_inc") == [TEXT], "beta_inc's record")
        expect("the evaluator's scan", evaluator.scan(TableName=table)["Count"], 2)
        try:
            evaluator.put_item(TableName=table, Item={"tenant_id": {"S": "a"}, "sk": {"S": "b"}})
        except evaluator.exceptions.ClientError as denied:
            expect("the evaluator's write", error_code(denied), "AccessDeniedException")
        else:
            raise Failed("the evaluator may write")
    _shows_them_to_their_tenant(rehearsal)


def _shows_them_to_their_tenant(rehearsal: Rehearsal) -> None:
    """The demo user is of acme; the function has no right of its own to read logs."""
    signed_in = {"Authorization": rehearsal.token()}
    found = rehearsal.send("GET", "/api/v1/logs", **signed_in)
    expect("the tenant's page", found.status, 200)
    expect("its logs", [each["text"] for each in found.body["logs"]], [STRUCTURED["text"]])
    foreign = rehearsal.send("GET", "/api/v1/logs?tenant_id=beta_inc", **signed_in)
    expect("another tenant's page", foreign.status, 404)


class _Mailbox:
    """A queue that the topic of orders fills."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def all(self) -> list[dict[str, Any]]:
        """Every notification so far."""
        found = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        return [json.loads(each["Body"]) for each in found.get("Messages", [])]


def _mailbox(rehearsal: Rehearsal) -> _Mailbox:
    sqs, topic = rehearsal.client("sqs"), rehearsal.provisioned.outputs["OrdersTopicArn"]
    url = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": asked["QueueArn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    rehearsal.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=asked["QueueArn"])
    return _Mailbox(sqs, url)


def _key(rehearsal: Rehearsal, tenant: str) -> str:
    """A new tenant's key, as a sender puts it into `Authorization`."""
    operator = {"Authorization": rehearsal.token()}
    made = rehearsal.send("POST", "/api/v1/tenants", {"tenant_id": tenant}, **operator)
    expect(f"tenant {tenant}", made.status, 201)
    key = rehearsal.send("POST", f"/api/v1/tenants/{tenant}/keys", **operator)
    expect(f"the key of {tenant}", key.status, 201)
    return f"Bearer {key.body['key']}"


@contextmanager
def _evaluator(rehearsal: Rehearsal) -> Iterator[Any]:
    """DynamoDB as the evaluator sees it."""
    name, place = rehearsal.settings.physical(EVALUATOR), rehearsal.emulated.cloud.place()
    table = place.arn("dynamodb", f"table/{rehearsal.provisioned.outputs['LogsTable']}")
    role = roles.provide(rehearsal.client, name, place, EVALUATOR_READS, table)
    taken = rehearsal.client("sts").assume_role(RoleArn=role, RoleSessionName="evaluator")
    try:
        yield rehearsal.emulated.cloud.client_of(taken["Credentials"], "dynamodb")
    finally:
        roles.remove(rehearsal.client, name)
