"""Tenants and their keys as they are kept: whole, by version, and never the key itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from support.calls import call_by
from support.failpoints import failpoint, lost_response, server_error

from chalicelib.aws.table import Table
from chalicelib.errors import Conflict, InvalidInput, NotFound, Unavailable
from chalicelib.tenant_logs.tenants.administration import Tenants
from chalicelib.tenant_logs.tenants.key_uses import KeyUses
from chalicelib.tenant_logs.tenants.keys import digest
from chalicelib.tenant_logs.tenants.model import (
    NewTenant,
    TenantKeyRotation,
    TenantList,
    TenantSettings,
)
from chalicelib.tenant_logs.tenants.store import (
    StoredKey,
    StoredTenant,
    TenantStore,
    VersionConflict,
)
from chalicelib.tenant_logs.tenants.usage import UsageStore
from chalicelib.tenant_logs.tenants.view import TenantView
from chalicelib.web.cursors import Cursors

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
CREATED = "2026-01-31T09:30:00Z"
OPERATOR = call_by("op-1", "operator")


class Clock:
    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


@pytest.fixture
def store(aws, table):
    return TenantStore(aws.client("dynamodb"), table)


def view(table, clock):
    """Keys whose uses are written at once, and what was sent."""
    uses = KeyUses(table, in_background=lambda work, at_exit: work(), now=clock)
    return TenantView(uses, UsageStore(table, now=clock))


@pytest.fixture
def tenants(store, table, clock):
    numbers = count(1)
    cursors = Cursors(lambda: "a key")
    seen = view(table, clock)
    return Tenants(store, cursors, seen, now=clock, new_secret=lambda: f"{next(numbers):043}")


@pytest.fixture
def acme(tenants):
    return tenants.create(NewTenant(tenant_id="acme"), OPERATOR)


def bearer(store, new):
    return store.bearer(digest(new.key))


def live(store, new, clock):
    found = bearer(store, new)
    return found is not None and found.key.is_live(clock.at)


def test_a_tenant_is_created_with_the_settings_given_and_no_key(tenants, store):
    settings = TenantSettings(retention_days=7, masks=False, rate_per_s=5, records_per_day=50)
    made = tenants.create(NewTenant(tenant_id="acme", settings=settings), OPERATOR)
    assert (made.tenant_id, made.created_at, made.settings, made.keys) == (
        "acme",
        CREATED,
        settings,
        [],
    )
    assert tenants.get("acme") == made


def test_a_tenant_is_created_once(tenants, acme, clock):
    clock.at += timedelta(microseconds=1)
    with pytest.raises(Conflict, match="there is a tenant acme"):
        tenants.create(NewTenant(tenant_id="acme"), OPERATOR)


def test_a_tenant_whose_creation_had_no_answer_is_created(aws, tenants, pauses):
    with failpoint(aws.client("dynamodb"), "PutItem", lost_response):
        assert tenants.create(NewTenant(tenant_id="acme"), OPERATOR).tenant_id == "acme"


def test_tenants_are_listed_in_the_order_of_their_ids(tenants):
    for name in ("c", "a", "e", "b", "d"):
        tenants.create(NewTenant(tenant_id=name), OPERATOR)
    seen, cursor = [], None
    while True:
        page = tenants.page(TenantList(limit=2, cursor=cursor), OPERATOR)
        seen += [tenant.tenant_id for tenant in page.tenants]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == ["a", "b", "c", "d", "e"]


def test_settings_are_replaced_whole_and_keys_stay(tenants, acme, store, clock):
    new = tenants.add_key("acme", OPERATOR)
    tenants.change("acme", TenantSettings(masks=False, rate_per_s=5), OPERATOR)
    changed = tenants.change("acme", TenantSettings(rate_per_s=6), OPERATOR)
    assert changed.settings == TenantSettings(masks=True, rate_per_s=6)
    assert [key.key_id for key in tenants.get("acme").keys] == [new.key_id]
    assert live(store, new, clock)


def test_a_key_finds_its_tenant_and_is_nowhere_kept(aws, tenants, acme, store, clock):
    new = tenants.add_key("acme", OPERATOR)
    assert new.key == f"omk_{1:043}"
    found = bearer(store, new)
    assert (found.tenant_id, found.key.key_id) == ("acme", new.key_id)
    everything = str(aws.client("dynamodb").scan(TableName="OmniState-test")["Items"])
    assert digest(new.key) in everything
    assert new.key not in everything
    assert new.key[4:] not in everything


def test_an_unknown_key_is_nobodys(store):
    assert store.bearer(digest("omk_x")) is None


def test_a_revoked_key_ends_at_once_and_stays_in_sight(tenants, acme, store, clock):
    new = tenants.add_key("acme", OPERATOR)
    other = tenants.add_key("acme", OPERATOR)
    tenants.revoke_key("acme", new.key_id, OPERATOR)
    assert not live(store, new, clock)
    assert live(store, other, clock)
    assert [(key.key_id, key.ends_at) for key in tenants.get("acme").keys] == [
        (new.key_id, CREATED),
        (other.key_id, None),
    ]


def test_a_key_is_revoked_once(tenants, acme, clock):
    new = tenants.add_key("acme", OPERATOR)
    tenants.revoke_key("acme", new.key_id, OPERATOR)
    clock.at += timedelta(hours=1)
    tenants.revoke_key("acme", new.key_id, OPERATOR)
    assert tenants.get("acme").keys[0].ends_at == CREATED


def test_a_rotated_key_ends_after_its_grace(tenants, acme, store, clock):
    old = tenants.add_key("acme", OPERATOR)
    new = tenants.rotate_key("acme", old.key_id, TenantKeyRotation(grace_s=60), OPERATOR)
    assert live(store, old, clock)
    assert live(store, new, clock)
    clock.at += timedelta(seconds=60)
    assert not live(store, old, clock)
    assert live(store, new, clock)


def test_without_grace_a_rotated_key_ends_at_once(tenants, acme, store, clock):
    old = tenants.add_key("acme", OPERATOR)
    new = tenants.rotate_key("acme", old.key_id, TenantKeyRotation(), OPERATOR)
    assert not live(store, old, clock)
    assert live(store, new, clock)


def test_a_key_in_its_grace_can_be_revoked_but_not_rotated_again(tenants, acme, store, clock):
    old = tenants.add_key("acme", OPERATOR)
    tenants.rotate_key("acme", old.key_id, TenantKeyRotation(grace_s=3600), OPERATOR)
    with pytest.raises(Conflict, match="rotated or revoked before"):
        tenants.rotate_key("acme", old.key_id, TenantKeyRotation(), OPERATOR)
    tenants.revoke_key("acme", old.key_id, OPERATOR)
    assert not live(store, old, clock)


def test_an_ended_key_goes_by_ttl_and_a_live_one_does_not(tenants, acme, table):
    old = tenants.add_key("acme", OPERATOR)
    key = {"pk": f"TENANT-KEY#{digest(old.key)}", "sk": "TENANT-KEY"}
    assert "expires_at" not in table.get(key)
    tenants.rotate_key("acme", old.key_id, TenantKeyRotation(grace_s=60), OPERATOR)
    assert table.get(key)["expires_at"] == int(NOW.timestamp()) + 60


def test_a_tenant_has_ten_live_keys_at_most(tenants, acme, clock):
    made = [tenants.add_key("acme", OPERATOR) for _ in range(10)]
    with pytest.raises(Conflict, match="at most 10 live keys"):
        tenants.add_key("acme", OPERATOR)
    with pytest.raises(Conflict, match="at most 10 live keys"):
        tenants.rotate_key("acme", made[0].key_id, TenantKeyRotation(grace_s=1), OPERATOR)
    tenants.rotate_key("acme", made[0].key_id, TenantKeyRotation(), OPERATOR)
    tenants.revoke_key("acme", made[1].key_id, OPERATOR)
    tenants.add_key("acme", OPERATOR)


def test_the_last_forty_ended_keys_are_remembered(tenants, acme, clock):
    last = tenants.add_key("acme", OPERATOR)
    for _ in range(42):
        clock.at += timedelta(seconds=1)
        last = tenants.rotate_key("acme", last.key_id, TenantKeyRotation(), OPERATOR)
    keys = tenants.get("acme").keys
    assert len(keys) == 41
    assert [key.ends_at is None for key in keys] == [False] * 40 + [True]
    assert keys[-1].key_id == last.key_id


def test_keys_added_at_once_are_all_kept(tenants, acme, store, clock):
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda _: tenants.add_key("acme", OPERATOR), range(3)))
    assert all(live(store, new, clock) for new in made)
    assert {key.key_id for key in tenants.get("acme").keys} == {new.key_id for new in made}


def test_a_change_that_always_comes_too_late_is_unavailable(tenants, acme, store):
    class TooLate(TenantStore):
        def replace(self, current, changed):
            raise VersionConflict

    late = replace(tenants, store=TooLate(store.client, store.table))
    with pytest.raises(Unavailable):
        late.add_key("acme", OPERATOR)


def test_an_older_version_is_not_written_over_a_newer_one(store, acme):
    current = store.get("acme")
    changed = StoredTenant(
        tenant_id="acme", created_at=CREATED, settings=TenantSettings(masks=False)
    )
    store.replace(current, changed)
    key = StoredKey(key_id="k", digest="d", created_at=CREATED)
    with pytest.raises(VersionConflict):
        store.replace(current, StoredTenant(tenant_id="acme", created_at=CREATED, keys=(key,)))
    assert store.bearer("d") is None
    assert store.get("acme").settings == TenantSettings(masks=False)


@pytest.mark.parametrize("fault", [lost_response, server_error])
def test_a_change_whose_answer_was_lost_is_made_once(
    aws, tenants, store, clock, *, acme, fault, pauses
):
    old = tenants.add_key("acme", OPERATOR)
    with failpoint(aws.client("dynamodb"), "TransactWriteItems", fault):
        new = tenants.rotate_key("acme", old.key_id, TenantKeyRotation(), OPERATOR)
    assert [key.key_id for key in tenants.get("acme").keys] == [old.key_id, new.key_id]
    assert (live(store, old, clock), live(store, new, clock)) == (False, True)


def test_when_the_database_is_down_nothing_is_half_done(
    aws, tenants, store, clock, *, acme, pauses
):
    old = tenants.add_key("acme", OPERATOR)
    with (
        failpoint(aws.client("dynamodb"), "TransactWriteItems", *[server_error] * 3),
        pytest.raises(Unavailable),
    ):
        tenants.rotate_key("acme", old.key_id, TenantKeyRotation(), OPERATOR)
    assert live(store, old, clock)
    assert len(tenants.get("acme").keys) == 1


def everything(tenants, tenant_id):
    return [
        lambda: tenants.get(tenant_id),
        lambda: tenants.change(tenant_id, TenantSettings(), OPERATOR),
        lambda: tenants.add_key(tenant_id, OPERATOR),
        lambda: tenants.rotate_key(tenant_id, "k", TenantKeyRotation(), OPERATOR),
        lambda: tenants.revoke_key(tenant_id, "k", OPERATOR),
    ]


def test_what_is_not_there_is_not_found(tenants, acme):
    for use in everything(tenants, "beta"):
        with pytest.raises(NotFound, match="no such tenant"):
            use()
    for use in everything(tenants, "acme")[3:]:
        with pytest.raises(NotFound, match="no such key"):
            use()


def test_malformed_ids_are_refused(tenants):
    for use in everything(tenants, "Acme#"):
        with pytest.raises(InvalidInput):
            use()
    with pytest.raises(InvalidInput):
        tenants.create(NewTenant(tenant_id="acme\n"), OPERATOR)


def test_who_did_what_is_logged_and_no_key_is(tenants, acme, logged):
    old = tenants.add_key("acme", OPERATOR)
    new = tenants.rotate_key("acme", old.key_id, TenantKeyRotation(), OPERATOR)
    tenants.revoke_key("acme", new.key_id, OPERATOR)
    text = logged.getvalue()
    for message in ("a tenant's key was made", "was rotated", "was revoked"):
        assert message in text
    assert text.count('"by": "op-1"') == 3
    for key in (old.key, new.key):
        assert key not in text
        assert digest(key) not in text


def test_the_emulator_keeps_tenants_alike(on_emulator, clock):
    client = on_emulator.client("dynamodb")
    store = TenantStore(client, Table(client, "OmniState-test"))
    seen = view(store.table, clock)
    tenants = Tenants(store, Cursors(lambda: "k"), seen, now=clock, new_secret=lambda: "x" * 43)
    tenants.create(NewTenant(tenant_id="acme"), OPERATOR)
    new = tenants.add_key("acme", OPERATOR)
    assert live(store, new, clock)
    tenants.revoke_key("acme", new.key_id, OPERATOR)
    assert not live(store, new, clock)
    assert len(tenants.page(TenantList(), OPERATOR).tenants) == 1
