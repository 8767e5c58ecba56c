"""JSON Schemas of the types that routes declare: msgspec's, as strict as what is taken and sent."""

from collections.abc import Iterator, Mapping
from enum import EnumType
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin

import msgspec

from chalicelib.web.openapi.free_form import NAME, build_object, build_value
from chalicelib.web.operation import Free
from chalicelib.web.responses import Problem

REFERENCE = "#/components/schemas/{name}"
_DECIMAL = {"type": "string", "format": "decimal"}
_OBJECT = {"type": "object"}

Schema = dict[str, Any]


class Schemas:
    """Makes schemas; those that have a name are kept in `components` and referred to."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._types: dict[str, Any] = {}

    def build(self, kind: Any, *, is_open: bool = False) -> Schema:
        """The schema of a type; `is_open` says that objects may have more than is declared."""
        if free := _free(kind):
            self.components[NAME] = build_value()
            return build_object(free, self.build_members(free.known) if free.known else {})
        (schema,), named = msgspec.json.schema_components((kind,), ref_template=REFERENCE)
        self._keep(kind, named, is_open=is_open)
        done: Schema = _normalise(schema)
        return done

    def build_members(self, kind: type[msgspec.Struct]) -> Schema:
        """The schema of a Struct that is shown by its fields and not by its name."""
        _, named = msgspec.json.schema_components((kind,), ref_template=REFERENCE)
        own = named.pop(kind.__name__)
        self._keep(kind, named, is_open=False)
        done: Schema = _normalise(own)
        return done

    def complete_results(self, received: Any) -> None:
        """Require every field of what is only sent: a default is for who leaves a field out.

        `received` are the schemas of requests, whose fields with a default stay optional.
        """
        taken = self._list_referred(received)
        for name, kind in self._types.items():
            schema = self.components[name]
            config = getattr(kind, "__struct_config__", None)
            if name in taken or config is None or config.omit_defaults:
                continue
            members = schema.get("properties", {})
            for member in members.values():
                member.pop("default", None)
            schema["required"] = [name for name in members if name not in _list_unset(kind)]

    def _list_referred(self, schema: Any) -> set[str]:
        """The names of all components that `schema` is made of."""
        pending, seen = [schema], set[str]()
        while pending:
            part = pending.pop()
            if isinstance(part, list):
                pending += part
            elif isinstance(part, dict):
                name = str(part.get("$ref", "")).rpartition("/")[2]
                if name in self.components and name not in seen:
                    seen.add(name)
                    pending.append(self.components[name])
                pending += part.values()
        return seen

    def _keep(self, kind: Any, named: Mapping[str, Schema], *, is_open: bool) -> None:
        types = {declared.__name__: declared for declared in _list_named(kind)}
        for name, schema in named.items():
            done = _complete(_normalise(schema), types[name], is_open=is_open)
            self._types[name] = types[name]
            if self.components.setdefault(name, done) != done:
                raise ValueError(f"two types of the routes have the name {name}")


def build_content(
    kinds: Mapping[str, Any],
    schemas: Schemas,
    examples: Mapping[str, Any] = MappingProxyType({}),
    *,
    is_open: bool = False,
) -> dict[str, Any]:
    """Bodies by media type, with the examples that there are."""
    return {
        name: {
            "schema": schemas.build(kind, is_open=is_open),
            **({"example": examples[name]} if name in examples else {}),
        }
        for name, kind in kinds.items()
    }


def _free(kind: Any) -> Free | None:
    """What is declared of a free-form object; None for any other type."""
    if get_origin(kind) is Annotated:
        return next((said for said in get_args(kind) if isinstance(said, Free)), None)
    return Free() if kind is dict or get_origin(kind) is dict else None


def _complete(schema: Schema, kind: Any, *, is_open: bool) -> Schema:
    """A named schema with what msgspec leaves out: the order of an enum, and what is closed."""
    if isinstance(kind, EnumType):
        return {**schema, "enum": [member.value for member in list[Any](kind)]}
    if is_open:
        return {name: value for name, value in schema.items() if name != "additionalProperties"}
    if unless := getattr(kind, "REQUIRED_UNLESS", None):  # a field, and those to send without it
        given, needed = {"required": [unless[0]]}, {"required": list(unless[1])}
        schema = {**schema, "if": {"not": given}, "then": needed}
    # A local /health says more of what is down.
    return schema if kind is Problem else {"additionalProperties": False, **schema}


def _normalise(schema: Any) -> Any:
    """Decimals are numbers here; an enum says its type; an object of any members says that."""
    if isinstance(schema, list):
        return [_normalise(member) for member in schema]
    if not isinstance(schema, dict):
        return schema
    if schema == _DECIMAL:
        return {"type": "number"}
    if schema == _OBJECT:  # for generators of clients, which take it for one without members
        return {**_OBJECT, "additionalProperties": True}
    done = {name: _normalise(member) for name, member in schema.items()}
    if "enum" in done and all(isinstance(value, str) for value in done["enum"]):
        return {"type": "string", **done}
    return done


def _list_unset(kind: Any) -> set[str]:
    """The fields that are left out of what is sent, unless they have a value."""
    fields = msgspec.structs.fields(kind)
    return {field.encode_name for field in fields if field.default is msgspec.UNSET}


def _list_named(kind: Any) -> Iterator[Any]:
    """The Structs and enums that a type is made of, each once."""
    pending, seen = [msgspec.inspect.type_info(kind)], set()
    while pending:
        info = pending.pop()
        if isinstance(info, msgspec.inspect.Metadata):
            info = info.type
        declared = getattr(info, "cls", None)
        if declared in seen:
            continue
        if declared is not None:
            seen.add(declared)
            yield declared
        pending += _list_parts(info)


def _list_parts(info: Any) -> list[Any]:
    parts = [getattr(info, name, None) for name in ("item_type", "key_type", "value_type")]
    fields = [field.type for field in getattr(info, "fields", ())]
    return [part for part in (*parts, *fields, *getattr(info, "types", ())) if part is not None]
