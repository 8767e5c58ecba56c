"""What a rehearsal has to show: seed 001's verification tests, rights, and a queue's handler."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.aws.failures import error_code
from infra.declared.functions import API_HANDLER
from infra.deploy.config import ROOT
from infra.rehearsal.deployment import Rehearsal
from infra.rehearsal.expecting import Failed, expect, until
from infra.rehearsal.pipelines import keeps_a_tenants_logs, tells_of_an_order
from infra.rehearsal.queues import DELIVERIES, search_queue

POISON = "poison"  # the message that the sample's handler fails on
_NO_RECORDS = b'{"Records": []}'

Check = Callable[[Rehearsal], None]


def answers_a_search_at_once(rehearsal: Rehearsal) -> None:
    """A search is answered while nobody archives, and its event waits in the queue."""
    record = {"user_id": f"u-{uuid.uuid4().hex}", "name": "Ada", "age": 36}
    signed_in = {"Authorization": rehearsal.token()}
    expect("the post", rehearsal.send("POST", "/stream", record, **signed_in).status, 200)
    queue = search_queue(rehearsal)
    waiting = queue.waiting()
    path = f"/get-user?user_id={record['user_id']}"
    key = rehearsal.provisioned.outputs["ApiKey"]
    found = rehearsal.send("GET", path, **signed_in, X_Api_Key=key)
    expect("the search", (found.status, found.body), (200, record))
    expect("the queue's messages", queue.waiting(), waiting + 1)
    without_key = rehearsal.send("GET", path, **signed_in)
    expect("without API key", (without_key.status, without_key.body["code"]), (403, "forbidden"))


def archives_it_later(rehearsal: Rehearsal) -> None:
    """The worker wakes up, archives the event of a search and deletes its message."""
    answers_a_search_at_once(rehearsal)
    queue = search_queue(rehearsal)
    with _worker(rehearsal):
        until(lambda: _archived(rehearsal) > 0, "an object in the archive")
        until(lambda: queue.waiting() == 0, "an empty queue")
        until(lambda: _reported(rehearsal) > 0, "the search in the report")


def refuses_a_post_without_sign_in(rehearsal: Rehearsal) -> None:
    """401 without a token and with a forged one; nothing is written."""
    record = {"user_id": f"u-{uuid.uuid4().hex}"}
    head, payload, _ = rehearsal.token().split(".")
    forged = {"Authorization": f"{head}.{payload}.{'A' * 342}"}
    for name, headers in (("no token", {}), ("a forged token", forged)):
        answer = rehearsal.send("POST", "/stream", record, **headers)
        expect(name, (answer.status, answer.body["code"]), (401, "unauthenticated"))
    path = f"/api/v1/records/{record['user_id']}"
    found = rehearsal.send("GET", path, Authorization=rehearsal.token())
    expect("the record", found.status, 404)


def lets_browsers_ask_first(rehearsal: Rehearsal) -> None:
    """OPTIONS answers on every path, without token or key."""
    for path in rehearsal.paths():
        answer = rehearsal.send("OPTIONS", path.replace("{", "").replace("}", ""))
        expect(f"OPTIONS {path}", answer.status, 200)


def allows_its_role_nothing_else(rehearsal: Rehearsal) -> None:
    """The role of the routes' function may read a record, and scan no table but that one."""
    role = rehearsal.stack.role_arn(API_HANDLER)
    assumed = rehearsal.client("sts").assume_role(RoleArn=role, RoleSessionName="rehearsal")
    dynamodb = rehearsal.emulated.cloud.client_of(assumed["Credentials"], "dynamodb")
    outputs = rehearsal.provisioned.outputs
    dynamodb.scan(TableName=outputs["RecordsTable"], Limit=1)
    for table in (outputs["StateTable"], "another"):
        try:
            dynamodb.scan(TableName=table)
        except dynamodb.exceptions.ClientError as refused:
            expect(f"a scan of {table}", error_code(refused), "AccessDeniedException")
        else:
            raise Failed(f"the role may scan {table}")


def tries_only_the_failed_again(rehearsal: Rehearsal) -> None:
    """Of five messages one fails: it alone comes back, and ends among the dead letters."""
    (function,) = rehearsal.stack.functions().values()
    # A cold start would outlast the short time after which a message comes back here.
    rehearsal.client("lambda").invoke(FunctionName=function, Payload=_NO_RECORDS)
    queue = search_queue(rehearsal)
    queue.hurry()
    good, dead, poisoned = _unique(4), queue.dead(), deliveries(rehearsal, POISON)
    queue.send([*good[:2], POISON, *good[2:]])
    until(lambda: queue.dead() == dead + 1, "a dead letter")
    expect("deliveries of the good", [deliveries(rehearsal, each) for each in good], [1] * 4)
    expect("deliveries of the poison", deliveries(rehearsal, POISON), poisoned + DELIVERIES)
    expect("messages left", queue.waiting(), 0)


def deliveries(rehearsal: Rehearsal, body: str) -> int:
    """How often the sample's handler was given a message; it counts by body."""
    table = rehearsal.provisioned.outputs["StateTable"]
    key = {"pk": {"S": "COUNTER"}, "sk": {"S": body}}
    client = rehearsal.client("dynamodb")
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return int(item["count"]["N"]) if item else 0


CHECKS: tuple[Check, ...] = (
    answers_a_search_at_once,
    archives_it_later,
    refuses_a_post_without_sign_in,
    lets_browsers_ask_first,
    allows_its_role_nothing_else,
    tells_of_an_order,
    keeps_a_tenants_logs,
)
SAMPLE_CHECKS: tuple[Check, ...] = (tries_only_the_failed_again,)


@contextmanager
def _worker(rehearsal: Rehearsal) -> Iterator[None]:
    """The container's process; it has to end well."""
    environment = rehearsal.worker_environment()
    log = (rehearsal.emulated.folder / "worker.log").open("wb")
    with (
        log,
        subprocess.Popen(
            [sys.executable, "-m", "worker"], cwd=ROOT, env=environment, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
    expect("the worker's exit code", process.returncode, 0)


def _reported(rehearsal: Rehearsal) -> int:
    path = "/api/v1/analytics/searches"
    answer = rehearsal.send("GET", path, Authorization=rehearsal.token())
    expect("the report", answer.status, 200)
    return int(answer.body["total"])


def _archived(rehearsal: Rehearsal) -> int:
    bucket = rehearsal.provisioned.outputs["AnalyticsBucket"]
    found = rehearsal.client("s3").list_objects_v2(Bucket=bucket, Prefix="searches/")
    return int(found["KeyCount"])


def _unique(count: int) -> list[str]:
    return [uuid.uuid4().hex for _ in range(count)]
