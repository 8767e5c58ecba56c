"""The routes that a test file names, read from its text: it is not run for that.

A path may be an f-string, a `.format` or a name. What only a run would tell, such as an id, stands
as one letter.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

METHODS = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})
UNKNOWN = "x"

Route = tuple[str, str]  # method and path
Values = Mapping[str, set[str]]  # the texts that a name may stand for


def read_names(text: str, before: Values | None = None) -> dict[str, set[str]]:
    """The texts of a module's own names, for those that import them."""
    return _read_names(ast.parse(text).body, before or {})


def read_lists(text: str, names: str, imported: Values | None = None) -> set[Route]:
    """The routes in a module's lists whose names match the pattern `names`."""
    module = ast.parse(text)
    values = read_names(text, imported)
    lists = [
        statement.value
        for statement in module.body
        if isinstance(statement, ast.Assign)
        and any(re.fullmatch(names, name) for name, _ in _pairs(statement))
    ]
    tuples = [node for value in lists for node in ast.walk(value) if isinstance(node, ast.Tuple)]
    return {
        route for found in tuples if len(found.elts) > 1 for route in _routes(found.elts, values)
    }


def read_calls(text: str) -> set[Route]:
    """The routes that a module's functions call by `….send(method, path)`."""
    module = ast.parse(text)
    values = read_names(text)
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    found: set[Route] = set()
    for function in functions:
        known = _read_names(function.body, values)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _is_send(node):
                found |= set(_routes(node.args, known))
    return found


def _is_send(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "send" and len(call.args) > 1


def _routes(parts: list[ast.expr], values: Values) -> Iterator[Route]:
    for method, path in itertools.product(_texts(parts[0], values), _texts(parts[1], values)):
        if method in METHODS:
            yield method, path.partition("?")[0]


def _read_names(body: Iterable[ast.stmt], before: Values) -> dict[str, set[str]]:
    values = dict(before)
    nodes = [node for statement in body for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Assign):
            for name, value in _pairs(node):
                values[name] = _texts(value, values)
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            elements = node.iter.elts if isinstance(node.iter, ast.Tuple | ast.List) else []
            texts = [_texts(element, values) for element in elements]
            values[node.target.id] = set().union(*texts) or {UNKNOWN}
    return values


def _pairs(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """Each assigned name with its value, where that is one expression."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for part, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(part, ast.Name):
                    yield part.id, value


def _texts(node: ast.expr, values: Values) -> set[str]:
    """The texts that an expression may be."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Name(id=name):
            return values.get(name, {UNKNOWN})
        case ast.JoinedStr(values=parts):
            return _join([_texts(part, values) for part in parts])
        case ast.FormattedValue(value=value):
            return _texts(value, values)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return {re.sub(r"{\w*}", UNKNOWN, text) for text in _texts(value, values)}
    return {UNKNOWN}


def _join(parts: list[set[str]]) -> set[str]:
    return {"".join(chosen) for chosen in itertools.product(*parts)}
