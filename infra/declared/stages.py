"""The stages on AWS as frozen dataclasses: everything in which one may differ from another.

What is personal (an address, a domain, an account) comes from the environment of the deploy and is
never in git. Plain data: no aws_cdk, so that the deploy flow and the tests read it as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.settings import DEFAULT_REGION, LOCAL_STAGE
from infra.declared import told
from infra.declared.containers import CONTAINERS, INFRA_TYPES, ApiOrigin, ContainersSize
from infra.declared.kinds import Resources
from infra.declared.resources import resources, suffix
from infra.declared.stage_parts import (
    Capacity,
    Domain,
    IdentityProvider,
    Throttle,
    Tracing,
    UnknownStage,
    WorkerSize,
)

APP = "omnidata"  # Chalice's app name: functions are `<app>-<stage>[-<handler>]`
CLOUDFRONT_REGION = "us-east-1"  # AWS wants CloudFront's web ACL and certificate there
CONSOLE_BUCKET = "omni-data-frontend"
STATE_BUCKET = "omni-deploy-state"
LOCAL_ACCOUNT = "000000000000"  # the account of the embedded emulator
STANDARD, RARELY_READ = "standard", "infrequent-access"
REST, HTTP = "rest", "http"  # the APIs that may take orders and logs
SYSTEM_INFO, SYSTEM_WARN = "INFO", "WARN"
UNDEPLOYED = "undeployed"  # in place of the id of the REST API until `chalice deploy` made one

ALL_TRACED = Tracing(share=1.0, priority=2000)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One deployment of the product.

    `keeps_data`: tables, buckets and users outlive the stacks and are protected from deletion.
    `orders_email` gets the mails of new orders; None: nobody does.
    `cors_origin` is None where the console's own address is the one origin.
    `guards_account`: GuardDuty and Security Hub exist once per account and region; one stage
    alone may own them, and none where an organisation already does.
    `requires_mfa`: users sign in with an authenticator app, whose set-up Cognito's pages offer
    only where it is required; so does who takes the evaluator's role without `evaluator`.
    `evaluator` is the ARN of who may take the evaluator's role; None lets the account decide.
    `permissions_boundary` is the ARN of the policy that bounds every role of the stage, if any.
    `capacity` is that of the tables; None: on demand. `rarely_read`: the tables whose items have
    no end are of the class Standard-Infrequent Access.
    `has_containers`: containers serve the API and the event sources in the functions' place, under
    `api_domain` if they have one. CloudFront reaches them by `api_origin`, once they are there.
    `system_log_level`: from which level on Lambda writes lines of its own for an invocation.
    `has_http_intake`: orders and logs are taken by an HTTP API too.
    """

    name: str
    region: str = DEFAULT_REGION
    alert_email: str | None = None
    orders_email: str | None = None
    domain: Domain | None = None
    cors_origin: str | None = None
    identity_providers: tuple[IdentityProvider, ...] = ()
    sign_in_from_localhost: bool = False
    keeps_data: bool = True
    guards_account: bool = False
    requires_mfa: bool = False
    evaluator: str | None = None
    has_http_intake: bool = False
    has_containers: bool = False
    containers: ContainersSize = field(default_factory=ContainersSize)
    api_domain: Domain | None = None
    api_origin: ApiOrigin | None = None
    system_log_level: str = SYSTEM_INFO
    permissions_boundary: str | None = None
    high_traffic_per_minute: int = 5
    throttle: Throttle = field(default_factory=Throttle)
    worker: WorkerSize = field(default_factory=WorkerSize)
    traces: Tracing = ALL_TRACED
    capacity: Capacity | None = None
    rarely_read: bool = False
    rest_api_id: str = UNDEPLOYED

    @property
    def protects_data(self) -> bool:
        """Whether deletion protection is on: after the first deployment, which may roll back."""
        return self.keeps_data and self.rest_api_id != UNDEPLOYED

    @property
    def function_prefix(self) -> str:
        """What the names of all functions and stacks of this stage begin with."""
        return f"{APP}-{self.name}"

    def physical(self, name: str) -> str:
        """A seed's name as it is on this stage."""
        return f"{name}{suffix(self.name)}"

    def bucket(self, name: str, account: str, region: str | None = None) -> str:
        """A bucket's name, which has to be unique in the world."""
        return f"{self.physical(name)}-{account}-{region or self.region}"

    def variables(self) -> dict[str, str]:
        """The environment from which `stage` makes this again, but for the REST API's id."""
        given = {
            "REGION": self.region,
            "ALERT_EMAIL": self.alert_email,
            "ORDERS_EMAIL": self.orders_email,
            "CONSOLE_DOMAIN": self.domain and self.domain.name,
            "CERTIFICATE_ARN": self.domain and self.domain.certificate_arn,
            "CORS_ORIGIN": self.cors_origin,
            "GUARDS_ACCOUNT": "1" if self.guards_account else "0",
            "TRACED_SHARE": f"{self.traces.share:g}",
            "EVALUATOR_ARN": self.evaluator,
            "INTAKE_API": HTTP if self.has_http_intake else REST,
            "SYSTEM_LOG_LEVEL": self.system_log_level,
            "PERMISSIONS_BOUNDARY": self.permissions_boundary,
            "WORKER_IMAGE_TAG": self.worker.image_tag,
            "INFRA_TYPE": CONTAINERS if self.has_containers else None,
            "API_IMAGE_TAG": self.containers.image_tag if self.has_containers else None,
            "API_DOMAIN": self.api_domain and self.api_domain.name,
            "API_CERTIFICATE_ARN": self.api_domain and self.api_domain.certificate_arn,
            "TABLE_CAPACITY": self.capacity and f"{self.capacity.minimum}-{self.capacity.maximum}",
            "TABLE_CLASS": RARELY_READ if self.rarely_read else None,
        }
        for provider in self.identity_providers:
            given[f"{provider.name.upper()}_CLIENT_ID"] = provider.client_id
            if provider.name == told.BRIDGED:
                given[f"{told.BRIDGED.upper()}_ISSUER"] = provider.issuer
        return {name: value for name, value in given.items() if value}

    def resources(self, account: str) -> Resources:
        """Everything declared for this stage."""
        return resources(stage=self.name, account=account, region=self.region)


LOCAL = Stage(
    name=LOCAL_STAGE,
    cors_origin="http://127.0.0.1:8000",  # `make run` sets it for another PORT
    sign_in_from_localhost=True,
    keeps_data=False,
)
DEV = Stage(name="dev", sign_in_from_localhost=True, keeps_data=False)
PROD = Stage(
    name="prod",
    guards_account=True,
    requires_mfa=True,
    traces=Tracing(share=0.05, priority=1000),
    worker=WorkerSize(cpu=512, memory_mib=1024, max_tasks=4),
    containers=ContainersSize(cpu=512, memory_mib=1024, min_apis=2, max_tasks=8),
)
STAGES = {stage.name: stage for stage in (LOCAL, DEV, PROD)}


def stage(
    name: str,
    variables: Mapping[str, str],
    *,
    rest_api_id: str | None = None,
    api_origin: ApiOrigin | None = None,
) -> Stage:
    """The stage `name` with what `variables` say of this deployment.

    Raises UnknownStage.
    """
    known = STAGES.get(name)
    if known is None:
        raise UnknownStage(f"there is no stage {name!r}: it is one of {', '.join(STAGES)}")
    given = {key: value for key, value in variables.items() if value}
    return replace(
        known,
        region=given.get("REGION", known.region),
        alert_email=given.get("ALERT_EMAIL", known.alert_email),
        orders_email=given.get("ORDERS_EMAIL", given.get("ALERT_EMAIL", known.orders_email)),
        domain=told.read_domain(given, "CONSOLE_DOMAIN", "CERTIFICATE_ARN"),
        cors_origin=given.get("CORS_ORIGIN", known.cors_origin),
        identity_providers=told.read_identity_providers(given, known.physical(APP)),
        guards_account=given.get("GUARDS_ACCOUNT", str(int(known.guards_account))) == "1",
        traces=told.read_tracing(known.traces, given),
        evaluator=given.get("EVALUATOR_ARN"),
        has_http_intake=told.choose(given, "INTAKE_API", (REST, HTTP)) == HTTP,
        system_log_level=told.choose(given, "SYSTEM_LOG_LEVEL", (SYSTEM_INFO, SYSTEM_WARN)),
        permissions_boundary=told.read_boundary(given),
        worker=replace(known.worker, image_tag=given.get("WORKER_IMAGE_TAG", "latest")),
        has_containers=told.choose(given, "INFRA_TYPE", INFRA_TYPES) == CONTAINERS,
        containers=replace(known.containers, image_tag=given.get("API_IMAGE_TAG", "latest")),
        api_domain=told.read_domain(given, "API_DOMAIN", "API_CERTIFICATE_ARN"),
        capacity=told.read_capacity(given),
        rarely_read=told.choose(given, "TABLE_CLASS", (STANDARD, RARELY_READ)) == RARELY_READ,
        rest_api_id=rest_api_id or UNDEPLOYED,
        api_origin=api_origin,
    )
