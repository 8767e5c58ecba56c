"""The OpenAPI 3.1 document, made from what the routes' decorators were told."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib.web.operation import Operation, is_struct
from chalicelib.web.payload import Payload, Upload
from chalicelib.web.responses import Problem, failure_statuses

VERSION = "3.1.0"
RETRIABLE = {"429", "503"}
SCHEMAS = "#/components/schemas/{name}"
_ANYTHING: dict[str, Any] = {"*/*": {}}


def document(operations: Iterable[Operation], *, title: str, version: str) -> dict[str, Any]:
    """The whole document, in the order of paths and methods."""
    listed = sorted(operations, key=lambda operation: (operation.path, operation.method))
    types = {
        _identity(kind): kind
        for operation in listed
        for kind in (operation.body, operation.query, operation.result, Problem)
        if is_struct(kind)
    }
    schemas, components = msgspec.json.schema_components(types.values(), ref_template=SCHEMAS)
    references = dict(zip(types, schemas, strict=True))
    paths: dict[str, Any] = {}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, references, components
        )
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": _without_queries(components, listed),
            "securitySchemes": {
                "idToken": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "The Cognito ID token, bare or as `Bearer <token>`.",
                },
                "tenantKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A tenant's key, as operators make it.",
                },
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            },
        },
    }


def _operation(
    operation: Operation, references: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    summary, _, rest = operation.doc.partition("\n")
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "summary": summary.rstrip("."),
        "parameters": _parameters(operation, components),
        "responses": _responses(operation, references),
        "security": _security(operation),
    }
    if description := _description(rest, operation.access.note):
        shown["description"] = description
    if operation.body is not None:
        shown["requestBody"] = {"required": True, "content": _content(operation.body, references)}
    return shown


def _description(doc: str, note: str) -> str:
    """The docstring below its first line, and who may call."""
    paragraphs = (re.sub(r"\n[ \t]+", "\n", doc).strip(), note)
    return "\n\n".join(filter(None, paragraphs))


def _parameters(operation: Operation, components: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.query is not None:
        schema = components[operation.query.__name__]
        found += [
            {"name": name, "in": "query", "required": name in schema["required"], "schema": member}
            for name, member in schema["properties"].items()
        ]
    return found + [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in operation.headers
    ]


def _responses(operation: Operation, references: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.result is not None:
        done["content"] = _content(operation.result, references)
    if operation.etag is not None:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    # A protocol of its own has its own shape of failure, and so none of ours.
    problem = _ANYTHING if operation.refusal else _json(_schema(Problem, references))
    failed: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, "content": problem}
        for status in sorted(failure_statuses(operation))
    }
    for status in RETRIABLE & failed.keys():
        failed[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return {str(operation.status): done, **failed}


def _security(operation: Operation) -> list[dict[str, Any]]:
    needed: dict[str, Any] = {}
    if operation.access.signed_in:
        needed["idToken"] = []
    if operation.access.tenant_key:
        needed["tenantKey"] = []
    if operation.api_key:
        needed["apiKey"] = []
    return [needed] if needed else []


def _content(kind: Any, references: dict[str, Any]) -> dict[str, Any]:
    """A body by media type; what is no JSON of ours is shown without a schema."""
    if isinstance(kind, Upload):
        return {media_type: {} for media_type in kind.media_types}
    if kind is Payload:
        return _ANYTHING
    return _json(_schema(kind, references))


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _without_queries(components: dict[str, Any], operations: list[Operation]) -> dict[str, Any]:
    """Query structs are shown as parameters, not as schemas."""
    queries = {operation.query.__name__ for operation in operations if operation.query is not None}
    return {name: schema for name, schema in components.items() if name not in queries}


def _schema(kind: Any, references: dict[str, Any]) -> dict[str, Any]:
    return references.get(_identity(kind)) or msgspec.json.schema(kind)


def _identity(kind: Any) -> str:
    return getattr(kind, "__name__", "")
