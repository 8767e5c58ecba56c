"""What a request made, found by its id for a month."""

import pytest

from chalicelib.aws.request_refs import KEPT_S, RequestRef, RequestRefs
from chalicelib.aws.table import Table

AT = "2026-11-28T14:03:22Z"


@pytest.fixture
def clock():
    return [1_800_000_000.0]


@pytest.fixture
def refs(aws, clock):
    return RequestRefs(Table(aws.client("dynamodb"), "OmniState-test"), lambda: clock[0])


def ref(kind="order", thing="o-1"):
    return RequestRef(kind=kind, id=thing, owner="u-1", at=AT)


def put(refs, request_id, *made):
    for thing in made:
        for item in refs.items(request_id, thing):
            refs.table.put(item)


def test_what_a_request_made_is_found_by_its_id(refs):
    put(refs, "r-1", ref(), ref("message", "m-1"))
    put(refs, "r-2", ref(thing="o-2"))
    assert refs.find("r-1") == [ref("message", "m-1"), ref()]
    assert refs.find("r-3") == []


def test_a_reference_that_expired_is_none_even_before_it_is_deleted(refs, clock):
    put(refs, "r-1", ref())
    clock[0] += KEPT_S - 1
    assert refs.find("r-1") == [ref()]
    clock[0] += 1
    assert refs.find("r-1") == []


@pytest.mark.parametrize("request_id", [None, "", "a b", "a#b", "x" * 129])
def test_an_id_that_cannot_be_a_key_is_not_kept(refs, request_id):
    assert refs.items(request_id, ref()) == []
