"""Sign-in with Google, LinkedIn or GitHub, if the stage is configured for them."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.declared.stage_parts import IdentityProvider

SCOPES = ["openid", "email", "profile"]
SECRET_FIELD = "client_secret"  # noqa: S105 the field's name


def add_identity_providers(
    scope: Construct, *, pool: cognito.UserPool, providers: Sequence[IdentityProvider]
) -> list[cognito.IUserPoolIdentityProvider]:
    """Add the providers; CloudFormation reads their client secrets from Secrets Manager."""
    return [_add_provider(scope, pool, provider) for provider in providers]


def _add_provider(
    scope: Construct, pool: cognito.UserPool, provider: IdentityProvider
) -> cognito.IUserPoolIdentityProvider:
    secret = cdk.SecretValue.secrets_manager(provider.secret_name, json_field=SECRET_FIELD)
    if provider.issuer is None:
        return cognito.UserPoolIdentityProviderGoogle(
            scope,
            provider.name,
            user_pool=pool,
            client_id=provider.client_id,
            client_secret_value=secret,
            scopes=SCOPES,
            attribute_mapping=cognito.AttributeMapping(
                email=cognito.ProviderAttribute.GOOGLE_EMAIL
            ),
        )
    return cognito.UserPoolIdentityProviderOidc(
        scope,
        provider.name,
        user_pool=pool,
        name=provider.name,
        client_id=provider.client_id,
        client_secret=secret.unsafe_unwrap(),
        issuer_url=provider.issuer,
        scopes=SCOPES,
        attribute_mapping=cognito.AttributeMapping(email=cognito.ProviderAttribute.other("email")),
    )
