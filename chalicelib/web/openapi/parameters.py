"""The parameters of an operation: those of its path, its query and the headers that it reads."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import fields

from chalicelib.web import headers
from chalicelib.web.conversion import is_group
from chalicelib.web.openapi.schemas import Schema, Schemas
from chalicelib.web.operation import Operation


def list_parameters(operation: Operation, schemas: Schemas) -> list[dict[str, Any]]:
    """Path parameters have the types of the view's own parameters."""
    found = [
        _build_parameter("path", name, _bound(schemas.build(operation.path_types.get(name, str))))
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.query is not None:
        found += _list_query(operation.query, schemas.build_members(operation.query))
    return found + [
        _build_parameter("header", name, schemas.build(headers.READ[name]), is_required=False)
        for name in operation.headers
    ]


def _list_query(kind: Any, query: Schema) -> Iterator[dict[str, Any]]:
    groups = {field.encode_name for field in fields(kind) if is_group(field.type)}
    for name, member in query["properties"].items():
        if name in groups:
            yield _build_group(name, member)
        else:
            is_required = name in query["required"]
            yield _build_parameter(
                "query", name, _convert_for_query(member), is_required=is_required
            )


def _build_group(name: str, schema: Schema) -> dict[str, Any]:
    """Parameters such as `attr.host`: sent as the members of an object are in the style `form`."""
    kept = {key: schema[key] for key in ("description", "examples", "maxProperties", "type")}
    pattern, member = (
        rf"^{name}\..{{1,{schema['propertyNames']['maxLength']}}}$",
        "additionalProperties",
    )
    shown = {**kept, "patternProperties": {pattern: schema[member]}, member: False}
    parameter = _build_parameter("query", name, shown, is_required=False)
    return {**parameter, "style": "form", "explode": True}


def _build_parameter(
    place: str, name: str, schema: Schema, *, is_required: bool = True
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": is_required, "schema": schema}


def _bound(schema: Schema) -> Schema:
    """An empty segment is another path."""
    return schema if "pattern" in schema else {"minLength": 1, **schema}


def _convert_for_query(schema: Schema) -> Schema:
    """What a query string can hold: it has no null, and leaves out what is not asked for."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    rest = {
        name: value
        for name, value in schema.items()
        if name != "anyOf" and (name, value) != ("default", None)
    }
    return (
        {**kinds[0], **rest} if len(kinds) == 1 else {**rest, **({"anyOf": kinds} if kinds else {})}
    )
