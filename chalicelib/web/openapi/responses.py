"""The responses of an operation: its result, and every failure that it may have."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from chalicelib.web import headers
from chalicelib.web.openapi.schemas import Schemas, build_content
from chalicelib.web.operation import Operation
from chalicelib.web.payload import JSON, Payload
from chalicelib.web.responses import Problem, failure_statuses

HEADERS = "#/components/headers/{name}"
# By the status of a failure, whoever answers it: a function or API Gateway.
WITH_FAILURES: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {401: (headers.AUTHENTICATE,), 429: (headers.RETRY_AFTER,), 503: (headers.RETRY_AFTER,)}
)


def build_headers(schemas: Schemas) -> dict[str, Any]:
    """The headers of responses, by their names."""
    return {
        name: {"required": name not in headers.NOT_ALWAYS, "schema": schemas.build(kind)}
        for name, kind in headers.SENT.items()
    }


def build_responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """Responses by status, the result's first."""
    failures = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": _refer(WITH_FAILURES.get(status, ())),
            "content": _build_failure(operation, schemas),
        }
        for status in sorted(failure_statuses(operation))
    }
    return {str(operation.status): _build_result(operation, schemas), **failures}


def _build_result(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    tags = () if operation.etag is None else (headers.ETAG,)
    done: dict[str, Any] = {
        "description": HTTPStatus(operation.status).phrase,
        "headers": _refer((*tags, *operation.sends)),
    }
    kinds = operation.content if operation.result is Payload else {JSON: operation.result}
    if operation.result is not None:
        done["content"] = build_content(kinds, schemas)
    return done


def _build_failure(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """The stable body; API Gateway has it also where a route's own protocol has another."""
    kinds = {JSON: Problem, **operation.refusal_content}
    content = build_content(kinds, schemas)
    if JSON in operation.refusal_content:
        either = [content[JSON]["schema"], schemas.build(Problem)]
        content[JSON] = {"schema": {"anyOf": either}}
    return content


def _refer(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": HEADERS.format(name=name)} for name in (headers.REQUEST_ID, *names)}
