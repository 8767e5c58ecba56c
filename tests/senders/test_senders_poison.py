"""Seed 004's case: of a batch of five one cannot be processed; the other four go through."""

import json

import pytest
from support.waiting import until

LARGE = "y" * 300_000  # beyond a message, so it travels by claim check
MIDDLE = "x" * 40_000  # two do not fit one message of 60 KB


@pytest.fixture
def claims(logs):
    """The objects of claim checks, by tenant."""
    return ClaimCheckStore(logs)


class ClaimCheckStore:
    """The bucket of what exceeds a message."""

    def __init__(self, logs):
        self._s3 = logs.client("s3")
        self._bucket = logs.system.outputs["ClaimsBucket"]

    def take_away(self, tenant_id):
        """Remove the one object of a tenant; answers its key and content."""
        listed = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=f"claims/{tenant_id}/")
        (found,) = listed["Contents"]
        at = {"Bucket": self._bucket, "Key": found["Key"]}
        content = self._s3.get_object(**at)["Body"].read()
        self._s3.delete_object(**at)
        return found["Key"], content

    def put_back(self, key, content):
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)


def letters_of(logs, tenant_id):
    """The dead letters that are a tenant's."""
    answer = logs.operate("GET", "/api/v1/dead-letters/logs?limit=500")
    return [letter for letter in answer["letters"] if tenant_id in letter["body"]]


def test_four_of_five_are_stored_at_once_and_the_fifth_after_its_cause_is_mended(
    logs, sender, claims
):
    texts = [f"{index} {MIDDLE}" for index in range(4)] + [LARGE]
    body = json.dumps([{"text": text} for text in texts]).encode()
    logs.until_drained()
    tries = int(redrive_policy(logs)["maxReceiveCount"])

    with logs.quick_returns(1):
        with logs.processing_paused():
            answer = logs.post("/ingest", body, "application/json", Authorization=sender.bearer)
            assert (answer.status, answer.body["accepted"]) == (202, 5)
            key, content = claims.take_away(sender.tenant_id)
            assert logs.depth().waiting == 5
        until(lambda: logs.count(sender.tenant_id) == 4, what="four records")
        assert letters_of(logs, sender.tenant_id) == []
        until(lambda: letters_of(logs, sender.tenant_id), 30, "a dead letter")
        logs.until_drained()
    (letter,) = letters_of(logs, sender.tenant_id)
    assert letter["attempts"] == tries == 5
    assert (letter["function"], letter["reason"]["code"]) == ("process_logs", "NotFound")
    assert letters_of(logs, sender.tenant_id) == [letter]
    assert logs.count(sender.tenant_id) == 4

    claims.put_back(key, content)
    done = logs.operate("POST", "/api/v1/dead-letters/logs/redrive", {"ids": [letter["id"]]})

    assert done == {"done": [letter["id"]], "missing": [], "failed": []}
    items = logs.until_stored(sender.tenant_id, 5)
    assert sorted(item["text"] for item in items) == sorted(texts)
    assert letters_of(logs, sender.tenant_id) == []


def redrive_policy(logs):
    answer = logs.sqs.get_queue_attributes(
        QueueUrl=logs.queue_url, AttributeNames=["RedrivePolicy"]
    )
    return json.loads(answer["Attributes"]["RedrivePolicy"])
