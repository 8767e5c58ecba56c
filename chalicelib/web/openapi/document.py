"""The whole document: every operation by its path, the schemas, who may call."""

from collections.abc import Iterable
from typing import Any

from chalicelib.web.openapi.operations import build_operation
from chalicelib.web.openapi.responses import build_headers
from chalicelib.web.openapi.schemas import Schemas
from chalicelib.web.operation import Operation

VERSION = "3.1.0"
# Relative to where the document is served: each stage has its own beside its API.
SERVERS = [{"url": "/", "description": "The stage that serves this document."}]
SECURITY_SCHEMES = {
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
}


def build_document(operations: Iterable[Operation], *, title: str, version: str) -> dict[str, Any]:
    """The whole document, in the order of paths and methods; schemas by their names."""
    schemas = Schemas()
    paths: dict[str, Any] = {}
    for operation in sorted(operations, key=lambda listed: (listed.path, listed.method)):
        shown = build_operation(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = shown
    bodies = [shown.get("requestBody") for methods in paths.values() for shown in methods.values()]
    schemas.complete_results(received=bodies)
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": version},
        "servers": SERVERS,
        "paths": paths,
        "components": {
            "headers": build_headers(schemas),
            "schemas": dict(sorted(schemas.components.items())),
            "securitySchemes": SECURITY_SCHEMES,
        },
    }
