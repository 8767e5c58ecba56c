"""What a sender may say of a record, and what the record becomes."""

from datetime import timedelta

import pytest
from support.logs import NOW, NOW_TEXT

from chalicelib.errors import Forbidden
from chalicelib.tenant_logs.intake.envelope import read_record, require_tenant
from chalicelib.tenant_logs.intake.envelopes import Envelopes
from chalicelib.tenant_logs.intake.given import Given
from chalicelib.tenant_logs.model import LogRecord, LogRejectCode, LogSeverity, Refusal, Sent
from chalicelib.tenant_logs.tenants.model import TenantSettings

FIRST_ID = "0649abbbd81600-r-1-00000"


def sent(fields, tenant_id="acme", **around):
    return read_record(Given(fields, around), tenant_id, NOW)


def kept(*records, received_at=NOW, request_id="r-1", tenant_id="acme"):
    envelopes = Envelopes(lambda _: TenantSettings(retention_days=30), received_at, request_id)
    return envelopes.of(records, tenant_id)


def test_a_record_says_what_its_sender_said():
    record = sent(
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
    assert record == Sent(
        text="User login event",
        tenant_id="acme",
        log_id="101",
        ts="2026-01-31T09:30:00.500000Z",
        ts_field="ts",
        ts_given="2026-01-31T11:30:00.5+02:00",
        severity=LogSeverity.WARN,
        attrs={"user": {"id": 7}},
        source="web",
    )
    assert kept(record) == [
        LogRecord(
            tenant_id="acme",
            log_id="101",
            ts="2026-01-31T09:30:00.500000Z",
            received_at=NOW_TEXT,
            expires_at=1769851800 + 30 * 86400,
            text="User login event",
            severity=LogSeverity.WARN,
            attrs={"user": {"id": 7}},
            source="web",
            named=True,
        )
    ]


def test_what_a_sender_leaves_out_is_derived_at_the_edge():
    (record,) = kept(sent({"text": "x"}))
    assert (record.log_id, record.named, record.ts) == (FIRST_ID, False, NOW_TEXT)
    assert (record.severity, record.attrs, record.source) == (LogSeverity.INFO, {}, "")
    nulls = dict.fromkeys(["tenant_id", "log_id", "ts", "severity", "attrs", "source", "text"])
    assert sent({"message": "x", **nulls}) == sent({"message": "x"})


def test_the_text_is_the_first_that_is_not_empty_and_the_others_are_attributes():
    assert sent({"message": "m"}).text == "m"
    both = sent({"text": "t", "message": "m"})
    assert (both.text, both.attrs) == ("t", {"message": "m"})
    empty = sent({"text": "", "msg": "m"})
    assert (empty.text, empty.attrs) == ("m", {"text": ""})
    assert sent({"text": ""}).text == ""


def test_any_other_field_goes_into_the_attributes():
    assert sent({"text": "t", "attrs": {"a": 1}, "host": "h", "pid": 7}).attrs == {
        "a": 1,
        "host": "h",
        "pid": 7,
    }
    assert sent({"text": "t", "attrs": {"a": 1}, "a": 2}).attrs == {"a": 1, "record.a": 2}


@pytest.mark.parametrize("name", ["sk", "received_at", "expires_at", "named", "_omni", "_omni_x"])
def test_a_name_that_is_ours_elsewhere_is_an_attribute_here(name):
    record = sent({"text": "t", name: 1})
    assert (record.attrs, record.repaired) == ({name: 1}, ())


@pytest.mark.parametrize(
    ("field", "value", "text", "attrs", "repaired"),
    [
        ("text", 1, "1", {"text": 1}, ("text",)),
        ("text", {"a": 1}, '{"a":1}', {"text": {"a": 1}}, ("text",)),
        ("log_id", {}, "t", {"log_id": {}}, ("log_id",)),
        ("log_id", True, "t", {"log_id": True}, ("log_id",)),
        ("ts", "yesterday", "t", {"ts": "yesterday"}, ("ts",)),
        ("ts", "2026-02-30T00:00:00Z", "t", {"ts": "2026-02-30T00:00:00Z"}, ("ts",)),
        ("ts", 12.5, "t", {"ts": 12.5}, ("ts",)),
        ("severity", "loud", "t", {"severity": "loud"}, ("severity",)),
        ("severity", 9, "t", {"severity": 9}, ("severity",)),
        ("attrs", [1], "t", {"attrs": [1]}, ()),
        ("source", {"ip": "10.0.0.1"}, "t", {"source": {"ip": "10.0.0.1"}}, ()),
    ],
)
def test_a_field_that_cannot_be_read_stays_an_attribute_and_loses_no_line(
    field, value, text, attrs, repaired
):
    record = sent({"text": "t", field: value})
    assert (record.text, record.attrs, record.repaired) == (text, attrs, repaired)
    (whole,) = kept(record)
    assert whole.severity == LogSeverity.INFO
    assert whole.ts == NOW_TEXT
    assert whole.attrs.get("_repaired") == (list(repaired) or None)


def test_a_record_without_any_text_has_its_fields_as_json():
    record = sent({"status": 200, "path": "/x", "log_id": "1", "ts": NOW_TEXT})
    assert (record.text, record.log_id) == ('{"status":200,"path":"/x"}', "1")
    assert (record.attrs, record.repaired) == ({"status": 200, "path": "/x"}, ("text",))


@pytest.mark.parametrize("fields", [{}, {"log_id": "1"}, {"text": None}, {"attrs": {}}])
def test_a_record_that_says_nothing_is_refused(fields):
    refusal = sent(fields)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.again) == (LogRejectCode.NO_TEXT, False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (101, "101"),
        ("a-1", "a-1"),
        ("", None),
        (None, None),
        ("a/b", "sha256-c14cddc033f64b9dea80ea675cf280a0"),
        ("x" * 129, "sha256-0ec9eb33e74510bcdd1f2ea55206e82f"),
    ],
)
def test_a_log_id_of_any_kind_makes_the_same_record_the_same(given, expected):
    record = sent({"text": "t", "log_id": given})
    assert record.log_id == expected


def test_a_log_id_that_breaks_the_rule_of_ids_is_kept_beside_its_hash():
    record = sent({"text": "t", "log_id": "a/b"})
    assert (record.attrs, record.repaired) == ({"log_id": "a/b"}, ("log_id",))


@pytest.mark.parametrize("ts", ["2199-01-01T00:00:00Z", 7226582400, "2026-01-31T09:35:01Z"])
def test_a_time_more_than_five_minutes_ahead_is_the_arrivals(ts):
    (record,) = kept(sent({"text": "t", "ts": ts}))
    assert (record.ts, record.attrs) == (NOW_TEXT, {"ts": ts, "_repaired": ["ts"]})


def test_a_time_a_little_ahead_or_long_ago_is_kept():
    ahead, ago = kept(
        sent({"text": "t", "time": "2026-01-31T09:35:00Z"}),
        sent({"text": "t", "time": "1999-01-01T00:00:00Z"}),
    )
    assert (ahead.ts, ahead.attrs) == ("2026-01-31T09:35:00Z", {})
    assert (ago.ts, ago.attrs) == ("1999-01-01T00:00:00Z", {})


def test_a_record_expires_by_when_it_came_not_by_when_it_happened():
    (record,) = kept(sent({"text": "t", "ts": "1999-01-01T00:00:00Z"}))
    assert record.expires_at == 1769851800 + 30 * 86400


def test_derived_ids_sort_by_arrival_within_a_request_and_across_requests():
    text = sent({"text": "t"})
    requests = [
        kept(*[text] * 120, received_at=NOW + timedelta(microseconds=n), request_id=request_id)
        for n, request_id in enumerate(["z", "9f", "a-much-longer-one", "0", "z"])
    ]
    ids = [record.log_id for records in requests for record in records]
    assert ids == sorted(ids)
    assert len(set(ids)) == 600


def test_what_wraps_a_record_says_what_the_record_does_not():
    around = {
        "ts": 1769767200123,
        "severity": LogSeverity.WARN,
        "source": "web",
        "log_id": "7",
        "attrs": {"stream": "stderr", "a": 1},
    }
    bare = sent({"msg": "m", "a": 2}, **around)
    assert (bare.ts, bare.severity, bare.source, bare.log_id) == (
        "2026-01-30T10:00:00.123000Z",
        "WARN",
        "web",
        "7",
    )
    assert bare.attrs == {"stream": "stderr", "a": 2}
    own = sent({"msg": "m", "level": "error", "time": NOW_TEXT, "source": "db"}, **around)
    assert (own.ts, own.severity, own.source) == (NOW_TEXT, "ERROR", "db")


def test_a_wrappers_time_that_cannot_be_read_is_kept():
    record = sent({"msg": "m"}, ts="soon")
    assert (record.ts, record.attrs, record.repaired) == (None, {"ts": "soon"}, ("ts",))


# --- Tenants -----------------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", ["customer-9", "", 1, ["acme"], {}])
def test_a_tenant_other_than_the_senders_is_an_attribute(foreign):
    record = sent({"text": "t", "tenant_id": foreign})
    assert record.attrs == {"tenant_id": foreign}
    assert kept(record)[0].tenant_id == "acme"


def test_with_open_intake_a_records_tenant_counts():
    record = sent({"text": "t", "tenant_id": "beta"}, None)
    assert (record.tenant_id, record.attrs) == ("beta", {})
    assert kept(record, tenant_id=None)[0].tenant_id == "beta"


@pytest.mark.parametrize("tenant_id", ["ACME", "a#b", "x" * 65, None, 7])
def test_without_a_sound_tenant_a_record_is_rejected(tenant_id):
    (refusal,) = kept(sent({"text": "t", "tenant_id": tenant_id}, None), tenant_id=None)
    assert refusal.code == LogRejectCode.NO_TENANT


@pytest.mark.parametrize("foreign", ["beta", "", 1, ["acme"], {}])
def test_a_strict_senders_record_of_another_tenant_is_forbidden(foreign):
    with pytest.raises(Forbidden, match="acme"):
        require_tenant([Given({"tenant_id": "acme"}), Given({"tenant_id": foreign})], "acme")


def test_a_record_that_names_its_sender_or_nobody_passes():
    refusal = Refusal(LogRejectCode.INVALID_JSON, "bad")
    given = [Given({"tenant_id": "acme"}), Given({"tenant_id": None}), Given({}), refusal]
    require_tenant(given, "acme")
