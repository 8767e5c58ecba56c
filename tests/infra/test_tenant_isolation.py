"""What IAM itself lets a tenant's session and the evaluator do, by the stacks' own policies."""

import re

import pytest
from iam_evaluator import Need, allows

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/MultiTenantLogs-dev"
OTHER_TABLES = [TABLE.replace("MultiTenantLogs", name) for name in ("OmniState", "orders", "Omni")]
READS = ("GetItem", "Query")
WRITES = (
    "BatchWriteItem",
    "DeleteItem",
    "PutItem",
    "UpdateItem",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLUpdate",
)
ADMINISTRATION = ("CreateTable", "DeleteTable", "UpdateTable", "UpdateTimeToLive", "TagResource")
LEADING_KEYS = "dynamodb:LeadingKeys"
TAG = "aws:PrincipalTag/tenant_id"


@pytest.fixture
def policy_of(dev):
    """The policy of a role of the access stack, as it is on AWS."""

    def found(role):
        statements = [_on_aws(statement) for statement in dev["access"].statements(role)]
        assert statements
        return {"Statement": statements}

    return found


@pytest.fixture
def reader(policy_of):
    """Whether a tenant's session may use an action on items of some partitions."""
    policy = policy_of("TenantReader")

    def may(action, *partitions, tenant="acme", resource=TABLE):
        context = {TAG: tenant} if tenant else {}
        if partitions:
            context[LEADING_KEYS] = partitions
        return allows(policy, Need(f"dynamodb:{action}", resource), context)

    return may


@pytest.mark.parametrize("tenant", ["acme", "beta"])
@pytest.mark.parametrize("action", READS)
def test_a_tenants_session_reads_its_own_partition(reader, action, tenant):
    assert reader(action, tenant, tenant=tenant)


@pytest.mark.parametrize(("tenant", "other"), [("acme", "beta"), ("beta", "acme")])
@pytest.mark.parametrize("action", READS)
def test_a_tenants_session_reads_no_other_partition(reader, action, tenant, other):
    assert not reader(action, other, tenant=tenant)
    assert not reader(action, tenant, other, tenant=tenant)
    for lookalike in (tenant.upper(), f"{tenant}#", f"{tenant}2", f"{tenant} ", "", "*"):
        assert not reader(action, lookalike, tenant=tenant), lookalike


@pytest.mark.parametrize("action", READS)
def test_without_a_key_or_a_tenant_nothing_is_read(reader, action):
    assert not reader(action)
    assert not reader(action, "acme", tenant=None)
    assert not reader(action, tenant=None)


@pytest.mark.parametrize("action", ["Scan", "PartiQLSelect", "DescribeTable", "BatchGetItem"])
def test_a_tenants_session_reads_in_no_other_way(reader, action):
    assert not reader(action)
    assert not reader(action, "acme")


@pytest.mark.parametrize("action", [*WRITES, *ADMINISTRATION])
def test_a_tenants_session_writes_nothing(reader, action):
    assert not reader(action, "acme")


def test_a_tenants_session_reads_its_own_partition_of_the_index(reader):
    index = f"{TABLE}/index/by-arrival"
    assert reader("Query", "acme", resource=index)
    assert not reader("Query", "beta", resource=index)
    assert not reader("Query", resource=index)


@pytest.mark.parametrize("resource", [*OTHER_TABLES, f"{TABLE}/index/x", f"{TABLE}x", "*"])
@pytest.mark.parametrize("action", READS)
def test_a_tenants_session_knows_one_table(reader, action, resource):
    assert not reader(action, "acme", resource=resource)


@pytest.mark.parametrize("action", ["Scan", "Query", "GetItem", "DescribeTable"])
def test_the_evaluator_reads_every_tenants_logs(policy_of, action):
    need = Need(f"dynamodb:{action}", TABLE)
    assert allows(policy_of("Evaluator"), need)
    assert allows(policy_of("Evaluator"), need, {LEADING_KEYS: ["beta"]})


@pytest.mark.parametrize("action", [*WRITES, *ADMINISTRATION])
def test_the_evaluator_writes_nothing(policy_of, action):
    for resource in (TABLE, *OTHER_TABLES):
        assert not allows(policy_of("Evaluator"), Need(f"dynamodb:{action}", resource))


@pytest.mark.parametrize("resource", OTHER_TABLES)
def test_the_evaluator_knows_one_table(policy_of, resource):
    for action in ("Scan", "Query", "GetItem", "DescribeTable"):
        assert not allows(policy_of("Evaluator"), Need(f"dynamodb:{action}", resource))


def test_a_weaker_condition_would_be_noticed(policy_of):
    """The evaluator itself can tell: without either half of the condition others are read."""
    policy = policy_of("TenantReader")
    (statement,) = policy["Statement"]
    others = {TAG: "acme", LEADING_KEYS: ["beta"]}
    none = {TAG: "acme"}
    query = Need("dynamodb:Query", TABLE)
    for operator, context in (("ForAllValues:StringEquals", others), ("Null", none)):
        conditions = {k: v for k, v in statement["Condition"].items() if k != operator}
        weaker = {"Statement": [{**statement, "Condition": conditions}]}
        assert not allows(policy, query, context)
        assert allows(weaker, query, context)


def _on_aws(statement):
    """A statement of a template with CloudFormation's own variables filled in."""
    filled = {"AWS::AccountId": "123456789012", "AWS::Partition": "aws"}

    def fill(text):
        return re.sub(r"\$\{(AWS::\w+)\}", lambda found: filled[found[1]], text)

    resources = statement["Resource"]
    resources = [resources] if isinstance(resources, str) else resources
    return {**statement, "Resource": [fill(resource) for resource in resources]}
