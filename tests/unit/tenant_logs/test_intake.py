"""The intake over hand-written parts: what it takes, refuses and promises."""

import json
from datetime import timedelta

import msgspec
import pytest
from support.calls import call_of_sender
from support.logs import NDJSON, NOW, NOW_TEXT, Desk, FakeAdmission, FakeBucket, FakeQueue, payload

from chalicelib.errors import (
    Forbidden,
    InvalidInput,
    TooLarge,
    TooManyRequests,
    Unavailable,
)
from chalicelib.strict_json import item_bytes
from chalicelib.tenant_logs.model import JSON, TEXT, LogIngestResult, LogRecordResult
from chalicelib.tenant_logs.queueing.packing import decode
from chalicelib.tenant_logs.storage.items import item, sort_key
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.web.principal import Sender


def derived(position):
    """The id of a record whose sender gave none, of request r-1 at NOW."""
    return f"0649abbbd81600-r-1-{position:05}"


AGAIN = "the queue did not take it; send it again"


def results(result):
    return [(entry.index, entry.status, entry.log_id or entry.reason) for entry in result.results]


def test_seed_004s_two_lines_are_taken():
    desk = Desk()
    line = {"tenant_id": "acme", "log_id": "101", "text": "User login event"}
    result = desk.ingest(line)
    assert (result.accepted, result.rejected) == (1, 0)
    assert result.results == [LogRecordResult(0, "accepted", log_id="101")]
    text = b"This is a raw log file dump that will take some time to process."
    assert desk.ingest(text, TEXT, named="beta_inc").results[0].log_id == derived(0)
    first, second = desk.queued()
    assert (first.tenant_id, first.log_id, first.text) == ("acme", "101", "User login event")
    assert (second.tenant_id, second.text) == ("beta_inc", text.decode())
    assert (second.ts, second.received_at) == (NOW_TEXT, NOW_TEXT)


def test_a_text_without_a_tenant_is_refused():
    with pytest.raises(InvalidInput, match="X-Tenant-ID"):
        Desk().ingest(b"text", TEXT)


def test_some_bad_records_are_answered_with_their_reasons_and_the_others_queued():
    desk = Desk()
    lines = b'{"text":"a"}\n{oops\n{"log_id":"b"}\n{"text":"c","log_id":"c"}'
    result = desk.ingest(lines, NDJSON[0], named="acme")
    assert (result.accepted, result.rejected) == (2, 2)
    assert [entry.status for entry in result.results] == [
        "accepted",
        "rejected",
        "rejected",
        "accepted",
    ]
    assert [entry.log_id for entry in result.results] == [derived(0), None, None, "c"]
    assert "not valid JSON" in result.results[1].reason
    assert "no text" in result.results[2].reason
    assert [entry.code for entry in result.results] == [None, "invalid_json", "no_text", None]
    assert [(message.text, message.named) for message in desk.queued()] == [
        ("a", False),
        ("c", True),
    ]


def test_only_bad_records_are_a_400_with_the_first_reasons():
    desk = Desk()
    with pytest.raises(
        InvalidInput, match=r"record 0: there is no text.*; record 2: .*; and 1 more"
    ):
        desk.ingest([{}, {}, {}, {}], NDJSON[0], named="acme")
    assert desk.queue.calls == []
    assert desk.admission.taken == {}


@pytest.mark.parametrize("tenant_id", ["ACME", "a#b", "", "x" * 65, "acme\n", None])
def test_without_a_sound_tenant_a_record_is_rejected(tenant_id):
    result = Desk().ingest(
        [{"text": "a", "tenant_id": "acme"}, {"text": "b", "tenant_id": tenant_id}]
    )
    assert [entry.status for entry in result.results] == ["accepted", "rejected"]
    assert "tenant" in result.results[1].reason


FOREIGN = [{"text": "a"}, {"text": "b", "tenant_id": "customer-9"}]
WITH_KEY = Sender(None, "Bearer omk_1", None)
AUTHORIZED = Sender("acme", "Bearer omk_1", "acme")


@pytest.mark.parametrize("sender", [WITH_KEY, AUTHORIZED])
def test_a_record_of_another_tenant_than_the_keys_has_it_as_an_attribute(sender):
    desk = Desk(FakeAdmission(key="acme"))
    result = desk.intake.ingest(payload(FOREIGN), call_of_sender(sender=sender))
    assert (result.accepted, result.rejected) == (2, 0)
    first, second = desk.queued()
    assert (first.tenant_id, first.attrs) == ("acme", {})
    assert (second.tenant_id, second.attrs) == ("acme", {"tenant_id": "customer-9"})


@pytest.mark.parametrize(
    ("key", "sender"),
    [
        ("acme", msgspec.structs.replace(WITH_KEY, strict=True)),
        ("acme", msgspec.structs.replace(AUTHORIZED, strict=True)),
        (None, Sender(None, None, "acme")),
    ],
    ids=["strict", "strict by an authorizer", "a header without a key"],
)
def test_a_record_of_another_tenant_forbids_the_whole_request(key, sender):
    desk = Desk(FakeAdmission(key=key))
    with pytest.raises(Forbidden):
        desk.intake.ingest(payload(FOREIGN), call_of_sender(sender=sender))
    assert desk.queue.calls == []


def test_with_open_intake_each_record_may_name_its_own_tenant():
    desk = Desk()
    records = [{"text": str(n), "tenant_id": ["acme", "beta"][n % 2]} for n in range(6)]
    assert desk.ingest(records).accepted == 6
    assert desk.admission.taken == {"acme": 3, "beta": 3}
    assert len(desk.queue.taken) == 2
    assert {(message.tenant_id, int(message.text) % 2) for message in desk.queued()} == {
        ("acme", 0),
        ("beta", 1),
    }


def test_more_than_a_thousand_records_are_too_many():
    with pytest.raises(TooLarge):
        Desk().ingest([{"text": "a"}] * 1001, named="acme")


def test_a_full_request_is_few_messages():
    desk = Desk()
    assert desk.ingest([{"text": "x" * 60}] * 1000, named="acme").accepted == 1000
    assert len(desk.queue.taken) <= 5
    assert len(desk.queue.calls) == 1
    assert [message.log_id for message in desk.queued()] == [derived(n) for n in range(1000)]
    assert desk.queue.trace_headers == ["trace-1"]


def test_the_lines_of_a_request_keep_their_order_in_the_table():
    desk = Desk()
    desk.ingest([{"text": str(n)} for n in range(120)], named="acme")
    by_key = sorted(desk.queued(), key=lambda record: sort_key(record.ts, record.log_id))
    assert [entry.text for entry in by_key] == [str(n) for n in range(120)]


def test_what_is_queued_is_masked_unless_its_tenant_wants_none_of_it():
    records = [{"text": "a@b.org", "attrs": {"to": ["c@d.org"]}, "source": "e@f.org"}]
    masked, plain = Desk(), Desk(FakeAdmission(masks=False))
    for desk in (masked, plain):
        desk.ingest(records, named="acme")
    (kept,) = masked.queued()
    assert (kept.text, kept.attrs, kept.source) == ("[email]", {"to": ["[email]"]}, "[email]")
    assert plain.queued()[0].text == "a@b.org"
    assert "a@b.org" not in masked.queue.taken[0]


def test_a_records_end_follows_from_its_tenants_retention():
    desk = Desk()
    desk.admission.settings_of["acme"] = TenantSettings(retention_days=2)
    desk.ingest({"text": "a"}, named="acme")
    assert desk.queued()[0].expires_at == 1769851800 + 2 * 86400


@pytest.mark.parametrize("characters", [410_000, 2_000_000, 4_900_000])
@pytest.mark.parametrize("letter", ["x", "ü"])
def test_a_record_beyond_400_kb_is_cut_and_says_so(characters, letter):
    desk = Desk()
    text = letter * (characters // len(letter.encode()))
    result = desk.ingest([{"text": text, "level": "error"}, {"text": "a"}], named="acme")
    assert results(result) == [(0, "accepted", derived(0)), (1, "accepted", derived(1))]
    record = desk.claimed()
    assert (record.severity, record.attrs) == ("ERROR", {"_repaired": ["size"]})
    assert 400_000 < item_bytes(item(record)) <= 400 * 1024
    assert text.startswith(record.text)


def test_of_big_attributes_those_are_kept_that_there_is_room_for():
    desk = Desk()
    attrs = {"a": "x" * 300_000, "b": "y" * 300_000, "c": 7}
    desk.ingest([{"text": "short", "attrs": attrs}], named="acme")
    record = desk.claimed()
    assert (record.text, list(record.attrs)) == ("short", ["a", "c", "_repaired"])
    assert record.attrs["_repaired"] == ["size"]


def test_what_masking_makes_too_big_is_cut_afterwards():
    desk = Desk()
    desk.ingest([{"text": "a@b.cc " * 58_000}], named="acme")
    record = desk.claimed()
    assert item_bytes(item(record)) <= 400 * 1024
    assert record.text.startswith("[email] [email] ")


@pytest.mark.thorough
def test_no_half_of_an_address_is_left_where_a_line_is_cut():
    for before in range(409_000, 409_400, 7):
        desk = Desk()
        desk.ingest(
            [{"text": "x " * (before // 2) + "someone.by.name@example.com " * 40}], named="acme"
        )
        assert "someone" not in desk.claimed().text, before


@pytest.mark.parametrize("media_type", [NDJSON[0], TEXT, JSON])
def test_a_body_without_records_is_taken_and_has_none(media_type):
    desk = Desk()
    body = b"[]" if media_type == JSON else b" \n\n" if media_type == NDJSON[0] else b""
    assert desk.ingest(body, media_type, named="acme") == LogIngestResult(0, 0, [])
    assert desk.queue.calls == []


def test_requests_of_one_ts_are_read_in_the_order_in_which_they_came():
    at = NOW
    desk = Desk(now=lambda: at)
    for number in range(12):
        at = NOW + timedelta(milliseconds=number)
        line = {"text": str(number), "ts": 1769851500123}
        call = call_of_sender("acme", request_id=f"r-{number * 7 % 12}")
        desk.intake.ingest(payload(line), call)
    by_key = sorted(desk.queued(), key=lambda record: sort_key(record.ts, record.log_id))
    assert [entry.text for entry in by_key] == [str(number) for number in range(12)]


# --- The queue ---------------------------------------------------------------------------------


def test_a_queue_that_takes_nothing_is_a_503_and_nothing_is_counted():
    desk = Desk(queue=FakeQueue(down=range(100)))
    with pytest.raises(Unavailable):
        desk.ingest([{"text": "a"}, {"text": "b"}], named="acme")
    assert desk.admission.taken == {"acme": 0}


def test_what_the_queue_refuses_is_rejected_and_asked_for_again():
    desk = Desk(queue=FakeQueue(refuses=lambda body: '"beta"' in body))
    records = [{"text": "a", "tenant_id": "acme"}, {"text": "b", "tenant_id": "beta"}, {}]
    result = desk.ingest(records)
    assert results(result)[:2] == [(0, "accepted", derived(0)), (1, "rejected", AGAIN)]
    assert result.results[2].status == "rejected"
    assert desk.admission.taken == {"acme": 1, "beta": 0}


def test_bad_records_and_a_queue_that_is_down_are_a_503_since_the_good_may_come_again():
    with pytest.raises(Unavailable):
        Desk(queue=FakeQueue(down=[0])).ingest([{"text": "a"}, {}], named="acme")


def test_only_what_the_queue_took_before_it_went_down_is_accepted():
    desk = Desk(queue=FakeQueue(down=[1]))
    result = desk.ingest(
        [{"text": "x" * 50_000, "log_id": str(n)} for n in range(35)], named="acme"
    )
    accepted = [entry.log_id for entry in result.results if entry.status == "accepted"]
    assert accepted == [message.log_id for message in desk.queued()] == [str(n) for n in range(10)]
    assert {entry.reason for entry in result.results[10:]} == {AGAIN}
    assert len(desk.queue.calls) == 2, "after a call that failed for good the rest is not tried"


def test_no_call_carries_more_than_ten_messages_or_a_megabyte():
    desk = Desk()
    desk.ingest([{"text": "x" * 200_000} for _ in range(12)], named="acme")
    assert [len(call) for call in desk.queue.calls] == [5, 5, 2]
    assert max(sum(len(body) for body in call) for call in desk.queue.calls) <= 1024 * 1024


def test_one_log_id_twice_in_a_request_is_its_first_record():
    desk = Desk()
    texts = ["first", "second", "x" * 70_000]
    result = desk.ingest([{"log_id": "1", "text": text} for text in texts], named="acme")
    assert results(result) == [(n, "accepted", "1") for n in range(3)]
    assert [message.text for message in desk.queued()] == ["first"]


def test_one_log_id_twice_in_a_request_shares_the_fate_of_its_first_record():
    desk = Desk(queue=FakeQueue(refuses=lambda body: '"beta"' in body))
    names = ["acme", "beta", "beta"]
    result = desk.ingest([{"log_id": "1", "text": "a", "tenant_id": name} for name in names])
    assert results(result) == [(0, "accepted", "1"), (1, "rejected", AGAIN), (2, "rejected", AGAIN)]
    assert desk.admission.taken == {"acme": 1, "beta": 0}


# --- Claim checks ------------------------------------------------------------------------------


def test_what_exceeds_a_message_lies_in_the_bucket_and_its_claim_in_the_queue():
    desk = Desk()
    result = desk.ingest({"text": "x" * 300_000, "log_id": "big"}, named="acme")
    assert result.accepted == 1
    message = decode(desk.queue.taken[0])
    assert (message.claim, message.records) == ("claims/acme/2026-01-31/claim-1.json", [])
    assert len(desk.queue.taken[0]) < 300
    (held,) = decode(desk.bucket.objects[message.claim]).records
    assert (held.log_id, len(held.text)) == ("big", 300_000)


def test_without_the_bucket_only_what_needs_it_is_rejected():
    desk = Desk(bucket=FakeBucket(down=True))
    result = desk.ingest([{"text": "x" * 300_000}, {"text": "a"}], named="acme")
    assert results(result) == [(0, "rejected", AGAIN), (1, "accepted", derived(1))]
    with pytest.raises(Unavailable):
        desk.ingest({"text": "x" * 300_000}, named="acme")


def test_once_the_bucket_fails_it_is_not_tried_for_the_rest():
    """Each attempt may take five seconds, and the sender waits."""
    desk = Desk(bucket=FakeBucket(down=True))
    result = desk.ingest([{"text": "x" * 300_000}] * 9 + [{"text": "a"}], named="acme")
    assert (result.accepted, desk.bucket.puts) == (1, 1)


# --- Limits ------------------------------------------------------------------------------------


def test_a_tenant_beyond_its_limits_is_told_so():
    with pytest.raises(TooManyRequests, match="beta"):
        Desk(FakeAdmission(over=["beta"])).ingest([{"text": "a"}, {}], named="beta")


def test_a_tenant_beyond_its_limits_does_not_hold_up_another_ones_records():
    desk = Desk(FakeAdmission(over=["beta"]))
    result = desk.ingest([{"text": "a", "tenant_id": name} for name in ("acme", "beta")])
    assert results(result) == [
        (0, "accepted", derived(0)),
        (1, "rejected", "tenant beta exceeds its rate"),
    ]


# --- OTLP --------------------------------------------------------------------------------------


def export(*records):
    return payload({"resourceLogs": [{"scopeLogs": [{"logRecords": list(records)}]}]})


def otlp(desk, body, named="acme"):
    answer = desk.intake.otlp(body, call_of_sender(named))
    return json.loads(answer.data)


def test_an_export_is_queued_and_answered_without_partial_success():
    desk = Desk()
    records = [{"body": {"stringValue": f"line {n} a@b.org"}} for n in range(1500)]
    assert otlp(desk, export(*records)) == {}
    assert [message.text for message in desk.queued()] == [f"line {n} [email]" for n in range(1500)]
    assert desk.queued()[7].log_id == derived(7)


def test_rejected_records_of_an_export_are_counted_in_its_partial_success():
    desk = Desk()
    given = json.loads(export({"body": {"stringValue": "a"}}).data)
    given["resourceLogs"].append(big_resource(2))
    answer = otlp(desk, payload(given))
    assert answer["partialSuccess"]["rejectedLogRecords"] == "2"
    assert "record 1: its resource" in answer["partialSuccess"]["errorMessage"]
    assert [message.text for message in desk.queued()] == ["a"]


def big_resource(records):
    attribute = {"key": "a", "value": {"stringValue": "x" * 410_000}}
    return {
        "resource": {"attributes": [attribute]},
        "scopeLogs": [{"logRecords": [{}] * records}],
    }


def test_an_empty_export_is_a_success():
    desk = Desk()
    assert otlp(desk, payload({})) == {}
    assert desk.queue.calls == []


@pytest.mark.parametrize(("named", "expected"), [(None, InvalidInput), ("BAD", InvalidInput)])
def test_an_export_without_a_sound_tenant_is_refused(named, expected):
    with pytest.raises(expected):
        otlp(Desk(), export({"body": {"stringValue": "a"}}), named)


def test_the_queue_down_is_a_503_for_an_export_too():
    with pytest.raises(Unavailable):
        otlp(Desk(queue=FakeQueue(down=[0])), export({"body": {"stringValue": "a"}}))


def test_an_export_of_which_the_queue_takes_a_part_comes_again_whole():
    """What a partial success rejects, exporters drop."""
    bodies = [{"body": {"stringValue": "x" * 50_000}} for _ in range(12)]
    with pytest.raises(Unavailable):
        otlp(Desk(queue=FakeQueue(down=[1])), export(*bodies))
