"""A class name means one thing within `chalicelib`, and one within `infra`."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]


def public_classes(package):
    modules = defaultdict(list)
    for path in sorted((HERE / package).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(str(path.relative_to(HERE)))
    return modules


@pytest.mark.parametrize(("package", "at_least"), [("chalicelib", 400), ("infra", 150)])
def test_a_public_class_name_means_one_thing(package, at_least):
    modules = public_classes(package)
    assert len(modules) >= at_least  # else the search finds less than it did
    assert {name: paths for name, paths in modules.items() if len(paths) > 1} == {}
