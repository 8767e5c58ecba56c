"""What an account needs before a first deployment."""

from typing import Any

from botocore.exceptions import ClientError

from infra.declared.access import ECS, ECS_ROLE


def ensure_ecs_role(iam: Any) -> bool:
    """Create the role by which ECS manages a service's network; True if it was missing.

    ECS would create it with the first cluster of an account, and reject the first service:
    "Unable to assume the service linked role".
    """
    if has_ecs_role(iam):
        return False
    try:
        iam.create_service_linked_role(AWSServiceName=ECS)
    except ClientError as error:
        if not _says_that_role_exists(error):
            raise
        return False
    return True


def has_ecs_role(iam: Any) -> bool:
    """Whether the account has ECS's service-linked role."""
    try:
        iam.get_role(RoleName=ECS_ROLE)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def _says_that_role_exists(error: ClientError) -> bool:
    """IAM says so by its message only: another service or deployment created the role meanwhile."""
    details = error.response["Error"]
    return details["Code"] == "EntityAlreadyExists" or "has been taken" in details["Message"]
