"""The embedded emulator with what a plain `chalice deploy` and a rehearsal need beside its own.

`python -m infra.local.emulator.chalice_shim` is ministack 1.5 and

- `POST /restapis?mode=import` and `PUT /restapis/{id}?mode=overwrite` reach the importer that
  ministack has for CloudFormation's `Body`, where it would make an API without routes, or
  respond that there is no such path;
- the gateway responses of an imported document are those of the API;
- the empty `minimumCompressionSize` by which Chalice says "none" is dropped, since botocore
  cannot read it back as a number;
- a function's runtime update mode can be set and read;
- HTTP APIs call functions by payload format 1.0 where they say so;
- with AUTH=true, the batch calls of SQS and of PartiQL need the rights that they need on AWS, where
  there is no action `sqs:DeleteMessageBatch` or `dynamodb:BatchExecuteStatement`.

All else is ministack's own, and nothing of this is needed on AWS.
"""

# ruff: noqa: SLF001 it is about the inside of the emulator, whose version is pinned

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from infra.local.emulator import __main__ as emulator
from infra.local.emulator.payload_formats import add_old_format
from infra.local.emulator.runtime_updates import add_runtime_updates

Response = tuple[int, dict[str, str], bytes]
Handle = Callable[..., Awaitable[Response]]
Extract = Callable[..., str | None]
Tables = Callable[[bytes, str, str], list[str]]

_BATCH = "dynamodb:BatchExecuteStatement"
_INSERTS = re.compile(r'^INSERT INTO "([^"]+)"')  # the one kind of statement that we send
# What an OpenAPI document of ours defines.
_IMPORTED = ("_resources", "_authorizers_v1", "_gateway_responses")
_RESPONSES = "x-amazon-apigateway-gateway-responses"


def add_chalice_calls(gateway: Any) -> Handle:
    """The request handler of ministack's module `gateway` with Chalice's two calls added."""
    handle: Handle = gateway.handle_request

    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query: dict[str, Any]
    ) -> Response:
        parts = path.strip("/").split("/")
        if parts[0] == "restapis" and _mode(query) == "import":
            return _view(gateway, gateway._import_rest_api(json.loads(body)), 201)
        if parts[0] == "restapis" and _mode(query) == "overwrite" and method == "PUT":
            return _overwrite(gateway, parts[1], json.loads(body))
        if parts[0] == "restapis" and method == "PATCH":
            body = _without_empty_compression(body)
        return await handle(method, path, headers, body, query)

    return handle_request


def add_gateway_responses(gateway: Any) -> Callable[..., str]:
    """The importer of ministack's module `gateway` with the document's gateway responses added."""
    import_rest_api: Callable[..., str] = gateway._import_rest_api

    def import_with_responses(document: dict[str, Any], *given: Any) -> str:
        api_id = import_rest_api(document, *given)
        for kind, response in document.get(_RESPONSES, {}).items():
            gateway._put_gateway_response(api_id, kind, response)
        return api_id

    return import_with_responses


def with_single_rights(extract: Extract) -> Extract:
    """The emulator's function that names a request's IAM action, with AWS's words for batches."""

    def extract_iam_action(service: str, *request: Any) -> str | None:
        action = extract(service, *request)
        if action == _BATCH:
            return "dynamodb:PartiQLInsert"
        return action.removesuffix("Batch") if action and service == "sqs" else action

    return extract_iam_action


def with_statements(tables: Tables) -> Tables:
    """The emulator's function that finds the tables in a request, looking into statements too."""

    def dynamodb_resource_arns(body: bytes, region: str, account_id: str) -> list[str]:
        statements = json.loads(body or b"{}").get("Statements", [])
        inserts = [_INSERTS.match(statement["Statement"]) for statement in statements]
        if not inserts:
            return tables(body, region, account_id)
        # What is no insert is denied as the unknown table that it gets here.
        names = {insert[1] if insert else "?" for insert in inserts}
        asked = json.dumps({"RequestItems": dict.fromkeys(sorted(names))})
        return tables(asked.encode(), region, account_id)

    return dynamodb_resource_arns


def _overwrite(gateway: Any, api_id: str, document: dict[str, Any]) -> Response:
    """Put another document in the place of an API's, which keeps its id, stages and tags."""
    if api_id not in gateway._rest_apis:
        response: Response = gateway._get_rest_api(api_id)  # the emulator's own 404
        return response
    imported = gateway._import_rest_api(document)
    for name in _IMPORTED:
        store = getattr(gateway, name)
        store[api_id] = store[imported]
    gateway._delete_rest_api(imported)
    return _view(gateway, api_id, 200)


def _view(gateway: Any, api_id: str, status: int) -> Response:
    _, headers, body = gateway._get_rest_api(api_id)
    return status, headers, body


def _mode(query: dict[str, Any]) -> str | None:
    value = query.get("mode")
    return value[0] if isinstance(value, list) else value


def _without_empty_compression(body: bytes) -> bytes:
    document = json.loads(body or b"{}")
    operations = document.get("patchOperations", [])
    empty = {"op": "replace", "path": "/minimumCompressionSize", "value": ""}
    document["patchOperations"] = [operation for operation in operations if operation != empty]
    return json.dumps(document).encode()


def main() -> None:
    """Be the emulator, shimmed, until SIGTERM."""
    # Here alone: ministack reads its environment while it is imported.
    from ministack.core import iam_actions  # type: ignore[import-untyped]  # noqa: PLC0415
    from ministack.services import apigateway, apigateway_v1, lambda_svc  # type: ignore[import-untyped]  # noqa: PLC0415

    apigateway_v1._import_rest_api = add_gateway_responses(apigateway_v1)
    apigateway_v1.handle_request = add_chalice_calls(apigateway_v1)
    lambda_svc.handle_request = add_runtime_updates(lambda_svc)
    add_old_format(apigateway, lambda_svc)
    iam_actions.extract_iam_action = with_single_rights(iam_actions.extract_iam_action)
    iam_actions.dynamodb_resource_arns = with_statements(iam_actions.dynamodb_resource_arns)
    emulator.main()


if __name__ == "__main__":
    main()
