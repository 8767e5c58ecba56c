"""The console's app client: authorization code grant with PKCE, without a client secret."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito

LOCALHOST = ("http://localhost:8000", "http://localhost:8000/")
ID_TOKEN_MINUTES = 60
REFRESH_TOKEN_DAYS = 1


def add_web_client(
    pool: cognito.UserPool,
    *,
    name: str,
    console_url: str,
    from_localhost: bool,
    providers: Sequence[cognito.IUserPoolIdentityProvider],
) -> cognito.UserPoolClient:
    """Add a public client whose callback and logout URLs are the console's.

    It may write only the e-mail attribute: a user who could write `custom:tenant_id` could move to
    another tenant.
    """
    addresses = [console_url, f"{console_url}/", *(LOCALHOST if from_localhost else ())]
    return pool.add_client(
        name,
        user_pool_client_name=name,
        generate_secret=False,
        auth_flows=cognito.AuthFlow(user_srp=True),
        o_auth=_build_oauth_settings(addresses),
        supported_identity_providers=[
            cognito.UserPoolClientIdentityProvider.COGNITO,
            *(
                cognito.UserPoolClientIdentityProvider.custom(provider.provider_name)
                for provider in providers
            ),
        ],
        write_attributes=cognito.ClientAttributes().with_standard_attributes(email=True),
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        id_token_validity=cdk.Duration.minutes(ID_TOKEN_MINUTES),
        access_token_validity=cdk.Duration.minutes(ID_TOKEN_MINUTES),
        refresh_token_validity=cdk.Duration.days(REFRESH_TOKEN_DAYS),
    )


def _build_oauth_settings(addresses: list[str]) -> cognito.OAuthSettings:
    return cognito.OAuthSettings(
        flows=cognito.OAuthFlows(authorization_code_grant=True),
        scopes=[
            cognito.OAuthScope.OPENID,
            cognito.OAuthScope.EMAIL,
            cognito.OAuthScope.PROFILE,
            cognito.OAuthScope.COGNITO_ADMIN,  # by it users manage their own second factor
        ],
        callback_urls=addresses,
        logout_urls=addresses,
    )
