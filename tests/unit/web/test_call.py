"""The call that a view is given: facts of the request, headers read where they are declared."""

import json

import msgspec
import pytest
from support.calls import call_by, call_of_sender
from support.events import Context, api_event

from chalicelib.errors import Unauthenticated
from chalicelib.web.access import OPEN, SIGNED_IN
from chalicelib.web.api import Api
from chalicelib.web.call import Call
from chalicelib.web.preconditions import Precondition
from chalicelib.web.principal import Principal, Sender

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
BAD = {"idempotency-key": "a b", "if-match": "W/x"}


def test_a_call_on_an_open_route_has_no_principal():
    assert call_of_sender().caller is None
    with pytest.raises(Unauthenticated):
        _ = call_of_sender().principal


def test_a_signed_in_call_has_its_principal():
    call = call_by("u-1", "operator", tenant="acme")
    assert call.principal == Principal("u-1", "u-1@e.org", frozenset({"operator"}), "acme")


def test_the_named_tenant_is_that_of_the_header():
    assert call_of_sender("acme").named_tenant == "acme"
    assert call_of_sender().named_tenant is None


def test_a_call_is_frozen():
    with pytest.raises(AttributeError):
        call_by("u-1").request_id = "r-2"


# --- As views get it -------------------------------------------------------------------------


def seen(*, headers=(), sent=None, claims=True, access=SIGNED_IN):
    """Status and code of a request, and the call that the view saw, if it was reached."""
    api, calls = Api("small", cors_origin="*", user_pool_arn="arn:pool"), []

    @api.get("/things", headers=headers, access=access)
    def view(call: Call) -> None:
        """Note the call."""
        calls.append(call)

    event = api_event("GET", "/things", sub="u-1" if claims else None, headers=sent)
    answer = api(event, Context())
    code = json.loads(answer["body"])["code"] if answer["body"] else None
    return answer["statusCode"], code, next(iter(calls), None)


def test_a_view_gets_what_the_request_says():
    sent = {
        "Idempotency-Key": "k-1",
        "If-Match": '"3"',
        "X-Tenant-ID": "acme",
        "X-Amzn-Trace-Id": TRACE,
        "Authorization": "Bearer x",
    }
    _, _, call = seen(headers=("Idempotency-Key", "If-Match"), sent=sent)
    assert call == Call(
        request_id="r-1",
        caller=Principal("u-1", "a@b.c", frozenset(), None),
        sender=Sender(authorization="Bearer x", named="acme"),
        idempotency_key="k-1",
        precondition=Precondition(match=frozenset({"3"})),
        trace_header=TRACE,
    )


def test_a_view_without_headers_gets_none_of_them():
    _, _, call = seen(headers=("Idempotency-Key", "If-Match"))
    asked = (call.idempotency_key, call.precondition, call.trace_header)
    assert asked == (None, Precondition(), None)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", "a b"),
        ("Idempotency-Key", ""),
        ("If-Match", "3"),
        ("If-None-Match", "3"),
    ],
)
def test_a_bad_header_is_a_400_where_it_is_declared(header, value):
    sent = {header: value}
    assert seen(headers=(header,), sent=sent) == (400, "invalid_input", None)


def test_a_bad_header_is_ignored_where_it_is_not_read():
    status, _, call = seen(sent=BAD)
    assert (status, call.idempotency_key, call.precondition) == (200, None, Precondition())


def test_on_an_open_route_claims_are_not_looked_at():
    _, _, call = seen(access=OPEN)
    assert call.caller is None


def test_a_view_that_does_not_ask_for_the_call_is_called_without_it_and_no_header_is_read():
    api = Api("small", cors_origin="*")

    @api.get("/health", headers=("Idempotency-Key",), access=OPEN)
    def health() -> dict:
        """Say that this is up."""
        return {"status": "ok"}

    answer = api(api_event("GET", "/health", headers=BAD), Context())
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})


def test_a_view_gets_body_query_path_and_call_together():
    class Query(msgspec.Struct):
        limit: int

    api, calls = Api("small", cors_origin="*", user_pool_arn="arn:pool"), []

    @api.put("/things/{name}", body=dict, query=Query)
    def view(body: dict, query: Query, name: str, call: Call) -> None:
        """Note everything."""
        calls.append((body, query.limit, name, call.principal.id))

    event = api_event("PUT", "/things/{name}", name="a", body='{"x":1}', query={"limit": ["5"]})
    assert api(event, Context())["statusCode"] == 200
    assert calls == [({"x": 1}, 5, "a", "u-1")]
