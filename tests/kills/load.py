"""Senders of orders, log records and searches that send again until they have a response."""

import http.client
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tests.support.local_system import LocalSystem

TENANTS = ("kills_a", "kills_b", "kills_c")
LOGS_PER_REQUEST = 20
LARGE_EVERY = 20  # requests: one record of theirs goes by claim check
LARGE_CHARACTERS = 300_000  # beyond LOG_MESSAGE_BYTES
# The pauses between requests; a day's quota of searches by one key is 500.
PAUSES_S = {"orders": 0.1, "logs": 0.1, "searches": 0.7}
RETRY_S = 0.1
TRANSPORT = (OSError, http.client.HTTPException, ValueError)
FOUND_OR_NOT = (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


@dataclass
class Sent:
    """What was sent and got a response that takes it.

    `orders` are ids, `logs` the tenant of each log_id, `searches` the user of each request id;
    `unanswered` are users of searches without a response that takes them, whose event may exist.
    """

    orders: set[str] = field(default_factory=set)
    logs: dict[str, str] = field(default_factory=dict)
    searches: dict[str, str] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)  # responses that no kill explains


class Load:
    """Three senders in threads; `seed` decides what they send."""

    def __init__(self, system: LocalSystem, seed: int) -> None:
        self.sent = Sent()
        self._system = system
        self._seed = seed
        self._stop = threading.Event()
        self._headers = {
            "Authorization": system.token(),
            "X_Api_Key": system.outputs["ApiKey"],
        }
        steps = {"orders": self._order, "logs": self._logs, "searches": self._search}
        self._threads = [
            threading.Thread(target=self._repeat, args=(step, PAUSES_S[name]), name=name)
            for name, step in steps.items()
        ]

    def start(self) -> None:
        """Start sending."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop; what is being sent is sent to its end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, step: Callable[[random.Random, int], None], pause_s: float) -> None:
        dice = random.Random(f"{self._seed} {threading.current_thread().name}")  # noqa: S311 a test's dice
        number = 0
        while not self._stop.wait(pause_s):
            number += 1
            step(dice, number)

    def _order(self, dice: random.Random, number: int) -> None:
        order = {"customer": f"customer {number}", "amount": dice.randrange(1000)}
        status, body = self._until_taken(
            lambda: self._system.request(
                "POST", "/orders", order, Idempotency_Key=f"kills-{number}"
            )
        )
        if status == HTTPStatus.ACCEPTED:
            self.sent.orders.add(body["orderID"])
        else:
            self.sent.wrong.append(f"order: {status} {body}")

    def _logs(self, dice: random.Random, number: int) -> None:
        tenant = dice.choice(TENANTS)
        ids = [f"{number:05}-{position:02}" for position in range(LOGS_PER_REQUEST)]
        at = time.time_ns() // 1_000_000  # the same in each attempt, as it is part of the key
        records: list[dict[str, Any]] = [
            {"tenant_id": tenant, "log_id": log_id, "text": f"{tenant} {log_id}", "timestamp": at}
            for log_id in ids
        ]
        if number % LARGE_EVERY == 0:
            records[0]["text"] = f"{tenant} {ids[0]} ".ljust(LARGE_CHARACTERS, ".")
        status, body = self._until_taken(lambda: self._system.request("POST", "/ingest", records))
        if status == HTTPStatus.ACCEPTED and body["accepted"] == LOGS_PER_REQUEST:
            self.sent.logs.update(dict.fromkeys(ids, tenant))
        else:
            self.sent.wrong.append(f"logs: {status} {body}")

    def _search(self, _: random.Random, number: int) -> None:
        user = f"kills-{number:05}"
        try:
            status, body, headers = self._system.exchange(
                "GET", f"/get-user?user_id={user}", **self._headers
            )
        except ConnectionRefusedError:  # no gateway ran
            return
        except TRANSPORT:  # its event may have been sent
            self.sent.unanswered.add(user)
            return
        if status in FOUND_OR_NOT:
            self.sent.searches[headers["x-amzn-requestid"]] = user
        elif status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.sent.unanswered.add(user)
        elif status != HTTPStatus.TOO_MANY_REQUESTS:
            self.sent.wrong.append(f"search: {status} {body}")

    def _until_taken(self, send: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        """Send until there is a response other than 503: all of it has a key of its own."""
        while True:
            try:
                status, body = send()
            except TRANSPORT:
                time.sleep(RETRY_S)
                continue
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                return status, body
            time.sleep(RETRY_S)
