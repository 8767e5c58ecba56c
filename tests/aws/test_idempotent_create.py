"""Creates under an Idempotency-Key, with a marker beside what they write."""

import msgspec
import pytest

from chalicelib.aws.idempotency import CreateRequest, IdempotentCreate
from chalicelib.aws.state import State
from chalicelib.aws.table import Condition, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.errors import Conflict, Unavailable

_NEW = Condition("attribute_not_exists(pk)")


class Body(msgspec.Struct, frozen=True):
    name: str


def request(key="k", name="a", caller="ada"):
    return CreateRequest.of(caller, key, Body(name))


class Things:
    """Things in the state table, by id."""

    def __init__(self, client):
        self.table = Table(client, "OmniState-test")
        self.creates = IdempotentCreate(State(self.table), "things", self.load)

    def load(self, ref):
        return self.table.get({"pk": "THING", "sk": ref})

    def put(self, ref, markers):
        put = Put(self.table.name, {"pk": "THING", "sk": ref}, _NEW)
        return not transact(self.table.client, [put, *markers])

    def write(self, asked, ref):
        return self.creates.write(asked, ref, lambda markers: self.put(ref, markers))


@pytest.fixture
def things(aws):
    return Things(aws.client("dynamodb"))


def test_what_a_key_created_is_found_by_the_same_body_alone(things):
    assert things.creates.find(request()) is None
    assert things.write(request(), "1") is None
    assert things.creates.find(request())["sk"] == "1"
    with pytest.raises(Conflict):
        things.creates.find(request(name="b"))
    assert things.creates.find(request(caller="bob")) is None


def test_of_two_equal_requests_at_once_the_second_gets_what_the_first_created(things):
    things.write(request(), "1")
    assert things.write(request(), "2")["sk"] == "1"
    assert things.load("2") is None
    with pytest.raises(Conflict):
        things.write(request(name="b"), "3")


@pytest.mark.parametrize("key", ["k", None])
def test_a_write_whose_response_was_lost_finds_its_own(things, key):
    things.write(request(key), "1")
    assert things.write(request(key), "1")["sk"] == "1"


def test_what_was_deleted_is_not_created_again_under_its_key(things):
    things.write(request(), "1")
    exists = Condition("attribute_exists(pk)")
    things.table.delete({"pk": "THING", "sk": "1"}, exists)
    with pytest.raises(Conflict, match="deleted"):
        things.creates.find(request())
    with pytest.raises(Conflict, match="deleted"):
        things.write(request(), "2")
    assert things.load("2") is None


def test_without_a_key_each_request_creates_another(things):
    assert things.write(request(None), "1") is None
    assert things.write(request(None), "2") is None
    assert things.creates.find(request(None)) is None


def test_a_refusal_that_left_nothing_says_so(things):
    with pytest.raises(Unavailable):
        things.creates.write(request(), "1", lambda _: False)
