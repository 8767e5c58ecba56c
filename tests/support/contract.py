"""What `openapi.json` promises, checked against what was answered."""

import json
import re
from typing import Any

import jsonschema_rs

JSON = "application/json"
PROBLEM = {"message", "code", "request_id"}


class Contract:
    """The document of an app; every answer is held against its operation."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._paths = {
            re.compile(re.sub(r"{\w+}", "[^/]+", path)): item
            for path, item in document["paths"].items()
        }
        self._validators: dict[str, Any] = {}

    def broken(self, method: str, url: str, status: int, media_type: str, raw: bytes) -> str | None:
        """Why an answer breaks the contract; None when it keeps it."""
        operation = self._operation(method, url.partition("?")[0])
        if operation is None:
            no_route = "no such operation is documented"
            return self._no_problem(media_type, raw) if status == 405 else no_route
        response = operation["responses"].get(str(status))
        if response is None:
            return f"{status} is not documented"
        if "content" not in response:
            return "a body where none is documented" if raw else None
        return self._mismatch(response["content"], media_type, raw)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, item in self._paths.items():
            if pattern.fullmatch(path):
                return item.get(method.lower())
        return None

    def _mismatch(self, content: dict[str, Any], media_type: str, raw: bytes) -> str | None:
        if "*/*" in content:  # a protocol of its own, or a file
            return None
        if media_type not in content:
            return f"{media_type} is not documented"
        if media_type != JSON:
            return None
        return self._invalid(content[JSON]["schema"], json.loads(raw)) if raw else "no body"

    def _invalid(self, schema: dict[str, Any], body: Any) -> str | None:
        if schema.get("$ref", "").endswith("/Problem") and set(body) != PROBLEM:
            return f"{body} has not the shape of an error"
        validator = self._validators.get(str(schema))
        if validator is None:
            whole = {**schema, "components": self._document["components"]}
            validator = jsonschema_rs.Draft202012Validator(whole)
            self._validators[str(schema)] = validator
        return next((str(error) for error in validator.iter_errors(body)), None)

    def _no_problem(self, media_type: str, raw: bytes) -> str | None:
        body = json.loads(raw) if media_type == JSON else None
        keeps = isinstance(body, dict) and set(body) == PROBLEM
        return None if keeps else f"{raw!r} has not the shape of an error"
