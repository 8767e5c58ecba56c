"""What a stage is made of, as frozen dataclasses."""

from dataclasses import dataclass

UTILIZATION = 70  # percent of provisioned capacity that is in use


class UnknownStage(Exception):
    """There is no such stage on AWS, or its settings contradict each other."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A name of our own; the console's certificate is one of ACM in CLOUDFRONT_REGION."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """Whom else users may sign in with.

    `issuer` is None for Google, which Cognito knows; the others speak OIDC. The client's secret
    is in Secrets Manager under `secret_name`, put there by an operator.
    """

    name: str
    client_id: str
    secret_name: str
    issuer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """Seed 002: the whole API stage, in requests/s."""

    rate_limit: int = 1000
    burst_limit: int = 2000


@dataclass(frozen=True, kw_only=True)
class WorkerSize:
    """The archive container on Fargate: `cpu` in 1/1024 vCPU, tasks between 0 and `max_tasks`."""

    cpu: int = 256
    memory_mib: int = 512
    max_tasks: int = 2
    image_tag: str = "latest"


@dataclass(frozen=True, kw_only=True)
class Tracing:
    """X-Ray's sampling rule: the traced share of requests, and its order among the account's."""

    share: float
    priority: int


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Provisioned units a second of each table and index, for reads and for writes alike.

    DynamoDB adds and takes units between both ends, so that UTILIZATION percent of them are in use.
    """

    minimum: int
    maximum: int
