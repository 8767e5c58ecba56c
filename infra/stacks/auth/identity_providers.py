"""Signing in with Google, LinkedIn or GitHub, where a stage is configured for them."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.declared.stages import IdentityProvider

SCOPES = ["openid", "email", "profile"]
SECRET_FIELD = "client_secret"  # noqa: S105 the field's name


def add_identity_providers(
    scope: Construct, *, pool: cognito.UserPool, providers: Sequence[IdentityProvider]
) -> list[cognito.IUserPoolIdentityProvider]:
    """One provider each; their client secrets are read from Secrets Manager at deploy time."""
    return [_provider(scope, pool, each) for each in providers]


def _provider(
    scope: Construct, pool: cognito.UserPool, wanted: IdentityProvider
) -> cognito.IUserPoolIdentityProvider:
    secret = cdk.SecretValue.secrets_manager(wanted.secret_name, json_field=SECRET_FIELD)
    if wanted.issuer is None:
        return cognito.UserPoolIdentityProviderGoogle(
            scope,
            wanted.name,
            user_pool=pool,
            client_id=wanted.client_id,
            client_secret_value=secret,
            scopes=SCOPES,
            attribute_mapping=cognito.AttributeMapping(
                email=cognito.ProviderAttribute.GOOGLE_EMAIL
            ),
        )
    return cognito.UserPoolIdentityProviderOidc(
        scope,
        wanted.name,
        user_pool=pool,
        name=wanted.name,
        client_id=wanted.client_id,
        client_secret=secret.unsafe_unwrap(),
        issuer_url=wanted.issuer,
        scopes=SCOPES,
        attribute_mapping=cognito.AttributeMapping(email=cognito.ProviderAttribute.other("email")),
    )
