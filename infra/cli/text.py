"""Text from elsewhere, made fit for a terminal: without control characters, and measured."""

import re
import unicodedata

_NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# C0, DEL and C1; line separators; what turns the direction of text; halves of surrogate pairs.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_UNSAFE = re.compile(f"[{_CONTROLS}]")
_UNSAFE_BUT_LINES = re.compile(f"(?!\n)[{_CONTROLS}]")
_WIDE = ("W", "F")
_NO_WIDTH = ("Mn", "Me", "Cf")
CUT = "…"


def escape(text: str) -> str:
    r"""The text on one line; control characters are written as `\x1b`, `\n` or `\u202e`."""
    return _UNSAFE.sub(_write_escape, text)


def escape_lines(text: str) -> str:
    """The text with its line feeds; all other control characters are escaped."""
    return _UNSAFE_BUT_LINES.sub(_write_escape, text)


def escape_json(text: str) -> str:
    """The same JSON: the characters, all inside strings, are escaped as JSON does it."""
    return _UNSAFE_BUT_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _write_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _NAMES.get(found[0]) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}")  # noqa: PLR2004 a byte


def measure(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return len(text) if text.isascii() else sum(map(_measure_character, text))


def _measure_character(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: filled with spaces, or cut with an ellipsis."""
    if measure(text) > width:
        text = _cut(text, width - 1) + CUT
    return text + " " * (width - measure(text))


def _cut(text: str, width: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += _measure_character(character)
        if used > width:
            return text[:index]
    return text
