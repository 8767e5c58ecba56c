"""The emulator's HTTP APIs call functions by the format that AWS documents as 1.0."""

from support import http_api

from infra.local.emulator.payload_formats import complete_authorizer_event, to_old_format

EVENT = {
    "version": "2.0",
    "routeKey": "POST /ingest",
    "rawPath": "/ingest",
    "rawQueryString": "",
    "headers": {"content-type": "application/json", "authorization": "Bearer key"},
    "requestContext": {
        "accountId": "000000000000",
        "apiId": "0a1b2c3d",
        "domainName": "0a1b2c3d.execute-api.localhost",
        "http": {
            "method": "POST",
            "path": "/ingest",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "curl",
        },
        "requestId": "r-1",
        "routeKey": "POST /ingest",
        "stage": "$default",
        "authorizer": {"lambda": {"tenant_id": "acme"}},
    },
    "pathParameters": None,
    "isBase64Encoded": False,
    "body": "{}",
}
DOCUMENTED = http_api.build_event("/ingest", b"{}", {"content-type": "application/json"}, None)


def test_an_event_has_all_that_chalice_reads_where_it_is_documented():
    made = to_old_format(EVENT)

    assert set(made) == set(DOCUMENTED)
    assert set(made["requestContext"]) <= set(DOCUMENTED["requestContext"])
    assert made["version"] == "1.0"
    assert made["requestContext"]["resourcePath"] == "/ingest"
    assert made["requestContext"]["httpMethod"] == "POST"
    assert made["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert made["multiValueHeaders"]["authorization"] == ["Bearer key"]
    assert (made["body"], made["isBase64Encoded"]) == ("{}", False)


def test_what_a_function_found_out_is_the_authorizer_itself_and_claims_are_below_it():
    claims = {"claims": {"sub": "u-1"}, "scopes": []}
    person = {**EVENT, "requestContext": EVENT["requestContext"] | {"authorizer": {"jwt": claims}}}

    assert to_old_format(EVENT)["requestContext"]["authorizer"] == {"tenant_id": "acme"}
    assert to_old_format(person)["requestContext"]["authorizer"] == claims


def test_parameters_of_the_query_are_there_once_and_all():
    made = to_old_format(EVENT | {"queryStringParameters": {"a": "1,2"}})
    assert made["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert to_old_format(EVENT)["multiValueQueryStringParameters"] is None


def test_an_authorizer_is_asked_with_the_token_that_chalice_reads():
    documented = http_api.build_authorizer_event("/ingest", {"authorization": "Bearer key"})
    lacking = {
        name: value
        for name, value in documented.items()
        if name not in ("version", "identitySource", "authorizationToken")
    }
    assert complete_authorizer_event(lacking) == documented
