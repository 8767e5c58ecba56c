"""Operators' routes: tenants, their settings and their keys."""

from collections import Counter

import pytest
from tenant_kit import TENANTS, added_key, ingest, made_tenant

from chalicelib import times
from chalicelib.tenant_logs.tenants.keys import digest, key_id

DEFAULTS = {
    "retention_days": 30,
    "masks": True,
    "rate_per_s": 200,
    "records_per_day": 1_000_000,
}
ACME = f"{TENANTS}/acme"


@pytest.fixture
def operator(callers):
    return callers.operator()


@pytest.fixture
def client(callers):
    return callers._client


def test_a_tenant_has_the_documented_defaults(operator):
    status, tenant = operator.send("POST", TENANTS, {"tenant_id": "acme"})
    created_at = tenant.pop("created_at")
    assert (status, tenant) == (
        201,
        {"tenant_id": "acme", "origin": "operator", "settings": DEFAULTS, "keys": []},
    )
    assert operator.send("GET", ACME) == (200, {**tenant, "created_at": created_at})


def test_a_tenant_is_created_once(operator):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    status, problem = operator.send("POST", TENANTS, {"tenant_id": "acme"})
    assert (status, problem["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tenant_id": "Acme"},
        {"tenant_id": "acme\n"},
        {"tenant_id": "a#b"},
        {"tenant_id": ""},
        {"tenant_id": 7},
        {"tenant_id": "acme", "owner": "me"},
        {"tenant_id": "acme", "keys": []},
        {"tenant_id": "acme", "settings": {"retention_days": 0}},
        {"tenant_id": "acme", "settings": {"retention_days": 3651}},
        {"tenant_id": "acme", "settings": {"rate_per_s": 0}},
        {"tenant_id": "acme", "settings": {"rate_per_s": 1001}},
        {"tenant_id": "acme", "settings": {"rate_per_s": 1.5}},
        {"tenant_id": "acme", "settings": {"records_per_day": -1}},
        {"tenant_id": "acme", "settings": {"masks": "no"}},
        {"tenant_id": "acme", "settings": {"admin": True}},
        {"tenant_id": "acme", "settings": None},
    ],
)
def test_a_bad_tenant_is_refused_and_not_made(operator, body):
    status, problem = operator.send("POST", TENANTS, body)
    assert (status, problem["code"]) == (400, "invalid_input")
    assert operator.send("GET", TENANTS)[1]["tenants"] == []


def test_settings_are_replaced_whole(operator):
    made_tenant(operator, "acme", masks=False, retention_days=7)
    status, tenant = operator.send("PUT", ACME, {"retention_days": 8})
    assert (status, tenant["settings"]) == (200, {**DEFAULTS, "retention_days": 8})
    assert operator.send("PUT", ACME, {})[1]["settings"] == DEFAULTS
    assert len(operator.send("GET", ACME)[1]["keys"]) == 1


def test_tenants_are_listed_page_by_page(operator):
    for name in ("c", "a", "b"):
        operator.send("POST", TENANTS, {"tenant_id": name})
    _, first = operator.send("GET", f"{TENANTS}?limit=2")
    _, rest = operator.send("GET", f"{TENANTS}?limit=2&cursor={first['next_cursor']}")
    assert [tenant["tenant_id"] for tenant in first["tenants"] + rest["tenants"]] == ["a", "b", "c"]
    assert rest["next_cursor"] is None


def test_a_key_is_shown_once_and_named_by_its_hash(operator):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    made = added_key(operator, "acme")
    assert set(made) == {"key_id", "key", "created_at"}
    assert made["key_id"] == key_id(digest(made["key"]))
    _, tenant = operator.send("GET", ACME)
    assert tenant["keys"] == [
        {
            "key_id": made["key_id"],
            "created_at": made["created_at"],
            "ends_at": None,
            "last_used_at": None,
        }
    ]
    for path in (ACME, TENANTS):
        operator.send("GET", path)
        assert made["key"].encode() not in operator.raw
        assert digest(made["key"]).encode() not in operator.raw


def test_a_new_tenants_key_works_at_once(operator, client):
    key = made_tenant(operator, "brand_new")
    assert ingest(client, key).status == 202


def test_a_rotated_key_is_replaced(operator, client):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    old = added_key(operator, "acme")
    path = f"{ACME}/keys/{old['key_id']}/rotate"
    status, new = operator.send("POST", path, {})
    assert status == 201
    assert ingest(client, old["key"]).status == 403
    assert ingest(client, new["key"]).status == 202
    status, problem = operator.send("POST", path, {})
    assert (status, problem["code"]) == (409, "conflict")


def test_in_its_grace_the_old_key_works_beside_the_new_one(operator, client):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    old = added_key(operator, "acme")
    _, new = operator.send("POST", f"{ACME}/keys/{old['key_id']}/rotate", {"grace_s": 600})
    assert ingest(client, old["key"]).status == 202
    assert ingest(client, new["key"]).status == 202
    ends = {key["key_id"]: key["ends_at"] for key in operator.send("GET", ACME)[1]["keys"]}
    assert ends[old["key_id"]].endswith("Z")
    assert ends[new["key_id"]] is None


@pytest.mark.parametrize(
    "body", [{"grace_s": -1}, {"grace_s": 604_801}, {"grace_s": "1"}, {"x": 1}]
)
def test_a_bad_grace_is_refused(operator, body):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    made = added_key(operator, "acme")
    assert operator.send("POST", f"{ACME}/keys/{made['key_id']}/rotate", body)[0] == 400
    assert operator.send("GET", ACME)[1]["keys"][0]["ends_at"] is None


def test_a_revoked_key_ends_and_stays_in_the_list(operator, client):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    made = added_key(operator, "acme")
    assert operator.send("DELETE", f"{ACME}/keys/{made['key_id']}") == (204, None)
    assert operator.send("DELETE", f"{ACME}/keys/{made['key_id']}") == (204, None)
    assert ingest(client, made["key"]).status == 403
    assert operator.send("GET", ACME)[1]["keys"][0]["ends_at"] is not None


def test_ten_live_keys_are_enough(operator):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    for _ in range(10):
        last = added_key(operator, "acme")
    status, problem = operator.send("POST", f"{ACME}/keys")
    assert (status, problem["code"]) == (409, "conflict")
    operator.send("DELETE", f"{ACME}/keys/{last['key_id']}")
    added_key(operator, "acme")


def test_what_is_not_there_is_not_found(operator):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    for method, path, body in (
        ("GET", f"{TENANTS}/beta", None),
        ("PUT", f"{TENANTS}/beta", {}),
        ("POST", f"{TENANTS}/beta/keys", None),
        ("POST", f"{TENANTS}/beta/keys/k/rotate", {}),
        ("DELETE", f"{TENANTS}/beta/keys/k", None),
        ("POST", f"{ACME}/keys/k/rotate", {}),
        ("DELETE", f"{ACME}/keys/k", None),
    ):
        status, problem = operator.send(method, path, body)
        assert (status, problem["code"]) == (404, "not_found"), (method, path)


def test_too_many_requests_name_the_tenant_and_when_to_come_back(operator, client):
    key = made_tenant(operator, "acme", records_per_day=1)
    assert ingest(client, key).status == 202
    refused = ingest(client, key)
    assert refused.status == 429
    assert b"tenant acme exceeds its quota of 1 records a day" in refused.body
    assert 1 <= int(refused.headers["Retry-After"]) <= 86_400


# --- Usage -----------------------------------------------------------------------------------


def test_a_tenants_usage_is_what_it_sent_and_what_was_refused_of_it(operator, client):
    key = made_tenant(operator, "acme", records_per_day=1000)
    one, two = b'{"text": "one"}', b'{"text": "two"}'
    assert ingest(client, key, body=one).status == 202
    assert ingest(client, key, body=b"[%s, {}, {}]" % two).status == 202
    assert ingest(client, key, body=b"[%s]" % b",".join([b"{}"] * 1001)).status == 413
    status, usage = operator.send("GET", f"{ACME}/usage?days=2")
    assert (status, usage["tenant_id"], usage["records_per_day"]) == (200, "acme", 1000)
    days = usage["days"]  # a midnight may be between them
    assert sum(day["records"] for day in days) == 2
    assert sum(day["bytes"] for day in days) == len(one + two)
    rejected = Counter()
    for day in days:
        rejected.update(day["rejected"])
    assert rejected == {"no_text": 2, "request_too_large": 1}


@pytest.mark.parametrize("days", ["0", "91", "x", ""])
def test_a_usage_is_of_1_to_90_days(operator, days):
    operator.send("POST", TENANTS, {"tenant_id": "acme"})
    assert operator.send("GET", f"{ACME}/usage?days={days}")[0] == 400
    assert len(operator.send("GET", f"{ACME}/usage")[1]["days"]) == 30


def test_there_is_no_usage_of_a_tenant_that_does_not_exist(operator):
    assert operator.send("GET", f"{ACME}/usage")[0] == 404


def test_a_key_says_when_it_was_used(operator, client, run_on, aws):
    used, unused = made_tenant(operator, "acme"), added_key(operator, "acme")
    wiring = run_on(aws)
    wiring._in_background = lambda work, at_exit: work()  # a request does not wait for it
    before = times.sortable_text(times.now())
    assert ingest(client, used).status == 202
    for _, shown in (operator.send("GET", ACME), operator.send("GET", TENANTS)):
        tenant = shown["tenants"][0] if "tenants" in shown else shown
        found = {key["key_id"]: key["last_used_at"] for key in tenant["keys"]}
        assert found.pop(unused["key_id"]) is None
        (last,) = found.values()
        assert before <= last <= times.sortable_text(times.now())
