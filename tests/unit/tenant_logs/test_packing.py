"""Records in messages: many in each, none lost, none beyond a limit."""

import json
from decimal import Decimal

import pytest
from support.logs import NOW_TEXT, body_of, record

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.queueing import packing
from chalicelib.tenant_logs.queueing.packing import (
    MESSAGE_BYTES,
    decode,
    encode,
    encode_claim,
    group_records,
)


def packed(*records):
    return group_records(enumerate(encode(entry) for entry in records))


def test_records_of_one_tenant_share_a_message_and_come_out_as_they_went_in():
    records = [
        record("1", attrs={"n": Decimal("1.5"), "big": 10**30, "deep": [None, True, {"a": "ü"}]}),
        record("2", text='"\\ \n \u2028 \x01', named=True, source="web"),
    ]
    (message,) = packed(*records)
    assert (message.tenant_id, message.positions) == ("acme", [0, 1])
    assert decode(message.body).records == records
    assert message.body_bytes == len(message.body.encode())


def test_a_message_holds_at_most_sixty_kilobytes_and_its_records_keep_their_positions():
    records = [record(str(n), text="ü" * 500) for n in range(200)]
    found = packed(*records)
    assert [n for message in found for n in message.positions] == list(range(200))
    assert [entry for message in found for entry in decode(message.body).records] == records
    sizes = [len(message.body.encode()) for message in found]
    assert [message.body_bytes for message in found] == sizes
    assert max(sizes) < MESSAGE_BYTES + 100
    assert min(sizes[:-1]) > 0.9 * MESSAGE_BYTES


def test_tenants_never_share_a_message():
    found = packed(record("1"), record("2", "beta"), record("3"), record("4", "beta"))
    assert [(match.tenant_id, match.positions) for match in found] == [
        ("acme", [0, 2]),
        ("beta", [1, 3]),
    ]
    assert {record.tenant_id for match in found for record in decode(match.body).records} == {
        "acme",
        "beta",
    }


def test_a_big_record_is_alone_in_its_message():
    found = packed(record("1"), record("2", text="x" * 70_000), record("3"))
    assert [match.positions for match in found] == [[0], [1], [2]]


def test_characters_that_sqs_refuses_arrive_all_the_same():
    (message,) = packed(record("1", text="a\ufffe\uffffb"))
    assert "\ufffe" not in message.body
    assert "\uffff" not in message.body
    assert decode(message.body).records[0].text == "a\ufffe\uffffb"


def test_records_are_packed_as_they_come_and_none_is_asked_for_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(packing, "MAX_QUEUED_BYTES", 100_000)
    asked = []

    def records():
        for position in range(1000):
            asked.append(position)
            yield position, encode(record(str(position), text="x" * 1000))

    with pytest.raises(TooLarge):
        group_records(records())
    assert len(asked) < 100


def test_a_request_that_becomes_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(packing, "MAX_QUEUED_BYTES", 1000)
    with pytest.raises(TooLarge):
        packed(*(record(str(n), text="x" * 200) for n in range(5)))


def test_a_claim_names_where_the_records_are_stored():
    (message,) = packed(record("1"))
    message = decode(encode_claim(message, "claims/acme/1.json"))
    assert (message.tenant_id, message.claim) == ("acme", "claims/acme/1.json")
    assert (message.records, message.sk) == ([], "2026-01-31T09:30:00.000000Z#1")


SOUND = json.loads(body_of(record("1")))


def changed(**fields):
    return json.dumps({**SOUND, "records": [{**SOUND["records"][0], **fields}]})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "null",
        '{"v":1}',
        json.dumps({**SOUND, "v": 2}),
        json.dumps({**SOUND, "tenant_id": "ACME"}),
        json.dumps({**SOUND, "tenant_id": "a#b"}),
        json.dumps({**SOUND, "tenant_id": "beta"}),
        json.dumps({**SOUND, "records": []}),
        json.dumps({**SOUND, "claim": "claims/acme/1.json"}),
        changed(tenant_id="beta"),
        changed(log_id="a#b"),
        changed(ts="yesterday"),
        changed(severity="loud"),
        changed(expires_at="soon"),
        changed(attrs=[]),
        '{"a":' * 100_000,
    ],
    ids=lambda body: body[:60],
)
def test_a_message_that_this_product_does_not_write_is_refused(body):
    with pytest.raises(InvalidInput):
        decode(body)


def test_a_message_of_a_record_beyond_400_kb_is_refused():
    with pytest.raises(TooLarge):
        decode(body_of(record("1", text="x" * 410_000)))


def test_a_message_by_hand_needs_no_more_than_a_record_does():
    least = {"log_id": "1", "tenant_id": "acme", "ts": NOW_TEXT, "received_at": NOW_TEXT}
    body = {"v": 1, "tenant_id": "acme", "records": [{**least, "expires_at": 1, "text": "x"}]}
    assert decode(json.dumps(body)).records[0].text == "x"
