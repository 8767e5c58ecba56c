"""Private buckets: encrypted, TLS only, public access blocked, with access logs."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stacks.shared.base import LOG_RETENTION_DAYS


def add_private_bucket(  # noqa: PLR0913 keyword-only: the options of a bucket
    scope: Construct,
    unit: str,
    *,
    name: str,
    logs: s3.IBucket,
    removal_policy: cdk.RemovalPolicy,
    versioned: bool = False,
    expires_after_days: int | None = None,
    cors: Sequence[s3.CorsRule] = (),
) -> s3.Bucket:
    """Add a bucket; incomplete multipart uploads are deleted after 7 days."""
    return s3.Bucket(
        scope,
        unit,
        bucket_name=name,
        versioned=versioned,
        server_access_logs_bucket=logs,
        server_access_logs_prefix=f"{unit}/",
        removal_policy=removal_policy,
        cors=list(cors) or None,
        lifecycle_rules=[
            s3.LifecycleRule(
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                expiration=_build_duration(expires_after_days),
                noncurrent_version_expiration=_build_duration(90 if versioned else None),
            )
        ],
        **_build_security_options(),
    )


def add_log_bucket(scope: Construct, unit: str, *, cloudfront: bool = False) -> s3.Bucket:
    """Add a bucket for a month of access logs; CloudFront delivers by ACL, S3 by policy."""
    ownership = (
        s3.ObjectOwnership.BUCKET_OWNER_PREFERRED
        if cloudfront
        else s3.ObjectOwnership.BUCKET_OWNER_ENFORCED
    )
    return s3.Bucket(
        scope,
        unit,
        object_ownership=ownership,
        removal_policy=cdk.RemovalPolicy.DESTROY,
        lifecycle_rules=[
            s3.LifecycleRule(
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                expiration=cdk.Duration.days(LOG_RETENTION_DAYS),
            )
        ],
        **_build_security_options(),
    )


def _build_security_options() -> dict[str, Any]:
    return {
        "encryption": s3.BucketEncryption.S3_MANAGED,
        "block_public_access": s3.BlockPublicAccess.BLOCK_ALL,
        "enforce_ssl": True,
        "minimum_tls_version": 1.2,
    }


def _build_duration(count: int | None) -> cdk.Duration | None:
    return None if count is None else cdk.Duration.days(count)
