"""Empties a stack's buckets and repositories: CloudFormation deletes only empty ones."""

from typing import Any

from infra.deploy.cloud import Cloud

_BUCKET, _REPOSITORY = "AWS::S3::Bucket", "AWS::ECR::Repository"
_MAX_IMAGES = 100  # per call


def empty_stores(cloud: Cloud, stack_name: str) -> list[str]:
    """Delete all object versions and images in a stack's stores; return the stores' names.

    Only for stages that do not keep their data. A stack that does not exist has no stores.
    """
    client = cloud.client("cloudformation")
    emptied = []
    for resource in _list_resources(client, stack_name):
        name = resource.get("PhysicalResourceId", "")
        if resource["ResourceType"] == _BUCKET:
            _empty_bucket(cloud.client("s3"), name)
        elif resource["ResourceType"] == _REPOSITORY:
            _empty_repository(cloud.client("ecr"), name)
        else:
            continue
        emptied.append(name)
    return emptied


def _list_resources(client: Any, stack_name: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    try:
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    except client.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return []
        raise
    return [resource for resource in found if resource["ResourceStatus"] != "DELETE_COMPLETE"]


def _empty_bucket(s3: Any, name: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [
            {"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions
        ]
        if objects:
            s3.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})


def _empty_repository(ecr: Any, name: str) -> None:
    pages = ecr.get_paginator("list_images").paginate(repositoryName=name)
    images = [image for page in pages for image in page["imageIds"]]
    for start in range(0, len(images), _MAX_IMAGES):
        ecr.batch_delete_image(repositoryName=name, imageIds=images[start : start + _MAX_IMAGES])
