"""Who may send logs: by a key, or openly; what is remembered, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import Forbidden, InvalidInput, Unauthenticated, Unavailable
from chalicelib.tenant_logs.tenants import admission as admission_module
from chalicelib.tenant_logs.tenants import keys
from chalicelib.tenant_logs.tenants.admission import Admission
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.tenant_logs.tenants.store import Bearer, StoredKey, StoredTenant
from chalicelib.web.principal import Sender

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
ACME_KEY = "omk_" + "a" * 43
BETA_KEY = "omk_" + "b" * 43
UNKNOWN_KEY = "omk_" + "c" * 43
CREATED = "2026-01-01T00:00:00Z"
MASKLESS = TenantSettings(masks=False)


def stored_key(key, ends_at=None):
    digest = keys.digest(key)
    return StoredKey(key_id=keys.key_id(digest), digest=digest, created_at=CREATED, ends_at=ends_at)


def stored_tenant(tenant_id, *its_keys, settings=MASKLESS):
    return StoredTenant(tenant_id=tenant_id, created_at=CREATED, settings=settings, keys=its_keys)


class Store:
    def __init__(self, *tenants):
        self.tenants = {tenant.tenant_id: tenant for tenant in tenants}
        self.asked = []

    def get(self, tenant_id):
        self.asked.append(tenant_id)
        return self.tenants.get(tenant_id)

    def create(self, tenant):
        self.tenants.setdefault(tenant.tenant_id, tenant)

    def bearer(self, digest):
        self.asked.append("a key")
        found = [
            Bearer(tenant.tenant_id, key)
            for tenant in self.tenants.values()
            for key in tenant.keys
            if key.digest == digest
        ]
        return found[0] if found else None


class Limits:
    def __init__(self):
        self.taken = []

    def take(self, tenant_id, records, settings, size_bytes):
        self.taken.append((tenant_id, records, settings, size_bytes))


class Uses:
    """Which keys were used."""

    def __init__(self):
        self.noted = []

    def note(self, tenant_id, key_id):
        self.noted.append((tenant_id, key_id))


class Clocks:
    def __init__(self):
        self.at = NOW
        self.at_s = 100.0

    def now(self):
        return self.at

    def clock(self):
        return self.at_s


@pytest.fixture
def clocks():
    return Clocks()


@pytest.fixture
def store():
    return Store(
        stored_tenant("acme", stored_key(ACME_KEY)), stored_tenant("beta", stored_key(BETA_KEY))
    )


@pytest.fixture
def uses():
    return Uses()


@pytest.fixture
def admission(store, clocks, uses):
    def made(*, open_intake=False):
        return Admission(
            store, Limits(), uses, open_intake=open_intake, now=clocks.now, clock=clocks.clock
        )

    return made


def sender(key=None, named=None, tenant=None, key_id=None):
    authorization = None if key is None else f"Bearer {key}"
    return Sender(tenant=tenant, authorization=authorization, named=named, key_id=key_id)


def let_in(tenant, key, named=None):
    """As the authorizer hands a sender on."""
    return sender(key, named, tenant, keys.key_id(keys.digest(key)))


@pytest.mark.parametrize("open_intake", [True, False])
def test_a_key_speaks_for_its_tenant(admission, open_intake):
    admission = admission(open_intake=open_intake)
    assert admission.tenant(sender(ACME_KEY)) == "acme"
    assert admission.tenant(sender(BETA_KEY, named="beta")) == "beta"
    assert admission.tenant(let_in("acme", ACME_KEY, named="acme")) == "acme"


@pytest.mark.parametrize("open_intake", [True, False])
@pytest.mark.parametrize("named", ["beta", "ACME", "acme ", "acme%23", "", "\u0430cme", "acme\n"])
def test_a_header_other_than_the_keys_tenant_is_forbidden(admission, open_intake, named):
    for who in (sender(ACME_KEY, named), let_in("acme", ACME_KEY, named)):
        with pytest.raises(Forbidden, match="another tenant than the key's"):
            admission(open_intake=open_intake).tenant(who)


@pytest.mark.parametrize("open_intake", [True, False])
@pytest.mark.parametrize("authorization", ["", "Basic YTpi", "Bearer x", f"Bearer {UNKNOWN_KEY}"])
def test_what_is_no_live_key_lets_nobody_in(admission, open_intake, authorization):
    who = Sender(tenant=None, authorization=authorization, named="acme")
    with pytest.raises(Unauthenticated, match="send a tenant's key"):
        admission(open_intake=open_intake).tenant(who)


def test_without_open_intake_a_key_is_needed(admission):
    with pytest.raises(Unauthenticated):
        admission().tenant(sender(named="acme"))


def test_open_intake_takes_the_header_or_leaves_it_to_the_records(admission):
    admission = admission(open_intake=True)
    assert admission.tenant(sender(named="never_created")) == "never_created"
    assert admission.tenant(sender()) is None


@pytest.mark.parametrize("named", ["", "Acme", "acme#", "acme%23", "acme\n", "x" * 65])
def test_open_intake_takes_no_malformed_header(admission, named):
    with pytest.raises(InvalidInput, match="X-Tenant-ID must be"):
        admission(open_intake=True).tenant(sender(named=named))


def test_a_key_that_ends_lets_in_until_then(admission, store, clocks):
    store.tenants["acme"] = stored_tenant("acme", stored_key(ACME_KEY, "2026-01-31T09:30:05Z"))
    admission = admission()
    clocks.at = NOW + timedelta(seconds=4.999999)
    assert admission.bearer(f"Bearer {ACME_KEY}").tenant_id == "acme"
    clocks.at = NOW + timedelta(seconds=5)
    assert admission.bearer(f"Bearer {ACME_KEY}") is None


def test_what_looks_like_no_key_is_not_looked_up(admission, store):
    for header in (None, "", "Bearer x", "Bearer omk_x"):
        assert admission().bearer(header) is None
    assert store.asked == []


def test_a_key_revoked_behind_the_gateways_back_is_refused_within_a_second(
    admission, store, clocks
):
    admission = admission()
    admission.tenant(let_in("acme", ACME_KEY))
    store.tenants["acme"] = stored_tenant("acme", stored_key(ACME_KEY, "2026-01-31T09:30:00Z"))
    clocks.at_s += 1.0
    with pytest.raises(Unauthenticated):
        admission.tenant(let_in("acme", ACME_KEY))


def test_a_key_newer_than_what_is_remembered_of_its_tenant_lets_in_at_once(admission, store):
    admission = admission()
    admission.tenant(let_in("acme", ACME_KEY))
    store.tenants["acme"] = stored_tenant("acme", stored_key(ACME_KEY), stored_key(UNKNOWN_KEY))
    assert admission.tenant(let_in("acme", UNKNOWN_KEY)) == "acme"
    assert store.asked == ["acme", "acme"]


def test_the_authorizers_word_is_not_taken_for_another_tenants_key(admission):
    with pytest.raises(Unauthenticated):
        admission().tenant(let_in("beta", ACME_KEY))
    with pytest.raises(Unauthenticated):
        admission().tenant(sender(ACME_KEY, tenant="acme", key_id=None))


def test_a_key_that_lets_in_is_used(admission, uses):
    closed, opened = admission(), admission(open_intake=True)
    closed.tenant(sender(ACME_KEY))
    closed.tenant(let_in("acme", ACME_KEY))
    opened.tenant(sender(BETA_KEY))
    assert uses.noted == [
        ("acme", keys.key_id(keys.digest(ACME_KEY))),
        ("acme", keys.key_id(keys.digest(ACME_KEY))),
        ("beta", keys.key_id(keys.digest(BETA_KEY))),
    ]


def test_who_is_refused_or_has_no_key_uses_none(admission, uses):
    opened = admission(open_intake=True)
    opened.tenant(sender(named="acme"))
    for refused in (sender("omk_none"), let_in("acme", BETA_KEY)):
        with pytest.raises(Unauthenticated):
            opened.tenant(refused)
    assert uses.noted == []


def test_settings_are_read_once_a_second(admission, store, clocks):
    admission = admission()
    for _ in range(50):
        assert admission.settings("acme") == MASKLESS
    assert store.asked == ["acme"]
    store.tenants["acme"] = stored_tenant("acme", settings=TenantSettings(rate_per_s=5))
    clocks.at_s += 0.999
    assert admission.settings("acme") == MASKLESS
    clocks.at_s += 0.001
    assert admission.settings("acme") == TenantSettings(rate_per_s=5)


def test_a_new_tenant_has_its_settings_within_a_second(admission, store, clocks):
    admission = admission(open_intake=True)
    assert admission.settings("new") == TenantSettings()
    store.tenants["new"] = stored_tenant("new", settings=TenantSettings(retention_days=3))
    clocks.at_s += 1.0
    assert admission.settings("new") == TenantSettings(retention_days=3)


def test_made_up_tenants_do_not_fill_the_memory(admission, store):
    admission = admission(open_intake=True)
    for number in range(3000):
        admission.settings(f"t{number}")
    assert len(admission._seen._values) == 1024


def test_without_its_settings_no_request_is_taken(admission, store):
    def broken(tenant_id):
        raise Unavailable("the database is not available; try again")

    store.get = broken
    with pytest.raises(Unavailable):
        admission(open_intake=True).take("acme", 1, 70)


def test_a_request_is_counted_by_the_tenants_settings(admission):
    admission = admission()
    admission.take("acme", 7, 70)
    assert admission._limits.taken == [("acme", 7, MASKLESS, 70)]


def test_open_intake_lists_a_tenant_that_nobody_created_once_it_sends(admission, store):
    admission = admission(open_intake=True)
    for _ in range(3):
        admission.take("new", 1, 70)
    listed = store.tenants["new"]
    assert (listed.origin, listed.settings, listed.keys) == ("open_intake", TenantSettings(), ())
    assert store.tenants["acme"].origin == "operator"


def test_a_process_lists_a_bounded_number_of_tenants(admission, store, monkeypatch):
    monkeypatch.setattr(admission_module, "MAX_NEW_TENANTS", 3)
    admission = admission(open_intake=True)
    for number in range(10):
        admission.take(f"t-{number}", 1, 70)
    assert sorted(store.tenants) == ["acme", "beta", "t-0", "t-1", "t-2"]


def test_a_tenant_that_cannot_be_listed_may_send_all_the_same(admission, store, monkeypatch):
    def fails(tenant):
        raise Unavailable("the database is not available; try again")

    monkeypatch.setattr(store, "create", fails)
    admission(open_intake=True).take("new", 1, 70)


def test_without_open_intake_no_tenant_is_listed(admission, store):
    admission().take("new", 1, 70)
    assert "new" not in store.tenants
