"""What was rejected is counted by tenant and reason; a count that fails is no failure."""

import json

import pytest
from support.logs import NDJSON, Desk, FakeAdmission, FakeQueue

from chalicelib.errors import InvalidInput, TooManyRequests, Unavailable
from chalicelib.tenant_logs.intake.rejections import MAX_TENANTS, Rejections
from chalicelib.tenant_logs.model import LogRejectCode, Refusal

BAD = Refusal(LogRejectCode.INVALID_JSON, "no JSON")


def test_each_reason_is_counted_for_its_tenant():
    desk = Desk()
    desk.ingest(b'{"text":"a"}\n{oops\nnull\n{oops\n{}', NDJSON[0], named="acme")
    assert desk.rejected == {
        "log_rejected.acme.invalid_json": 2,
        "log_rejected.acme.not_an_object": 1,
        "log_rejected.acme.no_text": 1,
    }
    assert desk.rejected_today == {"acme": {"invalid_json": 2, "not_an_object": 1, "no_text": 1}}


def test_rejections_add_up_also_when_nothing_was_taken():
    desk = Desk()
    for _ in range(3):
        with pytest.raises(InvalidInput):
            desk.ingest([{}] * 50, named="acme")
    assert desk.rejected == {"log_rejected.acme.no_text": 150}


def test_without_a_tenant_they_are_counted_for_none():
    desk = Desk()
    desk.ingest([{"text": "a", "tenant_id": "acme"}, {"text": "b"}])
    assert desk.rejected == {"log_rejected.-.no_tenant": 1}
    assert desk.rejected_today == {}


def test_what_may_come_again_is_not_counted():
    over, down = Desk(FakeAdmission(over=["acme"])), Desk(queue=FakeQueue(down=[0]))
    with pytest.raises(TooManyRequests):
        over.ingest({"text": "a"}, named="acme")
    with pytest.raises(Unavailable):
        down.ingest({"text": "a"}, named="acme")
    assert over.rejected == down.rejected == {}


def test_a_process_counts_a_hundred_tenants_by_name():
    names = []
    days = []
    rejections = Rejections(
        lambda name, _: names.append(name), lambda tenant_id, _: days.append(tenant_id)
    )
    for number in [*range(MAX_TENANTS + 5), 0]:
        rejections.count(f"t-{number}", [BAD])
    assert len(set(names)) == MAX_TENANTS + 1
    assert names[-2:] == ["log_rejected.*.invalid_json", "log_rejected.t-0.invalid_json"]
    assert len(set(days)) == MAX_TENANTS  # the others have no day of their own


def test_counts_that_fail_are_no_failure_and_the_log_names_them(logged):
    def fails(name, amount):
        raise Unavailable("the database is not available; try again")

    no_text = Refusal(LogRejectCode.NO_TEXT, "no text")
    Rejections(fails, lambda *_: None).count("acme", [BAD, no_text, BAD])
    line = json.loads(logged.getvalue())
    assert line["message"] == "counts were not confirmed"
    assert line["counts"] == {
        "log_rejected.acme.invalid_json": 2,
        "log_rejected.acme.no_text": 1,
    }
