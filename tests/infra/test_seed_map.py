"""`docs/seed-map.md` speaks of what exists: every name in it resolves, and no seed is cut short."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from seed_parts import GIVEN, PARTS

from app import app
from infra.declared.functions import FUNCTIONS
from infra.declared.resources import resources

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs/seed-map.md").read_text()
COLUMNS = ("Seed says", "Here", "State")
REPLACED = re.compile(r"replaced \(ADR (\d{4})\)")
PYTHON = re.compile(r"(?P<name>[\w.]+?)(?:\((?P<keyword>\w+)=(?P<given>.+)\)|=(?P<value>.+))?")
DECLARED = re.compile(r"(?P<name>[\w-]+)(?:\.(?P<field>\w+)=(?P<value>.+))?")


class Row(NamedTuple):
    """One row; `seed` and `part` are the headings above it."""

    seed: str
    part: str
    says: str
    here: str
    state: str

    @property
    def references(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.here)


def _rows() -> list[Row]:
    rows, seed, part = [], "", ""
    for line in MAP.splitlines():
        if line.startswith("## "):
            seed = line[3:].partition(":")[0]
        elif line.startswith("### "):
            part = line[4:]
        elif seed and line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 3, line
            if tuple(cells) != COLUMNS and set(line) - set("|-"):
                rows.append(Row(seed, part, *cells))
    return rows


ROWS = _rows()


def _resolves(reference: str) -> bool:
    kind, _, rest = reference.partition(":")
    if reference.startswith("make "):
        return rest == "" and _has_target(reference.removeprefix("make "))
    if kind == "route":
        return _is_route(*rest.split(" ", 1))
    if kind == "resource" and (wanted := DECLARED.fullmatch(rest)):
        return any(_fits(item, wanted) for item in _declared().get(wanted["name"], []))
    if kind == "function" and (wanted := DECLARED.fullmatch(rest)):
        return any(
            _fits(function, wanted) for function in FUNCTIONS if function.label == wanted["name"]
        )
    return _stands_in_file(reference)


def _has_target(target: str) -> bool:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return target in targets


def _is_route(method: str, path: str) -> bool:
    documented = json.loads((ROOT / "openapi.json").read_text())["paths"]
    return method in app.routes.get(path, {}) and method.lower() in documented.get(path, {})


@cache
def _declared() -> dict[str, list[object]]:
    everything = resources(stage="prod", account="123456789012", region="us-east-1")
    groups = ("tables", "queues", "failure_queues", "buckets", "secrets", "streams", "topics")
    names: dict[str, list[object]] = {}
    for item in (item for group in groups for item in getattr(everything, group)):
        for name in {getattr(item, "output", item.name), item.variable, item.name}:
            names.setdefault(name, []).append(item)
    return names


def _fits(declared: object, wanted: re.Match[str]) -> bool:
    field = wanted["field"]
    return field is None or str(getattr(declared, field, None)) == wanted["value"]


def _stands_in_file(reference: str) -> bool:
    path, has_more, wanted = reference.partition("::")
    file = ROOT / path
    if path.startswith((".venv", "/")) or not file.exists():
        return False
    if not has_more:
        return True
    if file.suffix == ".py":
        return _is_defined(_tree(file), wanted)
    return wanted != "" and " ".join(wanted.split()) in " ".join(file.read_text().split())


def _is_defined(tree: ast.Module, wanted: str) -> bool:
    asked = PYTHON.fullmatch(wanted)
    found = asked and _definition(tree, asked["name"].split("."))
    if not asked or not found:
        return False
    if asked["keyword"]:
        return _calls_with(found, asked["keyword"], _expression(asked["given"]))
    return not asked["value"] or ast.dump(getattr(found, "value", found)) == _expression(
        asked["value"]
    )


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def _expression(text: str) -> str:
    return ast.dump(ast.parse(text, mode="eval").body)


def _definition(node: ast.AST, names: list[str]) -> ast.AST | None:
    for child in getattr(node, "body", []):
        if names[0] in _names(child):
            return child if len(names) == 1 else _definition(child, names[1:])
    return None


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _calls_with(node: ast.AST, keyword: str, value: str) -> bool:
    given = (item for item in ast.walk(node) if isinstance(item, ast.keyword))
    return any(item.arg == keyword and ast.dump(item.value) == value for item in given)


@pytest.mark.parametrize("seed", PARTS)
def test_every_name_in_the_map_resolves(seed):
    names = [
        (row.part, row.says, reference)
        for row in ROWS
        if row.seed == seed
        for reference in row.references
    ]
    assert [name for name in names if not _resolves(name[-1])] == []


def test_every_state_is_one_of_three_and_its_decision_exists():
    for row in ROWS:
        replaced = REPLACED.fullmatch(row.state)
        assert replaced or row.state in {"done", "open"}, row
        if replaced:
            assert len(list((ROOT / "docs/decisions").glob(f"{replaced[1]}-*.md"))) == 1, row


def test_what_is_done_or_replaced_says_by_what():
    assert [row for row in ROWS if row.state != "open" and not row.references] == []


def test_every_part_of_every_seed_is_there_and_has_rows():
    found: dict[str, list[str]] = {}
    for row in ROWS:
        parts = found.setdefault(row.seed, [])
        if row.part not in parts:
            parts.append(row.part)
    assert found == PARTS


@pytest.mark.parametrize("seed", GIVEN)
def test_the_names_and_figures_of_a_seed_stand_in_its_rows(seed):
    says = "\n".join(row.says for row in ROWS if row.seed == seed)
    assert [given for given in GIVEN[seed].split("|") if given not in says] == []


def test_no_row_stands_twice_in_a_part():
    said = [(row.seed, row.part, row.says) for row in ROWS]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    "wrong",
    [
        "infra/nowhere.py",
        "infra/declared/resources.py::Nothing",
        "infra/declared/resources.py::Table.nothing",
        "infra/declared/kinds.py::UsagePlan.rate_limit=11",
        "infra/declared/resources.py::resources(visibility_timeout_s=1)",
        "infra/declared/resources.py::",
        "worker/Dockerfile::FROM python:2.7",
        "resource:Nothing",
        "resource:RecordsTable.partition_key=name",
        "function:nothing",
        "function:api.memory_mb=1",
        "route:PATCH /stream",
        "route:GET /nowhere",
        "make nothing",
        "nothing",
    ],
)
def test_a_wrong_name_is_noticed(wrong):
    assert not _resolves(wrong)
