"""What requests to /ingest carry: JSON, NDJSON or a text, each record by itself; pure."""

import re
from itertools import islice
from typing import Any

import msgspec

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.model import MAX_RECORDS, NDJSON, TEXT, Refusal
from chalicelib.web.payload import Payload

_LINE = re.compile(rb"[^\n]+")
# An array by its places: unlike a list, it holds no more than one element too many, so that five
# megabytes of `1,1,1` stay five megabytes.
_ARRAY = msgspec.json.Decoder(
    msgspec.defstruct(
        "Elements",
        [(f"at_{index}", msgspec.Raw, msgspec.Raw()) for index in range(MAX_RECORDS + 1)],
        array_like=True,
    )
)


def objects(body: Payload) -> list[dict[str, Any] | Refusal]:
    """The objects that a body holds, by position; a bad one does not spoil the others.

    Raises TooLarge beyond 1,000 of them, InvalidInput for none and for a body that is no JSON.
    """
    if body.media_type == TEXT:
        return [_text(body.data)]
    raw = _lines(body.data) if body.media_type in NDJSON else _elements(body.data)
    if not raw:
        raise InvalidInput("there is no record in the body")
    if len(raw) > MAX_RECORDS:
        raise TooLarge(f"a request takes at most {MAX_RECORDS} records; send the rest by another")
    return [_object(each) for each in raw]


def _text(data: bytes) -> dict[str, Any]:
    """A text of any kind is one record, exactly as sent."""
    if not data:
        raise InvalidInput("the body is empty")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8") from error
    strict_json.check(text)
    return {"text": text}


def _lines(data: bytes) -> list[bytes]:
    """The lines that are not blank: syslog-ng sends blank ones between records."""
    stripped = (match[0].strip(b" \t\r") for match in _LINE.finditer(data))
    return list(islice(filter(None, stripped), MAX_RECORDS + 1))


def _elements(data: bytes) -> list[bytes]:
    """The elements of an array, undecoded; anything else is one element."""
    if not data.lstrip(b" \t\r\n").startswith(b"["):
        return [data]
    try:
        return [bytes(each) for each in msgspec.structs.astuple(_ARRAY.decode(data)) if each]
    except RecursionError as error:
        raise InvalidInput("the JSON is nested too deep") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise InvalidInput(f"the body is not valid JSON: {error}") from error


def _object(raw: bytes) -> dict[str, Any] | Refusal:
    try:
        return strict_json.decode_object(raw)
    except InvalidInput as error:
        return Refusal(str(error).replace("the body", "the record"))
