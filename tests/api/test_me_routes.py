"""`/me`: who calls, and verbs that say what the routes will do."""

import pytest

from app import app
from chalicelib.errors import Forbidden
from chalicelib.overview.rights import RULES

ME, LOGS = "/api/v1/me", "/api/v1/logs"
PEOPLE = {
    "nobody's": {},
    "of a tenant": {"custom:tenant_id": "acme"},
    "publisher": {"cognito:groups": "publisher"},
    "operator": {"cognito:groups": "operator"},
    "both": {"cognito:groups": "operator,publisher", "custom:tenant_id": "acme"},
}
OPERATIONS = {operation.name: operation for operation in app.operations}
EVERYONES = {
    "records.read",
    "records.write",
    "searches.count",
    "orders.place",
    "orders.read",
}


def may(callers, claims):
    status, me = callers.user("u-1", **claims).send("GET", ME)
    assert status == 200
    return set(me["may"])


def test_a_person_is_described_by_the_token(callers):
    claims = {"cognito:groups": "publisher,operator", "custom:tenant_id": "acme"}
    status, me = callers.user("u-1", email="ada@example.com", **claims).send("GET", ME)
    assert status == 200
    assert {name: me[name] for name in ("id", "email", "tenant", "groups", "stage")} == {
        "id": "u-1",
        "email": "ada@example.com",
        "tenant": "acme",
        "groups": ["operator", "publisher"],
        "stage": "test",
    }


def test_who_belongs_to_nothing_may_do_what_anyone_may(callers):
    _, me = callers.user().send("GET", ME)
    assert (me["tenant"], me["groups"]) == (None, [])
    assert set(me["may"]) == EVERYONES


def test_verbs_follow_from_group_and_tenant(callers):
    assert may(callers, PEOPLE["of a tenant"]) == {*EVERYONES, "logs.read"}
    assert may(callers, PEOPLE["publisher"]) == {
        *EVERYONES,
        "messages.read",
        "messages.write",
        "templates.write",
        "certifications.manage",
        "suppressions.write",
        "webhooks.manage",
    }
    assert may(callers, PEOPLE["operator"]) == {
        *EVERYONES,
        "records.list",
        "records.import",
        "orders.list",
        "logs.read_any",
        "audit.read",
        "tenants.manage",
        "templates.write",
        "suppressions.write",
        "suppressions.remove",
        "webhooks.manage",
        "pipeline.read",
        "dead_letters.read",
        "dead_letters.redrive",
        "dead_letters.delete",
    }
    assert may(callers, PEOPLE["both"]) == {str(verb) for verb in RULES} - {"messages.approve"}


@pytest.mark.parametrize("verb", RULES)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_verb_is_what_the_declared_access_admits(callers, person, verb):
    claims = {"sub": "u-1", "token_use": "id", **PEOPLE[person]}
    caller = OPERATIONS["show_me"].access.admit(claims)

    def admits(operation):
        try:
            return operation.access.admit(claims) is not None
        except Forbidden:
            return False

    rule = RULES[verb]
    if verb == "messages.approve":  # of stages that require it
        assert verb not in may(callers, PEOPLE[person])
        return
    admitted = all(admits(OPERATIONS[name]) for name in rule.operations)
    assert (verb in may(callers, PEOPLE[person])) == (admitted and rule.also(caller))


def test_every_route_for_a_group_has_a_verb():
    named = {name for rule in RULES.values() for name in rule.operations}
    guarded = {name for name, operation in OPERATIONS.items() if operation.access.group}
    assert guarded <= named <= set(OPERATIONS)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_verbs_of_logs_say_what_reading_them_does(callers, person):
    user, verbs = callers.user("u-1", **PEOPLE[person]), may(callers, PEOPLE[person])
    assert (user.send("GET", LOGS)[0] == 200) == ("logs.read" in verbs)
    assert (user.send("GET", f"{LOGS}?tenant_id=beta")[0] == 200) == ("logs.read_any" in verbs)
