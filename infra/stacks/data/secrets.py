"""Secrets: their values are stored in Secrets Manager only."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from chalicelib.settings import NO_SECRET
from infra.declared.kinds import Secret
from infra.stacks.shared.base import accept

LENGTH = 64
ROTATED_BY_HAND = {
    True: "A new key invalidates every page cursor in use: it is rotated "
    "by hand when it must be, as docs/operations.md shows.",
    False: "Another service issues it, and a person puts it here, as docs/operations.md shows.",
}


def add_secret(
    scope: Construct, *, secret: Secret, removal_policy: cdk.RemovalPolicy
) -> secretsmanager.Secret:
    """Add a secret with a random value of LENGTH letters and digits, or for a person to fill.

    CloudFormation writes the placeholder once: it never changes, so neither does the given value.
    """
    made = secretsmanager.Secret(
        scope,
        secret.variable,
        secret_name=secret.name,
        removal_policy=removal_policy,
        **_build_value(secret),
    )
    accept(made, {"AwsSolutions-SMG4": ROTATED_BY_HAND[secret.generated]})
    return made


def _build_value(secret: Secret) -> dict[str, Any]:
    if not secret.generated:
        return {"secret_string_value": cdk.SecretValue.unsafe_plain_text(NO_SECRET)}
    random = secretsmanager.SecretStringGenerator(password_length=LENGTH, exclude_punctuation=True)
    return {"generate_secret_string": random}
