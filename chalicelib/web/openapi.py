"""The OpenAPI 3.1 document, made from what the `route` decorator was told."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib.web.payload import Payload, Upload

VERSION = "3.1.0"
RETRIABLE = {"429", "503"}
SCHEMAS = "#/components/schemas/{name}"
_ANYTHING: dict[str, Any] = {"*/*": {}}


class Problem(msgspec.Struct, frozen=True):
    """Every error's body: what happened, a stable code, and the id to look for in the logs."""

    message: str
    code: str
    request_id: str


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One route as it is documented. `body` is a Struct, a free-form `dict`, an Upload, or None."""

    method: str
    path: str
    name: str
    doc: str
    status: int
    body: Any
    query: Any
    result: Any
    headers: tuple[str, ...]
    errors: tuple[int, ...]
    etag: bool
    signed_in: bool
    tenant_key: bool
    api_key: bool
    refusal: Any


def document(operations: Iterable[Operation], *, title: str, version: str) -> dict[str, Any]:
    """The whole document, in the order of paths and methods."""
    listed = sorted(operations, key=lambda each: (each.path, each.method))
    types = {
        _identity(each): each
        for operation in listed
        for each in (operation.body, operation.query, operation.result, Problem)
        if is_struct(each)
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
    if rest.strip():
        shown["description"] = re.sub(r"\n[ \t]+", "\n", rest).strip()
    if operation.body is not None:
        shown["requestBody"] = {"required": True, "content": _content(operation.body, references)}
    return shown


def _parameters(operation: Operation, components: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.query is not None:
        schema = components[operation.query.__name__]
        found += [
            {"name": name, "in": "query", "required": name in schema["required"], "schema": each}
            for name, each in schema["properties"].items()
        ]
    return found + [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in operation.headers
    ]


def _responses(operation: Operation, references: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.result is not None:
        done["content"] = _content(operation.result, references)
    if operation.etag:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    # A protocol of its own has its own shape of failure, and so none of ours.
    problem = _ANYTHING if operation.refusal else _json(_schema(Problem, references))
    failed: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, "content": problem}
        for status in sorted(operation.errors)
    }
    for status in RETRIABLE & failed.keys():
        failed[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return {str(operation.status): done, **failed}


def _security(operation: Operation) -> list[dict[str, Any]]:
    needed: dict[str, Any] = {}
    if operation.signed_in:
        needed["idToken"] = []
    if operation.tenant_key:
        needed["tenantKey"] = []
    if operation.api_key:
        needed["apiKey"] = []
    return [needed] if needed else []


def _content(kind: Any, references: dict[str, Any]) -> dict[str, Any]:
    """A body by media type; what is no JSON of ours is shown without a schema."""
    if isinstance(kind, Upload):
        return {each: {} for each in kind.media_types}
    if kind is Payload:
        return _ANYTHING
    return _json(_schema(kind, references))


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _without_queries(components: dict[str, Any], operations: list[Operation]) -> dict[str, Any]:
    """Query structs are shown as parameters, not as schemas."""
    queries = {each.query.__name__ for each in operations if each.query is not None}
    return {name: schema for name, schema in components.items() if name not in queries}


def _schema(kind: Any, references: dict[str, Any]) -> dict[str, Any]:
    return references.get(_identity(kind)) or msgspec.json.schema(kind)


def is_struct(kind: Any) -> bool:
    """Whether `kind` is a typed body or result, not a free-form one or bytes."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Payload


def _identity(kind: Any) -> str:
    return getattr(kind, "__name__", "")
