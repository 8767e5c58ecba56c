"""What becomes of a batch of messages, over hand-written parts."""

import json
from typing import Any

import pytest
from support.logs import NOW, FakeBucket, body_of, received, record

from chalicelib.errors import Unavailable
from chalicelib.tenant_logs.queueing.claim_checks import ClaimCheckStore
from chalicelib.tenant_logs.storage.items import sort_key
from chalicelib.tenant_logs.storage.processing import Processing, simulate_work
from chalicelib.tenant_logs.storage.writer import WriteResult

LATER = int(NOW.timestamp()) + 1
CLAIM = "claims/acme/2026-01-31/1.json"


class FakeWriter:
    """Keeps records; those with `results` meet them."""

    def __init__(self, **results: WriteResult):
        self.stored: dict[str, str] = {}
        self.calls = 0
        self._fates = results

    def write(self, records, repeated):
        self.calls += 1
        self.repeated = [records[n].log_id for n in sorted(repeated)]
        results = [self._fates.get(entry.log_id, WriteResult.STORED) for entry in records]
        for entry, result in zip(records, results, strict=True):
            if result is WriteResult.STORED:
                self.stored[sort_key(entry.ts, entry.log_id)] = entry.tenant_id
        return results

    def has(self, tenant_id, sk):
        return self.stored.get(sk) == tenant_id


class FakeState:
    """Counts, or fails to."""

    def __init__(self, *, down: bool = False):
        self.counts: dict[str, int] = {}
        self._down = down

    def count(self, name, amount=1):
        if self._down:
            raise Unavailable("the database is not available; try again")
        self.counts[name] = self.counts.get(name, 0) + amount


class Shop:
    """A processing over hand-written parts."""

    def __init__(self, *, state: FakeState | None = None, **results: WriteResult):
        self.writer = FakeWriter(**results)
        self.bucket = FakeBucket()
        self.state = state or FakeState()
        self.worked: list[int] = []
        claims: Any = ClaimCheckStore(lambda: self.bucket, now=lambda: NOW, new_id=str)
        writer: Any = self.writer
        self.processing = Processing(
            writer, claims, self.state, work=self.worked.append, now=lambda: NOW
        )

    def process(self, *bodies: str) -> list[str]:
        messages = [received(body, f"m-{n}") for n, body in enumerate(bodies)]
        return sorted(self.processing.process(messages))

    def stored(self) -> list[str]:
        return [sk.partition("#")[2] for sk in self.writer.stored]


def claimed(sk: str | None = None, claim: str = CLAIM) -> str:
    return json.dumps({"v": 1, "tenant_id": "acme", "claim": claim, "sk": sk})


def test_the_records_of_all_messages_are_written_at_once():
    shop = Shop()
    assert shop.process(body_of(record("1"), record("2")), body_of(record("3", "beta"))) == []
    assert shop.stored() == ["1", "2", "3"]
    assert shop.writer.calls == 1


def test_the_writer_is_told_which_records_were_delivered_before():
    shop = Shop()
    again = received(body_of(record("2"), record("3")), "m-2", receives=2)
    shop.processing.process([received(body_of(record("1")), "m-1"), again])
    assert shop.writer.repeated == ["2", "3"]


@pytest.mark.parametrize(
    "poison",
    [
        "{",
        json.dumps({"v": 1, "tenant_id": "NOT A TENANT", "records": []}),
        json.dumps({"v": 1, "tenant_id": "beta", "records": [json.loads(body_of(record()))]}),
        claimed(),
        claimed(claim="claims/beta/1.json"),
    ],
)
def test_a_poisoned_message_alone_fails(poison):
    shop = Shop()
    bodies = [body_of(record(str(n))) for n in range(5)]
    assert shop.process(*bodies[:2], poison, *bodies[2:4]) == ["m-2"]
    assert shop.stored() == ["0", "1", "2", "3"]


def test_a_message_fails_with_any_of_its_records_and_the_others_are_written():
    shop = Shop(b=WriteResult.FAILED)
    assert shop.process(body_of(record("a"), record("b")), body_of(record("c"))) == ["m-0"]
    assert shop.stored() == ["a", "c"]


def test_duplicates_are_left_out_and_counted():
    shop = Shop(b=WriteResult.DUPLICATE)
    assert shop.process(body_of(record("a"), record("b"))) == []
    assert shop.state.counts == {"log_duplicates": 1}


def test_a_count_that_fails_brings_no_record_back_and_the_log_names_it(logged):
    shop = Shop(state=FakeState(down=True), b=WriteResult.DUPLICATE)
    assert shop.process(body_of(record("b"))) == []
    line = json.loads(logged.getvalue().splitlines()[-1])
    assert line["message"] == "counts were not confirmed"
    assert line["counts"] == {"log_duplicates": 1}


def test_what_expired_on_the_way_is_not_stored():
    shop = Shop()
    old = record("old", expires_at=int(NOW.timestamp()))
    assert shop.process(body_of(old, record("new", expires_at=LATER))) == []
    assert shop.stored() == ["new"]
    assert shop.state.counts == {"log_expired": 1}


# --- Claim checks ---------------------------------------------------------------------------


def test_a_claims_records_are_stored_and_the_claim_is_deleted():
    shop = Shop()
    shop.bucket.objects[CLAIM] = body_of(record("big")).encode()
    assert shop.process(claimed()) == []
    assert shop.stored() == ["big"]
    assert shop.bucket.objects == {}


@pytest.mark.parametrize("result", [WriteResult.FAILED, WriteResult.DUPLICATE])
def test_a_claim_stays_while_its_message_may_need_it(result):
    shop = Shop(big=result)
    shop.bucket.objects[CLAIM] = body_of(record("big")).encode()
    shop.process(claimed())
    assert list(shop.bucket.objects) == [CLAIM]


def test_a_message_that_comes_again_after_its_claim_was_deleted_is_done():
    shop = Shop()
    shop.bucket.objects[CLAIM] = body_of(record("big")).encode()
    message = claimed(sk=sort_key(record().ts, "big"))
    assert shop.process(message) == []
    assert shop.process(message) == []


def test_a_message_whose_claim_is_gone_unstored_fails():
    assert Shop().process(claimed(sk=sort_key(record().ts, "big"))) == ["m-0"]


def test_a_claim_with_another_tenants_records_fails():
    shop = Shop()
    shop.bucket.objects[CLAIM] = body_of(record("x", "beta")).encode()
    assert shop.process(claimed()) == ["m-0"]
    assert shop.stored() == []


# --- Work --------------------------------------------------------------------------------------


def test_the_simulated_work_takes_so_long_for_each_character_but_never_for_good():
    slept: list[float] = []
    work = simulate_work(50, slept.append)
    for characters in (100, 10_000_000):
        work(characters)
    simulate_work(0, slept.append)(1000)
    assert slept == [5.0, 20.0]


def test_work_is_done_on_every_character_of_a_batch():
    shop = Shop()
    shop.process(body_of(record("1", text="x" * 30)), body_of(record("2", text="y" * 12)))
    assert shop.worked == [42]


def test_the_log_names_a_failed_message_and_quotes_nothing(logged):
    Shop().process(body_of(record("1")), '{"secret": "canary"')
    line = json.loads(logged.getvalue())
    assert (line["message"], line["request_id"]) == ("a message failed", "m-1")
    assert "canary" not in logged.getvalue()
