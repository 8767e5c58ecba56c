"""Who calls: the claims that API Gateway or an authorizer hands over, in all their shapes."""

import pytest

from chalicelib.errors import Unauthenticated
from chalicelib.web.principal import from_claims

CLAIMS = {"sub": "u-1", "token_use": "id", "email": "a@b.c", "custom:tenant_id": "acme"}


def test_a_principal_is_read_from_the_id_tokens_claims():
    caller = from_claims({**CLAIMS, "cognito:groups": "operator,publisher"})
    assert (caller.id, caller.email, caller.tenant) == ("u-1", "a@b.c", "acme")
    assert caller.groups == {"operator", "publisher"}
    assert caller.is_operator


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (None, set()),
        ("", set()),
        ([], set()),
        ("[]", set()),
        ("operator", {"operator"}),
        ("operator,publisher", {"operator", "publisher"}),
        ("operator, publisher", {"operator", "publisher"}),
        ("[operator publisher]", {"operator", "publisher"}),
        ("[operator]", {"operator"}),
        (["operator", "publisher"], {"operator", "publisher"}),
        (("operator",), {"operator"}),
    ],
)
def test_groups_come_as_a_list_or_flattened(claim, expected):
    assert from_claims({**CLAIMS, "cognito:groups": claim}).groups == expected


@pytest.mark.parametrize(
    "claim", ["operators", "Operator", "OPERATOR", "co-operator", "operator-x", None]
)
def test_only_the_group_by_its_exact_name_makes_an_operator(claim):
    caller = from_claims({**CLAIMS, "cognito:groups": claim})
    assert not caller.is_operator


@pytest.mark.parametrize(
    "claims",
    [
        None,
        {},
        {"sub": "u-1"},
        {"token_use": "id"},
        {**CLAIMS, "sub": ""},
        {**CLAIMS, "sub": None},
        {**CLAIMS, "token_use": "access"},
        {**CLAIMS, "token_use": None},
        {**CLAIMS, "sub": 5},
        {**CLAIMS, "sub": ["u-1"]},
        {**CLAIMS, "sub": True},
        {**CLAIMS, "custom:tenant_id": 5},
        {**CLAIMS, "custom:tenant_id": ["acme"]},
        {**CLAIMS, "cognito:groups": 5},
        {**CLAIMS, "cognito:groups": True},
        {**CLAIMS, "cognito:groups": {"operator": 1}},
        {**CLAIMS, "cognito:groups": [["operator"]]},
        {**CLAIMS, "cognito:groups": [5, "operator"]},
    ],
    ids=str,
)
def test_without_an_id_tokens_claims_nobody_calls(claims):
    with pytest.raises(Unauthenticated):
        from_claims(claims)


def test_what_a_token_lacks_is_empty():
    caller = from_claims({"sub": "u-1", "token_use": "id"})
    assert (caller.email, caller.groups, caller.tenant) == ("", frozenset(), None)


@pytest.mark.parametrize(
    ("claim", "has_proof"),
    [({"email_verified": "true"}, True), ({"email_verified": True}, True), ({}, True)]
    + [({"email_verified": "false", "identities": '[{"providerName": "Google"}]'}, True)]
    + [({"email_verified": said}, False) for said in ("false", False, "", None, "TRUE ")],
)
def test_an_address_that_nobody_verified_is_without_proof(claim, has_proof):
    assert from_claims(CLAIMS | claim).has_proof is has_proof
