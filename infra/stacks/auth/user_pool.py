"""The user pool: sign-in by e-mail on hosted pages, groups, and a tenant attribute."""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.declared.kinds import UserPool
from infra.stacks.shared.base import accept

INVITATION_DAYS = 3
TENANT_MAX_LENGTH = 64


class UserPoolWithDomain(Construct):
    """A user pool with its domain and groups. Administrators invite users: no self sign-up."""

    def __init__(  # noqa: PLR0913 keyword-only: the parts of a pool
        self,
        scope: Construct,
        unit: str,
        *,
        pool: UserPool,
        name: str,
        domain_prefix: str,
        removal_policy: cdk.RemovalPolicy,
        protected: bool,
        requires_mfa: bool,
    ) -> None:
        super().__init__(scope, unit)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            user_pool_name=name,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            self_sign_up_enabled=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            # Until a user has verified a new address, sign-in and mail keep the old one.
            keep_original=cognito.KeepOriginalAttrs(email=True),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            custom_attributes={
                pool.tenant_attribute: cognito.StringAttribute(
                    mutable=True, max_len=TENANT_MAX_LENGTH
                )
            },
            password_policy=_build_password_policy(pool),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.REQUIRED if requires_mfa else cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=protected,
            removal_policy=removal_policy,
        )
        self.pool.add_domain(
            "Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=domain_prefix)
        )
        for group in pool.groups:
            self.pool.add_group(group, group_name=group)
        _accept_findings(self.pool, requires_mfa=requires_mfa)


def _build_password_policy(pool: UserPool) -> cognito.PasswordPolicy:
    return cognito.PasswordPolicy(
        min_length=pool.password_min_length,
        require_digits=True,
        require_lowercase=True,
        require_uppercase=True,
        require_symbols=True,
        temp_password_validity=cdk.Duration.days(INVITATION_DAYS),
    )


def _accept_findings(pool: cognito.UserPool, *, requires_mfa: bool) -> None:
    reasons = {
        "AwsSolutions-COG8": "The Plus plan is US$ 0.02 a user and month; users are invited, "
        "and the WAF limits the rate of requests to the API."
    }
    if not requires_mfa:
        reasons["AwsSolutions-COG2"] = (
            "Stages other than prod hold no data of value: a password by e-mail address is enough."
        )
    accept(pool, reasons)
