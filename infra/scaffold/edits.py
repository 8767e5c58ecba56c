"""Where a new workload enters the files that list all workloads."""

from typing import NamedTuple


class Edit(NamedTuple):
    """Put `text` before `anchor`, the one place of `file` that holds it."""

    file: str
    anchor: str
    text: str


# `$name`, `$Name` and `$NAME` are the workload's name.
EDITS = (
    Edit(
        "app.py",
        "from chalicelib.settings import LOCAL_STAGE, api_settings",
        "from chalicelib.$name.model import $Name, New$Name\n",
    ),
    Edit(
        "chalicelib/wiring/__init__.py",
        "    from chalicelib.wiring.operations import OperationsWiring\n    from",
        "    from chalicelib.$name.service import ${Name}Service\n",
    ),
    Edit(
        "chalicelib/wiring/__init__.py",
        "    # --- The event source mappings",
        '    @cached_property\n    def $name(self) -> "${Name}Service":\n'
        '        """The $name workload."""\n'
        "        from chalicelib.wiring.$name import build\n\n        return build(self)\n\n",
    ),
    Edit(
        "chalicelib/settings/api.py",
        "    search_queue_url: str\n    orders_",
        "    ${name}_table: str\n",
    ),
    Edit(
        "chalicelib/settings/api.py",
        '        search_queue_url=env.queue_url("SEARCH_QUEUE_URL"),',
        '        ${name}_table=env.require("${NAME}_TABLE"),\n',
    ),
    Edit(
        "infra/declared/resources.py",
        "        ),\n        queues=(",
        "            Table(\n"
        '                output="${Name}Table",\n'
        '                variable="${NAME}_TABLE",\n'
        '                name=f"Omni$Name{end}",\n                partition_key="${name}_id",\n'
        "            ),\n",
    ),
    Edit(
        "infra/declared/rights.py",
        '    Calls("ORDERS_TABLE", ("dynamodb:GetItem",)),\n',
        '    Calls("${NAME}_TABLE", ("dynamodb:GetItem", "dynamodb:PutItem")),\n',
    ),
    Edit("pyproject.toml", " | operations", " | $name"),
    Edit(
        "pyproject.toml",
        '  "chalicelib.tenant_logs",\n  "chalicelib.web',
        '  "chalicelib.$name",\n',
    ),
    Edit(
        "docs/settings.md",
        "| `DIGEST_ORDERS`",
        "| `${NAME}_TABLE` | generated | Table of $name items. |\n",
    ),
    Edit(
        "tests/api/test_who_may.py",
        '    ("GET", "/api/v1/logs", None),',
        '    ("POST", "/$name", {"text": "x"}),\n    ("GET", "/$name/a", None),\n',
    ),
    Edit(
        "tests/api/test_tenant_attacks.py",
        '("GET", "/orders/{orderID}")]',
        '("GET", "/$name/{${name}_id}"), ',
    ),
    Edit(
        "tests/api/test_tenant_attacks.py",
        '    ("POST", "/orders"),',
        '    ("POST", "/$name"),\n',
    ),
    Edit(
        "tests/api/test_corpus.py",
        '    ("POST", "/api/v1/dead-letters/{queue}/redrive"),',
        '    ("POST", "/$name"),\n',
    ),
    Edit(
        "tests/api/test_documentation.py",
        '        "find_logs": ["X-Tenant-ID"],',
        '        "create_$name": ["Idempotency-Key"],\n',
    ),
    Edit(
        "chalicelib/web/openapi/examples.py",
        '        "delete_dead_letters": {JSON: _LETTERS},',
        '        "create_$name": {JSON: {"text": "The orders page is slow."}},\n',
    ),
    Edit(
        "tests/infra/every_call.py",
        '            self._user.send("GET", "/api/v1/analytics/searches")',
        '            _, $name = self._user.send("POST", "/$name", {"text": "x"})\n'
        '            self._user.send("GET", f"/$name/{$name[\'${name}_id\']}")\n',
    ),
)

# The files of a workload, by their templates.
FILES = {
    "package": "chalicelib/$name/__init__.py",
    "model": "chalicelib/$name/model.py",
    "service": "chalicelib/$name/service.py",
    "store": "chalicelib/$name/store.py",
    "wiring": "chalicelib/wiring/$name.py",
    "test_model": "tests/unit/$name/test_${name}_model.py",
    "test_store": "tests/aws/test_${name}_store.py",
    "test_routes": "tests/api/test_${name}_routes.py",
}
ROUTES = "routes"  # appended to app.py
