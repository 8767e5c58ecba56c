"""LinkedIn's little text format: what is shown of a commentary.

An unescaped reserved character that is no part of a mention, a hashtag or a link cuts the text
without any error.
"""

import re

_TOKEN = re.compile(
    r"https?://[^\s<>()\\]+"
    r"|@\[(?P<mention>[^\]\n]+)\]\(urn:li:\w+:[\w-]+\)"
    r"|\{hashtag\|\\?#\|(?P<template>[^}\n]+)\}"
    r"|(?<!\w)#\w+"
    r"|\\(?P<escaped>[\\|{}@\[\]()<>#*_~])"
    r"|[^\\|{}@\[\]()<>#*_~]"
)


def render(commentary: str) -> tuple[str, bool]:
    """The text as LinkedIn shows it, and whether a reserved character cut it."""
    shown: list[str] = []
    at = 0
    while (token := _TOKEN.match(commentary, at)) is not None:
        shown.append(_show(token))
        at = token.end()
    return "".join(shown), at < len(commentary)


def _show(token: re.Match[str]) -> str:
    if token["template"] is not None:
        return f"#{token['template']}"
    return token["mention"] or token["escaped"] or token[0]
