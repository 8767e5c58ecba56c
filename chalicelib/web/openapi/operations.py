"""One operation of the document: its words, who may call it, its request and its responses."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chalicelib.web.openapi.examples import REQUESTS
from chalicelib.web.openapi.parameters import list_parameters
from chalicelib.web.openapi.responses import build_responses
from chalicelib.web.openapi.schemas import Schemas, build_content
from chalicelib.web.operation import Operation
from chalicelib.web.payload import JSON, Upload

# The first segment of a path that is not the tag itself.
TAGS: Mapping[str, str] = MappingProxyType(
    {
        "audit": "logs",
        "calendar": "publisher",
        "calendar-link": "publisher",
        "certificates": "publisher",
        "certifications": "publisher",
        "channels": "publisher",
        "dead-letters": "operations",
        "get-user": "records",
        "health": "operations",
        "ingest": "logs",
        "jobs": "operations",
        "lookup": "overview",
        "me": "overview",
        "media": "publisher",
        "messages": "publisher",
        "occurrences": "publisher",
        "pipeline": "operations",
        "series": "publisher",
        "stream": "records",
        "suppressions": "publisher",
        "templates": "publisher",
        "unsubscribe": "publisher",
    }
)


def build_operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """What the document says of one method of a path."""
    summary, _, rest = operation.doc.partition("\n")
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [find_tag(operation.path)],
        "summary": summary.rstrip("."),
        "parameters": list_parameters(operation, schemas),
        "responses": build_responses(operation, schemas),
        "security": list_security(operation),
    }
    if description := _describe(rest, operation.access.note):
        shown["description"] = description
    if operation.body is not None:
        is_upload = isinstance(operation.body, Upload)
        kinds = operation.body.media_types if is_upload else {JSON: operation.body}
        # What an upload is repaired to is taken as well: its schemas say what to send.
        examples = REQUESTS.get(operation.name, {})
        content = build_content(kinds, schemas, examples, is_open=is_upload)
        shown["requestBody"] = {"required": True, "content": content}
    return shown


def find_tag(path: str) -> str:
    """The workload that a route belongs to, by the first segment after the version."""
    segment = re.split("[/:]", re.sub(r"^/(api/)?(v1/)?", "", path))[0]
    return TAGS.get(segment, segment)


def list_security(operation: Operation) -> list[dict[str, Any]]:
    """The credentials that are asked for, as alternatives; an empty one asks for none."""
    if operation.access.optional_tenant_key:
        return [{}, {"tenantKey": []}]
    if operation.access.optional_sign_in:
        return [{}, {"idToken": []}]
    needed: dict[str, Any] = {}
    if operation.access.signed_in:
        needed["idToken"] = []
    if operation.access.tenant_key:
        needed["tenantKey"] = []
    if operation.api_key:
        needed["apiKey"] = []
    return [needed] if needed else []


def _describe(doc: str, note: str) -> str:
    """The docstring below its first line, and who may call."""
    paragraphs = (re.sub(r"\n[ \t]+", "\n", doc).strip(), note)
    return "\n\n".join(filter(None, paragraphs))
