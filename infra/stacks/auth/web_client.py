"""The console's app client: authorization code with PKCE, and no secret in the browser."""

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
    """Callback and logout are the console's address. A public client: the console sends PKCE.

    It may write the e-mail address alone: `custom:tenant_id` is an administrator's to give, or a
    user could move to another tenant.
    """
    addresses = [console_url, f"{console_url}/", *(LOCALHOST if from_localhost else ())]
    return pool.add_client(
        name,
        user_pool_client_name=name,
        generate_secret=False,
        auth_flows=cognito.AuthFlow(user_srp=True),
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[
                cognito.OAuthScope.OPENID,
                cognito.OAuthScope.EMAIL,
                cognito.OAuthScope.PROFILE,
            ],
            callback_urls=addresses,
            logout_urls=addresses,
        ),
        supported_identity_providers=[
            cognito.UserPoolClientIdentityProvider.COGNITO,
            *(
                cognito.UserPoolClientIdentityProvider.custom(each.provider_name)
                for each in providers
            ),
        ],
        write_attributes=cognito.ClientAttributes().with_standard_attributes(email=True),
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        id_token_validity=cdk.Duration.minutes(ID_TOKEN_MINUTES),
        access_token_validity=cdk.Duration.minutes(ID_TOKEN_MINUTES),
        refresh_token_validity=cdk.Duration.days(REFRESH_TOKEN_DAYS),
    )
