"""The containers that may serve the API in the functions' place, as plain data."""

SERVERLESS, CONTAINERS = "serverless", "containers"
INFRA_TYPES = (SERVERLESS, CONTAINERS)

PORT = 8080
HEALTH_PATH = "/health"
REPOSITORY = "omni-api-repo"
API_COMMAND = ("python", "-m", "infra.containers.api")
EVENTS_COMMAND = ("python", "-m", "infra.containers.events")
EVENTS_HEALTH_COMMAND = ("python", "-m", "infra.containers.health", "events")
