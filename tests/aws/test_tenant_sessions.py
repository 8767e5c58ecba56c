"""Sessions tagged with a tenant: one each, renewed in time, and used for every read."""

from datetime import UTC, datetime, timedelta

import pytest
from support.clouds import RESOURCES
from support.failpoints import access_denied, failpoint, unavailable

from chalicelib.errors import Unavailable
from chalicelib.tenant_logs.search.sessions import TenantTables

ROLE = "arn:aws:iam::123456789012:role/OmniTenantReader-test"
LOGS_TABLE = next(table.name for table in RESOURCES.tables if table.output == "LogsTable")


class Clock:
    def __init__(self):
        self.at = datetime.now(UTC)

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tables(aws, clock):
    return TenantTables(aws, ROLE, LOGS_TABLE, now=clock)


@pytest.fixture
def assumed(aws):
    """The parameters of each AssumeRole."""
    seen = []
    aws.client("sts").meta.events.register(
        "provide-client-params.sts.AssumeRole", lambda params, **_: seen.append(params)
    )
    return seen


@pytest.fixture
def signed(aws):
    """The access key and the table of each Query of any client."""
    seen = []

    def note(request, **_):
        seen.append(request.headers["Authorization"].decode().partition("Credential=")[2][:20])

    aws.session.register("before-send.dynamodb.Query", note)
    return seen


def test_a_session_is_tagged_with_its_tenant_for_an_hour(tables, assumed):
    tables("acme")
    assert assumed == [
        {
            "RoleArn": ROLE,
            "RoleSessionName": "logs-acme",
            "DurationSeconds": 3600,
            "Tags": [{"Key": "tenant_id", "Value": "acme"}],
        }
    ]


def test_a_long_tenant_has_a_session_too(tables, assumed):
    tables("x" * 64)
    assert assumed[0]["RoleSessionName"] == "logs-" + "x" * 59
    assert assumed[0]["Tags"] == [{"Key": "tenant_id", "Value": "x" * 64}]


def test_each_tenant_has_a_session_of_its_own_and_keeps_it(tables, assumed):
    first = tables("acme")
    assert tables("acme") is first
    assert tables("beta") is not first
    assert [role["Tags"][0]["Value"] for role in assumed] == ["acme", "beta"]


def test_a_session_is_renewed_five_minutes_before_its_end(tables, assumed, clock):
    first = tables("acme")
    clock.at += timedelta(minutes=54)
    assert tables("acme") is first
    clock.at += timedelta(minutes=1, seconds=1)
    assert tables("acme") is not first
    assert len(assumed) == 2


def test_many_tenants_do_not_fill_the_memory(tables, assumed):
    for number in range(40):
        tables(f"t{number}")
    assert len(tables._sessions._values) == 32


def test_without_a_session_nothing_is_read(aws, tables, pauses):
    with failpoint(aws.client("sts"), "AssumeRole", *[unavailable] * 3), pytest.raises(Unavailable):
        tables("acme")


def people(callers, tenant):
    return callers.user("u-1", **{"custom:tenant_id": tenant})


@pytest.fixture
def with_role(aws, run_on, callers):
    """The app on a stage that names the role."""
    run_on(aws, tenant_reader_role_arn=ROLE)
    return callers


def test_the_routes_read_by_the_session_of_the_readers_tenant(with_role, assumed, signed):
    for tenant in ("acme", "beta", "acme"):
        assert people(with_role, tenant).send("GET", "/api/v1/logs")[0] == 200
    assert [role["Tags"][0]["Value"] for role in assumed] == ["acme", "beta"]
    assert signed[0] == signed[2] != signed[1]
    assert all(key.startswith("ASIA") for key in signed)


def test_a_reader_without_a_tenant_has_no_session(with_role, assumed):
    assert with_role.operator().send("GET", "/api/v1/logs")[0] == 403
    assert assumed == []


def test_a_role_that_may_not_be_taken_is_our_fault_and_no_way_in(aws, with_role):
    with failpoint(aws.client("sts"), "AssumeRole", access_denied):
        status, problem = people(with_role, "acme").send("GET", "/api/v1/logs")
    assert (status, problem["code"]) == (500, "internal_error")
