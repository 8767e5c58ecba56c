"""Bedrock's Converse: the text of the last message, adapted to a channel's tone, always alike."""

import json
import math
import re
from typing import Any, cast

from infra.local.sandbox import aws_errors
from infra.local.sandbox.aws_errors import make_error
from infra.local.sandbox.calls import Call, Check, Failures, Response, Route, make_json, require_all
from infra.local.sandbox.faults import Answers, Faults

CHANNEL = "bedrock"
CHARS_A_TOKEN = 4
DEFAULT_MAX_TOKENS = 4_096
MODEL = re.compile(r"[A-Za-z0-9:/._-]{1,2048}")
# What is written around a text, by the channel that the prompt names.
TONES = {
    "facebook": "Hey everyone! {text}",
    "instagram": "✨ {text} ✨",
    "linkedin": "We are pleased to share: {text}",
    "email": "Hello,\n\n{text}\n\nKind regards",
    "sms": "News: {text}",
}
_TOOL = {"toolUse": {"toolUseId": "t-1", "name": "post", "input": {"text": "hijacked"}}}
SYNONYMS = {"e-mail": "email", "text message": "sms"}
Request = dict[str, Any]


def _list_messages(request: Request) -> list[Any]:
    messages = request.get("messages")
    return messages if isinstance(messages, list) else []


def _join_texts(content: Any) -> str:
    """The texts of a list of content blocks."""
    blocks = content if isinstance(content, list) else []
    return "\n".join(str(b["text"]) for b in blocks if isinstance(b, dict) and "text" in b)


def _read_text(message: Any) -> str:
    return _join_texts(message.get("content")) if isinstance(message, dict) else ""


def _read_setting(request: Request, name: str, default: float) -> Any:
    settings = request.get("inferenceConfig") or {}
    return settings.get(name, default) if isinstance(settings, dict) else default


def _is_number(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low <= value <= high


def _refuse(message: str) -> Response:
    return make_error(400, "ValidationException", message)


CHECKS: tuple[Check[Request], ...] = (
    Check(
        lambda request: not _list_messages(request),
        lambda _: _refuse("A conversation must have at least one message."),
    ),
    Check(
        lambda request: _list_messages(request)[0].get("role") != "user",
        lambda _: _refuse("A conversation must start with a user message."),
    ),
    Check(
        lambda request: not all(_read_text(message) for message in _list_messages(request)),
        lambda _: _refuse("The text field in the ContentBlock object is blank."),
    ),
    Check(
        lambda request: not _is_number(_read_setting(request, "temperature", 1), 0, 1),
        lambda _: _refuse("The value at 'inferenceConfig.temperature' must be 0 to 1."),
    ),
    Check(
        lambda request: not _is_number(_read_setting(request, "maxTokens", 1), 1, math.inf),
        lambda _: _refuse("The value at 'inferenceConfig.maxTokens' must be at least 1."),
    ),
)
CALL_CHECKS: tuple[Check[Call], ...] = (
    Check(lambda call: not aws_errors.is_signed(call), aws_errors.make_unsigned),
    Check(
        lambda call: MODEL.fullmatch(call.parts["model"]) is None,
        lambda _: _refuse("The provided model identifier is invalid."),
    ),
)
FAILURES = Failures(
    rate_limit=lambda _call, _retry_after_s: make_error(
        429, "ThrottlingException", "Too many requests, please wait before trying again."
    ),
    error_500=lambda _: make_error(500, "InternalServerException", "Internal server error"),
    refused=lambda _: make_error(400, "ValidationException", "The request is not valid."),
    expired_token=aws_errors.make_expired,
)


class Bedrock:
    """The same model for every id; with the fault `answers` its responses are bad ones."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def list_routes(self) -> tuple[Route, ...]:
        """Converse."""
        path = "/model/(?P<model>[^/]+)/converse"
        return (Route("POST", path, CHANNEL, self._converse, FAILURES),)

    def _converse(self, call: Call) -> Response:
        response = _converse(call)
        fault = cast("Answers | None", self._faults.take(CHANNEL, "answers"))
        return response if fault is None else answer_badly(fault.what, call, response)


def answer_badly(what: str, call: Call, good: Response) -> Response:
    """The response of a model that fails, or that was told to by the text."""
    if what == "garbage":
        return Response(200, b"<html>")
    if what == "wrong_shape":
        return make_json(200, {"output": {"message": {"content": "a text"}}, "stopReason": 1})
    result = json.loads(good.body)
    said = result["output"]["message"]["content"][0]["text"]
    texts = {
        "too_long": "long " * 20_000,
        "empty": " ",
        "new_link": f"{said} More at https://evil.example/now",
        "prompt": _join_texts(call.read_json().get("system")),
    }
    blocks = [_TOOL] if what == "tool_use" else [{"text": texts.get(what, said)}]
    return make_json(200, _replace(result, blocks, "end_turn" if what in texts else what))


def _replace(result: dict[str, Any], content: list[Any], stop_reason: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {**result, "output": {"message": message}, "stopReason": stop_reason}


def adapt(prompt: str, text: str) -> str:
    """`text` in the tone of the channel that `prompt` names first; unchanged if it names none."""
    words = prompt.lower()
    for synonym, channel in SYNONYMS.items():
        words = words.replace(synonym, channel)
    named = {words.find(channel): channel for channel in TONES if channel in words}
    return TONES[named[min(named)]].format(text=text) if named else text


def _converse(call: Call) -> Response:
    require_all(CALL_CHECKS, call)
    body = call.read_json()
    request: Request = body if isinstance(body, dict) else {}
    require_all(CHECKS, request)
    system = _join_texts(request.get("system"))
    text = _read_text(_list_messages(request)[-1])
    adapted = adapt(system, text)
    max_chars = int(_read_setting(request, "maxTokens", DEFAULT_MAX_TOKENS)) * CHARS_A_TOKEN
    return make_json(200, _make_result(system + text, adapted, max_chars))


def _make_result(prompt: str, adapted: str, max_chars: int) -> dict[str, Any]:
    """The model's message; cut when it has more than the tokens that it may have."""
    message = {"role": "assistant", "content": [{"text": adapted[:max_chars]}]}
    used = [math.ceil(len(text) / CHARS_A_TOKEN) for text in (prompt, adapted[:max_chars])]
    return {
        "output": {"message": message},
        "stopReason": "max_tokens" if len(adapted) > max_chars else "end_turn",
        "usage": {"inputTokens": used[0], "outputTokens": used[1], "totalTokens": sum(used)},
        "metrics": {"latencyMs": 1},
    }
