"""Who may call: each access by itself, and an Api that puts it before everything else."""

import json

import pytest
from support.events import Context, api_event

from chalicelib.errors import Conflict, Forbidden, NotFound, Unauthenticated
from chalicelib.web.access import (
    OPEN,
    OPERATORS,
    ORDERERS,
    PUBLISHERS,
    SENDERS,
    SIGNED_IN,
    WEBHOOK_OWNERS,
)
from chalicelib.web.api import Api

CLAIMS = {"sub": "u-1", "token_use": "id", "email": "u-1@e.org"}
OPERATOR = {**CLAIMS, "cognito:groups": "operator"}
PUBLISHER = {**CLAIMS, "cognito:groups": "publisher"}
BOTH = {**CLAIMS, "cognito:groups": "operator,publisher"}


@pytest.mark.parametrize("access", [SIGNED_IN, OPERATORS, PUBLISHERS, ORDERERS])
@pytest.mark.parametrize("claims", [None, {}, {**CLAIMS, "token_use": "access"}])
def test_people_sign_in_first(access, claims):
    with pytest.raises(Unauthenticated, match="sign in and send the ID token"):
        access.admit(claims)


@pytest.mark.parametrize("access", [OPEN, SENDERS])
def test_where_no_person_signs_in_nobody_is_known(access):
    assert access.admit(None) is None
    assert access.admit(OPERATOR) is None


@pytest.mark.parametrize("access", [SIGNED_IN, ORDERERS])
def test_anyone_signed_in_is_admitted(access):
    assert access.admit(CLAIMS).id == "u-1"


@pytest.mark.parametrize(
    ("access", "admitted", "refused", "message"),
    [
        (OPERATORS, [OPERATOR, BOTH], [CLAIMS, PUBLISHER], "only operators may do this"),
        (PUBLISHERS, [PUBLISHER, BOTH], [CLAIMS, OPERATOR], "only publishers may do this"),
        (
            WEBHOOK_OWNERS,
            [PUBLISHER, OPERATOR, BOTH],
            [CLAIMS],
            "only publishers and operators may do this",
        ),
    ],
)
def test_a_group_admits_its_members_alone(access, admitted, refused, message):
    assert [access.admit(claims).id for claims in admitted] == ["u-1"] * len(admitted)
    for claims in refused:
        with pytest.raises(Forbidden, match=message):
            access.admit(claims)


def test_open_intake_opens_what_senders_and_orderers_call_and_nothing_else():
    def is_open(access):
        on_stage = access.on_stage(open_intake=True)
        return not (on_stage.signed_in or on_stage.tenant_key)

    assert [is_open(item) for item in (SENDERS, ORDERERS)] == [True, True]
    assert [is_open(item) for item in (SIGNED_IN, OPERATORS, PUBLISHERS)] == [False] * 3
    for access in (OPEN, SIGNED_IN, OPERATORS, PUBLISHERS, SENDERS, ORDERERS):
        assert access.on_stage(open_intake=False) is access


def test_open_intake_knows_whom_the_gateway_names_and_asks_nobody():
    access = ORDERERS.on_stage(open_intake=True)
    assert access.admit(None) is None
    assert access.admit({"token_use": "id", "sub": "u-1"}).id == "u-1"


def test_each_access_has_its_sentence_and_its_failures():
    assert [item.note for item in (OPERATORS, PUBLISHERS)] == ["For operators.", "For publishers."]
    assert WEBHOOK_OWNERS.note == "For publishers and operators."
    assert [item.note for item in (OPEN, SIGNED_IN, SENDERS, ORDERERS)] == [""] * 4
    assert OPEN.failures == ()
    assert SIGNED_IN.failures == ORDERERS.failures == (Unauthenticated,)
    assert OPERATORS.failures == PUBLISHERS.failures == (Unauthenticated, Forbidden)
    # A key that is sent is checked with open intake too.
    assert SENDERS.failures == SENDERS.on_stage(open_intake=True).failures
    assert SENDERS.failures == (Unauthenticated, Forbidden)


# --- An application with every kind of access ------------------------------------------------


@pytest.fixture
def api():
    made = Api("small", cors_origin="https://console.example.com", user_pool_arn="arn:pool")
    made.seen = []

    @made.post("/messages", body=dict, status=201, access=PUBLISHERS, failures=(Conflict,))
    def create_message(body: dict) -> dict:
        """Create a message.

        It is sent when it is due.
        """
        made.seen.append(body)
        return body

    @made.patch("/messages/{message_id}", body=dict, access=PUBLISHERS, failures=(NotFound,))
    def change_message(body: dict, message_id: str) -> dict:
        """Change a part of a message."""
        return {message_id: body}

    return made


def answered(api, method, resource, claims, **event):
    sent = api_event(method, resource, **event)
    sent["requestContext"]["authorizer"] = {"claims": claims}
    answer = api(sent, Context())
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def test_a_publisher_calls_a_route_for_publishers(api):
    status, body, _ = answered(api, "POST", "/messages", PUBLISHER, body='{"text":"a"}')
    assert (status, body) == (201, {"text": "a"})
    path = "/messages/{message_id}"
    status, body, _ = answered(api, "PATCH", path, BOTH, body='{"text":"b"}', message_id="m%2D1")
    assert (status, body) == (200, {"m-1": {"text": "b"}})


@pytest.mark.parametrize("claims", [CLAIMS, OPERATOR])
@pytest.mark.parametrize(
    "event",
    [
        {"body": "{"},
        {"body": None},
        {"body": "x", "isBase64Encoded": True},
        {"body": "{}", "headers": {"content-type": "text/plain"}},
        {"body": "{}", "headers": {"content-encoding": "gzip"}},
    ],
)
def test_others_get_a_403_before_anything_of_the_request_is_read(api, claims, event):
    status, body, headers = answered(api, "POST", "/messages", claims, **event)
    assert (status, body) == (
        403,
        {"message": "only publishers may do this", "code": "forbidden", "request_id": "r-1"},
    )
    assert headers["Access-Control-Allow-Origin"] == "https://console.example.com"
    path = "/messages/{message_id}"
    assert answered(api, "PATCH", path, claims, message_id="%ff", **event)[0] == 403
    assert api.seen == []


def test_nobody_gets_a_401_before_a_415(api):
    headers = {"content-type": "text/plain"}
    assert answered(api, "POST", "/messages", None, body="{}", headers=headers)[0] == 401
    assert answered(api, "POST", "/messages", PUBLISHER, body="{}", headers=headers)[0] == 415


def test_the_documentation_says_for_whom_a_route_is(api):
    paths = api.openapi("1")["paths"]
    create, change = paths["/messages"]["post"], paths["/messages/{message_id}"]["patch"]
    assert create["description"] == "It is sent when it is due.\n\nFor publishers."
    assert change["description"] == "For publishers."
    assert create["security"] == change["security"] == [{"idToken": []}]
    common = {"400", "401", "403", "413", "415", "500", "503"}
    assert set(create["responses"]) == common | {"201", "409"}
    assert set(change["responses"]) == common | {"200", "404", "431"}


def test_an_api_key_is_asked_for_beside_the_token_and_documented(api):
    @api.get("/keyed", api_key=True)
    def read() -> None:
        """Read."""

    assert api.routes["/keyed"]["GET"].api_key_required is True
    operation = api.openapi("1")["paths"]["/keyed"]["get"]
    assert operation["security"] == [{"idToken": [], "apiKey": []}]
    assert set(operation["responses"]) == {
        *("200", "304", "400", "401", "403", "429", "431", "500", "503")
    }


def test_a_route_without_access_is_for_those_who_signed_in(api):
    @api.delete("/things")
    def delete_things() -> None:
        """Delete them."""

    assert api.routes["/things"]["DELETE"].authorizer.name == "OmniCognito"
    assert answered(api, "DELETE", "/things", None)[0] == 401


@pytest.mark.parametrize(
    ("access", "message"), [(SIGNED_IN, "a user pool"), (SENDERS, "an authorizer of keys")]
)
def test_a_route_without_its_authorizer_is_not_registered(access, message):
    with pytest.raises(LookupError, match=message):
        Api("bare", cors_origin="*").get("/things", access=access)(lambda: None)


def test_chalices_own_decorator_which_asks_nobody_is_refused(api):
    with pytest.raises(TypeError, match="register /things with get, post"):
        api.route("/things", methods=["GET"])
