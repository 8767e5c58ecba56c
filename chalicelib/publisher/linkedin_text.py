"""LinkedIn's commentary: its reserved characters are escaped, or the text is cut silently; pure.

Rule: LinkedIn, "little text format". Hashtags, mentions `@[Name](urn:li:…)` and links stay.
"""

import re

_TOKEN = re.compile(
    r"(?P<kept>https?://[^\s<>()\\]+|@\[[^\]\n]{1,200}\]\(urn:li:[A-Za-z]+:[A-Za-z0-9_-]+\)"
    r"|(?<![\w&])#\w+)"
    r"|(?P<reserved>[\\|{}@\[\]()<>#*_~])"
)


def escape(text: str) -> str:
    """`text` as commentary that LinkedIn shows as it is."""
    return _TOKEN.sub(lambda token: token["kept"] or f"\\{token['reserved']}", text)
