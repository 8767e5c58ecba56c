"""What Facebook and Instagram share: Graph's versions, tokens, fields and errors."""

import json
import math
import re
import uuid
from typing import Any

from infra.local.sandbox.calls import Call, Check, Failures, Refusal, Response, make_json

# The versions that Meta served when this was written; a version lives for about two years.
OLDEST_VERSION, NEWEST_VERSION = (21, 0), (26, 0)
VERSION = r"/(?P<version>v\d+\.\d+)"
EXPIRED = "expired"  # a token with this word in it has expired
_TOKEN = re.compile(r"[\w|.-]+")
_RATE_CODES = {"facebook": 80001, "instagram": 80002}
_RATE_TYPES = {"facebook": "pages", "instagram": "instagram"}


def make_error(  # noqa: PLR0913 the fields of Graph's error
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    title: str | None = None,
    user_message: str | None = None,
    status: int = 400,
    is_transient: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error as Graph words it; a field that is None is left out."""
    error = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "error_subcode": subcode,
        "is_transient": is_transient,
        "error_user_title": title,
        "error_user_msg": user_message,
        "fbtrace_id": f"A{uuid.uuid4().hex[:22]}",
    }
    present = {name: value for name, value in error.items() if value is not None}
    return make_json(status, {"error": present}, headers)


def read_fields(call: Call) -> dict[str, Any]:
    """The parameters, which Graph takes from the query, a form's body or a JSON body alike."""
    body = call.read_json() if call.body.lstrip().startswith(b"{") else call.read_form()
    return {**call.query, **(body if isinstance(body, dict) else {})}


def read_list(fields: dict[str, Any], name: str) -> list[Any]:
    """A list, sent as JSON, as `name[0]`, `name[1]` … or with commas; of parsed values."""
    given = fields.get(name, [])
    if isinstance(given, str):
        given = _parse(given) if given.startswith("[") else given.split(",")
    indexed = [value for key, value in fields.items() if key.startswith(f"{name}[")]
    values = [*(given if isinstance(given, list) else []), *indexed]
    return [_parse(value) if isinstance(value, str) else value for value in values]


def is_false(value: Any) -> bool:
    """Whether a field says no; Graph takes several spellings."""
    return str(value).lower() in ("false", "0")


def select(call: Call, known: dict[str, Any]) -> dict[str, Any]:
    """The `fields` that a read asks for, and the id in any case.

    Raises Refusal for a field that the object does not have.
    """
    names = [name for name in call.query.get("fields", "").split(",") if name]
    for name in names:
        if name not in known:
            raise Refusal(make_error(100, f"(#100) Tried accessing nonexisting field ({name})"))
    return {name: known[name] for name in dict.fromkeys((*names, "id"))}


def make_missing(call: Call) -> Response:
    """The response for an object that does not exist."""
    node = call.parts["node"]
    message = (
        f"Unsupported {call.method.lower()} request. Object with ID '{node}' does not exist, "
        "cannot be loaded due to missing permissions, or does not support this operation"
    )
    return make_error(100, message, subcode=33)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _read_version(call: Call) -> tuple[int, int]:
    major, minor = call.parts["version"][1:].split(".")
    return int(major), int(minor)


def _read_token(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    bearer = token if scheme.lower() in ("bearer", "oauth") else ""
    return str(read_fields(call).get("access_token") or bearer)


def _make_deprecated(_: Call) -> Response:
    newest = ".".join(map(str, NEWEST_VERSION))
    message = (
        "(#2635) You are calling a deprecated version of the Ads API. "
        f"Please update to the latest version: v{newest}."
    )
    return make_error(2635, message)


def _make_expired(_: Call) -> Response:
    message = (
        "Error validating access token: Session has expired on Friday, 27-Nov-26 08:00:00 PST."
    )
    return make_error(190, message, subcode=463, headers=_authenticate("invalid_token"))


def _make_unparsable(_: Call) -> Response:
    message = "Invalid OAuth access token - Cannot parse access token"
    return make_error(190, message, headers=_authenticate("invalid_token"))


def _authenticate(reason: str) -> dict[str, str]:
    return {"WWW-Authenticate": f'OAuth "Facebook Platform" "{reason}"'}


# Every call of Graph, in this order.
CHECKS: tuple[Check[Call], ...] = (
    Check(lambda call: _read_version(call) < OLDEST_VERSION, _make_deprecated),
    Check(
        lambda call: _read_version(call) > NEWEST_VERSION,
        lambda call: make_error(2500, f"Unknown path components: {call.path}"),
    ),
    Check(
        lambda call: not _read_token(call),
        lambda _: make_error(104, "An access token is required to request this resource."),
    ),
    Check(lambda call: EXPIRED in _read_token(call), _make_expired),
    Check(lambda call: _TOKEN.fullmatch(_read_token(call)) is None, _make_unparsable),
    Check(
        lambda call: not call.parts["node"].replace("_", "").isdigit(),
        lambda call: make_error(
            803,
            f"(#803) Some of the aliases you requested do not exist: {call.parts['node']}",
            status=404,
        ),
    ),
)


def make_failures(channel: str) -> Failures:
    """How Graph fails for that channel."""

    def limit_rate(call: Call, retry_after_s: int) -> Response:
        usage = {
            "type": _RATE_TYPES[channel],
            "call_count": 100,
            "total_cputime": 25,
            "total_time": 25,
            "estimated_time_to_regain_access": math.ceil(retry_after_s / 60),
        }
        node = call.parts["node"].partition("_")[0]
        return make_error(
            _RATE_CODES[channel],
            f"(#{_RATE_CODES[channel]}) There have been too many calls to this account. "
            "Wait a bit and try again.",
            is_transient=True,
            headers={"X-Business-Use-Case-Usage": json.dumps({node: [usage]})},
        )

    return Failures(limit_rate, _fail, _refuse, _make_expired)


def _fail(_: Call) -> Response:
    message = "An unexpected error has occurred. Please retry your request later."
    return make_error(2, message, status=500, is_transient=True)


def _refuse(_: Call) -> Response:
    message = "The action attempted has been deemed abusive or is otherwise disallowed"
    return make_error(368, f"(#368) {message}")
