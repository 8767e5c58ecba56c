"""Views, called with what they declare: body, query, the path's parameters and the call."""

from typing import Any

from chalicelib.errors import InvalidInput, TooLarge, UnsupportedMediaType
from chalicelib.web import requests
from chalicelib.web.operation import Operation, View
from chalicelib.web.payload import JSON, Upload, media_type


def call(view: View, operation: Operation, request: Any, path: dict[str, str]) -> Any:
    """The result of a view; its caller was admitted before."""
    query = requests.query(request, operation.query)
    named: dict[str, Any] = {
        name: requests.unquote_parameter(value) for name, value in path.items()
    }
    arguments: list[Any] = []
    if operation.body is not None:
        arguments.append(_read_body(operation, request))
    if operation.query is not None:
        arguments.append(query)
    if operation.takes_call:
        named["call"] = requests.call(request, operation)
    return view(*arguments, **named)


def identify(request: Any) -> tuple[str, str]:
    """The request's media type and its id, for an error response."""
    return media_type(request.headers), requests.request_id(request)


def list_media_types(operation: Operation) -> list[str]:
    """What Chalice checks before a view is called; an Upload is checked when it is received.

    Chalice deploys no route that takes text and binary types alike, as OTLP's does.
    """
    return [] if operation.body is None or isinstance(operation.body, Upload) else [JSON]


def _read_body(operation: Operation, request: Any) -> Any:
    try:
        return requests.body(request, operation.body)
    except (InvalidInput, TooLarge, UnsupportedMediaType) as error:
        if operation.rejected is not None:
            operation.rejected(error, requests.call(request, operation))
        raise
