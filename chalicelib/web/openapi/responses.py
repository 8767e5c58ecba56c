"""The responses of an operation: its result, and every failure that it may have."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, get_args

from chalicelib.web import headers
from chalicelib.web.openapi.examples import RESULTS
from chalicelib.web.openapi.schemas import Schemas, build_content
from chalicelib.web.operation import Operation
from chalicelib.web.payload import JSON, Payload
from chalicelib.web.responses import NOT_MODIFIED, Problem, failure_statuses

HEADERS = "#/components/headers/{name}"
# By the status of a failure, whoever returns it: a function or API Gateway.
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
            **_describe(status, WITH_FAILURES.get(status, ())),
            "content": _build_failure(operation, schemas),
        }
        for status in sorted(failure_statuses(operation))
    }
    return {**_build_results(operation, schemas), **failures}


def _build_results(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """The result by its status, and the same without a body for who has it."""
    done = {str(operation.status): _build_result(operation, schemas)}
    if not operation.is_kept_read:
        return done
    return {**done, str(NOT_MODIFIED): _describe(NOT_MODIFIED, _list_headers(operation))}


def _build_result(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    done = _describe(operation.status, _list_headers(operation))
    if operation.result is not None:
        examples = RESULTS.get(operation.name, {})
        done["content"] = build_content(_list_kinds(operation), schemas, examples)
    return done


def _list_kinds(operation: Operation) -> Mapping[str, Any]:
    """What a view returns, by media type: a Payload is one of those that the route declares."""
    kinds = [kind for kind in get_args(operation.result) if kind is not Payload]
    if operation.result is Payload:
        return operation.content
    if Payload in get_args(operation.result):
        return {JSON: kinds[0], **operation.content}
    return {JSON: operation.result}


def _list_headers(operation: Operation) -> tuple[str, ...]:
    tag = (headers.ETAG,) if operation.is_tagged else ()
    return (headers.CACHE_CONTROL, *tag, *operation.sends)


def _describe(status: int, names: Iterable[str]) -> dict[str, Any]:
    return {"description": HTTPStatus(status).phrase, "headers": _refer(names)}


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
