"""Runs checkov in its own environment, with the tables of its JSON path parser made once.

They are the same for every path, and it makes them anew for each of hundreds: more than half of
its time for the templates here.
"""

import copy
import sys
import warnings
from typing import Any

import ply.yacc
from checkov.main import Checkov


def remember_parsers() -> None:
    """Let each grammar be read once; every path gets a parser of its own on its tables."""
    made: dict[tuple[type, str], Any] = {}
    make = ply.yacc.yacc

    def make_once(*, module: object, start: str, **options: Any) -> Any:
        grammar = type(module), start
        if grammar not in made:
            made[grammar] = make(module=module, start=start, **options)
        return copy.copy(made[grammar])

    ply.yacc.yacc = make_once


if __name__ == "__main__":
    remember_parsers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=SyntaxWarning)
        sys.exit(Checkov().run())
