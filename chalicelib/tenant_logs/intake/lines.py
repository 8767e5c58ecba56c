"""Lines that are no JSON: syslog (RFC 5424 and 3164) and Kubernetes' CRI; pure."""

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.tenant_logs.intake import levels

_PRIORITY = r"<(?P<priority>[0-9]{1,3})>"
_RFC_5424 = re.compile(
    _PRIORITY + r"1 (?P<ts>\S{1,64}) (?P<host>\S{1,255}) (?P<app>\S{1,48}) (?P<pid>\S{1,128}) "
    r"(?P<msgid>\S{1,32}) "
    r'(?P<data>-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*+")*+\])++)(?: (?:\ufeff)?(?P<text>.*))?',
    re.DOTALL,
)
_RFC_3164 = re.compile(
    _PRIORITY + r"(?:(?P<ts>[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-\S{6,32}) "
    r"(?P<host>\S{1,255}) )?(?:(?P<app>[^\s\[\]:<]{1,48})(?:\[(?P<pid>[^\s\]]{1,64})\])?: )?"
    r"(?P<text>.*)",
    re.DOTALL,
)
# 2016-10-06T00:17:09.669794202Z stdout F text
_CRI = re.compile(
    r"(?P<ts>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,20}(?:Z|[+-][0-9]{2}:[0-9]{2})) "
    r"(?P<stream>stdout|stderr) (?P<tag>[FP])(?::\S*)? ?(?P<text>.*)",
    re.DOTALL,
)
_START = re.compile(
    rb"<[0-9]{1,3}>|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,20}\S{1,6} std(?:out|err) "
)
_CRI_PREFIX = re.compile(rb"[0-9]{4}-\S{14,60} std(?:out|err) ([FP])(?::\S*)? ?")
_LINE = re.compile(rb"[^\n]+")
_MAX_PRIORITY = 191  # 23 facilities of 8 severities (RFC 5424, 6.2.1)
_SEVERITIES = 8
_NOTHING = "-"
_DATA = re.compile(r'([^\s="\]]{1,32})="((?:[^"\\]|\\.)*+)"')
_ESCAPED = re.compile(r'\\(["\\\]])')


def is_one(line: bytes) -> bool:
    """Whether a line begins as one of syslog or CRI does."""
    return _START.match(line) is not None


def parse(line: str) -> dict[str, Any]:
    """A line in this product's names; one of no known form is a text."""
    if line.startswith("<"):
        return _syslog(line)
    match = _CRI.fullmatch(line)
    if match is None:
        return {"text": line}
    return {"text": match["text"], "ts": match["ts"], "attrs": {"stream": match["stream"]}}


def split(data: bytes) -> Iterator[bytes]:
    """The lines of a text; one that does not begin as these do goes on with the one before.

    So does one after a line that a container runtime cut (tag `P`).
    """
    current: bytearray | None = None
    is_cut = False
    for match in _LINE.finditer(data):
        line = match[0].rstrip(b"\r")
        if not line:
            continue
        prefix = _CRI_PREFIX.match(line)
        if current is not None and is_cut and prefix:
            current += line[prefix.end() :]
        elif current is not None and not is_one(line):
            current += b"\n" + line
        else:
            if current is not None:
                yield bytes(current)
            current = bytearray(line)
        is_cut = prefix is not None and prefix[1] == b"P"
    if current is not None:
        yield bytes(current)


def _syslog(line: str) -> dict[str, Any]:
    match = _RFC_5424.fullmatch(line) or _RFC_3164.fullmatch(line)
    if match is None or int(match["priority"]) > _MAX_PRIORITY:
        return {"text": line}
    found = match.groupdict()
    priority = int(found["priority"])
    attrs = {"facility": priority // _SEVERITIES}
    named = {name: found[name] for name in ("host", "pid", "msgid") if _is_said(found.get(name))}
    app = found["app"] if _is_said(found["app"]) else ""
    ts = {"ts": found["ts"]} if _is_said(found["ts"]) else {}
    return {
        "text": found["text"] or "",
        "severity": levels.read(priority % _SEVERITIES, "PRIORITY"),
        "source": app,
        "attrs": {**attrs, **named, **_structured_data(found.get("data"))},
        **ts,
    }


def _is_said(value: str | None) -> bool:
    return value not in (None, _NOTHING)


def _structured_data(data: str | None) -> dict[str, Any]:
    """`[id@1 name="value"]` as `{"id@1": {"name": "value"}}`."""
    if not _is_said(data):
        return {}
    elements = re.findall(r'\[([^\s="\]]{1,32})((?:[^"\]]|"(?:[^"\\]|\\.)*+")*+)\]', data or "")
    return {
        element: {name: _ESCAPED.sub(r"\1", value) for name, value in _DATA.findall(parameters)}
        for element, parameters in elements
    }
