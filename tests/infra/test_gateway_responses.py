"""What API Gateway itself answers: the stable body, CORS, and when to come back."""

import json
from types import SimpleNamespace

import pytest

from infra.declared.gateway_responses import GATEWAY_RESPONSES, GatewayResponse
from infra.deploy import chalice_command

BY_KIND = {gateway_response.kind: gateway_response for gateway_response in GATEWAY_RESPONSES}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("DEFAULT_4XX", None, "invalid_input"),
        ("DEFAULT_5XX", None, "internal_error"),
        ("MISSING_AUTHENTICATION_TOKEN", 404, "not_found"),
        ("UNAUTHORIZED", 401, "unauthenticated"),
        ("INVALID_API_KEY", 403, "forbidden"),
        ("ACCESS_DENIED", 403, "forbidden"),
        ("THROTTLED", 429, "too_many_requests"),
        ("QUOTA_EXCEEDED", 429, "too_many_requests"),
        ("REQUEST_TOO_LARGE", 413, "too_large"),
        ("UNSUPPORTED_MEDIA_TYPE", 415, "unsupported_media_type"),
        ("WAF_FILTERED", 403, "forbidden"),
        ("INTEGRATION_TIMEOUT", 503, "unavailable"),
        ("AUTHORIZER_FAILURE", 503, "unavailable"),
        ("AUTHORIZER_CONFIGURATION_ERROR", 503, "unavailable"),
    ],
)
def test_a_refusal_has_the_products_status_and_code(kind, status, code):
    assert (BY_KIND[kind].status, BY_KIND[kind].code) == (status, code)


def test_every_body_is_the_stable_one():
    for response in GATEWAY_RESPONSES:
        filled = (
            response.template()
            .replace("$context.error.messageString", '"what the gateway says"')
            .replace("$context.requestId", "42")
        )
        body = json.loads(filled)
        assert list(body) == ["message", "code", "request_id"]
        assert body["request_id"] == "42"
        assert body["message"]


def test_every_answer_can_be_read_by_the_console_and_is_kept_by_nobody():
    for response in GATEWAY_RESPONSES:
        headers = response.parameters("https://console.example.com")
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == (
            "'https://console.example.com'"
        )
        assert headers["gatewayresponse.header.Access-Control-Expose-Headers"] == (
            "'Retry-After,x-amzn-RequestId'"
        )


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        ("DEFAULT_4XX", "'1'"),
        ("DEFAULT_5XX", "'1'"),
        ("THROTTLED", "'1'"),
        ("QUOTA_EXCEEDED", "'3600'"),
        ("INTEGRATION_FAILURE", "'1'"),
        ("AUTHORIZER_FAILURE", "'1'"),
        ("AUTHORIZER_CONFIGURATION_ERROR", "'1'"),
    ],
)
def test_who_may_try_again_is_told_when(kind, seconds):
    assert BY_KIND[kind].parameters("*")["gatewayresponse.header.Retry-After"] == seconds


def test_a_401_asks_for_a_bearer_and_for_no_retry():
    headers = BY_KIND["UNAUTHORIZED"].parameters("*")

    assert headers["gatewayresponse.header.WWW-Authenticate"] == "'Bearer'"
    assert "gatewayresponse.header.Retry-After" not in headers


def test_without_a_message_of_our_own_the_gateways_text_is_passed_on():
    response = GatewayResponse(kind="DEFAULT_4XX", code="x")

    assert response.template() == (
        '{"message":$context.error.messageString,"code":"x","request_id":"$context.requestId"}'
    )


def test_chalices_document_of_the_api_holds_all_of_them():
    """One definition, so that an import replaces the API together with its responses."""

    class Builder:
        def handle_restapi(self, config, resource):
            resource.swagger_doc = {"paths": {}}

    chalice_command.define_gateway_responses(Builder)
    config = SimpleNamespace(environment_variables={"CORS_ORIGIN": "https://console.example.com"})
    api = SimpleNamespace()
    Builder().handle_restapi(config, api)

    defined = api.swagger_doc["x-amazon-apigateway-gateway-responses"]
    assert set(defined) == set(BY_KIND)
    assert defined["QUOTA_EXCEEDED"]["statusCode"] == "429"
    assert "statusCode" not in defined["DEFAULT_4XX"]
    for kind, response in BY_KIND.items():
        assert defined[kind]["responseTemplates"] == {"application/json": response.template()}
        origin = "gatewayresponse.header.Access-Control-Allow-Origin"
        assert defined[kind]["responseParameters"][origin] == "'https://console.example.com'"


def test_no_stack_declares_them_a_second_time(dev):
    assert not dev["api"].all("ApiGateway::GatewayResponse")
