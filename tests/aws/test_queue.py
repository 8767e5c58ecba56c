"""One SQS queue: of a batch only what failed is sent or deleted again."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.failpoints import (
    access_denied,
    always,
    failpoints,
    refused,
    server_error,
    throttled,
    timed_out,
)

from chalicelib.aws.queue import (
    ATTEMPTS,
    MAX_PAUSE_S,
    UNCONFIRMED,
    Queue,
    RefusedEntry,
    raise_if_refused,
)
from chalicelib.errors import Unavailable

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue-test"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"


class Sqs:
    """SQS's batch calls; `plan` says per call which ids fail, and whether by the sender's fault."""

    def __init__(self, *plan: dict[str, bool]) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self._plan = list(plan)

    def _batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 SQS's own
        assert QueueUrl == URL
        self.calls.append(Entries)
        ids = [entry["Id"] for entry in Entries]
        assert len(ids) == len(set(ids)) <= 10
        fails = self._plan.pop(0) if self._plan else {}
        failed = [
            {
                "Id": item_id,
                "SenderFault": fails[item_id],
                "Code": "Invalid" if fails[item_id] else "Internal",
            }
            for item_id in ids
            if item_id in fails
        ]
        answer: dict[str, Any] = {
            "Successful": [{"Id": item_id} for item_id in ids if item_id not in fails]
        }
        return answer | ({"Failed": failed} if failed else {})

    send_message_batch = delete_message_batch = change_message_visibility_batch = _batch


class Waits(list):
    """Takes pauses without waiting."""

    def __call__(self, pause_s: float) -> None:
        self.append(pause_s)


def queue(sqs, waits=None):
    return Queue(sqs, URL, pause=waits if waits is not None else Waits())


def bodies(call):
    return [entry["MessageBody"] for entry in call]


def test_batches_are_of_ten_in_order():
    sqs = Sqs()
    assert queue(sqs).send_all([str(number) for number in range(23)]) == []
    assert [len(call) for call in sqs.calls] == [10, 10, 3]
    assert [body for call in sqs.calls for body in bodies(call)] == [str(n) for n in range(23)]


def test_nothing_to_send_is_no_call():
    sqs = Sqs()
    assert queue(sqs).send_all([]) == []
    assert sqs.calls == []


def test_of_a_send_only_the_failed_entries_go_again():
    sqs, waits = Sqs({"1": False, "3": False}, {"3": False}), Waits()
    assert queue(sqs, waits).send_all(["a", "b", "c", "d"]) == []
    assert [bodies(call) for call in sqs.calls] == [["a", "b", "c", "d"], ["b", "d"], ["d"]]
    assert len(waits) == 2
    assert all(0 <= pause_s <= MAX_PAUSE_S for pause_s in waits)


def test_of_a_delete_only_the_failed_entries_go_again():
    sqs = Sqs({"0": False})
    assert queue(sqs).delete_all(["r-0", "r-1"]) == []
    assert [[item["ReceiptHandle"] for item in call] for call in sqs.calls] == [
        ["r-0", "r-1"],
        ["r-0"],
    ]


def test_an_entry_that_keeps_failing_is_answered_by_its_position():
    sqs = Sqs({}, {"12": False}, {"12": False}, {"12": False})
    assert queue(sqs).send_all([str(n) for n in range(15)]) == [RefusedEntry(12, UNCONFIRMED)]
    assert [len(call) for call in sqs.calls] == [10, 5, 1, 1]
    assert ATTEMPTS == 3


def test_a_senders_fault_is_answered_at_once_and_never_sent_again():
    sqs = Sqs({"0": True, "1": False})
    assert queue(sqs).send_all(["a", "b", "c"]) == [RefusedEntry(0, "Invalid")]
    assert [bodies(call) for call in sqs.calls] == [["a", "b", "c"], ["b"]]


def test_hiding_tries_only_the_failed_again():
    sqs = Sqs({"1": False})
    assert queue(sqs).change_visibility_all(["r-0", "r-1"], 30) == []
    assert [call["VisibilityTimeout"] for call in sqs.calls[1]] == [30]


def test_a_batch_that_must_be_whole_raises_for_any_refusal():
    raise_if_refused([])
    with pytest.raises(Unavailable, match="2 entries"):
        raise_if_refused([RefusedEntry(0, "Invalid"), RefusedEntry(1, UNCONFIRMED)])


def test_a_message_is_sent_received_hidden_and_deleted(aws):
    real = Queue(aws.client("sqs"), URL)
    real.send("hello", TRACE)
    (first,) = real.receive(wait_s=0, visibility_timeout_s=60)
    assert (first.body, first.receive_count, first.trace_header) == ("hello", 1, TRACE)
    assert first.sent_at_ms > 1_700_000_000_000
    assert real.receive(wait_s=0, visibility_timeout_s=60) == []
    assert real.change_visibility_all([first.receipt_handle], 0) == []
    (second,) = real.receive(wait_s=0, visibility_timeout_s=60)
    assert (second.message_id, second.receive_count) == (first.message_id, 2)
    assert real.delete_all([second.receipt_handle]) == []
    real.change_visibility_all([second.receipt_handle], 0)
    assert real.receive(wait_s=0, visibility_timeout_s=0) == []


def test_every_entry_of_a_batch_carries_the_trace_header():
    sqs = Sqs()
    queue(sqs).send_all(["a", "b"], TRACE)
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    assert [entry["MessageSystemAttributes"] for entry in sqs.calls[0]] == [header, header]


def test_a_message_may_have_no_trace_header(aws):
    real = Queue(aws.client("sqs"), URL)
    real.send("a")
    (only,) = real.receive(wait_s=0, visibility_timeout_s=9)
    assert only.trace_header is None


def test_at_most_ten_messages_come_at_once(aws):
    real = Queue(aws.client("sqs"), URL)
    real.send_all([json.dumps(number) for number in range(25)])
    sizes = [len(real.receive(wait_s=0, visibility_timeout_s=60)) for _ in range(4)]
    assert sizes == [10, 10, 5, 0]


CALLS = {
    "SendMessage": lambda queue: queue.send("a"),
    "SendMessageBatch": lambda queue: queue.send_all(["a"]),
    "ReceiveMessage": lambda queue: queue.receive(wait_s=0, visibility_timeout_s=1),
    "DeleteMessageBatch": lambda queue: queue.delete_all(["r"]),
    "ChangeMessageVisibilityBatch": lambda queue: queue.change_visibility_all(["r"], 1),
}


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out, refused], ids=range(4))
@pytest.mark.parametrize("operation", CALLS)
def test_a_queue_in_trouble_is_unavailable(aws, pauses, operation, fault):
    client = aws.client("sqs")
    with failpoints(client, operation, always(fault)) as point, pytest.raises(Unavailable):
        CALLS[operation](Queue(client, URL))
    assert point.attempts == 3


@pytest.mark.parametrize("operation", CALLS)
def test_a_missing_right_is_a_defect_and_passes_unchanged(aws, operation):
    client = aws.client("sqs")
    with failpoints(client, operation, always(access_denied)), pytest.raises(ClientError):
        CALLS[operation](Queue(client, URL))
