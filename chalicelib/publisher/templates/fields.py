r"""The syntax of templates: a field is `{{name}}`, and `\{{` is the text `{{`; pure.

There is no logic, and what a field says is text: a `{{` in it stays as it is.
"""

import re
from collections.abc import Iterable, Mapping

from chalicelib.errors import InvalidInput

# An escape, a field, or else a `{{` that is neither.
_TOKEN = re.compile(r"\\\{\{|\{\{(?: {0,8}([A-Za-z][A-Za-z0-9_]{0,63}) {0,8}\}\})?")
_ESCAPED, _BRACES = r"\{{", "{{"


def list_fields(text: str, where: str) -> list[str]:
    """The names of a text's fields, each once, in order.

    Raises InvalidInput for a `{{` that begins none; the message says `where` it is.
    """
    names: dict[str, None] = {}
    for token in _TOKEN.finditer(text):
        if token[1] is not None:
            names[token[1]] = None
        elif token[0] == _BRACES:
            raise InvalidInput(
                f"{where}: the {{{{ at character {token.start() + 1} begins no field such as "
                r"{{name}}; write \{{ for the text {{"
            )
    return list(names)


def fill(text: str, values: Mapping[str, str], where: str, longest: int) -> str:
    """The text with its fields filled.

    Raises InvalidInput for one that would exceed `longest` characters, before it is made. All
    fields of the text are in `values`.
    """
    parts = list(_split(text, values))
    if sum(map(len, parts)) > longest:
        raise InvalidInput(f"{where}: with its fields it has more than {longest:,} characters")
    return "".join(parts)


def _split(text: str, values: Mapping[str, str]) -> Iterable[str]:
    end = 0
    for token in _TOKEN.finditer(text):
        yield text[end : token.start()]
        yield _BRACES if token[0] == _ESCAPED else values[token[1]]
        end = token.end()
    yield text[end:]
