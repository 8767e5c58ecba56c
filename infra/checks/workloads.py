"""Names the places that list every workload and lack one: `python -m infra.checks.workloads`.

The scaffold enters a workload in all of them; one that was made by hand is easily forgotten in
some, and then fails in the tests, far from its cause.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chalicelib
from infra.checks import route_lists
from infra.checks.route_lists import Route
from infra.declared.function_kinds import Function
from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import Resources
from infra.declared.resources import LOCAL, resources

ROOT = Path(__file__).parents[2]
WHO_MAY = "tests/api/test_who_may.py"
WHO_MAY_LISTS = "SIGNED_IN|OPERATORS|PUBLISHERS|WEBHOOK_OWNERS|SENDERS|RECIPIENTS"
ATTACKS = "tests/api/test_tenant_attacks.py"
ATTACKS_KIT = "tests/api/tenant_kit.py"
CORPUS = "tests/api/test_corpus.py"
HEADERS = "tests/api/test_documentation.py"
CALLS = "tests/infra/every_call.py"
SETTINGS = "chalicelib/settings/api.py"
PUBLISHER_SETTINGS = "chalicelib/settings/publisher.py"
SETTINGS_DOC = "docs/settings.md"
FUNCTIONS_FILE = "infra/declared/functions.py"
RIGHTS_FILE = "infra/declared/rights.py"
PROJECT = "pyproject.toml"
QUEUE_LISTS = ("tests/api/letters_kit.py", CALLS, "tests/unit/test_settings.py")
WITHOUT_CHALICE = "Only web.api, authorizers and batch know Chalice; the worker never loads it"
LAYERS = "Imports run one way inside chalicelib, and every package has its layer"
OPEN = ("GET", "/health")
TAGGED = ("GET", "If-None-Match")  # of every read


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is compared: `document` is the app's OpenAPI document, `handlers` its event handlers.

    `read` gives the text of a file by its path, `packages` are those of chalicelib.
    """

    document: Mapping[str, Any]
    handlers: Collection[str]
    declared: Resources
    functions: Collection[Function]
    packages: Collection[str]
    read: Callable[[str], str]

    def operations(self) -> Iterator[tuple[Route, Mapping[str, Any]]]:
        """Each route with its operation."""
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                yield (method.upper(), path), operation


def find_forgotten(checkout: Checkout) -> list[str]:
    """A sentence for each forgotten place."""
    checks = (
        _check_routes,
        _check_headers,
        _check_handlers,
        _check_rights,
        _check_variables,
        _check_queues,
        _check_contracts,
    )
    return [sentence for check in checks for sentence in check(checkout)]


def _check_routes(checkout: Checkout) -> Iterator[str]:
    routes = [route for route, _ in checkout.operations()]
    bodies = [route for route, operation in checkout.operations() if "requestBody" in operation]
    who_may, attacks, corpus, calls = _read_route_lists(checkout)
    for wanted, named, place, what in (
        (routes, who_may, WHO_MAY, "who may call it"),
        (routes, attacks, ATTACKS, "whose it is"),
        (bodies, corpus, CORPUS, "that it meets the corpus of bad bodies"),
        (routes, calls, CALLS, "a call of it, from which its rights are checked"),
    ):
        reached = {_route_of(route, routes) for route in named}
        for method, path in wanted:
            if (method, path) not in reached:
                yield f"{method} {path} is missing in {place}: enter there {what}."


def _route_of(named: Route, routes: Collection[Route]) -> Route | None:
    """The route that a method and a path reach: the one with the fewest parameters that fits."""
    method, path = named
    for known, template in sorted(routes, key=lambda route: route[1].count("{")):
        if known == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return known, template
    return None


def _read_route_lists(checkout: Checkout) -> tuple[Collection[Route], ...]:
    """The routes in the lists of who may call them, of attacks, of bad bodies and of all calls."""
    kit = route_lists.read_names(checkout.read(ATTACKS_KIT))
    return (
        {*route_lists.read_lists(checkout.read(WHO_MAY), WHO_MAY_LISTS), OPEN},
        route_lists.read_lists(checkout.read(ATTACKS), "OF_[A-Z_]+", kit),
        route_lists.read_lists(checkout.read(CORPUS), "[A-Z]+_ROUTES"),
        route_lists.read_calls(checkout.read(CALLS)),
    )


def _check_headers(checkout: Checkout) -> Iterator[str]:
    for (method, path), operation in checkout.operations():
        reads = [
            parameter["name"]
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "header" and (method, parameter["name"]) != TAGGED
        ]
        if reads and f'"{operation["operationId"]}"' not in checkout.read(HEADERS):
            yield f"{method} {path} reads headers: enter {operation['operationId']} in {HEADERS}."


def _check_handlers(checkout: Checkout) -> Iterator[str]:
    known = {function.handler for function in checkout.functions}
    for handler in checkout.handlers:
        if handler not in known:
            yield f"The handler {handler} is missing in {FUNCTIONS_FILE}: enter it as a Function."
        if f'"{handler}"' not in checkout.read(CALLS):
            yield f"The handler {handler} is missing in {CALLS}: enter an event that it handles."


def _check_rights(checkout: Checkout) -> Iterator[str]:
    used = {calls.variable for function in checkout.functions for calls in function.calls}
    for table in checkout.declared.tables:
        if table.variable not in used:
            yield f"No function may use {table.variable}: enter its calls in {RIGHTS_FILE}."


def _check_variables(checkout: Checkout) -> Iterator[str]:
    read_by_sources = {failures.variable for failures in checkout.declared.failure_queues}
    declared = (*checkout.declared.with_outputs, *checkout.declared.secrets)
    settings = checkout.read(SETTINGS) + checkout.read(PUBLISHER_SETTINGS)
    for variable in {resource.variable for resource in declared} - read_by_sources:
        if f'"{variable}"' not in settings:
            yield f"{variable} is missing in {SETTINGS}: enter a field that reads it."
        if f"`{variable}`" not in checkout.read(SETTINGS_DOC):
            yield f"{variable} is missing in {SETTINGS_DOC}: enter its row."


def _check_queues(checkout: Checkout) -> Iterator[str]:
    for queue in checkout.declared.queues:
        for place in QUEUE_LISTS:
            entry = rf'"{queue.label}"(?::|,|\]$)'  # of a mapping or a list
            if not re.search(entry, checkout.read(place), re.MULTILINE):
                yield f"The queue {queue.label} is missing in {place}: enter its label."


def _check_contracts(checkout: Checkout) -> Iterator[str]:
    project = tomllib.loads(checkout.read(PROJECT))
    contracts = {
        contract["name"]: contract for contract in project["tool"]["importlinter"]["contracts"]
    }
    layered = set(re.findall(r"\w+", " ".join(contracts[LAYERS]["layers"])))
    kept = set(contracts[WITHOUT_CHALICE]["source_modules"])
    for package in checkout.packages:
        if package not in layered:
            yield f"chalicelib.{package} has no import layer: enter it in {PROJECT}."
        if package != "web" and f"chalicelib.{package}" not in kept:
            where = f"{PROJECT}, {WITHOUT_CHALICE!r}"
            yield f"chalicelib.{package} may import Chalice: enter it in {where}."


def read_checkout(root: Path = ROOT) -> Checkout:
    """This checkout as it is."""
    from app import app  # noqa: PLC0415 the routes are what is compared

    document = app.openapi(chalicelib.__version__)
    routes = {route.view_name for methods in app.routes.values() for route in methods.values()}
    return Checkout(
        document=document,
        handlers=sorted(app.handler_map.keys() - routes),
        declared=resources(stage=LOCAL, account="", region=""),
        functions=FUNCTIONS,
        packages=sorted(path.parent.name for path in (root / "chalicelib").glob("*/__init__.py")),
        read=lambda path: (root / path).read_text(),
    )


def main() -> int:
    """Print a sentence for each forgotten place; 1 when there is one."""
    forgotten = find_forgotten(read_checkout())
    for sentence in forgotten:
        sys.stderr.write(f"workloads: {sentence}\n")
    return 1 if forgotten else 0


if __name__ == "__main__":
    sys.exit(main())
