"""Seed 004's own commands: its two curl lines, letter by letter, and its evaluator's two reads."""

import json
import shutil
import subprocess

import pytest

SCENARIO_A = """\
curl -X POST "YOUR_API_ENDPOINT" \\
    -H "Content-Type: application/json" \\
    -d '{"tenant_id": "acme", "log_id": "101", "text": "User login event"}'
"""
SCENARIO_B = """\
curl -X POST "YOUR_API_ENDPOINT" \\
    -H "Content-Type: text/plain" \\
    -H "X-Tenant-ID: beta_inc" \\
    -d "This is a raw log file dump that will take some time to process."
"""
RAW_DUMP = "This is a raw log file dump that will take some time to process."

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def run(scenario, logs):
    """The lines of the seed in a shell; what they print, with the status of the answer."""
    line = scenario.replace("YOUR_API_ENDPOINT", logs.system.base_url + "ingest")
    done = subprocess.run(  # noqa: S603 the seed's own line
        ["bash", "-c", line.rstrip() + ' --silent --write-out "\\n%{http_code}"'],  # noqa: S607
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def evaluated(logs, tenant_id):
    """`aws dynamodb query` as the seed's evaluator types it."""
    return logs.dynamodb.query(
        TableName="MultiTenantLogs",
        KeyConditionExpression="tenant_id = :tid",
        ExpressionAttributeValues={":tid": {"S": tenant_id}},
    )["Items"]


@pytest.fixture(scope="module")
def answers(logs):
    """What the two lines were answered; afterwards both records are stored."""
    both = run(SCENARIO_A, logs), run(SCENARIO_B, logs)
    logs.until_drained()
    return both


def test_both_lines_are_answered_202_with_the_record_that_was_queued(answers):
    (status_a, body_a), (status_b, body_b) = answers

    assert (status_a, status_b) == (202, 202)
    assert body_a["results"] == [{"index": 0, "status": "accepted", "log_id": "101"}]
    assert (body_b["accepted"], body_b["rejected"]) == (1, 0)


def test_the_evaluators_query_shows_the_structured_record(answers, logs):
    (item,) = by_log_id(evaluated(logs, "acme"), "101")

    assert item["text"] == {"S": "User login event"}


def test_the_evaluators_query_shows_the_raw_text_under_the_other_tenant(answers, logs):
    derived = answers[1][1]["results"][0]["log_id"]

    (item,) = by_log_id(evaluated(logs, "beta_inc"), derived)

    assert item["text"] == {"S": RAW_DUMP}


def test_the_evaluators_scan_shows_both(answers, logs):
    pages = logs.dynamodb.get_paginator("scan").paginate(TableName="MultiTenantLogs")  # as the CLI

    items = [item for page in pages for item in page["Items"]]
    found = {(entry["tenant_id"]["S"], entry["text"]["S"]) for entry in items}
    assert {("acme", "User login event"), ("beta_inc", RAW_DUMP)} <= found


def test_the_structured_line_again_is_the_same_record(answers, logs):
    assert run(SCENARIO_A, logs)[0] == 202
    logs.until_drained()

    assert len(by_log_id(evaluated(logs, "acme"), "101")) == 1


def by_log_id(items, log_id):
    return [item for item in items if item["log_id"] == {"S": log_id}]
