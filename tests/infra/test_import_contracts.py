"""The contracts name what calls itself pure, and all but two modules that may know Chalice."""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "chalicelib").rglob("*.py")
}


def sources(name):
    return CONTRACTS[name]["source_modules"]


def named(module, patterns):
    """Whether a pattern covers the module: import-linter takes what is inside a package along."""
    spelled = "|".join(re.escape(pattern).replace(r"\*\*", r"[\w.]+") for pattern in patterns)
    return re.fullmatch(rf"({spelled})(\.\w+)*", module) is not None


def test_every_module_that_calls_itself_pure_is_held_to_it():
    pure = {
        module
        for module, path in MODULES.items()
        if re.match(r".*; pure\.$", ast.get_docstring(ast.parse(path.read_text())), re.MULTILINE)
    }
    held = sources("What calls itself pure imports neither AWS nor Chalice")
    edge = sources("Only web.api, authorizers and batch know Chalice; the worker never loads it")
    assert len(pure) > 20
    assert [item for item in sorted(pure) if not named(item, [*held, *edge])] == []


def test_every_module_but_three_is_kept_from_chalice():
    kept = sources("Only web.api, authorizers and batch know Chalice; the worker never loads it")
    free = {
        "chalicelib",
        "chalicelib.batch",
        "chalicelib.web",
        "chalicelib.web.api",
        "chalicelib.web.authorizers",
    }
    covered = [
        module for module in MODULES if any(f"{module}.".startswith(f"{one}.") for one in kept)
    ]
    assert set(MODULES) - set(covered) == free
