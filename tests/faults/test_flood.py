"""A flood of records and of equal orders against the whole running system.

Scaled to a laptop: seconds instead of half a minute, tens of requests a second instead of
thousands. Only exact facts are tested here; what a flood does to the others' latency is measured
by `make bench`.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import pytest
from flood_kit import (
    Answer,
    at_once,
    halted_processing,
    lines,
    post_patiently,
    stored,
    until_drained,
)
from support.local_system import LocalSystem, aws_of
from support.waiting import until

FOR_S = 4.0
USUAL_PER_S = 5
FLOOD = 10  # times the usual
QUIET = ("quiet-a", "quiet-b", "quiet-c")
NOISY = "noisy-one"
EQUAL_POSTS, ROUNDS = 64, 10  # the bench's `repeats` makes it a hundred rounds


def send_at(system: LocalSystem, tenant: str, per_s: float) -> list[Answer]:
    """The answers to single records, sent by the clock."""
    answers, began = [], time.monotonic()
    for number in range(int(per_s * FOR_S)):
        time.sleep(max(0.0, began + number / per_s - time.monotonic()))
        answers.append(post_patiently(system, "/ingest", lines(tenant, [f"record {number}"])))
    return answers


class Flood(NamedTuple):
    """The answers by tenant, and how many seconds of the clock it touched at most."""

    answers: dict[str, list[Answer]]
    seconds: int


@pytest.fixture(scope="module")
def flooded(system: LocalSystem) -> Flood:
    """A flood in which one tenant sends ten times what it may."""
    new = {"tenant_id": NOISY, "settings": {"rate_per_s": USUAL_PER_S}}
    created, _ = system.request("POST", "/api/v1/tenants", new, Authorization=system.token())
    assert created == 201
    senders = [(item, USUAL_PER_S) for item in QUIET] + [(NOISY, USUAL_PER_S)] * FLOOD
    answers: dict[str, list[Answer]] = {tenant: [] for tenant, _ in senders}
    began = time.monotonic()
    with ThreadPoolExecutor(len(senders)) as pool:
        sent = [
            (tenant, pool.submit(send_at, system, tenant, sender)) for tenant, sender in senders
        ]
    for tenant, future in sent:
        answers[tenant] += future.result()
    return Flood(answers, int(time.monotonic() - began) + 2)


def test_in_a_flood_only_the_noisy_tenant_is_refused(flooded):
    for tenant in QUIET:
        statuses = Counter(response.status for response in flooded.answers[tenant])
        assert statuses == {202: USUAL_PER_S * FOR_S}
    statuses = Counter(response.status for response in flooded.answers[NOISY])
    assert set(statuses) == {202, 429}
    assert statuses[202] <= USUAL_PER_S * flooded.seconds


def test_a_refusal_names_the_tenant_its_limit_and_when_to_come_again(flooded):
    refused = [response for response in flooded.answers[NOISY] if response.status == 429]

    for refusal in refused:
        assert refusal.body["message"] == f"tenant {NOISY} exceeds its rate of 5 requests a second"
        assert refusal.headers["retry-after"] == "1"


def test_what_a_flood_was_promised_is_stored_exactly_and_the_backlog_drains(system, flooded):
    promised = {
        tenant: sorted(
            log_id for response in answers if response.status == 202 for log_id in response.log_ids
        )
        for tenant, answers in flooded.answers.items()
    }

    until_drained(system, "LogsQueueUrl")

    for tenant, log_ids in promised.items():
        assert sorted(item["log_id"] for item in stored(system, tenant)) == log_ids


def test_a_flood_is_taken_while_nothing_is_processed_and_drains_afterwards(system):
    tenants, requests, records = [f"burst-{number}" for number in range(5)], 6, 100

    def burst(tenant: str) -> list[Answer]:
        texts = [f"record {number}" for number in range(records)]
        ndjson = {"Content_Type": "application/x-ndjson"}
        return [
            post_patiently(system, "/ingest", lines(tenant, texts), **ndjson)
            for _ in range(requests)
        ]

    with halted_processing(system), ThreadPoolExecutor(len(tenants)) as pool:
        answers = list(pool.map(burst, tenants))
        assert not any(stored(system, entry) for entry in tenants)

    assert {response.status for answer in answers for response in answer} == {202}
    until_drained(system, "LogsQueueUrl")
    for tenant, taken in zip(tenants, answers, strict=True):
        promised = [log_id for entry in taken for log_id in entry.log_ids]
        assert len(set(promised)) == requests * records
        assert sorted(item["log_id"] for item in stored(system, tenant)) == sorted(promised)


@pytest.fixture
def mailbox(system: LocalSystem) -> "Mailbox":
    return Mailbox(system)


class Mailbox:
    """What the orders' topic sends, by a subscription of its own."""

    def __init__(self, system: LocalSystem) -> None:
        cloud = aws_of(system.config)
        self._sqs = cloud.client("sqs")
        self._url = self._sqs.create_queue(QueueName="flood-mailbox")["QueueUrl"]
        self._read: list[str] = []
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        cloud.client("sns").subscribe(
            TopicArn=system.outputs["OrdersTopicArn"],
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
        )

    def mails(self) -> list[str]:
        """The texts of all that came."""
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            self._read += [message["Body"] for message in messages]
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return self._read


def test_sixty_four_equal_posts_at_once_are_one_order_and_one_mail_each_time(system, mailbox):
    token = system.token()
    order_ids = []
    for number in range(ROUNDS):
        body = f'{{"customer": "c-{number}"}}'.encode()
        one = partial(post_patiently, system, "/orders", body, Idempotency_Key=f"equal-{number}")
        answers = at_once([one] * EQUAL_POSTS)
        assert {response.status for response in answers} == {202}
        [order_id] = {response.body["orderID"] for response in answers}
        assert all(
            response.body == {"orderID": order_id, "status": "queued"} for response in answers
        )
        order_ids.append(order_id)

    until_drained(system, "OrdersQueueUrl")

    assert len(set(order_ids)) == ROUNDS
    for number, order_id in enumerate(order_ids):
        asked = partial(system.request, "GET", f"/orders/{order_id}", Authorization=token)
        until(lambda asked=asked: asked()[1]["status"] == "notified", 30, "the notification")
        assert asked()[1]["order"] == {"customer": f"c-{number}"}
    mails = mailbox.mails()
    assert [sum(order_id in mail for mail in mails) for order_id in order_ids] == [1] * ROUNDS
