"""Logs of one JSON object a line, and the tracing facade.

Lambda's active tracing needs no SDK, so `active` costs nothing here; `TRACING=sdk` imports
aws-xray-sdk (about 135 ms) and records every botocore call as a subsegment.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any

from chalicelib import settings

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_ROOT = "omnidata"
_SDK = "sdk"


def logger(name: str) -> logging.Logger:
    """The logger of a module. Messages are constant; variables go into `extra`."""
    return logging.getLogger(f"{_ROOT}.{name.removeprefix('chalicelib.')}")


def configure(stream: IO[str] | None = None, level: int = logging.INFO) -> None:
    """Write every record of `logger` as one JSON line to `stream` (standard output)."""
    root = logging.getLogger(_ROOT)
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root.handlers = [handler]
    root.propagate = False
    root.setLevel(level)


class JsonLines(logging.Formatter):
    """One JSON object a line, so that no CR, LF or escape in a value can forge another line."""

    _STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """The record's time, level, message, request id and fields; a traceback in one field."""
        fields = {k: v for k, v in vars(record).items() if k not in self._STANDARD}
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **fields,
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _frames(record.exc_info[1])
        return json.dumps(line, default=str)  # ASCII alone: no control or surrogate gets through


@contextmanager
def request(identifier: str | None) -> Iterator[None]:
    """Put `identifier` on every line logged inside."""
    token = request_id.set(identifier)
    try:
        yield
    finally:
        request_id.reset(token)


def trace_header(from_request: str | None = None) -> str | None:
    """The X-Ray header to send along: Lambda's own, else the caller's."""
    return settings.trace_header() or from_request


def start_tracing(mode: str, service: str) -> None:
    """Patch botocore when `mode` is `sdk`; Lambda's active tracing needs nothing from us."""
    if mode != _SDK:
        return
    from aws_xray_sdk.core import patch, xray_recorder  # noqa: PLC0415 135 ms that few ask for

    xray_recorder.configure(service=service, context_missing="LOG_ERROR")
    patch(["botocore"])


@contextmanager
def trace(mode: str, name: str, header: str | None) -> Iterator[None]:
    """Record a segment `name` that continues the trace of `header`, when `mode` is `sdk`."""
    if mode != _SDK:
        yield
        return
    from aws_xray_sdk.core import xray_recorder  # noqa: PLC0415 as above
    from aws_xray_sdk.core.models.trace_header import TraceHeader  # noqa: PLC0415 as above

    parent = TraceHeader.from_header_str(header)
    with xray_recorder.in_segment(
        name, traceid=parent.root, parent_id=parent.parent, sampling=parent.sampled
    ):
        yield


@contextmanager
def trace_part(mode: str, name: str, header: str | None) -> Iterator[None]:
    """Record a part `name` of the function's own segment, when `mode` is `sdk`.

    Lambda continues no other trace: that of `header`, the cause, is its annotation `caused_by`.
    """
    if mode != _SDK:
        yield
        return
    from aws_xray_sdk.core import xray_recorder  # noqa: PLC0415 as above
    from aws_xray_sdk.core.models.trace_header import TraceHeader  # noqa: PLC0415 as above

    cause = TraceHeader.from_header_str(header).root
    with xray_recorder.in_subsegment(name) as part:
        if part is not None and cause is not None:
            part.put_annotation("caused_by", cause)
        yield


def _frames(error: BaseException) -> dict[str, Any]:
    """What failed and where, without the error's text: that may quote a caller's data."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": type(error).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
    }
