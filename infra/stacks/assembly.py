"""All stacks of a stage, and what each takes from the others."""

import json
import os
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.declared.functions import FUNCTIONS, Function
from infra.declared.kinds import Resources
from infra.declared.stages import APP, Stage
from infra.stacks.access.stack import AccessStack
from infra.stacks.analytics.stack import AnalyticsStack
from infra.stacks.api.stack import ApiStack
from infra.stacks.auth.stack import AuthStack, sign_in_origin
from infra.stacks.data.stack import DataStack
from infra.stacks.edge.stack import EdgeStack
from infra.stacks.monitoring.stack import MonitoringStack
from infra.stacks.pipeline.stack import PipelineStack
from infra.stacks.security.stack import SecurityStack
from infra.stacks.worker.stack import WorkerStack

CDK_JSON = Path(__file__).parent.parent.parent / "cdk.json"
WORKER_QUEUE = "SearchQueueUrl"
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
    """Write the templates of `stage` into `out`, judged by cdk-nag.

    Raises RuntimeError when a finding is neither mended nor acknowledged.
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


def assemble(
    app: cdk.App, *, stage: Stage, declared: Resources, functions: tuple[Function, ...]
) -> None:
    """Make every stack.

    Chalice deploys between auth and api: it needs the user pool, and api needs the REST API. The
    edge, made before both, is deployed once more after that, since its origin is the REST API.
    """
    data = DataStack(app, stage=stage, declared=declared, functions=functions)
    edge = EdgeStack(app, stage=stage, sign_in_origin=sign_in_origin(stage))
    auth = AuthStack(app, stage=stage, declared=declared.user_pool, console_url=edge.console_url)
    worker = WorkerStack(
        app,
        stage=stage,
        queue=data.queues[WORKER_QUEUE].queue,
        archive_name=_name(declared, ARCHIVE),
        state=data.tables[STATE],
    )
    api = ApiStack(
        app,
        stage=stage,
        plan=declared.usage_plan,
        cors_origin=stage.cors_origin or edge.console_url,
        edge_key_name=edge.edge_key_name,
    )
    monitoring = MonitoringStack(
        app,
        stage=stage,
        functions=functions,
        queues=declared.queues,
        failure_queues=declared.failure_queues,
        worker_queue=_name(declared, WORKER_QUEUE),
    )
    AnalyticsStack(app, stage=stage, archive=data.buckets[ARCHIVE], logs=data.access_logs)
    AccessStack(
        app,
        stage=stage,
        table_name=_name(declared, LOGS),
        reader=_behind_the_routes(functions).role_name(stage.function_prefix),
    )
    PipelineStack(app, stage=stage, repository=worker.repository, logs=data.access_logs)
    if stage.guards_account:
        SecurityStack(app, stage=stage)
    # What no value says that one stack takes from another.
    auth.add_stack_dependency(edge)
    api.add_stack_dependency(data)
    api.add_stack_dependency(auth)
    api.add_stack_dependency(edge)
    monitoring.add_stack_dependency(api)
    monitoring.add_stack_dependency(worker)
    cdk.Tags.of(app).add("project", APP)
    cdk.Tags.of(app).add("stage", stage.name)


def _name(declared: Resources, output: str) -> str:
    return next(each.name for each in declared.with_outputs if each.output == output)


def _behind_the_routes(functions: tuple[Function, ...]) -> Function:
    return next(each for each in functions if each.handler is None)
