"""Adds to Chalice's record what exists of a stage and is missing there.

A deployment that was killed has recorded nothing. The next one would make a second REST API, and
Lambda would reject its event source mappings as existing.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from infra.declared.function_kinds import QUEUE, Function
from infra.deploy.project import Project

Client = Callable[[str], Any]
Resource = dict[str, Any]

API = "rest_api"
_FORMAT = {"schema_version": "2.0", "backend": "api"}


def adopt(client: Client, project: Project, stage: str, prefix: str, app: str) -> list[str]:
    """Record the stage's mappings and API that are not recorded; returns their Chalice names.

    `prefix` is that of the functions' names, `app` the API's name. `client` returns a service's
    client; its errors are raised.
    """
    recorded = project.read_deployed(stage)
    found = [
        *_find_mappings(client("lambda"), project.functions, prefix, recorded),
        *([] if API in recorded else _find_api(client("apigateway"), app, stage)),
    ]
    if found:
        path = project.deployed_path(stage)
        path.parent.mkdir(parents=True, exist_ok=True)
        resources = [*recorded.values(), *found]
        path.write_text(json.dumps({"resources": resources, **_FORMAT}, indent=2))
    return [resource["name"] for resource in found]


def _find_mappings(
    client: Any, functions: Iterable[Function], prefix: str, recorded: dict[str, Resource]
) -> Iterable[Resource]:
    for function in functions:
        source = function.source
        if source is None or source.is_schedule:
            continue
        name = f"{function.handler}-{source.service}-event-source"
        if name not in recorded:
            for mapping in _list_mappings(client, function.name(prefix)):
                yield _build_record(name, source.service, mapping)


def _list_mappings(client: Any, function_name: str) -> list[Resource]:
    """Those that are not in deletion, of which Chalice knows one a function and source."""
    pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function_name)
    return [
        mapping
        for page in pages
        for mapping in page["EventSourceMappings"]
        if mapping.get("State") != "Deleting"
    ][:1]


def _build_record(name: str, service: str, mapping: Resource) -> Resource:
    """What Chalice records of a mapping, by the kind of its source."""
    arn: str = mapping["EventSourceArn"]
    sources = {
        QUEUE: {"queue_arn": arn, "queue": arn.rpartition(":")[2]},
        "kinesis": {"kinesis_arn": arn, "stream": arn.rpartition("/")[2]},
        "dynamodb": {"stream_arn": arn},
    }
    return {
        "name": name,
        "resource_type": f"{service}_event",
        "event_uuid": mapping["UUID"],
        "lambda_arn": mapping["FunctionArn"],
        **sources[service],
    }


def _find_api(gateway: Any, app: str, stage: str) -> Iterable[Resource]:
    """The API of the app that has this stage: those of other stages have the same name."""
    for page in gateway.get_paginator("get_rest_apis").paginate():
        for api in page["items"]:
            stages = gateway.get_stages(restApiId=api["id"])["item"] if api["name"] == app else ()
            if any(deployed["stageName"] == stage for deployed in stages):
                return [{"name": API, "resource_type": API, "rest_api_id": api["id"]}]
    return []
