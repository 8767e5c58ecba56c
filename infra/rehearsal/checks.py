"""Checks of a rehearsal: seed 001's verification tests, permissions, and a queue's handler."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.aws.failures import error_code
from infra.declared.function_kinds import API_HANDLER
from infra.deploy.config import ROOT
from infra.rehearsal.assertions import CheckFailed, expect, wait_until
from infra.rehearsal.deployment import Rehearsal
from infra.rehearsal.pipeline_checks import announces_an_order, stores_a_tenants_logs
from infra.rehearsal.publisher_checks import publishes_a_message
from infra.rehearsal.queues import DELIVERIES, find_search_queue

POISON = "poison"  # the body that the sample's handler fails on
_NO_RECORDS = b'{"Records": []}'

Check = Callable[[Rehearsal], None]


def returns_a_search_at_once(rehearsal: Rehearsal) -> None:
    """A search returns while no worker runs, and its event is in the queue."""
    record = {"user_id": f"u-{uuid.uuid4().hex}", "name": "Ada", "age": 36}
    signed_in = {"Authorization": rehearsal.fetch_token()}
    expect("the post", rehearsal.send("POST", "/stream", record, **signed_in).status, 200)
    queue = find_search_queue(rehearsal)
    waiting = queue.count_messages()
    path = f"/get-user?user_id={record['user_id']}"
    key = rehearsal.provisioned.outputs["ApiKey"]
    found = rehearsal.send("GET", path, **signed_in, X_Api_Key=key)
    expect("the search", (found.status, found.body), (200, record))
    expect("the queue's messages", queue.count_messages(), waiting + 1)
    without_key = rehearsal.send("GET", path, **signed_in)
    expect("without API key", (without_key.status, without_key.body["code"]), (403, "forbidden"))


def archives_it_later(rehearsal: Rehearsal) -> None:
    """A worker archives the event of a search and deletes its message."""
    returns_a_search_at_once(rehearsal)
    queue = find_search_queue(rehearsal)
    with _run_worker(rehearsal):
        wait_until(lambda: _count_archived(rehearsal) > 0, "an object in the archive")
        wait_until(lambda: queue.count_messages() == 0, "an empty queue")
        wait_until(lambda: _count_reported(rehearsal) > 0, "the search in the report")


def refuses_a_post_without_sign_in(rehearsal: Rehearsal) -> None:
    """401 without a token and with a forged one; nothing is written."""
    record = {"user_id": f"u-{uuid.uuid4().hex}"}
    head, payload, _ = rehearsal.fetch_token().split(".")
    forged = {"Authorization": f"{head}.{payload}.{'A' * 342}"}
    for name, headers in (("no token", {}), ("a forged token", forged)):
        response = rehearsal.send("POST", "/stream", record, **headers)
        expect(name, (response.status, response.body["code"]), (401, "unauthenticated"))
    path = f"/api/v1/records/{record['user_id']}"
    found = rehearsal.send("GET", path, Authorization=rehearsal.fetch_token())
    expect("the record", found.status, 404)


def allows_preflight_requests(rehearsal: Rehearsal) -> None:
    """OPTIONS returns 200 on every path, without token or key."""
    for path in rehearsal.list_paths():
        response = rehearsal.send("OPTIONS", path.replace("{", "").replace("}", ""))
        expect(f"OPTIONS {path}", response.status, 200)


def limits_its_role(rehearsal: Rehearsal) -> None:
    """The role of the routes' function may scan the records table and no other."""
    role = rehearsal.stack.find_role_arn(API_HANDLER)
    assumed = rehearsal.client("sts").assume_role(RoleArn=role, RoleSessionName="rehearsal")
    dynamodb = rehearsal.emulator.cloud.client_with(assumed["Credentials"], "dynamodb")
    outputs = rehearsal.provisioned.outputs
    dynamodb.scan(TableName=outputs["RecordsTable"], Limit=1)
    for table in (outputs["StateTable"], "another"):
        try:
            dynamodb.scan(TableName=table)
        except dynamodb.exceptions.ClientError as refused:
            expect(f"a scan of {table}", error_code(refused), "AccessDeniedException")
        else:
            raise CheckFailed(f"the role may scan {table}")


def retries_only_the_failed(rehearsal: Rehearsal) -> None:
    """One of five messages fails: it alone is retried and moved to the dead-letter queue."""
    (function,) = rehearsal.stack.list_functions().values()
    # A cold start would take longer than the short visibility timeout here.
    rehearsal.client("lambda").invoke(FunctionName=function, Payload=_NO_RECORDS)
    queue = find_search_queue(rehearsal)
    queue.shorten_retries()
    good, dead, poisoned = (
        _make_unique_bodies(4),
        queue.count_dead_letters(),
        count_deliveries(rehearsal, POISON),
    )
    queue.send([*good[:2], POISON, *good[2:]])
    wait_until(lambda: queue.count_dead_letters() == dead + 1, "a dead letter")
    expect("deliveries of the good", [count_deliveries(rehearsal, body) for body in good], [1] * 4)
    expect("deliveries of the poison", count_deliveries(rehearsal, POISON), poisoned + DELIVERIES)
    expect("messages left", queue.count_messages(), 0)


def count_deliveries(rehearsal: Rehearsal, body: str) -> int:
    """The number of deliveries of a message; the sample's handler counts them by body."""
    table = rehearsal.provisioned.outputs["StateTable"]
    key = {"pk": {"S": "COUNTER"}, "sk": {"S": body}}
    client = rehearsal.client("dynamodb")
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return int(item["count"]["N"]) if item else 0


CHECKS: tuple[Check, ...] = (
    returns_a_search_at_once,
    archives_it_later,
    refuses_a_post_without_sign_in,
    allows_preflight_requests,
    limits_its_role,
    announces_an_order,
    stores_a_tenants_logs,
    publishes_a_message,
)
SAMPLE_CHECKS: tuple[Check, ...] = (retries_only_the_failed,)


@contextmanager
def _run_worker(rehearsal: Rehearsal) -> Iterator[None]:
    """Run the worker's process, which must exit with 0."""
    environment = rehearsal.build_worker_environment()
    log = (rehearsal.emulator.folder / "worker.log").open("wb")
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


def _count_reported(rehearsal: Rehearsal) -> int:
    path = "/api/v1/analytics/searches"
    response = rehearsal.send("GET", path, Authorization=rehearsal.fetch_token())
    expect("the report", response.status, 200)
    return int(response.body["total"])


def _count_archived(rehearsal: Rehearsal) -> int:
    bucket = rehearsal.provisioned.outputs["AnalyticsBucket"]
    found = rehearsal.client("s3").list_objects_v2(Bucket=bucket, Prefix="searches/")
    return int(found["KeyCount"])


def _make_unique_bodies(count: int) -> list[str]:
    return [uuid.uuid4().hex for _ in range(count)]
