"""What the account itself must have or allow: bootstrap, roles, concurrency, quotas."""

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code
from infra.declared.access import ECS_ROLE
from infra.declared.function_kinds import Function
from infra.deploy import preflight
from infra.deploy.doctor.finding import Finding, fails, note, ok

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
OLDEST_BOOTSTRAP = 6  # the templates' own requirement
BOUNDARY = "the permissions boundary"
UNRESERVED = 100  # Lambda keeps as many for the functions that reserve none
CONCURRENCY_QUOTA = "L-B99A9384"
VPC_QUOTA = ("vpc", "L-F678F1CE")


def check_bootstrap(ssm: Any, account: str, region: str) -> Finding:
    """Whether the CDK may deploy to the region of the client."""
    subject = f"cdk bootstrap of {region}"
    command = f"run `infra/node_modules/.bin/cdk bootstrap aws://{account}/{region}` once"
    try:
        version = int(ssm.get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return fails(subject, f"it is missing: {command}")
    if version < OLDEST_BOOTSTRAP:
        return fails(subject, f"version {version} is too old: {command} more")
    return ok(subject, f"version {version}")


def check_ecs_role(iam: Any) -> Finding:
    """Whether ECS may manage a service's network."""
    if preflight.has_ecs_role(iam):
        return ok("ECS's role", f"{ECS_ROLE} is there")
    return note("ECS's role", f"{ECS_ROLE} is missing and is made by the deploy")


def check_boundary(iam: Any, arn: str | None) -> Finding:
    """Whether the policy that is to bound the stage's roles is there."""
    if arn is None:
        return ok(BOUNDARY, "the stage's roles have none")
    try:
        iam.get_policy(PolicyArn=arn)
    except iam.exceptions.NoSuchEntityException:
        return fails(BOUNDARY, f"there is no policy {arn}: make it, or give another one's ARN")
    return ok(BOUNDARY, f"the stage's roles are bounded by {arn}")


def check_concurrency(client: Any, functions: Iterable[Function], prefix: str) -> Finding:
    """Whether Lambda's limit has room for what functions reserve and event sources may take."""
    subject, table = "Lambda's concurrency", list(functions)
    limits = client.get_account_settings()["AccountLimit"]
    reserved = sum(function.reserved_concurrency or 0 for function in table)
    from_queues = sum(
        function.source.maximum_concurrency or 0 for function in table if function.source
    )
    missing = reserved - _count_reserved(client, table, prefix)
    left = limits["UnreservedConcurrentExecutions"] - missing
    total = limits["ConcurrentExecutions"]
    asked = f"the stage reserves {reserved} and its queues may take {from_queues}"
    if left < max(UNRESERVED, from_queues):
        return fails(
            subject,
            f"the account's limit is {total}, of which {UNRESERVED} must stay unreserved, and "
            f"{asked}: request 1,000 for quota {CONCURRENCY_QUOTA} in Service Quotas, which is "
            f"free of charge",
        )
    return ok(subject, f"the account's limit is {total}, and {asked}")


def _count_reserved(client: Any, functions: Iterable[Function], prefix: str) -> int:
    """What functions that are there reserve already."""
    count = 0
    for function in functions:
        if function.reserved_concurrency is not None:
            try:
                found = client.get_function_concurrency(FunctionName=function.name(prefix))
            except client.exceptions.ResourceNotFoundException:
                continue
            count += found.get("ReservedConcurrentExecutions", 0)
    return count


def check_vpcs(ec2: Any, quotas: Any, *, has_network: bool) -> Finding:
    """Whether the region takes one VPC more, if the stage has none yet."""
    subject = "VPCs"
    if has_network:
        return ok(subject, "the worker's is there")
    service, code = VPC_QUOTA
    allowed = quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"]
    count = len(ec2.describe_vpcs()["Vpcs"])
    if count >= allowed:
        return fails(
            subject,
            f"the region has {count} of {allowed:.0f} and the worker needs one: delete one, or "
            f"request more for quota {code} in Service Quotas",
        )
    return ok(subject, f"the region has {count} of {allowed:.0f}")


def has_stack(cloudformation: Any, name: str) -> bool:
    """Whether a stack of this name is there."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error_code(error) == "ValidationError":  # "Stack with id … does not exist"
            return False
        raise
    return bool(stacks)
