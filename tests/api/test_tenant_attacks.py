"""What one tenant or one user may not do to another, on every route that belongs to either."""

import base64
import importlib.util
import json
from pathlib import Path

import pytest
from chalice.test import Client
from publisher_kit import AT, OCCURRENCES, RECURS, SERIES
from support.clouds import STAGE
from support.wirings import wiring_on
from tenant_kit import TENANTS, added_key, ingest, keep_logs, made_tenant, send

import app as app_module

pytestmark = pytest.mark.thorough

LOGS = "/api/v1/logs"
EXPORT, HISTOGRAM, FACETS = f"{LOGS}/export", f"{LOGS}/histogram", f"{LOGS}/facets"
OTLP = json.dumps(
    {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}
).encode()
BODIES = {"/ingest": b'{"text": "x"}', "/v1/logs": OTLP}
SECRET = "SECRET-OF-BETA"
CERTIFICATE = {"name": SECRET, "issuer": "y", "issued_on": "2026-01-31"}

# Every route stands in one of these, so that no new one is forgotten here.
OF_TENANTS_PEOPLE = [("GET", LOGS), ("GET", EXPORT), ("GET", HISTOGRAM), ("GET", FACETS)]
READS = [path for _, path in OF_TENANTS_PEOPLE]
OF_TENANTS_PROGRAMS = [("POST", "/ingest"), ("POST", "/v1/logs")]
OF_USERS = [("GET", "/orders/{orderID}")]
# What everybody sees is their own; test_overview_routes and test_lookup_routes try others'.
OF_EACH = [("GET", "/api/v1/overview"), ("GET", "/api/v1/lookup")]
OF_OPERATORS = [
    ("GET", "/api/v1/pipeline", None),
    ("GET", "/api/v1/dead-letters", None),
    ("GET", "/api/v1/dead-letters/{queue}", None),
    ("GET", "/api/v1/dead-letters/{queue}/{letter_id}", None),
    ("POST", "/api/v1/dead-letters/{queue}/redrive", {"ids": ["x"]}),
    ("POST", "/api/v1/dead-letters/{queue}/delete", {"ids": ["x"]}),
    ("POST", "/api/v1/dead-letters/{queue}/jobs", {}),
    ("GET", "/api/v1/jobs", None),
    ("GET", "/api/v1/jobs/{job_id}", None),
    ("POST", "/api/v1/jobs/{job_id}/stop", None),
    ("POST", "/api/v1/jobs/{job_id}/resume", None),
    ("GET", "/api/v1/records", None),
    ("POST", "/api/v1/records:import", None),
    ("GET", "/api/v1/records:export", None),
    ("GET", "/orders", None),
    ("GET", "/api/v1/orders/subscriptions", None),
    ("GET", "/api/v1/audit", None),
    ("GET", TENANTS, None),
    ("POST", TENANTS, {"tenant_id": "beta"}),
    ("GET", f"{TENANTS}/{{tenant_id}}", None),
    ("GET", f"{TENANTS}/{{tenant_id}}/usage", None),
    ("PUT", f"{TENANTS}/{{tenant_id}}", {"masks": False}),
    ("POST", f"{TENANTS}/{{tenant_id}}/keys", None),
    ("POST", f"{TENANTS}/{{tenant_id}}/keys/{{key_id}}/rotate", {}),
    ("DELETE", f"{TENANTS}/{{tenant_id}}/keys/{{key_id}}", None),
    ("DELETE", "/api/v1/suppressions/{address}", None),
]
OF_AUTHORS = [
    ("GET", "/api/v1/messages/{message_id}", None),
    ("PATCH", "/api/v1/messages/{message_id}", {"content": "x"}),
    (
        "POST",
        "/api/v1/messages/{message_id}/reschedule",
        {"scheduled_at": "2030-01-01T00:00:00Z"},
    ),
    ("POST", "/api/v1/messages/{message_id}/cancel", None),
    ("POST", "/api/v1/messages/{message_id}/retry", None),
    (
        "POST",
        "/api/v1/messages/{message_id}/resolve",
        {"channel": "facebook", "outcome": "live"},
    ),
    ("POST", "/api/v1/messages/{message_id}/approve", {"rev": 1}),
    ("POST", "/api/v1/messages/{message_id}/send-back", {"rev": 1, "comment": "x"}),
    ("GET", "/api/v1/media/{media_id}", None),
    ("POST", "/api/v1/media/{media_id}/confirm", None),
    ("GET", "/api/v1/series/{series_id}", None),
    ("PATCH", "/api/v1/series/{series_id}", {"content": "x"}),
    ("DELETE", "/api/v1/series/{series_id}", None),
    ("PATCH", "/api/v1/series/{series_id}/occurrences/{at}", {"content": "x"}),
    ("DELETE", "/api/v1/series/{series_id}/occurrences/{at}", None),
    ("GET", "/api/v1/certifications/{certification_id}", None),
    ("PUT", "/api/v1/certifications/{certification_id}", CERTIFICATE),
    ("DELETE", "/api/v1/certifications/{certification_id}", None),
    ("POST", "/api/v1/certifications/{certification_id}/announce", {"channels": ["sms"]}),
]
OF_WEBHOOK_OWNERS = [
    ("GET", "/api/v1/webhooks/{webhook_id}", None),
    ("PATCH", "/api/v1/webhooks/{webhook_id}", {"paused": True}),
    ("DELETE", "/api/v1/webhooks/{webhook_id}", None),
    ("POST", "/api/v1/webhooks/{webhook_id}/rotate", None),
    ("POST", "/api/v1/webhooks/{webhook_id}/test", None),
    ("GET", "/api/v1/webhooks/{webhook_id}/deliveries", None),
]
# Theirs alone by whom they are asked: another author's is not in them.
OF_AUTHORS_ALONE = [
    ("POST", "/api/v1/messages"),
    ("POST", "/api/v1/messages/validate"),
    ("POST", "/api/v1/messages:import"),
    ("GET", "/api/v1/messages:export"),
    ("POST", "/api/v1/messages:cancel"),
    ("POST", "/api/v1/messages:retry"),
    ("POST", "/api/v1/calendar-link"),
    ("GET", "/api/v1/calendar-link"),
    ("DELETE", "/api/v1/calendar-link"),
    ("GET", "/api/v1/messages"),
    ("POST", "/api/v1/media"),
    ("POST", "/api/v1/series"),
    ("GET", "/api/v1/series"),
    ("GET", "/api/v1/occurrences"),
    ("POST", "/api/v1/certifications"),
    ("GET", "/api/v1/certifications"),
    ("POST", "/api/v1/webhooks"),
    ("GET", "/api/v1/webhooks"),
]
# Shared by all who are signed in; who may change a record is tested with the records.
OF_EVERYONE = [
    ("GET", "/health"),
    ("POST", "/stream"),
    ("GET", "/get-user"),
    ("GET", "/api/v1/records/{user_id}"),
    ("PUT", "/api/v1/records/{user_id}"),
    ("PATCH", "/api/v1/records/{user_id}"),
    ("DELETE", "/api/v1/records/{user_id}"),
    ("GET", "/api/v1/analytics/searches"),
    ("GET", "/api/v1/me"),
    ("POST", "/orders"),
    ("GET", "/api/v1/channels"),  # of the stage, for its publishers
    ("POST", "/api/v1/templates"),  # of all publishers; who changes one is tested with them
    ("GET", "/api/v1/templates"),
    ("GET", "/api/v1/templates/{template_id}"),
    ("PUT", "/api/v1/templates/{template_id}"),
    ("DELETE", "/api/v1/templates/{template_id}"),
    ("GET", "/api/v1/suppressions"),  # of the stage, and for operators
    ("POST", "/api/v1/suppressions"),
    ("GET", "/certificates/{certification_id}"),  # for anybody, if its owner wants that
    ("HEAD", "/certificates/{certification_id}"),
    ("GET", "/certificates/{certification_id}/badge"),
    ("GET", "/calendar/{token}"),  # for who has the link, as those of e-mails
    ("GET", "/unsubscribe/{token}"),  # for who has the link, as the next two
    ("HEAD", "/unsubscribe/{token}"),
    ("POST", "/unsubscribe/{token}"),
]
LOOKALIKES = [
    "ACME",
    "acme%23",
    "acme%0A",
    "acme%00",
    "acme%20",
    "acme%2523",
    "acme%2Fkeys",
    "acme%2F..%2Fbeta",
    "%D0%B0cme",
    "acme%E2%80%8B",
    "a" * 65,
]


@pytest.fixture
def client(callers):
    return callers._client


@pytest.fixture
def operator(callers):
    return callers.operator()


@pytest.fixture
def keys(operator):
    return {name: made_tenant(operator, name) for name in ("acme", "beta")}


@pytest.fixture
def acme(callers):
    return callers.user("u-acme", **{"custom:tenant_id": "acme"})


@pytest.fixture
def beta(callers):
    return callers.user("u-beta", **{"custom:tenant_id": "beta"})


@pytest.fixture
def logs(aws):
    keep_logs(aws, "acme", "a1", "a2", "a3")
    keep_logs(aws, "beta", f"{SECRET} 1", f"{SECRET} 2", f"{SECRET} 3")


def read(client, caller, path, **headers):
    return send(client, caller._token, path, method="GET", body=b"", **headers)


def test_the_lists_above_name_every_route():
    routes = {
        (method, path) for path, methods in app_module.app.routes.items() for method in methods
    }
    named = [*OF_TENANTS_PEOPLE, *OF_TENANTS_PROGRAMS, *OF_USERS, *OF_EACH]
    named += [*OF_AUTHORS_ALONE, *OF_EVERYONE]
    named += [(method, path) for method, path, _ in OF_WEBHOOK_OWNERS]
    named += [(method, path) for method, path, _ in (*OF_OPERATORS, *OF_AUTHORS)]
    assert set(named) == routes
    assert len(named) == len(routes)


# --- People of tenants -----------------------------------------------------------------------


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(("reader", "other"), [("acme", "beta"), ("beta", "acme")])
def test_anothers_logs_are_forbidden(callers, client, logs, *, path, reader, other):
    someone = callers.user("u-1", **{"custom:tenant_id": reader})
    there, nowhere = (
        read(client, someone, f"{path}?tenant_id={name}") for name in (other, "never_created")
    )
    assert there.status == nowhere.status == 403
    without_id = [json.loads(item.body) | {"request_id": ""} for item in (there, nowhere)]
    assert without_id[0] == without_id[1]


@pytest.mark.parametrize("path", READS)
def test_a_lookalike_of_ones_own_tenant_is_forbidden(client, acme, logs, path):
    for lookalike in LOOKALIKES:
        assert read(client, acme, f"{path}?tenant_id={lookalike}").status == 403, lookalike


@pytest.mark.parametrize("path", READS)
def test_the_header_does_not_choose_the_tenant(client, acme, logs, path):
    assert read(client, acme, path, X_Tenant_ID="beta").status == 403
    own = read(client, acme, path, X_Tenant_ID="acme")
    assert (own.status, SECRET.encode() in own.body) == (200, False)


@pytest.mark.parametrize("path", READS)
def test_a_claim_that_is_no_tenants_id_reads_nothing(callers, client, logs, path):
    for tenant in ("", "BETA", "beta\n", "beta#", " beta", "*"):
        someone = callers.user("u-1", **{"custom:tenant_id": tenant})
        assert read(client, someone, path).status == 403, tenant


@pytest.mark.parametrize("path", READS)
def test_no_other_claim_makes_a_tenants_reader(callers, client, logs, path):
    for claim in ("tenant_id", "custom:tenant", "custom:TENANT_ID", "tenant"):
        assert read(client, callers.user("u-1", **{claim: "beta"}), path).status == 403, claim


@pytest.mark.parametrize("path", [LOGS, EXPORT])
def test_only_operators_read_the_logs_of_a_tenant_that_they_name(callers, client, logs, path):
    operator = callers.operator()
    assert read(client, operator, path).status == 403
    named = read(client, operator, f"{path}?tenant_id=beta")
    assert (named.status, SECRET.encode() in named.body) == (200, True)
    for groups in ("publisher", "operators", "Operator"):
        someone = callers.user("u-1", **{"cognito:groups": groups, "custom:tenant_id": "acme"})
        assert read(client, someone, f"{path}?tenant_id=beta").status == 403, groups
        assert read(client, someone, path, X_Tenant_ID="beta").status == 403, groups


@pytest.mark.parametrize("path", READS)
def test_an_operators_lookalike_of_a_tenant_is_refused(callers, client, logs, path):
    for lookalike in LOOKALIKES:
        answer = read(client, callers.operator(), f"{path}?tenant_id={lookalike}")
        assert answer.status == 400, lookalike


def test_a_cursor_of_one_tenant_opens_no_other_for_an_operator_either(callers, client, logs):
    operator = callers.operator()
    page = json.loads(read(client, operator, f"{LOGS}?limit=1&tenant_id=beta").body)
    moved = f"{LOGS}?limit=1&tenant_id=acme&cursor={page['next_cursor']}"
    assert read(client, operator, moved).status == 400


def cursor_of(client, caller):
    return json.loads(read(client, caller, f"{LOGS}?limit=1").body)["next_cursor"]


def forged(cursor):
    raw = base64.urlsafe_b64decode(cursor)
    mac, payload = raw[:16], raw[16:]
    for position in (
        b'{"sk":"2026"}',
        b'{"tenant_id":"beta","sk":"2026"}',
        b'{"tenant_id":{"S":"beta"},"sk":{"S":"0"}}',
        b"{}",
        b"null",
    ):
        for sealed in (mac + position, bytes(16) + position, position):
            yield base64.urlsafe_b64encode(sealed).decode()
    yield base64.urlsafe_b64encode(mac[::-1] + payload).decode()


@pytest.mark.parametrize("path", [LOGS, EXPORT])
def test_cursors_of_others_and_made_up_ones_open_nothing(
    callers, client, acme, beta, *, logs, path
):
    theirs = cursor_of(client, beta)
    colleague = callers.user("u-2", **{"custom:tenant_id": "acme"})
    moved = callers.user("u-beta", **{"custom:tenant_id": "acme"})
    attempts = [(acme, theirs), (moved, theirs), (acme, cursor_of(client, colleague))]
    attempts += [(acme, made_up) for made_up in forged(cursor_of(client, acme))]
    for who, cursor in attempts:
        answer = read(client, who, f"{path}?limit=1&cursor={cursor}")
        assert answer.status == 400, cursor
        assert SECRET.encode() not in answer.body


def test_a_cursor_of_the_tenants_list_opens_no_logs(client, callers, keys, logs):
    both = callers.user("x", **{"custom:tenant_id": "acme", "cognito:groups": "operator"})
    _, page = both.send("GET", f"{TENANTS}?limit=1")
    assert read(client, both, f"{LOGS}?cursor={page['next_cursor']}").status == 400
    theirs = cursor_of(client, both)
    assert both.send("GET", f"{TENANTS}?limit=1&cursor={theirs}")[0] == 400


# --- Operators' routes -----------------------------------------------------------------------


@pytest.mark.parametrize("tenant", ["acme", "beta"])
@pytest.mark.parametrize("groups", ["", "publisher", "operators", "Operator"])
def test_tenants_people_do_nothing_that_is_operators(callers, operator, keys, tenant, groups):
    before = operator.send("GET", TENANTS)
    key_id = before[1]["tenants"][1]["keys"][0]["key_id"]
    someone = callers.user("u-1", **{"custom:tenant_id": tenant, "cognito:groups": groups})
    for method, path, body in OF_OPERATORS:
        seen = []
        for tenant_id in ("beta", "never_created"):
            filled = path.format(
                tenant_id=tenant_id,
                key_id=key_id,
                queue="logs",
                letter_id="m",
                job_id="j",
                address="x@example.com",
            )
            status, problem = someone.send(method, filled, body)
            seen.append((status, problem["code"], problem["message"]))
        assert seen == [(403, "forbidden", seen[0][2])] * 2, (method, path)
    assert operator.send("GET", TENANTS) == before


def test_an_operators_lookalike_is_refused_and_reaches_no_tenant(operator, keys):
    before = operator.send("GET", TENANTS)
    of_a_tenant = [queue_name for queue_name in OF_OPERATORS if "{tenant_id}" in queue_name[1]]
    for tenant_id in LOOKALIKES:
        for method, path, body in of_a_tenant:
            filled = path.format(tenant_id=tenant_id, key_id="k")
            assert operator.send(method, filled, body)[0] == 400, (method, filled)
    assert operator.send("GET", TENANTS) == before


def test_a_key_is_revoked_only_as_its_own_tenants(operator, client, keys):
    of_beta = operator.send("GET", f"{TENANTS}/beta")[1]["keys"][0]["key_id"]
    assert operator.send("DELETE", f"{TENANTS}/acme/keys/{of_beta}")[0] == 404
    assert operator.send("POST", f"{TENANTS}/acme/keys/{of_beta}/rotate", {})[0] == 404
    assert ingest(client, keys["beta"]).status == 202


# --- Programs with a tenant's key ------------------------------------------------------------


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(("own", "other"), [("acme", "beta"), ("beta", "acme")])
def test_a_key_with_anothers_id_is_forbidden(aws, client, keys, *, path, own, other):
    bearer = f"Bearer {keys[own]}"
    for named in (other, own.upper(), f"{own}%23", f"{own} ", f"{own}#", ""):
        answer = send(client, bearer, path, body=BODIES[path], X_Tenant_ID=named)
        assert answer.status == 403, named
    assert queued(aws) == []
    answer = send(client, bearer, path, body=BODIES[path], X_Tenant_ID=own)
    assert (answer.status, len(queued(aws))) == (202 if path == "/ingest" else 200, 1)


@pytest.mark.parametrize(("own", "other"), [("acme", "beta"), ("beta", "acme")])
def test_a_record_with_anothers_id_stays_its_senders(aws, client, keys, own, other):
    foreign = [other, own.upper(), f"{own}\n", f"{own}#", f"{own}\u200b"]
    records = [{"text": "mine?", "tenant_id": named} for named in foreign]
    assert ingest(client, keys[own], body=json.dumps(records).encode()).status == 202
    (message,) = queued(aws)
    assert message["tenant_id"] == own
    assert {record["tenant_id"] for record in message["records"]} == {own}
    assert [record["attrs"] for record in message["records"]] == [{"tenant_id": t} for t in foreign]


@pytest.mark.parametrize(("own", "other"), [("acme", "beta"), ("beta", "acme")])
def test_a_record_with_anothers_id_is_forbidden_whole_to_a_strict_sender(
    aws, client, keys, own, other
):
    for named in (other, own.upper(), f"{own}\n", f"{own}#", f"{own}\u200b"):
        body = json.dumps([{"text": "fine"}, {"text": "mine?", "tenant_id": named}]).encode()
        bearer = f"Bearer {keys[own]}"
        answer = send(client, bearer, "/ingest", body=body, X_Tenant_Strict="true")
        assert answer.status == 403, named
    assert queued(aws) == []


@pytest.mark.parametrize("path", BODIES)
def test_what_is_no_live_key_gets_nothing(aws, client, operator, keys, *, acme, path):
    rotated, revoked = added_key(operator, "acme"), added_key(operator, "acme")
    operator.send("POST", f"{TENANTS}/acme/keys/{rotated['key_id']}/rotate", {})
    operator.send("DELETE", f"{TENANTS}/acme/keys/{revoked['key_id']}")
    for authorization in (
        f"Bearer {rotated['key']}",
        f"Bearer {revoked['key']}",
        f"Bearer {keys['acme'][:-1]}",
        f"Bearer {keys['acme'].upper()}",
        f"Bearer {keys['acme']} {keys['beta']}",
        f"Basic {keys['acme']}",
        keys["acme"],
        acme._token,
        f"Bearer {acme._token}",
        "Bearer omk_" + "A" * 43,
        "Bearer ",
        "",
    ):
        answer = send(client, authorization, path, body=BODIES[path], X_Tenant_ID="acme")
        assert answer.status in (401, 403), authorization
    assert send(client, None, path, body=BODIES[path], X_Tenant_ID="acme").status == 401
    assert queued(aws) == []


def test_a_key_opens_no_route_of_people(client, keys):
    """Chalice's client takes a token that is no JWT for a defect; the gateway says 401."""
    policy = app_module.tenant_key(
        {
            "type": "TOKEN",
            "authorizationToken": f"Bearer {keys['acme']}",
            "methodArn": "arn:aws:execute-api:us-east-1:1:api/dev/POST/ingest",
        },
        None,
    )
    assert policy["context"]["tenant_id"] == policy["principalId"] == "acme"
    (statement,) = policy["policyDocument"]["Statement"]
    base = "arn:aws:execute-api:us-east-1:1:api/dev/*"
    assert statement["Resource"] == [f"{base}/ingest", f"{base}/v1/logs"]


# --- Open intake -----------------------------------------------------------------------------


@pytest.fixture
def open_client(monkeypatch, aws):
    """The app as a laptop has it, loaded beside the one that all other tests share."""
    monkeypatch.setenv("OPEN_INTAKE", "1")
    location = Path(app_module.__file__)
    spec = importlib.util.spec_from_file_location("open_app", location)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.wiring = wiring_on(aws)
    with Client(module.app, stage_name=STAGE) as client:
        yield client


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(("own", "other"), [("acme", "beta"), ("beta", "acme")])
def test_open_intake_holds_a_key_to_its_tenant(aws, keys, open_client, *, path, own, other):
    bearer = f"Bearer {keys[own]}"
    done = 202 if path == "/ingest" else 200
    assert send(open_client, bearer, path, body=BODIES[path], X_Tenant_ID=other).status == 403
    if path == "/ingest":
        body = json.dumps({"text": "x", "tenant_id": other}).encode()
        strictly = {"X_Tenant_Strict": "true"}
        assert send(open_client, bearer, path, body=body, **strictly).status == 403
    assert queued(aws) == []
    assert send(open_client, bearer, path, body=BODIES[path]).status == done
    assert [message["tenant_id"] for message in queued(aws)] == [own]


@pytest.mark.parametrize("path", BODIES)
def test_open_intake_takes_no_unknown_key(aws, keys, open_client, path):
    for authorization in ("Bearer omk_" + "A" * 43, "Bearer x", "Basic YTpi"):
        answer = send(open_client, authorization, path, body=BODIES[path], X_Tenant_ID="acme")
        assert answer.status == 401, authorization
    assert queued(aws) == []


def test_open_intake_takes_any_well_formed_tenant_and_no_other(aws, open_client):
    assert send(open_client, None, "/ingest", X_Tenant_ID="never_created").status == 202
    for named in ("Acme", "acme#", "acme%23", "\u0430cme", "a" * 65):
        assert send(open_client, None, "/ingest", X_Tenant_ID=named).status == 400, named
    assert [message["tenant_id"] for message in queued(aws)] == ["never_created"]


# --- Users -----------------------------------------------------------------------------------


@pytest.mark.parametrize("tenant", ["acme", "beta"])
def test_anothers_order_is_not_found(callers, client, tenant):
    owner = callers.user("u-owner", **{"custom:tenant_id": "acme"})
    _, placed = owner.send("POST", "/orders", {"item": SECRET}, Idempotency_Key="k-1")
    other = callers.user("u-other", **{"custom:tenant_id": tenant})
    theirs, nobodys = (
        other.send("GET", f"/orders/{order}") for order in (placed["orderID"], "0" * 32)
    )
    assert theirs[0] == nobodys[0] == 404
    assert theirs[1] | {"request_id": ""} == nobodys[1] | {"request_id": ""}
    assert owner.send("GET", f"/orders/{placed['orderID']}")[0] == 200


def test_another_users_idempotency_key_is_another_order(callers):
    orders = {
        who: callers.user(who).send("POST", "/orders", {"item": who}, Idempotency_Key="same")
        for who in ("u-1", "u-2")
    }
    assert [status for status, _ in orders.values()] == [202, 202]
    assert orders["u-1"][1]["orderID"] != orders["u-2"][1]["orderID"]


# --- Authors -------------------------------------------------------------------------------------


def publisher(callers, sub, tenant):
    return callers.user(sub, **{"custom:tenant_id": tenant, "cognito:groups": "publisher"})


@pytest.fixture
def authored(callers):
    """The ids of what an author has: a message, an upload, a certificate and a series."""
    author = publisher(callers, "u-author", "acme")
    message = {"content": SECRET, "channels": ["facebook"], "draft": True}
    made = (
        author.send("POST", "/api/v1/messages", message),
        author.send("POST", "/api/v1/media", {"content_type": "image/png", "size_bytes": 9}),
        author.send("POST", "/api/v1/certifications", CERTIFICATE),
        author.send("POST", SERIES, {"content": SECRET, "channels": ["facebook"], **RECURS}),
    )
    assert [status for status, _ in made] == [201, 201, 201, 201]
    names = ("message_id", "media_id", "certification_id", "series_id")
    return {name: body["id"] for name, (_, body) in zip(names, made, strict=True)} | {"at": AT}


@pytest.mark.parametrize("tenant", ["acme", "beta"])
@pytest.mark.parametrize(("method", "path", "body"), OF_AUTHORS)
def test_what_another_author_has_is_not_found(callers, authored, *, tenant, method, path, body):
    other, nobodys = publisher(callers, "u-other", tenant), dict.fromkeys(authored, "0" * 32)
    seen = []
    for ids in (authored, nobodys):
        status, problem = other.send(method, path.format(**ids), body)
        seen.append((status, problem["code"], problem["message"]))
    assert seen == [(404, "not_found", seen[0][2])] * 2


@pytest.mark.parametrize("tenant", ["acme", "beta"])
@pytest.mark.parametrize(("method", "path", "body"), OF_WEBHOOK_OWNERS)
def test_what_webhooks_another_has_is_not_found(callers, *, tenant, method, path, body):
    new = {"url": "https://a.example/", "events": ["message.sent"], "description": SECRET}
    _, made = publisher(callers, "u-author", "acme").send("POST", "/api/v1/webhooks", new)
    other, seen = publisher(callers, "u-other", tenant), []
    for webhook_id in (made["webhook"]["id"], "0" * 32):
        status, problem = other.send(method, path.format(webhook_id=webhook_id), body)
        seen.append((status, problem["code"], problem["message"]))
    assert seen == [(404, "not_found", seen[0][2])] * 2
    assert other.send("GET", "/api/v1/webhooks") == (200, {"webhooks": []})


LISTS = ["/api/v1/messages", "/api/v1/certifications", SERIES, OCCURRENCES]


@pytest.mark.parametrize("path", LISTS)
def test_an_author_lists_nobody_elses(callers, authored, path):
    other = publisher(callers, "u-other", "acme")
    for query in ("", "?from=2029-01-01T00:00:00Z&to=2029-02-01T00:00:00Z"):
        if query and path in ("/api/v1/certifications", SERIES):
            continue
        assert other.send("GET", path + query)[0] == 200
        assert SECRET.encode() not in other.raw


# --- Secrets ---------------------------------------------------------------------------------


def test_no_key_is_in_a_log_an_answer_or_the_tables(aws, client, operator, keys, logged):
    extra = added_key(operator, "acme")["key"]
    answers = []
    for key in (*keys.values(), extra, f"{extra}x"):
        answers += [
            ingest(client, key),
            ingest(client, key, X_Tenant_ID="other"),
            ingest(client, key, body=b"{"),
            send(client, f"Bearer {key}", "/v1/logs", body=b"{"),
        ]
    operator.send("DELETE", f"{TENANTS}/acme/keys/{extra}")
    operator.send("GET", f"{TENANTS}/acme")
    database = aws.client("dynamodb")
    places = [logged.getvalue().encode(), operator.raw, *(response.body for response in answers)]
    places += [
        str(database.scan(TableName=name)["Items"]).encode()
        for name in database.list_tables()["TableNames"]
    ]
    places += [json.dumps(queued(aws)).encode()]
    for key in (*keys.values(), extra):
        assert not [place for place in places if key[4:].encode() in place]


def queued(aws):
    """The bodies of the log messages in the queue."""
    answer = aws.client("sqs").receive_message(
        QueueUrl=app_module.settings.logs_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]
