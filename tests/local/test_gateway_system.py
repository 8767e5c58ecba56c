"""The gateway in the whole running system: the emulator's own tokens, and forgeries of them."""

import base64
import json

import boto3
import pytest
from support.local_system import LocalSystem


def decoded(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def encoded(part: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.fixture(scope="module")
def tokens(system: LocalSystem) -> dict[str, str]:
    """What the user pool gives the demo user: IdToken and AccessToken."""
    written = system.outputs
    client = boto3.client(
        "cognito-idp",
        endpoint_url=written["AwsEndpointUrl"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    answer = client.admin_initiate_auth(
        UserPoolId=written["UserPoolId"],
        ClientId=written["UserPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": written["DemoUser"],
            "PASSWORD": written["DemoPassword"],
        },
    )
    return answer["AuthenticationResult"]


def test_the_pools_id_token_passes_and_nothing_made_of_it(system, tokens):
    header, payload, signature = tokens["IdToken"].split(".")
    another = encoded(decoded(payload) | {"sub": "somebody-else"})
    attempts = {
        "bare": tokens["IdToken"],
        "bearer": f"Bearer {tokens['IdToken']}",
        "none": f"{encoded(decoded(header) | {'alg': 'none'})}.{payload}.",
        "another payload": f"{header}.{another}.{signature}",
        "no signature": f"{header}.{payload}.",
        "the access token": tokens["AccessToken"],
    }
    path = "/api/v1/analytics/searches"
    found = {
        name: system.request("GET", path, Authorization=attempt)[0]
        for name, attempt in attempts.items()
    }
    assert found == {
        "bare": 200,
        "bearer": 200,
        "none": 401,
        "another payload": 401,
        "no signature": 401,
        "the access token": 401,
    }


def test_a_missing_token_says_where_one_is_to_be_had(system):
    _, problem = system.request("GET", "/api/v1/analytics/searches")
    assert problem["message"].startswith("sign in and send the ID token; here ")
    assert problem["message"].endswith("make -s token prints one of demo@example.com")


def test_a_search_needs_the_key_besides_the_token(system, tokens):
    path = "/get-user?user_id=nobody"
    assert system.request("GET", path)[0] == 401
    assert system.request("GET", path, X_Api_Key=system.outputs["ApiKey"])[0] == 401
    assert system.request("GET", path, Authorization=tokens["IdToken"])[0] == 403
    wrong = {"Authorization": tokens["IdToken"], "X_Api_Key": "wrong"}
    assert system.request("GET", path, **wrong)[0] == 403


def test_the_page_is_told_where_this_system_is(system):
    written = system.outputs
    status, config = system.request("GET", "/config.json")
    assert status == 200
    assert config["cognitoDomain"] == written["AwsEndpointUrl"]
    assert config["clientId"] == written["UserPoolClientId"]
    assert config["authority"].endswith(written["UserPoolId"])
    assert config["apiBase"] + "/" == system.base_url
