"""Text that is almost JSON, as loggers really write it, made into JSON; pure.

Each expression walks over what is sound in one possessive run, so that the time is linear and a
callback is made only for what is mended. What was mended is marked inside of the text by
characters that Unicode reserves for internal use: `unmarked` takes them out again, record by
record.
"""

import re
from itertools import islice

from chalicelib.errors import InvalidInput

MAX_MENDED = 100_000  # pieces of a body: beyond that it is no JSON
MAX_NESTING = 200  # far below where a decoder gives up; what is deeper is cut out
CHARACTERS, NUMBERS, DEPTH = "characters", "numbers", "depth"

_CHARACTER_MARK, _NUMBER_MARK, _DEPTH_MARK = rb"\ufdd0", rb"\ufdd1", rb"\ufdd2"
_REPLACEMENT = rb"\ufffd"
_CUT_OUT = b'"' + _DEPTH_MARK + b'[nested too deep]"'
_REPLACED = "\ufffd".encode()

# One that is not closed goes on to the end: tried again from each quote it would be quadratic.
_STRING = rb'"(?:[^"\\]++|\\[\s\S])*+(?:"|\\?\Z)'
_DIGITS = 300  # more than any float has; a decoder's own limit is 4,300

_ESCAPE = re.compile(
    rb"((?:[^\\]++"
    rb'|\\["\\/bfnrt]'
    rb"|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})*+)"
    rb"(\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\|\Z)"
)
_CONTROL = re.compile(rb"[\x00-\x1f]")
_DIRTY_STRING = re.compile(
    rb'((?:[^"]++|"(?:[^"\\\x00-\x1f]++|\\[^\x00-\x1f])*+")*+)(' + _STRING + rb"|\Z)"
)
_SPECIAL_NUMBER = re.compile(
    rb'((?:[^"NI0-9-]++|'
    + _STRING
    + rb"|[0-9]{1,%d}(?![0-9])|-(?![0-9I]))*+)" % _DIGITS
    + rb"(-?Infinity|NaN|-?[0-9]{%d,}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|[\s\S]|\Z)" % (_DIGITS + 1)
)
_BRACKETS = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+([\[{]++|[\]}]++|\Z)")
_SHORT_ESCAPES = {0x09: rb"\t", 0x0A: rb"\n", 0x0D: rb"\r", 0x08: rb"\b", 0x0C: rb"\f"}


def mend(data: bytes) -> bytes:
    """`data` with its bad UTF-8, escapes, control characters, NaN and endless numbers mended.

    Raises InvalidInput where there is too much of it.
    """
    data = _utf8(data)
    if _CONTROL.search(data):
        data = _substitute(_DIRTY_STRING, _escape_controls, data)
    if b"\\" in data:
        data = _substitute(_ESCAPE, _mend_escape, data)
    return _substitute(_SPECIAL_NUMBER, _quote_number, data)


def flatten(data: bytes) -> bytes:
    """`data` without what is nested deeper than any decoder goes, as far as it is looked at."""
    done: list[bytes] = []
    at = depth = 0
    for match in islice(_BRACKETS.finditer(data), MAX_MENDED):
        start, count = match.start(1), match.end(1) - match.start(1)
        if not count:
            break
        if data[start] in b"[{":
            if depth <= MAX_NESTING < depth + count:
                done += [data[at : start + MAX_NESTING - depth], _CUT_OUT]
            depth += count
        else:
            if depth > MAX_NESTING >= depth - count:
                at = start + depth - MAX_NESTING
            depth -= count
    if depth <= MAX_NESTING:
        done.append(data[at:])
    return b"".join(done)


def remove_marks(raw: bytes) -> tuple[bytes, frozenset[str]]:
    """One record of a mended text without the marks, and what was mended in it."""
    found: set[str] = set()
    for mark, kind, replacement in (
        (_CHARACTER_MARK, CHARACTERS, _REPLACEMENT),
        (_NUMBER_MARK, NUMBERS, b""),
        (_DEPTH_MARK, DEPTH, b""),
    ):
        if mark in raw:
            raw = raw.replace(mark, replacement)
            found.add(kind)
    if _REPLACED in raw:
        found.add(CHARACTERS)
    return raw, frozenset(found)


def _utf8(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode(errors="replace").encode()
    return data


def _substitute(pattern: re.Pattern[bytes], mended: object, data: bytes) -> bytes:
    done, count = pattern.subn(mended, data, count=MAX_MENDED)  # type: ignore[call-overload]
    if count >= MAX_MENDED:
        raise InvalidInput("the body is not valid JSON in too many places")
    return bytes(done)


def _escape_controls(match: re.Match[bytes]) -> bytes:
    return match[1] + _CONTROL.sub(_escape_control, match[2])


def _escape_control(match: re.Match[bytes]) -> bytes:
    code = match[0][0]
    return _SHORT_ESCAPES.get(code, rb"\u%04x" % code)


def _mend_escape(match: re.Match[bytes]) -> bytes:
    if not match[2]:
        return match[1]
    # Half a pair of surrogates, or an escape that JSON does not know, such as nginx's \x22.
    return match[1] + (_CHARACTER_MARK if len(match[2]) > 1 else rb"\\")


def _quote_number(match: re.Match[bytes]) -> bytes:
    found = match[2]
    if len(found) <= 1:
        return match[1] + found
    return b"".join((match[1], b'"', _NUMBER_MARK, found, b'"'))
