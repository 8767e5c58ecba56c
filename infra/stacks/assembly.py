"""All stacks of a stage, and the values that they pass to each other."""

import json
import os
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from cdk_nag import AwsSolutionsChecks

from infra.declared.containers import API_ROLE
from infra.declared.function_kinds import Function
from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import Resources
from infra.declared.stages import APP, CLOUDFRONT_REGION, Stage
from infra.stacks.access.stack import AccessStack
from infra.stacks.analytics.stack import AnalyticsStack
from infra.stacks.api.stack import ApiStack
from infra.stacks.auth.stack import AuthStack, build_sign_in_origin
from infra.stacks.containers.stack import ContainersStack
from infra.stacks.data.stack import DataStack
from infra.stacks.edge.stack import EdgeStack
from infra.stacks.images.stack import ImagesStack
from infra.stacks.monitoring.stack import MonitoringStack
from infra.stacks.pipeline.stack import PipelineStack
from infra.stacks.security.stack import SecurityStack
from infra.stacks.worker.stack import WorkerStack

CDK_JSON = Path(__file__).parent.parent.parent / "cdk.json"
WORKER_QUEUE = "SearchQueueUrl"
ORDERS_TOPIC = "OrdersTopicArn"
ARCHIVE = "AnalyticsBucket"
STATE = "StateTable"
LOGS = "LogsTable"


def synthesise(
    stage: Stage,
    out: Path,
    *,
    declared: Resources | None = None,
    functions: tuple[Function, ...] = FUNCTIONS,
) -> None:
    """Write the templates of `stage` to `out` and validate them with cdk-nag.

    Raises RuntimeError if a finding is not acknowledged.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", stage.region)
    flags = json.loads(CDK_JSON.read_text())["context"]
    app = cdk.App(outdir=str(out), analytics_reporting=False, context=flags)
    assemble(
        app,
        stage=stage,
        declared=declared or stage.resources(cdk.Aws.ACCOUNT_ID),
        functions=functions,
    )
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    if stage.permissions_boundary is not None and stage.region != CLOUDFRONT_REGION:
        # The CDK adds what copies values between regions, roles too, after the boundary was set.
        app.synth(force=True)


def assemble(
    app: cdk.App, *, stage: Stage, declared: Resources, functions: tuple[Function, ...]
) -> None:
    """Create every stack.

    Chalice deploys after auth, whose user pool it needs, and before api, which needs the REST API.
    The edge is deployed before both and once more after them, since its origin is the REST API.
    """
    edge = EdgeStack(
        app,
        stage=stage,
        sign_in_origin=build_sign_in_origin(stage),
        bucket_origins=[
            f"https://{bucket.name}.s3.{stage.region}.amazonaws.com"
            for bucket in declared.buckets
            if bucket.console_methods
        ],
    )
    console_origin = stage.cors_origin or edge.console_url
    data = DataStack(
        app, stage=stage, declared=declared, functions=functions, console_origin=console_origin
    )
    auth = AuthStack(app, stage=stage, declared=declared.user_pool, console_url=edge.console_url)
    worker = WorkerStack(
        app,
        stage=stage,
        queue=data.queues[WORKER_QUEUE].queue,
        archive_name=_find_name(declared, ARCHIVE),
        state=data.tables[STATE],
    )
    api = ApiStack(
        app,
        stage=stage,
        plan=declared.usage_plan,
        edge_key_name=edge.edge_key_name,
        console_origin=console_origin,
    )
    containers = _add_containers(app, stage, declared, functions, console_origin)
    monitoring = _add_monitoring(app, stage, declared, functions, containers)
    _add_leaf_stacks(
        app,
        stage=stage,
        declared=declared,
        functions=functions,
        data=data,
        repository=worker.repository,
    )
    # Dependencies that no passed value implies.
    auth.add_stack_dependency(edge)
    api.add_stack_dependency(data)
    api.add_stack_dependency(auth)
    api.add_stack_dependency(edge)
    monitoring.add_stack_dependency(api)
    monitoring.add_stack_dependency(worker)
    if containers is not None:
        containers.add_stack_dependency(data)
        containers.add_stack_dependency(api)
        monitoring.add_stack_dependency(containers)
    cdk.Tags.of(app).add("project", APP)
    cdk.Tags.of(app).add("stage", stage.name)


def _add_containers(
    app: cdk.App,
    stage: Stage,
    declared: Resources,
    functions: tuple[Function, ...],
    console_origin: str,
) -> ContainersStack | None:
    """Create the image's repository and the containers, where they serve the API."""
    if not stage.has_containers:
        return None
    images = ImagesStack(app, stage=stage)
    containers = ContainersStack(
        app, stage=stage, declared=declared, functions=functions, console_origin=console_origin
    )
    containers.add_stack_dependency(images)
    return containers


def _add_monitoring(
    app: cdk.App,
    stage: Stage,
    declared: Resources,
    functions: tuple[Function, ...],
    containers: ContainersStack | None,
) -> MonitoringStack:
    return MonitoringStack(
        app,
        stage=stage,
        functions=functions,
        queues=declared.queues,
        failure_queues=declared.failure_queues,
        worker_queue=_find_name(declared, WORKER_QUEUE),
        orders_topic=_find_name(declared, ORDERS_TOPIC),
        containers=None if containers is None else containers.watched,
    )


def _add_leaf_stacks(  # noqa: PLR0913 keyword-only: what the stacks read
    app: cdk.App,
    *,
    stage: Stage,
    declared: Resources,
    functions: tuple[Function, ...],
    data: DataStack,
    repository: ecr.IRepository,
) -> None:
    """Create the stacks on which no other stack depends."""
    AnalyticsStack(app, stage=stage, archive=data.buckets[ARCHIVE], logs=data.access_logs)
    AccessStack(
        app,
        stage=stage,
        table=next(table for table in declared.tables if table.output == LOGS),
        readers=_list_readers(stage, functions),
    )
    PipelineStack(
        app, stage=stage, functions=functions, repository=repository, logs=data.access_logs
    )
    if stage.guards_account:
        SecurityStack(app, stage=stage)


def _find_name(declared: Resources, output: str) -> str:
    return next(resource.name for resource in declared.with_outputs if resource.output == output)


def _list_readers(stage: Stage, functions: tuple[Function, ...]) -> list[str]:
    """The roles that may read a tenant's logs by a session of that tenant: the API's."""
    routes = next(function for function in functions if function.handler is None)
    role = routes.role_name(stage.function_prefix)
    return [role, *([stage.physical(API_ROLE)] if stage.has_containers else [])]
