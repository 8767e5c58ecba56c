"""What `openapi.json` promises, checked against what was answered."""

import re
from typing import Any

import jsonschema_rs

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

    def broken(self, method: str, url: str, status: int, body: Any) -> str | None:
        """Why an answer breaks the contract; None when it keeps it."""
        if status >= 400 and (not isinstance(body, dict) or set(body) != PROBLEM):
            return f"{body} has not the shape of an error"
        operation = self._operation(method, url.partition("?")[0])
        if operation is None:
            return None if status == 405 else "no such operation is documented"
        if str(status) not in operation["responses"]:
            return f"{status} is not documented"
        content = operation["responses"][str(status)].get("content")
        if content is None:
            return None if body is None else "a body where none is documented"
        return self._mismatch(content["application/json"]["schema"], body)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, item in self._paths.items():
            if pattern.fullmatch(path):
                return item.get(method.lower())
        return None

    def _mismatch(self, schema: dict[str, Any], body: Any) -> str | None:
        validator = self._validators.get(str(schema))
        if validator is None:
            whole = {**schema, "components": self._document["components"]}
            validator = jsonschema_rs.Draft202012Validator(whole)
            self._validators[str(schema)] = validator
        return next((str(error) for error in validator.iter_errors(body)), None)
