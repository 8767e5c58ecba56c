"""The HTTP API for intake: only where the stage is told, and as narrow as the REST API."""

import json

import pytest

from infra.declared.access_logs import ACCESS_LOG
from infra.declared.intake import INTAKE_ROUTES

TOKEN = "$request.header.Authorization"
FUNCTIONS = "arn:${AWS::Partition}:lambda:eu-west-1:${AWS::AccountId}:function"


@pytest.fixture
def api(intake):
    return intake["api"]


def test_no_stage_has_it_unless_it_is_told(dev, prod, europe):
    for templates in (dev, prod, europe):
        kinds = {resource["Type"] for resource in templates["api"].body["Resources"].values()}
        assert not {kind for kind in kinds if "V2::" in kind and "WAF" not in kind}
    assert dev["api"].outputs["IntakeUrl"]["Value"] == dev["api"].outputs["ApiUrl"]["Value"]


def test_its_address_is_where_logs_and_orders_are_sent(intake):
    outputs = intake["api"].outputs
    url = "https://${IntakeApiF5F04A45}.execute-api.eu-west-1.amazonaws.com/"

    assert outputs["IntakeUrl"]["Value"] == url
    assert outputs["ApiEndpoint"]["Value"] == f"{url}ingest"
    assert outputs["ApiUrl"]["Value"].startswith("https://abc123.")


def test_it_takes_the_routes_of_intake_and_no_other(api):
    routes = {route["RouteKey"]: route for route in api.all("ApiGatewayV2::Route").values()}

    assert set(routes) == {route.key for route in INTAKE_ROUTES}
    assert {key: route["AuthorizationType"] for key, route in routes.items()} == {
        "POST /orders": "JWT",
        "POST /ingest": "CUSTOM",
        "POST /v1/logs": "CUSTOM",
    }
    assert all(route["AuthorizerId"] for route in routes.values())


def test_it_invokes_the_same_function_by_the_format_that_chalice_reads(api):
    integration = api.one("ApiGatewayV2::Integration")

    assert integration["IntegrationUri"] == f"{FUNCTIONS}:omnidata-dev"
    assert integration["PayloadFormatVersion"] == "1.0"


def test_people_sign_in_with_the_stages_pool_and_client(api):
    people = api.one("ApiGatewayV2::Authorizer", AuthorizerType="JWT")

    assert people["IdentitySource"] == [TOKEN]
    assert people["JwtConfiguration"] == {
        "Audience": ["${omnidata-dev-UserPoolClientId}"],
        "Issuer": "https://cognito-idp.eu-west-1.amazonaws.com/${omnidata-dev-UserPoolId}",
    }


def test_senders_are_known_by_the_function_that_the_rest_api_asks(api):
    senders = api.one("ApiGatewayV2::Authorizer", AuthorizerType="REQUEST")

    assert f"{FUNCTIONS}:omnidata-dev-tenant_key/invocations" in senders["AuthorizerUri"]
    assert senders["IdentitySource"] == [TOKEN]
    assert senders["AuthorizerPayloadFormatVersion"] == "1.0"
    assert senders["AuthorizerResultTtlInSeconds"] == 60


def test_this_api_alone_invokes_the_functions_and_by_these_routes_alone(api):
    permissions = api.all("Lambda::Permission").values()
    place = "arn:${AWS::Partition}:execute-api:eu-west-1:${AWS::AccountId}:${IntakeApiF5F04A45}"

    assert {item["Principal"] for item in permissions} == {"apigateway.amazonaws.com"}
    assert {(item["FunctionName"], item["SourceArn"]) for item in permissions} == {
        ("omnidata-dev", f"{place}/*/POST/orders"),
        ("omnidata-dev", f"{place}/*/POST/ingest"),
        ("omnidata-dev", f"{place}/*/POST/v1/logs"),
        ("omnidata-dev-tenant_key", f"{place}/authorizers/${{IntakeSenders8163346A}}"),
    }


def test_it_is_throttled_and_logged_as_the_rest_api_is(api):
    stage = api.one("ApiGatewayV2::Stage")
    logged = json.loads(stage["AccessLogSettings"]["Format"])

    assert stage["StageName"] == "$default"
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 1000,
        "ThrottlingBurstLimit": 2000,
    }
    assert stage["AccessLogSettings"]["DestinationArn"] == "${AccessLogs8B620ECA.Arn}"
    assert {*logged, "trace_id"} == set(ACCESS_LOG)
    assert not {"identity", "authorizer"} & {text.split(".")[1] for text in logged.values()}


def test_one_origin_reads_its_responses(intake):
    cors = intake["api"].one("ApiGatewayV2::Api")["CorsConfiguration"]

    assert len(cors["AllowOrigins"]) == 1
    assert "*" not in cors["AllowOrigins"][0]
    assert "AllowCredentials" not in cors
