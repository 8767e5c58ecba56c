"""A route for a group tells others nothing: 403 before anything of the request is read."""

import re
from collections import Counter
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.events import Context, api_event

from app import app

ROUTES = [operation for operation in app.operations if operation.access.group]
BODIES = {
    "nothing": {"body": None},
    "no JSON": {"body": "{"},
    "a list": {"body": "[]"},
    "unknown fields": {"body": '{"no_such_field": 1}'},
    "no base64": {"body": "x", "isBase64Encoded": True},
    "a surrogate": {"body": '{"ids":["\ud800"]}'},
    "text": {"body": "{}", "headers": {"content-type": "text/plain"}},
    "gzip": {"body": "{}", "headers": {"content-encoding": "gzip"}},
}
IDS = ["a", "x%23METADATA", "%ff", "a%00", "", "a" * 2049]
QUERIES = [{"limit": ["x"]}, {"cursor": ["x"]}, {"limit": ["0"], "since": ["never"]}]
PEOPLE = {
    "nobody special": (),
    "the other group": ("operator", "publisher"),
    "almost": ("operators", "publishers"),
}


class Untouched:
    """A cloud that nobody may ask for anything."""

    def client(self, *arguments):
        raise AssertionError(arguments)


def status(operation, part, **event):
    groups = event.pop("groups")
    parts = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), part)
    sent = api_event(operation.method, operation.path, **parts, **event)
    sent["requestContext"]["authorizer"]["claims"]["cognito:groups"] = groups
    return app(sent, Context())["statusCode"]


def groups_beside(operation, groups):
    admitted = (operation.access.group, operation.access.or_group)
    return ",".join(group for group in groups if group not in admitted)


def test_the_routes_of_groups_are_all_here():
    counted = Counter(operation.access.group for operation in ROUTES)
    assert set(counted) == {"operator", "publisher"}
    assert min(counted.values()) >= 18  # else the search for them finds less than it did


@pytest.mark.parametrize("people", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("operation", ROUTES, ids=lambda operation: operation.name)
def test_whatever_is_sent_others_get_a_403_and_nothing_is_done(run_on, operation, people):
    run_on(Untouched())
    groups = groups_beside(operation, people)
    for body, part in product(BODIES.values(), IDS):
        assert status(operation, part, groups=groups, **body) == 403, (body, part)
    for query in QUERIES:
        assert status(operation, "a", groups=groups, query=query) == 403, query


# Texts as a proxy event may hold them, lone surrogates included.
TEXTS = st.one_of(st.none(), st.text(max_size=40), st.text(st.characters(), max_size=40))
HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-type", "content-encoding", "idempotency-key", "if-match", "x-tenant-id", "accept"]
    ),
    st.text(max_size=20),
)
QUERY = st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), min_size=1, max_size=2))
SENT = st.fixed_dictionaries(
    {
        "body": TEXTS,
        "isBase64Encoded": st.booleans(),
        "headers": HEADERS,
        "query": st.one_of(st.none(), QUERY),
    }
)
CLAIMS = st.text(max_size=20).filter(
    lambda groups: "operator" not in groups and "publisher" not in groups
)


@pytest.mark.thorough
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sent=SENT, path_part=st.text(max_size=20), groups=CLAIMS)
def test_on_all_routes_of_a_group_whatever_is_sent_others_get_a_403(
    run_on, sent, path_part, groups
):
    run_on(Untouched())
    for operation in ROUTES:
        assert status(operation, path_part, groups=groups, **sent) == 403, operation.name


def test_who_is_of_the_group_is_told_what_is_wrong_with_it(callers):
    told = {
        operation.name: status(operation, "x%23METADATA", groups=operation.access.group, body="{")
        for operation in ROUTES
        if operation.body is not None or "{" in operation.path
    }
    assert told.pop("list_dead_letters") == 404
    for name in ("import_records", "import_messages"):
        assert told.pop(name) == 415  # it takes lines and tables
    assert set(told.values()) == {400}
