"""Messages, each submitted three times at once with one Idempotency-Key."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from tests.kills.load import RETRY_S, TRANSPORT
from tests.support.authors import CHANNELS, Author

SUBMISSIONS = 3
MESSAGES_AT_ONCE = 4
SCHEDULED_EVERY, SCHEDULED_IN_S = 3, 20  # every third message has a time
DUE_IN_S = "due_in_s"  # a member of a body, which the API does not see
MAX_IMAGES = 90  # Instagram takes 100 posts a day
WITHOUT_IMAGES = [channel for channel in CHANNELS if channel != "instagram"]


@dataclass
class Submitted:
    """The ids of the messages, and responses that no fault explains."""

    ids: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def make_bodies(name: str, count: int, media: str, *, are_scheduled: bool) -> list[dict[str, Any]]:
    """New messages with texts of their own, to all channels as far as they take them."""
    return [
        {
            "content": f"{name} message {number:03}",
            "channels": list(CHANNELS if number < MAX_IMAGES else WITHOUT_IMAGES),
            "media": [media],
            DUE_IN_S: SCHEDULED_IN_S if are_scheduled and number % SCHEDULED_EVERY == 0 else None,
        }
        for number in range(count)
    ]


def submit_all(author: Author, bodies: list[dict[str, Any]]) -> Submitted:
    """Submit each message SUBMISSIONS times at the same time, until there is a clear response."""
    submitted = Submitted()
    with (
        ThreadPoolExecutor(MESSAGES_AT_ONCE) as pool,
        ThreadPoolExecutor(MESSAGES_AT_ONCE * SUBMISSIONS) as senders,
    ):

        def submit(body: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
            request = _give_time(body)
            key = body["content"].replace(" ", "-")
            sending = [senders.submit(_send, author, request, key) for _ in range(SUBMISSIONS)]
            return [future.result() for future in sending]

        for responses in pool.map(submit, bodies):
            ids = {str(answer.get("id")) for _, answer in responses}
            if {status for status, _ in responses} == {HTTPStatus.CREATED} and len(ids) == 1:
                submitted.ids += ids
            else:
                submitted.wrong.append(str(responses))
    return submitted


def _give_time(body: dict[str, Any]) -> dict[str, Any]:
    """The request's body: with a time, if it is to be due later."""
    request = {name: value for name, value in body.items() if name != DUE_IN_S}
    if (due_in_s := body.get(DUE_IN_S)) is not None:
        request["scheduled_at"] = find_time(due_in_s)
    return request


def find_time(in_s: float) -> str:
    """The time in so many seconds, as the API takes it."""
    return (datetime.now(UTC) + timedelta(seconds=in_s)).isoformat(timespec="seconds")


def _send(author: Author, request: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
    while True:
        try:
            status, answer = author.send("POST", "/messages", request, Idempotency_Key=key)
        except TRANSPORT:
            time.sleep(RETRY_S)
            continue
        if status not in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            return status, answer
        time.sleep(RETRY_S)
