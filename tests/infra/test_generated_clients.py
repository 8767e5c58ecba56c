"""Clients that generators make of `openapi.json`: each has every operation, and compiles."""

import compileall
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.checks import openapi

ROOT = openapi.FILE.parent
NODE_TOOLS = ROOT / "frontend" / "node_modules" / ".bin"
PYTHON_TOOL = Path(sys.executable).parent / "openapi-python-client"
DOCUMENT = json.loads(openapi.FILE.read_text())
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
# What the generator says of a document without webhooks and definitions of its own.
EMPTY_OF_ITS_OWN = ("webhooks", "$defs")
# A member with a default may be left out of what is sent.
AS_THE_CONSOLE = "--default-non-nullable=false"
STRICT = ("--strict", "--noEmit", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess")
# The generator knows no other type for a body that is no JSON.
TEXTS = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "text/plain",
    "text/csv",
)
FORM = "application/x-www-form-urlencoded"
AS_BYTES = dict.fromkeys([*TEXTS, FORM, "application/x-protobuf"], "application/octet-stream")


def run(*command, cwd):
    environment = {**os.environ, "PATH": f"{PYTHON_TOOL.parent}:{os.environ['PATH']}"}
    ran = subprocess.run(  # noqa: S603 installed tools
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.skipif(not NODE_TOOLS.exists(), reason="make console")
def test_typescript_types_compile_in_a_file_that_uses_every_operation(tmp_path):
    schema = tmp_path / "schema.d.ts"
    tool = NODE_TOOLS / "openapi-typescript"
    run(tool, openapi.FILE, "--output", schema, AS_THE_CONSOLE, cwd=tmp_path)
    empty = [line for line in schema.read_text().splitlines() if "Record<string, never>" in line]
    assert empty == [f"export type {name} = Record<string, never>;" for name in EMPTY_OF_ITS_OWN]
    uses = tmp_path / "uses.ts"
    uses.write_text("\n".join(['import type { paths } from "./schema";', *write_uses()]))
    run(NODE_TOOLS / "tsc", *STRICT, uses, cwd=tmp_path)


def write_uses():
    """A function of each operation's request and result, and its example where it has one."""
    for path, method, operation in OPERATIONS:
        name, of = operation["operationId"], f'paths["{path}"]["{method}"]'
        done = next(iter(operation["responses"]))
        yield f'export type {name}_result = {of}["responses"][{done}];'
        yield f'export type {name}_parameters = {of}["parameters"];'
        for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
            if "example" in body:
                of_body = f'NonNullable<{of}["requestBody"]>["content"]["{media_type}"]'
                suffix = "".join(letter if letter.isalnum() else "_" for letter in media_type)
                example = json.dumps(body["example"])
                yield f"export const {name}_{suffix}: {of_body} = {example};"


def test_a_python_client_has_a_module_of_every_operation_that_imports(tmp_path, monkeypatch):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"content_type_overrides": AS_BYTES}))
    client, document = tmp_path / "generated_client", tmp_path / "openapi.json"
    shown = json.loads(openapi.FILE.read_text())
    # It forgets an import for a choice of bodies beside no other argument that may be left out.
    body = shown["paths"]["/unsubscribe/{token}"]["post"]["requestBody"]
    del body["content"]["multipart/form-data"]
    document.write_text(json.dumps(shown))
    run(
        *(PYTHON_TOOL, "generate", "--path", document, "--config", config),
        *("--meta", "none", "--output-path", client),
        cwd=tmp_path,
    )
    assert compileall.compile_dir(client, quiet=1)
    monkeypatch.syspath_prepend(tmp_path)
    for _, _, operation in OPERATIONS:
        (tag,), name = operation["tags"], operation["operationId"]
        module = importlib.import_module(f"generated_client.api.{tag}.{name}")
        assert callable(module.sync_detailed), name
    for name in [name for name in sys.modules if name.partition(".")[0] == "generated_client"]:
        del sys.modules[name]
    shutil.rmtree(client)
