"""The containers that may serve the API in the functions' place, as plain data."""

from dataclasses import dataclass

SERVERLESS, CONTAINERS = "serverless", "containers"
INFRA_TYPES = (SERVERLESS, CONTAINERS)

PORT = 8080
HEALTH_PATH = "/health"
REPOSITORY = "omni-api-repo"
CLUSTER = "OmniContainers"
API_SERVICE, EVENTS_SERVICE = "omni-api", "omni-events"
API_ROLE, EVENTS_ROLE = "OmniApiTaskRole", "OmniEventsTaskRole"
ORIGIN_ID_OUTPUT, ORIGIN_HOST_OUTPUT = "ContainersOriginId", "ContainersOriginHost"
API_COMMAND = ("python", "-m", "infra.containers.api")
EVENTS_COMMAND = ("python", "-m", "infra.containers.events")
API_HEALTH_COMMAND = ("python", "-m", "infra.containers.health")
EVENTS_HEALTH_COMMAND = ("python", "-m", "infra.containers.health", "events")

# What the event sources ask of a service in order to read from it.
POLLS = {
    "sqs": ("DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"),
    "kinesis": ("GetRecords", "GetShardIterator", "ListShards"),
    "dynamodb": ("DescribeStream", "GetRecords", "GetShardIterator"),
}


@dataclass(frozen=True, kw_only=True)
class ContainersSize:
    """The tasks on Fargate, `cpu` in 1/1024 vCPU: APIs from `min_apis`, event sources from one."""

    cpu: int = 256
    memory_mib: int = 512
    min_apis: int = 1
    max_tasks: int = 2
    image_tag: str = "latest"


@dataclass(frozen=True, kw_only=True)
class ApiOrigin:
    """The containers' load balancer as CloudFront knows it: its VPC origin, and the name there."""

    vpc_origin_id: str
    host: str
