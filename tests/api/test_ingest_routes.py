"""The intake's routes as senders meet them: with a tenant's key, and with open intake."""

import base64
import gzip
import json
import zlib

import pytest
from chalice.test import Client
from support.clouds import RESOURCES, STAGE
from support.events import Context, api_event
from support.failpoints import (
    access_denied,
    always,
    answered,
    failpoints,
    refused,
    timed_out,
    unavailable,
)
from support.logs import queued_records
from tenant_kit import made_tenant

from app import app
from chalicelib.tenant_logs.model import JSON

NDJSON, TEXT = "application/x-ndjson", "text/plain"
no_queue = answered(400, "AWS.SimpleQueueService.NonExistentQueue")
SEED_JSON = b'{"tenant_id": "acme", "log_id": "101", "text": "User login event"}'
SEED_TEXT = b"This is a raw log file dump that will take some time to process."
INVALID, FORBIDDEN = (400, "invalid_input"), (403, "forbidden")
TOO_LARGE, WRONG_TYPE = (413, "too_large"), (415, "unsupported_media_type")
OTLP = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}


@pytest.fixture
def key(callers):
    return made_tenant(callers.operator(), "acme")


@pytest.fixture
def acme(callers, key):
    return callers.sender(key)


@pytest.fixture
def queued(aws):
    """Takes every record out of the queue."""
    return lambda: queued_records(aws)


@pytest.fixture
def open_intake(aws, run_on):
    """Requests of a stage with open intake, whose routes have no authorizer."""
    run_on(aws, open_intake=True)

    def post(body, path="/ingest", is_base64=False, **headers):
        text = base64.b64encode(body).decode() if is_base64 else body
        event = api_event("POST", path, body=text, sub=None, isBase64Encoded=is_base64)
        event["headers"] = {name.replace("_", "-").lower(): v for name, v in headers.items()}
        answer = app(event, Context())
        return answer["statusCode"], json.loads(answer["body"])

    return post


# --- With a tenant's key -------------------------------------------------------------------------


PACKED = {
    "identity": bytes,
    "": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
}


@pytest.mark.thorough
@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize(
    "case",
    [
        (JSON, SEED_JSON, ["User login event"]),
        (f"{JSON}; charset=utf-8", b'[{"text":"a"},{"message":"b"}]', ["a", "b"]),
        (NDJSON, b'{"text":"a"}\r\n\r\n{"text":"b"}\n', ["a", "b"]),
        ("application/ndjson", b'{"text":"a"}', ["a"]),
        ("application/jsonl", b'{"text":"a"}\n{"text":"b"}', ["a", "b"]),
        (JSON, b'\xef\xbb\xbf{"text":"a"}\n{"text":"b"}', ["a", "b"]),
        (TEXT, SEED_TEXT, [SEED_TEXT.decode()]),
    ],
)
def test_every_kind_of_body_is_taken_plain_and_packed(acme, queued, encoding, case):
    media_type, body, texts = case
    raw = PACKED[encoding](body)
    status, result = acme.send(
        "POST", "/ingest", raw, Content_Type=media_type, Content_Encoding=encoding
    )
    assert (status, result["accepted"], result["rejected"]) == (202, len(texts), 0)
    records = queued()
    assert [record.text for record in records] == texts
    assert {record.tenant_id for record in records} == {"acme"}
    assert [item["log_id"] for item in result["results"]] == [record.log_id for record in records]


def test_each_record_is_answered_by_its_position(acme, queued):
    lines = b'{"text":"a","log_id":"a-1"}\n{oops\n{"log_id":"c"}\n{"text":"d"}'
    status, result = acme.send("POST", "/ingest", lines, Content_Type=NDJSON)
    assert (status, result["accepted"], result["rejected"]) == (202, 2, 2)
    first, second, third, fourth = result["results"]
    assert first == {"index": 0, "status": "accepted", "log_id": "a-1"}
    assert (second["index"], second["status"], third["status"]) == (1, "rejected", "rejected")
    assert "not valid JSON" in second["reason"]
    assert (second["code"], third["code"]) == ("invalid_json", "no_text")
    assert [message.log_id for message in queued()] == ["a-1", fourth["log_id"]]


@pytest.mark.parametrize(
    ("refusal", "body", "headers"),
    [
        (INVALID, b"null", {}),
        (INVALID, b'{"log_id":"1"}', {}),
        (INVALID, b"\x1f\x8b\x00", {"Content_Encoding": "gzip"}),
        (FORBIDDEN, b'{"text":"a"}', {"X_Tenant_ID": "beta"}),
        (
            FORBIDDEN,
            b'[{"text":"a"},{"text":"b","tenant_id":"beta"}]',
            {"X_Tenant_Strict": "true"},
        ),
        (TOO_LARGE, b"{}\n" * 1001, {"Content_Type": NDJSON}),
        (TOO_LARGE, b"x" * (5 * 1024 * 1024 + 1), {"Content_Type": TEXT}),
        (TOO_LARGE, gzip.compress(b"\0" * 50_000_000), {"Content_Encoding": "gzip"}),
        (WRONG_TYPE, b"text=a", {"Content_Type": "text/csv"}),
        (WRONG_TYPE, b"{}", {"Content_Encoding": "br"}),
        (WRONG_TYPE, b"{}", {"Content_Encoding": "zstd"}),
    ],
)
def test_a_bad_request_is_refused_whole_in_the_stable_shape(acme, queued, refusal, body, headers):
    status, problem = acme.send("POST", "/ingest", body, **headers)
    assert (status, problem["code"]) == refusal
    assert queued() == []


def test_only_bad_records_are_a_400_that_names_the_first_reasons(acme):
    status, problem = acme.send("POST", "/ingest", [{"log_id": 1}, 7])
    assert status == 400
    assert "record 0: there is no text in the record" in problem["message"]
    assert "record 1: the record must be a JSON object" in problem["message"]


@pytest.mark.parametrize(
    ("body", "media_type"), [(b"[]", JSON), (b"", JSON), (b" \n\n", NDJSON), (b"", TEXT)]
)
def test_a_request_without_records_is_taken(acme, queued, body, media_type):
    status, result = acme.send("POST", "/ingest", body, Content_Type=media_type)
    assert (status, result) == (202, {"accepted": 0, "rejected": 0, "results": []})
    assert queued() == []


def test_what_cannot_be_kept_as_it_is_is_repaired_and_loses_no_line(acme, queued):
    lines = b'{"text":"cut \\ud83d","ts":"soon"}\n{"text":"b","tenant_id":"customer-9"}'
    assert acme.send("POST", "/ingest", lines, Content_Type=NDJSON)[0] == 202
    first, second = queued()
    assert (first.text, first.attrs) == (
        "cut \ufffd",
        {"ts": "soon", "_repaired": ["characters", "ts"]},
    )
    assert (second.tenant_id, second.attrs) == ("acme", {"tenant_id": "customer-9"})


@pytest.mark.parametrize("fault", [unavailable, timed_out, refused, access_denied, no_queue])
@pytest.mark.parametrize("path", ["/ingest", "/v1/logs"])
def test_without_the_queue_the_answer_is_a_503_and_never_a_202(aws, acme, pauses, path, fault):
    body = OTLP if path == "/v1/logs" else {"text": "a"}
    with failpoints(aws.client("sqs"), "*", always(fault)):
        status, _ = acme.send("POST", path, body)
    assert status == 503
    assert int(acme.headers["Retry-After"]) >= 1
    assert acme.send("POST", path, body)[0] in (200, 202)


def test_what_a_message_cannot_carry_lies_in_the_bucket(aws, acme, queued):
    assert acme.send("POST", "/ingest", {"text": "x" * 300_000, "log_id": "b"})[0] == 202
    bucket = next(
        declared_bucket.name
        for declared_bucket in RESOURCES.buckets
        if declared_bucket.variable == "CLAIMS_BUCKET"
    )
    (held,) = aws.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert held["Key"].startswith("claims/acme/")
    assert queued() == []


def test_operators_see_what_was_rejected(callers, acme):
    assert acme.send("POST", "/ingest", b"{oops\n{}\n{}", Content_Type=NDJSON)[0] == 400
    _, pipeline = callers.operator().send("GET", "/api/v1/pipeline")
    rejected = {name: n for name, n in pipeline["counts"].items() if "rejected" in name}
    assert rejected == {"log_rejected.acme.invalid_json": 1, "log_rejected.acme.no_text": 2}


# --- With open intake ----------------------------------------------------------------------


def test_the_seeds_two_lines_work_letter_by_letter(open_intake, queued):
    status, result = open_intake(SEED_JSON, Content_Type=JSON)
    assert (status, result["results"][0]["log_id"]) == (202, "101")
    status, _ = open_intake(SEED_TEXT, Content_Type=TEXT, X_Tenant_ID="beta_inc")
    assert status == 202
    assert [(message.tenant_id, message.text) for message in queued()] == [
        ("acme", "User login event"),
        ("beta_inc", SEED_TEXT.decode()),
    ]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (SEED_TEXT, {"Content_Type": TEXT}, 400),
        (SEED_TEXT, {"Content_Type": TEXT, "X_Tenant_ID": "NO TENANT"}, 400),
        (b'{"text":"a"}', {"Content_Type": JSON}, 400),
        (b'{"text":"a","tenant_id":"A"}', {"Content_Type": JSON}, 400),
        (SEED_JSON, {"Content_Type": JSON, "X_Tenant_ID": "beta"}, 403),
        (SEED_JSON, {"Content_Type": JSON, "Authorization": "Bearer omk_unknown"}, 401),
    ],
)
def test_open_intake_still_wants_one_sound_tenant(open_intake, queued, body, headers, status):
    assert open_intake(body, **headers)[0] == status
    assert queued() == []


def test_open_intake_heeds_a_key_that_is_sent(open_intake, queued, callers):
    key = made_tenant(callers.operator(), "acme")
    bearer = {"Content_Type": JSON, "Authorization": f"Bearer {key}"}
    assert open_intake(b'{"text":"a"}', **bearer)[0] == 202
    assert [message.tenant_id for message in queued()] == ["acme"]
    foreign = b'{"text":"a","tenant_id":"beta"}'
    assert open_intake(foreign, **bearer)[0] == 202
    assert [message.tenant_id for message in queued()] == ["acme"]
    assert open_intake(foreign, X_Tenant_Strict="true", **bearer)[0] == 403


def test_text_reaches_the_function_as_text_or_as_base64(open_intake, queued):
    headers = {"Content_Type": TEXT, "X_Tenant_ID": "acme"}
    assert open_intake("grüße", **headers)[0] == 202
    assert open_intake("grüße".encode(), is_base64=True, **headers)[0] == 202
    zipped = gzip.compress("grüße".encode())
    assert open_intake(zipped, is_base64=True, Content_Encoding="gzip", **headers)[0] == 202
    # API Gateway unpacks by itself, and may leave the header.
    assert open_intake("grüße", Content_Encoding="gzip", **headers)[0] == 202
    assert [message.text for message in queued()] == ["grüße"] * 4


def test_the_client_of_chalice_is_asked_for_the_key(aws, run_on):
    run_on(aws)
    with Client(app, stage_name=STAGE) as client:
        answer = client.http.post("/ingest", headers={"Content-Type": JSON}, body=SEED_JSON)
    assert answer.status_code == 401


# --- What operators learn of it ---------------------------------------------------------------


@pytest.fixture
def rejected(callers):
    """The counts of rejections by their names after `log_rejected.`."""

    def counts():
        _, pipeline = callers.operator().send("GET", "/api/v1/pipeline")
        return {
            name.removeprefix("log_rejected."): count
            for name, count in pipeline["counts"].items()
            if name.startswith("log_rejected.")
        }

    return counts


def test_a_tenant_known_from_open_intake_alone_is_listed_and_can_be_created(callers, open_intake):
    operator = callers.operator()
    headers = {"Content_Type": JSON, "X_Tenant_ID": "shop"}
    assert open_intake(SEED_JSON.replace(b"acme", b"shop"), **headers)[0] == 202
    (listed,) = operator.send("GET", "/api/v1/tenants")[1]["tenants"]
    assert (listed["tenant_id"], listed["origin"]) == ("shop", "open_intake")
    assert operator.send("GET", "/api/v1/tenants/shop") == (200, listed)

    new = {"tenant_id": "shop", "settings": {"retention_days": 3}}
    status, created = operator.send("POST", "/api/v1/tenants", new)
    assert (status, created["origin"], created["settings"]["retention_days"]) == (
        201,
        "operator",
        3,
    )
    assert operator.send("GET", "/api/v1/tenants/shop") == (200, created)
    assert operator.send("POST", "/api/v1/tenants", new)[0] == 409


WHOLE = [
    (b"[oops", {"Content_Type": JSON}, "request_invalid_input"),
    (SEED_TEXT, {"Content_Type": "application/xml"}, "request_unsupported_media_type"),
    (SEED_JSON, {"Content_Type": JSON, "Content_Encoding": "br"}, "request_unsupported_media_type"),
    (b"x" * (5 * 1024 * 1024 + 1), {"Content_Type": TEXT}, "request_too_large"),
    (b'{"text":"a"}\n' * 1001, {"Content_Type": NDJSON}, "request_too_large"),
]


@pytest.mark.parametrize(("body", "headers", "code"), WHOLE)
def test_a_request_refused_as_a_whole_is_counted_for_the_keys_tenant(
    acme, rejected, body, headers, code
):
    for _ in range(2):
        assert acme.send("POST", "/ingest", body, **headers)[0] in (400, 413, 415)
    assert rejected() == {f"acme.{code}": 2}


def test_an_export_refused_as_a_whole_is_counted_too(acme, rejected):
    assert acme.send("POST", "/v1/logs", b"{oops", Content_Type=JSON)[0] == 400
    assert acme.send("POST", "/v1/logs", b"x", Content_Type=TEXT)[0] == 415
    assert rejected() == {
        "acme.request_invalid_input": 1,
        "acme.request_unsupported_media_type": 1,
    }


def test_records_that_are_all_rejected_are_counted_once(acme, rejected):
    assert acme.send("POST", "/ingest", [{}, {}])[0] == 400
    assert rejected() == {"acme.no_text": 2}


def test_nobody_without_a_key_is_counted_under_a_name_of_their_choice(rejected, open_intake):
    for number in range(3):
        named = {"Content_Type": JSON, "X_Tenant_ID": f"made-up-{number}"}
        assert open_intake(b"[oops", **named)[0] == 400
        assert open_intake(b"x", **{**named, "Content_Type": "a/b"})[0] == 415
    assert rejected() == {"-.request_invalid_input": 3, "-.request_unsupported_media_type": 3}


@pytest.mark.parametrize("body", [SEED_JSON, b"[oops"])
@pytest.mark.parametrize("media_type", [JSON, "a/b"])
def test_a_bad_key_is_asked_for_again_and_not_counted(rejected, open_intake, body, media_type):
    bad = {"Content_Type": media_type, "Authorization": "Bearer omk_x", "X_Tenant_ID": "acme"}
    event = api_event("POST", "/ingest", body=body.decode(), sub=None)
    event["headers"] = {name.replace("_", "-").lower(): value for name, value in bad.items()}
    answer = app(event, Context())
    assert (answer["statusCode"], answer["headers"]["WWW-Authenticate"]) == (401, "Bearer")
    assert rejected() == {}
