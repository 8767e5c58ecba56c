"""What a sender may say of a record, and what the record becomes."""

from datetime import timedelta

import pytest
from support.logs import NOW, NOW_TEXT

from chalicelib.errors import Forbidden
from chalicelib.tenant_logs.intake.envelope import enveloped, require_tenant, sent_record, severity
from chalicelib.tenant_logs.model import LogRecord, Refusal, Sent, Severity

RETENTION = timedelta(days=30)


def kept(sent):
    return enveloped(
        sent, tenant_id="acme", derived_id="r-1-0", received_at=NOW, retention=RETENTION
    )


def test_a_record_says_what_its_sender_said():
    sent = sent_record(
        {
            "tenant_id": "acme",
            "log_id": "101",
            "ts": "2026-01-31T11:30:00.5+02:00",
            "severity": "warning",
            "text": "User login event",
            "attrs": {"user": {"id": 7}},
            "source": "web",
        }
    )
    assert sent == Sent(
        text="User login event",
        tenant_id="acme",
        log_id="101",
        ts="2026-01-31T09:30:00.500000Z",
        severity=Severity.WARN,
        attrs={"user": {"id": 7}},
        source="web",
    )
    assert kept(sent) == LogRecord(
        tenant_id="acme",
        log_id="101",
        ts="2026-01-31T09:30:00.500000Z",
        received_at=NOW_TEXT,
        expires_at=1769851800 + 30 * 86400,
        text="User login event",
        severity=Severity.WARN,
        attrs={"user": {"id": 7}},
        source="web",
        named=True,
    )


def test_what_a_sender_leaves_out_is_derived_at_the_edge():
    record = kept(sent_record({"text": "x"}))
    assert (record.log_id, record.named, record.ts) == ("r-1-0", False, NOW_TEXT)
    assert (record.severity, record.attrs, record.source) == (Severity.INFO, {}, "")
    nulls = dict.fromkeys(["tenant_id", "log_id", "ts", "severity", "attrs", "source"])
    assert sent_record({"text": "x", **nulls}) == sent_record({"text": "x"})


def test_message_stands_for_text_and_beside_it_is_an_attribute():
    assert sent_record({"message": "m"}) == Sent(text="m")
    assert sent_record({"text": "t", "message": "m"}) == Sent(text="t", attrs={"message": "m"})


def test_any_other_field_goes_into_the_attributes():
    sent = sent_record({"text": "t", "attrs": {"a": 1}, "host": "h", "pid": 7})
    assert sent.attrs == {"a": 1, "host": "h", "pid": 7}
    assert isinstance(sent_record({"text": "t", "attrs": {"a": 1}, "a": 2}), Refusal)


@pytest.mark.parametrize("name", ["sk", "received_at", "expires_at", "named", "_omni", "_omni_x"])
def test_a_record_that_sets_what_is_ours_is_refused(name):
    refusal = sent_record({"text": "t", name: 1})
    assert isinstance(refusal, Refusal)
    assert "reserved" in refusal.reason
    assert sent_record({"text": "t", "attrs": {name: 1}}).attrs == {name: 1}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("text", 1, "text (or message)"),
        ("text", None, "text (or message)"),
        ("tenant_id", 1, "tenant_id"),
        ("log_id", "a#b", "log_id"),
        ("log_id", 101, "log_id"),
        ("log_id", "", "log_id"),
        ("ts", "yesterday", "ts"),
        ("ts", "2026-02-30T00:00:00Z", "ts"),
        ("ts", "2026-01-31T09:30:00", "time zone"),
        ("ts", 1769851800, "ts"),
        ("severity", "loud", "severity"),
        ("severity", 9, "severity"),
        ("attrs", [], "attrs"),
        ("attrs", "x", "attrs"),
        ("source", {}, "source"),
    ],
)
def test_a_bad_field_is_refused_by_its_name_and_never_quoted(field, value, reason):
    refusal = sent_record({"text": "t", field: value})
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
    assert not refusal.again
    assert "yesterday" not in refusal.reason


def test_a_record_without_text_is_refused():
    assert isinstance(sent_record({"attrs": {"a": 1}}), Refusal)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TRACE", "TRACE"),
        ("debug", "DEBUG"),
        ("Information", "INFO"),
        ("notice", "INFO"),
        (" Warning ", "WARN"),
        ("err", "ERROR"),
        ("critical", "FATAL"),
        ("emerg", "FATAL"),
        ("loud", None),
    ],
)
def test_severities_are_known_by_their_usual_names(name, expected):
    assert severity(name) == expected


@pytest.mark.parametrize("foreign", ["beta", "", 1, ["acme"], {}])
def test_a_record_of_another_tenant_than_its_senders_is_forbidden(foreign):
    with pytest.raises(Forbidden, match="acme"):
        require_tenant([{"tenant_id": "acme"}, {"tenant_id": foreign}], "acme")


def test_a_record_that_names_its_sender_or_nobody_passes():
    require_tenant([{"tenant_id": "acme"}, {"tenant_id": None}, {}, Refusal("bad")], "acme")


def test_a_record_expires_after_its_tenants_retention_by_when_it_came_not_when_it_happened():
    record = kept(sent_record({"text": "t", "ts": "1999-01-01T00:00:00Z"}))
    assert record.expires_at == 1769851800 + 30 * 86400
