"""A repository of images: scanned on push, old images expire."""

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from constructs import Construct

KEPT_IMAGES = 10
MOVING_TAG = "latest"


def add_repository(
    scope: Construct, unit: str, *, name: str, removal_policy: cdk.RemovalPolicy
) -> ecr.Repository:
    """Tags are immutable except `latest`, which seed 000 moves with every push."""
    return ecr.Repository(
        scope,
        unit,
        repository_name=name,
        image_scan_on_push=True,
        image_tag_mutability=ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
        image_tag_mutability_exclusion_filters=[
            ecr.ImageTagMutabilityExclusionFilter.wildcard(MOVING_TAG)
        ],
        lifecycle_rules=[ecr.LifecycleRule(max_image_count=KEPT_IMAGES)],
        removal_policy=removal_policy,
        empty_on_delete=False,
    )
