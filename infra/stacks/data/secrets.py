"""Generated secrets: their values are stored in Secrets Manager only."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.declared.kinds import Secret
from infra.stacks.shared.base import accept

LENGTH = 64


def add_secret(
    scope: Construct, *, secret: Secret, removal_policy: cdk.RemovalPolicy
) -> secretsmanager.Secret:
    """Add a secret with a random value of LENGTH letters and digits."""
    generated = secretsmanager.Secret(
        scope,
        secret.variable,
        secret_name=secret.name,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=LENGTH, exclude_punctuation=True
        ),
        removal_policy=removal_policy,
    )
    accept(
        generated,
        {
            "AwsSolutions-SMG4": "A new key invalidates every page cursor in use: it is rotated "
            "by hand when it must be, as docs/operations.md shows."
        },
    )
    return generated
